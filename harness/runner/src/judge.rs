//! What follows from a verdict and an observation. Pure, and every pair is written out.

#![warn(clippy::wildcard_enum_match_arm)]

use std::fmt;

use jwt_assay_core::{
    model::{Algorithm, Fixed, Layer, Method, VectorId, Verdict},
    suite::Support,
};
use serde::{Deserialize, Serialize};

use crate::{observation::Observation, question::Question};

/// Judges one step. No arm catches the rest: a new kind of verdict or observation must stop the
/// build here.
#[must_use]
pub fn judge(question: &Question, seen: &Observation) -> Outcome {
    use Observation as Seen;
    match (question.verdict, seen) {
        (_, Seen::Crashed { .. }) => Outcome::Failed(Failure::Crashed),
        (_, Seen::Garbled { .. }) => Outcome::Failed(Failure::Garbled),
        (_, Seen::TimedOut) => Outcome::Failed(Failure::TimedOut),
        (Verdict::May(_), Seen::Unsupported { .. }) if question.support == Support::Algorithm => {
            Outcome::Informational
        }
        (_, Seen::Unsupported { .. }) => Outcome::Failed(Failure::UnsupportedThoughPromised),
        (Verdict::Accept | Verdict::May(_), Seen::Accepted { client_id })
            if !question.subject.permits(client_id) =>
        {
            Outcome::WronglyAccepted
        }
        (Verdict::Accept, Seen::Accepted { .. }) => Outcome::Agrees,
        (Verdict::Accept, Seen::Rejected { .. }) => Outcome::WronglyRejected,
        (Verdict::May(_), Seen::Accepted { .. } | Seen::Rejected { .. }) => Outcome::Informational,
        (Verdict::Reject(_), Seen::Accepted { .. }) => Outcome::WronglyAccepted,
        (Verdict::Reject(_), Seen::Rejected { .. }) => Outcome::Agrees,
        // Answers of builders, to questions that no builder is asked.
        (_, Seen::Built { .. } | Seen::Refused { .. }) => Outcome::Failed(Failure::Garbled),
    }
}

/// The outcome of all steps together: the first one that is wrong, else that of the last. `None`
/// where there is no step.
#[must_use]
pub fn of_steps(steps: &[Outcome]) -> Option<&Outcome> {
    steps
        .iter()
        .find(|outcome| outcome.is_wrong())
        .or(steps.last())
}

/// What follows from a verdict and an observation. Accepting wrongly and rejecting wrongly are
/// different findings and never share a variant.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// As the specifications ask.
    Agrees,
    /// Neither accepted nor refused.
    Failed(Failure),
    /// The specifications leave it open.
    Informational,
    /// Not asked, or of no weight.
    Skipped(SkipReason),
    /// Accepted what must be refused, or as another client; usually a vulnerability.
    WronglyAccepted,
    /// Built what must be declined, or something that is not right.
    WronglyBuilt,
    /// Declined what must be built.
    WronglyRefused,
    /// Refused what must be accepted; breaks interoperability.
    WronglyRejected,
}

impl Outcome {
    /// Whether the implementation is at odds with the specifications or with its own promise.
    #[must_use]
    pub const fn is_wrong(&self) -> bool {
        match self {
            Self::Failed(_)
            | Self::WronglyAccepted
            | Self::WronglyBuilt
            | Self::WronglyRefused
            | Self::WronglyRejected => true,
            Self::Agrees | Self::Informational | Self::Skipped(_) => false,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Agrees => f.write_str("agrees"),
            Self::Failed(failure) => write!(f, "failed: {failure}"),
            Self::Informational => f.write_str("informational"),
            Self::Skipped(reason) => write!(f, "skipped: {reason}"),
            Self::WronglyAccepted => f.write_str("wrongly accepted"),
            Self::WronglyBuilt => f.write_str("wrongly built"),
            Self::WronglyRefused => f.write_str("wrongly refused"),
            Self::WronglyRejected => f.write_str("wrongly rejected"),
        }
    }
}

/// How an implementation can fail to answer.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Failure {
    /// It crashed.
    Crashed,
    /// Its answer was none.
    Garbled,
    /// It did not answer in time.
    TimedOut,
    /// It said `unsupported` to what its description promises.
    UnsupportedThoughPromised,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Crashed => "crashed",
            Self::Garbled => "answered nonsense",
            Self::TimedOut => "timed out",
            Self::UnsupportedThoughPromised => "unsupported although promised",
        })
    }
}

/// Why a vector was not asked of an implementation, or why its answer has no weight.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SkipReason {
    /// The implementation's description does not name the algorithm.
    AlgorithmNotPromised(Algorithm),
    /// The builder cannot be told what the case asks for.
    CannotBeTold(Fixed),
    /// The control was not accepted, so the refusal proves nothing.
    ControlNotAccepted(VectorId),
    /// The implementation reads no form of key that the case can be asked with.
    KeyFormatNotPromised,
    /// The implementation does not claim to enforce the layer's rules.
    LayerNotClaimed(Layer),
    /// The implementation's description does not name the client authentication method.
    MethodNotPromised(Method),
    /// The implementation has a clock of its own and the case depends on single seconds.
    NeedsGivenClock,
    /// The policy has one leeway for `exp` and another for `nbf`.
    TwoLeewaysNotPromised,
}

impl SkipReason {
    /// Whether the implementation said beforehand that it would not do this.
    #[must_use]
    pub const fn is_unpromised(&self) -> bool {
        match self {
            Self::AlgorithmNotPromised(_)
            | Self::CannotBeTold(_)
            | Self::KeyFormatNotPromised
            | Self::LayerNotClaimed(_)
            | Self::MethodNotPromised(_)
            | Self::TwoLeewaysNotPromised => true,
            Self::ControlNotAccepted(_) | Self::NeedsGivenClock => false,
        }
    }

    /// The reason without the name of a single vector, for counting.
    #[must_use]
    pub fn kind(&self) -> String {
        match self {
            Self::ControlNotAccepted(_) => "the control was not accepted".to_owned(),
            Self::AlgorithmNotPromised(_)
            | Self::CannotBeTold(_)
            | Self::KeyFormatNotPromised
            | Self::LayerNotClaimed(_)
            | Self::MethodNotPromised(_)
            | Self::NeedsGivenClock
            | Self::TwoLeewaysNotPromised => self.to_string(),
        }
    }
}

impl fmt::Display for SkipReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AlgorithmNotPromised(algorithm) => {
                write!(f, "algorithm {algorithm} is not promised")
            }
            Self::CannotBeTold(what) => write!(f, "it cannot be told the {what}"),
            Self::KeyFormatNotPromised => f.write_str("no form of the key is promised"),
            Self::ControlNotAccepted(control) => {
                write!(f, "the control {control} was not accepted")
            }
            Self::LayerNotClaimed(layer) => write!(f, "layer {layer} is not claimed"),
            Self::MethodNotPromised(method) => write!(f, "method {method} is not promised"),
            Self::NeedsGivenClock => f.write_str("needs a given clock"),
            Self::TwoLeewaysNotPromised => f.write_str("two leeways are not promised"),
        }
    }
}

#[cfg(test)]
mod tests;
