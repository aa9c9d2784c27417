//! Observations: the behaviour of an implementation, not yet judged.

use std::fmt;

use jwt_assay_core::{
    model::{Level, Rule},
    oracle::Finding,
};
use jwt_assay_implementations::Answer;
use serde::{Deserialize, Serialize};

/// The answer of an implementation to one question, or its failure to answer.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Observation {
    /// It authenticated a client.
    Accepted {
        /// The authenticated client.
        client_id: String,
    },
    /// It signed an assertion.
    #[serde(rename = "built")]
    Signed {
        /// The faults found in the assertion, and findings under the rule of the case.
        found: Vec<Found>,
    },
    /// It failed in a way that its documentation does not call a rejection.
    Crashed {
        /// Its own words.
        reason: String,
    },
    /// It answered outside the protocol.
    Garbled {
        /// The octets that came instead, as text.
        answer: String,
    },
    /// It declined to sign.
    #[serde(rename = "refused")]
    Declined {
        /// Its own words; empty where they contain the key.
        text: String,
        /// Findings in the words, such as the key.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        found: Vec<Found>,
    },
    /// It rejected the request.
    Rejected {
        /// Its own words.
        text: String,
        /// The rule that its words stand for, where a table maps them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Rule>,
    },
    /// It did not answer in time.
    TimedOut,
    /// It says that it does not have the feature.
    Unsupported {
        /// Its own words for the missing feature.
        reason: String,
    },
}

/// A finding in the answer of a builder.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Found {
    /// The rule.
    pub rule: Rule,
    /// True where no answer may show this.
    pub is_fault: bool,
    /// The finding in words.
    pub detail: String,
}

impl Observation {
    /// Cuts every text of the implementation to what a record keeps, and says how much is gone. A run has
    /// ten thousand observations, and a program may write a megabyte for each.
    pub(crate) fn cut(&mut self) {
        let text = match self {
            Self::Accepted { client_id } => client_id,
            Self::Crashed { reason } | Self::Unsupported { reason } => reason,
            Self::Garbled { answer } => answer,
            Self::Declined { text, .. } | Self::Rejected { text, .. } => text,
            Self::Signed { .. } | Self::TimedOut => return,
        };
        let Some((end, _)) = text.char_indices().nth(LONGEST_TEXT) else {
            return;
        };
        let gone = text[end..].chars().count();
        text.truncate(end);
        text.push_str(&format!("… ({gone} more characters)"));
    }
}

/// The longest text that is kept of one observation, in characters.
const LONGEST_TEXT: usize = 2000;

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.rule, self.detail)
    }
}

impl From<&Finding> for Found {
    fn from(finding: &Finding) -> Self {
        Self {
            rule: finding.rule,
            is_fault: finding.level == Level::Reject,
            detail: finding.detail.to_string(),
        }
    }
}

impl From<Answer> for Observation {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Accept { client_id } => Self::Accepted { client_id },
            Answer::Reject { reason } => Self::Rejected {
                text: reason,
                reason: None,
            },
            Answer::Unsupported { reason } => Self::Unsupported { reason },
            Answer::Error { reason } => Self::Crashed { reason },
        }
    }
}

/// Text for people, not escaped: each report escapes for its own format.
impl fmt::Display for Observation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accepted { client_id } => write!(f, "accepted as `{client_id}`"),
            Self::Signed { found } => write!(f, "signed{}", listed(found)),
            Self::Crashed { reason } => write!(f, "crashed: {reason}"),
            Self::Garbled { answer } => write!(f, "answered nonsense: {answer}"),
            Self::Declined { text, found } => write!(f, "declined{}: {text}", listed(found)),
            Self::Rejected { text, reason: None } => write!(f, "rejected: {text}"),
            Self::Rejected {
                text,
                reason: Some(rule),
            } => write!(f, "rejected ({rule}): {text}"),
            Self::TimedOut => f.write_str("timed out"),
            Self::Unsupported { reason } => write!(f, "unsupported: {reason}"),
        }
    }
}

fn listed(found: &[Found]) -> String {
    let words: Vec<String> = found.iter().map(ToString::to_string).collect();
    if words.is_empty() {
        String::new()
    } else {
        format!(" ({})", words.join("; "))
    }
}
