//! A lenient reader of unverified assertions, to show their content, and to fill in the names of
//! client and server that the user did not give.

use std::borrow::Cow;

use jwt_assay_core::{
    encoding::read_base64url,
    json::{Kind, NumericDate, Object, Reading, Value},
    model::{Algorithm, UnixSeconds},
};

/// The content of an unverified assertion, as far as it can be read.
#[derive(Debug)]
pub struct Peek {
    /// The length of the assertion in octets.
    pub octets: usize,
    /// The first five segments: an encrypted JWT has no more.
    pub segments: Vec<Segment>,
    /// The number of all segments.
    pub segment_count: usize,
    /// `alg` of the header, where it names a known algorithm.
    pub algorithm: Option<Algorithm>,
    /// `kid` of the header, where it is a string.
    pub kid: Option<String>,
    /// `typ` of the header.
    pub typ: Typ,
    /// `iss` of the claims, where it is a string.
    pub issuer: Option<String>,
    /// `sub` of the claims, where it is a string.
    pub subject: Option<String>,
    /// `aud` of the claims.
    pub audience: Audience,
    /// `exp`, `nbf` and `iat` of the claims, where they are numbers.
    pub times: Vec<(&'static str, UnixSeconds)>,
}

/// One segment of the compact form.
#[derive(Debug)]
pub struct Segment {
    /// The encoded octets.
    pub raw: Vec<u8>,
    /// The decoded octets, where a lenient reader finds any.
    pub octets: Option<Vec<u8>>,
    /// The reason why a strict reader does not decode the segment.
    pub fault: Option<String>,
}

/// `typ` of the header.
#[derive(Debug, Eq, PartialEq)]
pub enum Typ {
    /// A header without `typ`.
    Absent,
    /// A string.
    Is(String),
    /// A value that is no string.
    NoString,
    /// No header that can be read.
    Unreadable,
}

/// `aud` of the claims.
#[derive(Debug, Eq, PartialEq)]
pub enum Audience {
    /// Claims without `aud`.
    Absent,
    /// An array of strings.
    Array(Vec<String>),
    /// A value that is neither a string nor an array of strings.
    WrongType,
    /// A string.
    String(String),
    /// No claims set that can be read.
    Unreadable,
}

impl Audience {
    /// All values of `aud`.
    pub fn values(&self) -> &[String] {
        match self {
            Self::Absent | Self::WrongType | Self::Unreadable => &[],
            Self::Array(values) => values,
            Self::String(value) => std::slice::from_ref(value),
        }
    }
}

impl Peek {
    /// Reads an assertion without verifying it: with any alphabet, padding or white space.
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

/// Rewrites base64 in the alphabet of base64url, without padding and white space.
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
    values.map_or(Audience::WrongType, Audience::Array)
}

fn string_of(value: Value<'_>) -> Option<String> {
    value.as_string().map(Cow::into_owned)
}
