//! A finding: one implementation, one rule, one way of being wrong. Two inputs with the same three
//! show the same fault.

use std::fmt;

use jwt_assay_core::{
    model::{Rule, Verdict},
    suite::Suite,
};
use serde::Serialize;

use crate::{
    divergences::{Divergences, Seen},
    judge::{Failure, Outcome},
    record::{Expected, Record},
};

/// One implementation, one rule, one way of being wrong.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Finding {
    /// The implementation's name.
    pub implementation: String,
    /// The rule that decides at the step that came out wrong.
    pub rule: Rule,
    /// In which way.
    pub outcome: Wrong,
}

/// Ways of being wrong.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wrong {
    /// It crashed.
    Crashed,
    /// Its answer was none, or came too late, or was `unsupported` although promised.
    NoAnswer,
    /// It accepted what must be refused: a security candidate.
    WronglyAccepted,
    /// It refused what must be accepted: an interoperability candidate.
    WronglyRejected,
}

impl Finding {
    /// What a record says that is wrong; `None` where nothing is.
    #[must_use]
    pub fn of(record: &Record) -> Option<Self> {
        let outcome = Wrong::of(&record.outcome)?;
        let wrong = record.steps.iter().find(|step| step.outcome.is_wrong());
        let rule = match wrong.map(|step| step.expected) {
            Some(Expected::Reject(rule)) => rule,
            Some(_) | None => record.rule,
        };
        Some(Self {
            implementation: record.implementation.clone(),
            rule,
            outcome,
        })
    }

    /// Whether a divergence is recorded for the implementation that says the same of the rule.
    #[must_use]
    pub fn is_known(&self, divergences: &Divergences, suite: &Suite) -> bool {
        let vectors = suite.vectors.iter().filter(|vector| {
            vector.rule == self.rule || vector.verdicts.contains(&Verdict::Reject(self.rule))
        });
        vectors
            .filter_map(|vector| divergences.recorded(&vector.id))
            .any(|recorded| Some(recorded) == self.outcome.recorded_as())
    }
}

impl Wrong {
    const fn of(outcome: &Outcome) -> Option<Self> {
        match outcome {
            Outcome::Failed(Failure::Crashed) => Some(Self::Crashed),
            Outcome::Failed(
                Failure::Garbled | Failure::TimedOut | Failure::UnsupportedThoughPromised,
            ) => Some(Self::NoAnswer),
            Outcome::WronglyAccepted => Some(Self::WronglyAccepted),
            Outcome::WronglyRejected => Some(Self::WronglyRejected),
            Outcome::Agrees
            | Outcome::Informational
            | Outcome::Skipped(_)
            | Outcome::WronglyBuilt
            | Outcome::WronglyRefused => None,
        }
    }

    /// How a divergence records it; `None` where none can.
    const fn recorded_as(self) -> Option<Seen> {
        match self {
            Self::Crashed => Some(Seen::Crashed),
            Self::NoAnswer => None,
            Self::WronglyAccepted => Some(Seen::Accepted),
            Self::WronglyRejected => Some(Seen::Rejected),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.implementation, self.outcome, self.rule)
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Crashed => "crashed",
            Self::NoAnswer => "gave no answer",
            Self::WronglyAccepted => "wrongly accepted",
            Self::WronglyRejected => "wrongly rejected",
        })
    }
}
