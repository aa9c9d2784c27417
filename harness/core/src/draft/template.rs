//! Text with placeholders: `${now+60}`, `${cid}`, `${json}`. Every value that an edit writes
//! is one, so that a case says what it means at any evaluation time and for any profile.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::keys::KeyId;

/// Text with placeholders.
///
/// | placeholder | stands for |
/// |---|---|
/// | `${now}`, `${now+60}`, `${now-60}` | the evaluation time, shifted by seconds |
/// | `${alg}`, `${alg-lower}` | the client's algorithm |
/// | `${cid}`, `${other-cid}` | the client's identifier, the second client's |
/// | `${cid-upper}`, `${cid-cut}` | the client's in capitals, and up to its last hyphen |
/// | `${cid-head}`, `${cid-tail}` | the client's up to its first hyphen, and what follows |
/// | `${aud}`, `${issuer}`, `${token-endpoint}` | the profile's preferred audience, the server's names |
/// | `${aud-host}`, `${aud-path}` | the host of that audience, and what follows the host |
/// | `${aud-host-upper}`, `${aud-host-undotted}` | the host in capitals, and with an x for its first dot |
/// | `${aud-host-escaped}`, `${aud-path-escaped}` | the host, and the last part of the path, with the first character percent-encoded |
/// | `${aud-host-lookalike}` | the host with a Cyrillic letter for the first Latin one, escaped as JSON has it |
/// | `${aud-cut}` | that audience without its last character |
/// | `${token-endpoint-path}` | what follows the host in the URL of the token endpoint |
/// | `${fresh}` | text that no other step has |
/// | `${jti}`, `${kid}`, `${other-kid}` | the values of the valid default, and the second client's `kid` |
/// | `${json}`, `${members}` | the JSON text as it would have been, and what stands between its braces |
/// | `${segment}` | the segment as it would have been |
/// | `${header}`, `${payload}`, `${signature}` | the three segments |
/// | `${token}` | the three segments with periods between |
/// | `${unsigned-payload}` | the payload of another assertion of the client, which is not signed |
/// | `${forged-signature}` | a signature over header and payload with a key that is registered nowhere |
/// | `${inner}`, `${inner-none}` | a signed assertion with the claims as they stand, and an unsigned one |
/// | `${kid:own}`, `${jwk:own}`, `${private-jwk:own}` | a key's `kid`, and the key as JSON: of `own`, `second`, `attacker`, `other-client`, or a test key by name |
/// | `${x5c:own}`, `${x5c-url:own}`, `${x5t:own}` | its certificate as base64 and as base64url, the SHA-256 thumbprint |
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
    Placeholder(&'static str),
    Key(String),
}

/// The placeholders that are looked up by name.
const PLACEHOLDERS: [&str; 35] = [
    "alg",
    "alg-lower",
    "aud",
    "aud-cut",
    "aud-host",
    "aud-host-escaped",
    "aud-host-lookalike",
    "aud-host-undotted",
    "aud-host-upper",
    "aud-path",
    "aud-path-escaped",
    "cid",
    "cid-cut",
    "cid-head",
    "cid-tail",
    "cid-upper",
    "fresh",
    "forged-signature",
    "header",
    "inner",
    "inner-none",
    "issuer",
    "json",
    "jti",
    "kid",
    "members",
    "other-cid",
    "other-kid",
    "payload",
    "segment",
    "signature",
    "token",
    "token-endpoint",
    "token-endpoint-path",
    "unsigned-payload",
];

/// The forms in which a key can be written, before a colon and whose it is.
const KEY_FORMS: [&str; 6] = ["kid", "jwk", "private-jwk", "x5c", "x5c-url", "x5t"];
/// The parties whose key it can be; the name of a test key will do too.
const KEY_OWNERS: [&str; 4] = ["own", "second", "attacker", "other-client"];

/// The longest repetition, in octets: a case file must not fill the memory.
const LONGEST_REPEAT: usize = 16 << 20;

/// The source of the values.
pub trait Scope {
    /// The evaluation time, in seconds.
    fn now(&self) -> i64;
    /// The octets that a placeholder stands for; empty where it has none at this stage.
    fn placeholder(&self, name: &str) -> Vec<u8>;
}

