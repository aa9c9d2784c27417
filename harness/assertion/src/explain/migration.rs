//! The distance of an assertion from RFC 10070 section 4: the issuer as sole audience, and a `typ`
//! of its own.

use jwt_assay_core::model::{Method, Profile, ProfileId, Server};

use super::{
    peek::{Audience, Peek, Typ},
    registration::Known,
};

/// The two changes that RFC 10070 asks of a client.
#[derive(Debug)]
pub struct Migration {
    /// The audience: ready where the issuer identifier is the only value of `aud`.
    pub audience: Point,
    /// The type: ready where `typ` is `client-authentication+jwt`.
    pub typ: Point,
    /// The profiles whose servers reject the issuer as audience.
    pub rejecting: Vec<&'static str>,
}

/// One member that RFC 10070 changes.
#[derive(Debug)]
pub struct Point {
    /// True where nothing is to change; `None` where that is unknown.
    pub is_ready: Option<bool>,
    /// The state of the member in words, with the change that it needs.
    pub says: String,
}

impl Migration {
    /// The distance of an assertion from RFC 10070, as far as the server is known.
    #[must_use]
    pub fn of(peek: &Peek, known: &Known) -> Self {
        Self {
            audience: audience(&peek.audience, known),
            typ: typ(&peek.typ),
            rejecting: rejecting(),
        }
    }

    /// True where nothing is to change; `None` where that is unknown.
    pub fn is_ready(&self) -> Option<bool> {
        match (self.audience.is_ready, self.typ.is_ready) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            (None, _) | (_, None) => None,
        }
    }
}

impl Point {
    fn new(is_ready: impl Into<Option<bool>>, says: impl Into<String>) -> Self {
        Self {
            is_ready: is_ready.into(),
            says: says.into(),
        }
    }
}

fn audience(audience: &Audience, known: &Known) -> Point {
    let target = match &known.issuer {
        Some(issuer) => format!("the issuer identifier {issuer:?}"),
        None => "the issuer identifier of the server's metadata".to_owned(),
    };
    let (value, form) = match audience {
        Audience::Unreadable => return Point::new(None, "there is no claims set to look in"),
        Audience::Absent => return Point::new(false, format!("it is missing; set it to {target}")),
        Audience::WrongType => {
            return Point::new(false, format!("it is no string; set it to {target}"));
        }
        Audience::String(value) => (value, ""),
        Audience::Array(values) => match values.as_slice() {
            [value] => (
                value,
                ", in an array, which RFC 10070 permits and FAPI 2.0 does not",
            ),
            several => {
                let says = format!("it has {} values; set it to {target} alone", several.len());
                return Point::new(false, says);
            }
        },
    };
    match (&known.issuer, &known.token_endpoint) {
        (Some(issuer), _) if issuer == value => {
            Point::new(true, format!("it is the issuer identifier{form}"))
        }
        (_, Some(endpoint)) if endpoint == value => Point::new(
            false,
            format!("it is the token endpoint; set it to {target}"),
        ),
        (Some(_), _) => Point::new(false, format!("it is {value:?}; set it to {target}")),
        (None, _) if value.trim_end_matches('/').ends_with("/token") => Point::new(
            None,
            format!("not checked: it looks like a token endpoint, and must be {target} (--issuer)"),
        ),
        (None, _) => Point::new(
            None,
            format!("not checked: it must be {target} (--issuer){form}"),
        ),
    }
}

fn typ(typ: &Typ) -> Point {
    match typ {
        Typ::Unreadable => Point::new(None, "there is no header to look in"),
        Typ::Absent => Point::new(false, format!("it is missing; add {WANTED:?}")),
        Typ::NoString => Point::new(false, format!("it is no string; set it to {WANTED:?}")),
        Typ::Is(typ) if typ == WANTED => Point::new(true, format!("it is {WANTED:?}")),
        Typ::Is(typ) if is_same_media_type(typ) => Point::new(
            true,
            format!("it is {typ:?}, another spelling of {WANTED:?}"),
        ),
        Typ::Is(typ) => Point::new(false, format!("it is {typ:?}; set it to {WANTED:?}")),
    }
}

/// Compares media types by RFC 7515 section 4.1.9: without case, with `application/` optional.
fn is_same_media_type(typ: &str) -> bool {
    let lower = typ.to_ascii_lowercase();
    lower.strip_prefix("application/").unwrap_or(&lower) == WANTED
}

fn rejecting() -> Vec<&'static str> {
    let server = Server {
        issuer: "issuer".to_owned(),
        token_endpoint: "endpoint".to_owned(),
    };
    let accepts_issuer = |id: &ProfileId| {
        Profile::get(*id)
            .policy(&server, Method::PrivateKeyJwt)
            .audience
            .contains(&server.issuer)
    };
    ProfileId::ALL
        .iter()
        .filter(|id| !accepts_issuer(id))
        .map(|id| id.name())
        .collect()
}

/// The `typ` of RFC 10070 section 4.
const WANTED: &str = "client-authentication+jwt";
