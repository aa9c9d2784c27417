//! Rules: one requirement each, with an id, a layer, clauses, and a level that profiles override.

mod table;

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use self::table::Rule;
use super::Level;

/// Which part of an implementation a rule belongs to. An implementation says which it claims.
#[derive(
    Clone,
    Copy,
    Debug,
    Deserialize,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd,
    Serialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// The token request: assertion type, `client_id`, which client.
    Request,
    /// Compact form, base64url, JSON, `alg`, `crit`, keys in the header, signature.
    Jws,
    /// Which key: `kid`, `use`, `key_ops`, types, curves, sizes.
    Key,
    /// Types of registered claims, clock, `iss`, `sub` and `aud` against given values.
    Jwt,
    /// Presence of claims, form of `aud`, lifetime, `iat`, `jti`, `typ`.
    Assertion,
    /// Replay.
    State,
}

impl Layer {
    /// All layers, from the outside in.
    pub const ALL: [Self; 6] = [
        Self::Request,
        Self::Jws,
        Self::Key,
        Self::Jwt,
        Self::Assertion,
        Self::State,
    ];

    /// The name as the process protocol writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Jws => "jws",
            Self::Key => "key",
            Self::Jwt => "jwt",
            Self::Assertion => "assertion",
            Self::State => "state",
        }
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What the table says of a rule.
#[derive(Clone, Copy, Debug)]
pub struct RuleInfo {
    /// The permanent name in kebab-case.
    pub id: &'static str,
    /// The requirement in one sentence.
    pub says: &'static str,
    /// The layer that answers for it.
    pub layer: Layer,
    /// What a profile asks where its own file does not say otherwise.
    pub level: Level,
    /// Document and section, most specific first.
    pub clauses: &'static [&'static str],
}

impl Rule {
    /// The permanent name in kebab-case.
    #[must_use]
    pub fn id(self) -> &'static str {
        self.info().id
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl FromStr for Rule {
    type Err = UnknownRule;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let all = || Self::ALL.iter().chain(Self::BUILD).copied();
        all()
            .find(|rule| rule.id() == text)
            .ok_or_else(|| UnknownRule {
                given: text.to_owned(),
                nearest: crate::nearest(text, all().map(Self::id)),
            })
    }
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

impl<'de> Deserialize<'de> for Rule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// A name that no rule has.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("find rule `{given}`: there is none of that name; the nearest is `{nearest}`")]
pub struct UnknownRule {
    given: String,
    nearest: String,
}
