//! The levels of rules, as profiles and their files name them.

use std::fmt;

use serde::Deserialize;

use crate::model::Lean;

/// The binding force of a rule in a profile.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Level {
    /// A server must reject what breaks the rule.
    Reject,
    /// A server may reject what breaks the rule; neither answer is a failure.
    May(Lean),
    /// A server must accept what the rule describes.
    Accept,
}

impl Level {
    /// The words of the published files (`vectors/suite/rules.jsonl`), which have kept those of their
    /// first version.
    #[must_use]
    pub const fn published(self) -> &'static str {
        match self {
            Self::Reject => "must refuse",
            Self::May(Lean::Accept) => "may (leans to accept)",
            Self::May(Lean::Neither) => "may",
            Self::May(Lean::Reject) => "may (leans to refuse)",
            Self::Accept => "must accept",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Reject => "must reject",
            Self::May(Lean::Accept) => "may (leans to accept)",
            Self::May(Lean::Neither) => "may",
            Self::May(Lean::Reject) => "may (leans to reject)",
            Self::Accept => "must accept",
        })
    }
}

impl<'de> Deserialize<'de> for Level {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Ok(match text.as_str() {
            "reject" => Self::Reject,
            "may+" => Self::May(Lean::Accept),
            "may" => Self::May(Lean::Neither),
            "may-" => Self::May(Lean::Reject),
            "accept" => Self::Accept,
            _ => {
                return Err(serde::de::Error::custom(format!(
                    "unknown level `{text}`: expected reject, may-, may, may+ or accept"
                )));
            }
        })
    }
}