impl Template {
    /// Fills every placeholder.
    #[must_use]
    pub fn fill(&self, scope: &impl Scope) -> Vec<u8> {
        let mut filled = Vec::with_capacity(self.text.len());
        for part in &self.parts {
            match part {
                Part::Text(text) => filled.extend_from_slice(text.as_bytes()),
                Part::Octets(octets) => filled.extend_from_slice(octets),
                Part::Repeat(text, times) => {
                    filled.extend_from_slice(text.repeat(*times).as_bytes())
                }
                Part::Now(shift) => {
                    let now = scope.now().saturating_add(*shift);
                    filled.extend_from_slice(now.to_string().as_bytes());
                }
                Part::Placeholder(name) => filled.extend_from_slice(&scope.placeholder(name)),
                Part::Key(name) => filled.extend_from_slice(&scope.placeholder(name)),
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
            let end = from.find('}').ok_or_else(|| TemplateError::Unclosed {
                given: text.to_owned(),
            })?;
            if !before.is_empty() {
                parts.push(Part::Text(before.to_owned()));
            }
            parts.push(parse_placeholder(&from[2..end])?);
            rest = &from[end + 1..];
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Ok(Self {
            text: text.to_owned(),
            parts,
        })
    }
}

fn parse_placeholder(name: &str) -> Result<Part, TemplateError> {
    let unknown = || TemplateError::UnknownPlaceholder {
        given: name.to_owned(),
        nearest: crate::nearest(name, PLACEHOLDERS),
    };
    if let Some(shift) = name.strip_prefix("now") {
        let shift = shift.strip_prefix('+').unwrap_or(shift);
        return match shift {
            "" => Ok(Part::Now(0)),
            _ => shift.parse().map(Part::Now).map_err(|_| unknown()),
        };
    }
    if let Some(hex) = name.strip_prefix("hex:") {
        let octet = |at: usize| {
            hex.get(at..at + 2)
                .and_then(|two| u8::from_str_radix(two, 16).ok())
        };
        let octets: Option<Vec<u8>> = (0..hex.len()).step_by(2).map(octet).collect();
        return octets.map(Part::Octets).ok_or_else(unknown);
    }
    if let Some((text, times)) = name
        .strip_prefix("repeat:")
        .and_then(|r| r.rsplit_once(':'))
    {
        let times: usize = times.parse().map_err(|_| unknown())?;
        return match text.len().checked_mul(times) {
            Some(len) if len <= LONGEST_REPEAT => Ok(Part::Repeat(text.to_owned(), times)),
            _ => Err(TemplateError::TooLong {
                given: name.to_owned(),
            }),
        };
    }
    if let Some((form, whose)) = name.split_once(':') {
        let is_known = KEY_FORMS.contains(&form)
            && (KEY_OWNERS.contains(&whose) || whose.parse::<KeyId>().is_ok());
        return is_known
            .then(|| Part::Key(name.to_owned()))
            .ok_or_else(unknown);
    }
    PLACEHOLDERS
        .into_iter()
        .find(|own| *own == name)
        .map(Part::Placeholder)
        .ok_or_else(unknown)
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Template {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
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
    /// A text that would be repeated beyond what any server reads.
    #[error("read template: `${{{given}}}` has more than 16 MiB; repeat it less often")]
    TooLong {
        /// The name that was given.
        given: String,
    },
    /// A `${` without its `}`.
    #[error("read template `{given}`: a `${{` is not closed")]
    Unclosed {
        /// The text.
        given: String,
    },
    /// A placeholder that nothing fills.
    #[error("read template: there is no `${{{given}}}`; the nearest is `${{{nearest}}}`")]
    UnknownPlaceholder {
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

        fn placeholder(&self, name: &str) -> Vec<u8> {
            format!("<{name}>").into_bytes()
        }
    }

    fn fill(text: &str) -> Vec<u8> {
        text.parse::<Template>().unwrap().fill(&Fixed)
    }

    #[test]
    fn placeholders_are_filled() {
        assert_eq!(fill("a${now+60}b${now-1}${now}"), b"a1060b9991000");
        assert_eq!(
            fill("${cid}${hex:c0af}${repeat:x.:3}$"),
            b"<cid>\xc0\xafx.x.x.$"
        );
    }

    #[test]
    fn a_repetition_has_a_limit() {
        assert_eq!(fill("${repeat:ab:8388608}").len(), 16 << 20);
        for times in ["8388609", "18446744073709551615"] {
            let error = format!("${{repeat:ab:{times}}}")
                .parse::<Template>()
                .unwrap_err();
            assert_eq!(
                error.to_string(),
                format!(
                    "read template: `${{repeat:ab:{times}}}` has more than 16 MiB; repeat it less often"
                )
            );
        }
    }

    #[test]
    fn unknown_placeholders_name_the_nearest() {
        let error = "${token-endpont}".parse::<Template>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "read template: there is no `${token-endpont}`; the nearest is `${token-endpoint}`"
        );
    }
}
