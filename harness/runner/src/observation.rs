//! What was seen when a vector was presented. Not yet a judgement.

use std::fmt;

use jwt_assay_core::model::Rule;
use jwt_assay_implementations::Answer;
use serde::{Deserialize, Serialize};

/// What an implementation did with one token request.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Observation {
    /// It authenticated a client.
    Accepted {
        /// Who was authenticated.
        client_id: String,
    },
    /// It failed in a way that its documentation does not call a refusal.
    Crashed {
        /// Its own words.
        reason: String,
    },
    /// It answered something that is no answer.
    Garbled {
        /// What came instead.
        answer: String,
    },
    /// It refused.
    Rejected {
        /// Its own words.
        text: String,
        /// The rule that its words stand for, where a table maps them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Rule>,
    },
    /// It did not answer in time.
    TimedOut,
    /// It says that it does not do this at all.
    Unsupported {
        /// What it does not do.
        reason: String,
    },
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

/// For people; the implementation's own words are not escaped here but where they are shown.
impl fmt::Display for Observation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accepted { client_id } => write!(f, "accepted as `{client_id}`"),
            Self::Crashed { reason } => write!(f, "crashed: {reason}"),
            Self::Garbled { answer } => write!(f, "answered nonsense: {answer}"),
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
