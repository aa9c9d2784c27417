//! A look at an assertion that nobody has verified: to show what it says, and to fill in what the
//! user did not say of the server.

use std::borrow::Cow;

use jwt_assay_core::{
    encoding::read_base64url,
    json::{Kind, NumericDate, Object, Reading, Value},
    model::{Algorithm, UnixSeconds},
};

/// What an assertion says of itself, as far as it can be read.
#[derive(Debug)]
pub struct Peek {
    /// Octets of the whole.
    pub octets: usize,
    /// The first five segments.
    pub segments: Vec<Segment>,
    /// How many there are.
    pub segment_count: usize,
    /// `alg`, where it is one that can be computed.
    pub algorithm: Option<Algorithm>,
    /// `kid`, where it is a string.
    pub kid: Option<String>,
    /// `typ`.
    pub typ: Typ,
    /// `iss`, where it is a string.
    pub issuer: Option<String>,
    /// `sub`, where it is a string.
    pub subject: Option<String>,
    /// `aud`.
    pub audience: Audience,
    /// `exp`, `nbf` and `iat`, where they are numbers.
    pub times: Vec<(&'static str, UnixSeconds)>,
}

/// One segment.
#[derive(Debug)]
pub struct Segment {
    /// As it was sent.
    pub raw: Vec<u8>,
    /// What it decodes to, however sloppily it is written.
    pub octets: Option<Vec<u8>>,
    /// Why a strict reader does not decode it.
    pub fault: Option<String>,
}

/// `typ`, as far as RFC 10070 cares.
#[derive(Debug, Eq, PartialEq)]
pub enum Typ {
    /// It is not there.
    Absent,
    /// It is a string.
    Is(String),
    /// It is no string.
    NoString,
    /// There is no header to look in.
    Unreadable,
}

/// `aud`.
#[derive(Debug, Eq, PartialEq)]
pub enum Audience {
    /// It is not there.
    Absent,
    /// An array of strings.
    Array(Vec<String>),
    /// Neither a string nor an array of strings.
    Odd,
    /// A string.
    String(String),
    /// There is no claims set to look in.
    Unreadable,
}

impl Audience {
    /// All values.
    pub fn values(&self) -> &[String] {
        match self {
            Self::Absent | Self::Odd | Self::Unreadable => &[],
            Self::Array(values) => values,
            Self::String(value) => std::slice::from_ref(value),
        }
    }
}

impl Peek {
    /// Reads an assertion without verifying it, as leniently as any reader might.
    #[must_use]
    pub fn of(token: &[u8]) -> Self {
        let segments: Vec<_> = token
            .split(|octet| *octet == b'.')
            .take(5)
            .map(Segment::of)
            .collect();
        let header = segments.first().and_then(Segment::text);
        let payload = segments.get(1).and_then(Segment::text);
        let header = header.as_deref().and_then(|text| Object::parse(text).ok());
        let claims = payload.as_deref().and_then(|text| Object::parse(text).ok());
        let string = |object: &Option<Object<'_>>, name| {
            let value = object.as_ref()?.get(name, Reading::LastWins)?;
            string_of(value)
        };
        let seconds = |name| {
            let value = claims.as_ref()?.get(name, Reading::LastWins)?;
            let date =
                (value.kind() == Kind::Number).then(|| NumericDate::parse(value.text()))??;
            Some((name, date.saturating_seconds()))
        };
        Self {
            octets: token.len(),
            segment_count: token.split(|octet| *octet == b'.').count(),
            algorithm: string(&header, "alg").and_then(|name| name.parse().ok()),
            kid: string(&header, "kid"),
            typ: typ_of(header.as_ref()),
            issuer: string(&claims, "iss"),
            subject: string(&claims, "sub"),
            audience: audience_of(claims.as_ref()),
            times: ["exp", "nbf", "iat"]
                .into_iter()
                .filter_map(seconds)
                .collect(),
            segments,
        }
    }
}

impl Segment {
    fn of(raw: &[u8]) -> Self {
        let (octets, fault) = match read_base64url(raw) {
            Ok(segment) => {
                let fault = segment
                    .has_trailing_bits
                    .then(|| "unused bits are set".to_owned());
                (Some(segment.octets), fault)
            }
            Err(error) => {
                let octets = read_base64url(&repaired(raw)).map(|segment| segment.octets);
                (octets.ok(), Some(error.to_string()))
            }
        };
        Self {
            raw: raw.to_vec(),
            octets,
            fault,
        }
    }

    fn text(&self) -> Option<Cow<'_, str>> {
        self.octets.as_deref().map(String::from_utf8_lossy)
    }
}

/// The same in the alphabet of base64url, without padding and white space.
fn repaired(raw: &[u8]) -> Vec<u8> {
    let kept = raw
        .iter()
        .filter(|octet| **octet != b'=' && !octet.is_ascii_whitespace());
    let mapped = kept.map(|octet| match octet {
        b'+' => b'-',
        b'/' => b'_',
        other => *other,
    });
    mapped.collect()
}

fn typ_of(header: Option<&Object<'_>>) -> Typ {
    let Some(header) = header else {
        return Typ::Unreadable;
    };
    let Some(value) = header.get("typ", Reading::LastWins) else {
        return Typ::Absent;
    };
    string_of(value).map_or(Typ::NoString, Typ::Is)
}

fn audience_of(claims: Option<&Object<'_>>) -> Audience {
    let Some(claims) = claims else {
        return Audience::Unreadable;
    };
    let Some(value) = claims.get("aud", Reading::LastWins) else {
        return Audience::Absent;
    };
    if let Some(value) = string_of(value) {
        return Audience::String(value);
    }
    let values: Option<Vec<String>> = value
        .as_array()
        .and_then(|values| values.into_iter().map(string_of).collect());
    values.map_or(Audience::Odd, Audience::Array)
}

fn string_of(value: Value<'_>) -> Option<String> {
    value.as_string().map(Cow::into_owned)
}
