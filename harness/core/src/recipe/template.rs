//! Text with places to fill in: `${now+60}`, `${cid}`, `${json}`. Every value that an edit writes
//! is one, so that a case says what it means at any evaluation time and for any profile.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Text with places to fill in.
///
/// | place | stands for |
/// |---|---|
/// | `${now}`, `${now+60}`, `${now-60}` | the evaluation time, shifted by seconds |
/// | `${alg}`, `${alg-lower}` | the client's algorithm |
/// | `${cid}`, `${other-cid}` | the client's identifier, the second client's |
/// | `${aud}`, `${issuer}`, `${token-endpoint}` | the profile's preferred audience, the server's names |
/// | `${jti}`, `${kid}`, `${other-kid}` | the values of the valid default, and the second client's `kid` |
/// | `${json}` | the JSON text as it would have been |
/// | `${segment}` | the segment as it would have been |
/// | `${header}`, `${payload}`, `${signature}` | the three segments |
/// | `${token}` | the three segments with periods between |
/// | `${hex:c0af}` | these octets |
/// | `${repeat:a:4096}` | a text many times over |
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Template {
    text: String,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
enum Part {
    Text(String),
    Octets(Vec<u8>),
    Repeat(String, usize),
    Now(i64),
    Place(&'static str),
}

/// The places that are looked up by name.
const PLACES: [&str; 16] = [
    "alg",
    "alg-lower",
    "aud",
    "cid",
    "header",
    "issuer",
    "json",
    "jti",
    "kid",
    "other-cid",
    "other-kid",
    "payload",
    "segment",
    "signature",
    "token",
    "token-endpoint",
];

/// What fills the places.
pub trait Scope {
    /// The evaluation time, in seconds.
    fn now(&self) -> i64;
    /// The octets of a place; empty where it has none at this stage.
    fn place(&self, name: &str) -> Vec<u8>;
}

impl Template {
    /// Fills every place.
    #[must_use]
    pub fn fill(&self, scope: &impl Scope) -> Vec<u8> {
        let mut filled = Vec::with_capacity(self.text.len());
        for part in &self.parts {
            match part {
                Part::Text(text) => filled.extend_from_slice(text.as_bytes()),
                Part::Octets(octets) => filled.extend_from_slice(octets),
                Part::Repeat(text, times) => filled.extend_from_slice(text.repeat(*times).as_bytes()),
                Part::Now(shift) => {
                    let now = scope.now().saturating_add(*shift);
                    filled.extend_from_slice(now.to_string().as_bytes());
                }
                Part::Place(name) => filled.extend_from_slice(&scope.place(name)),
            }
        }
        filled
    }

    /// The template as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl FromStr for Template {
    type Err = TemplateError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(start) = rest.find("${") {
            let (before, from) = rest.split_at(start);
            let end = from
                .find('}')
                .ok_or_else(|| TemplateError::Unclosed { given: text.to_owned() })?;
            if !before.is_empty() {
                parts.push(Part::Text(before.to_owned()));
            }
            parts.push(parse_place(&from[2..end])?);
            rest = &from[end + 1..];
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Ok(Self { text: text.to_owned(), parts })
    }
}

fn parse_place(name: &str) -> Result<Part, TemplateError> {
    let unknown = || TemplateError::UnknownPlace {
        given: name.to_owned(),
        nearest: crate::nearest(name, PLACES),
    };
    if let Some(shift) = name.strip_prefix("now") {
        let shift = shift.strip_prefix('+').unwrap_or(shift);
        return match shift {
            "" => Ok(Part::Now(0)),
            _ => shift.parse().map(Part::Now).map_err(|_| unknown()),
        };
    }
    if let Some(hex) = name.strip_prefix("hex:") {
        let octet = |at: usize| hex.get(at..at + 2).and_then(|two| u8::from_str_radix(two, 16).ok());
        let octets: Option<Vec<u8>> = (0..hex.len()).step_by(2).map(octet).collect();
        return octets.map(Part::Octets).ok_or_else(unknown);
    }
    if let Some((text, times)) = name.strip_prefix("repeat:").and_then(|r| r.rsplit_once(':')) {
        return times.parse().map(|t| Part::Repeat(text.to_owned(), t)).map_err(|_| unknown());
    }
    PLACES.into_iter().find(|own| *own == name).map(Part::Place).ok_or_else(unknown)
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Template {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl Serialize for Template {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

/// Text that is no template.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TemplateError {
    /// A `${` without its `}`.
    #[error("read template `{given}`: a `${{` is not closed")]
    Unclosed {
        /// The text.
        given: String,
    },
    /// A place that nothing fills.
    #[error("read template: there is no `${{{given}}}`; the nearest is `${{{nearest}}}`")]
    UnknownPlace {
        /// The name that was given.
        given: String,
        /// The known name most like it.
        nearest: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed;

    impl Scope for Fixed {
        fn now(&self) -> i64 {
            1000
        }

        fn place(&self, name: &str) -> Vec<u8> {
            format!("<{name}>").into_bytes()
        }
    }

    fn fill(text: &str) -> Vec<u8> {
        text.parse::<Template>().unwrap().fill(&Fixed)
    }

    #[test]
    fn places_fill_in() {
        assert_eq!(fill("a${now+60}b${now-1}${now}"), b"a1060b9991000");
        assert_eq!(fill("${cid}${hex:c0af}${repeat:x.:3}$"), b"<cid>\xc0\xafx.x.x.$");
    }

    #[test]
    fn unknown_places_name_the_nearest() {
        let error = "${token-endpont}".parse::<Template>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "read template: there is no `${token-endpont}`; the nearest is `${token-endpoint}`"
        );
    }
}
