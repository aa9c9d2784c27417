//! The outcome of a vector for an implementation, and the one vocabulary of deviations that outcomes,
//! divergences and the findings of fuzzing share.

use std::fmt;

use jwt_assay_core::model::{Algorithm, Fixed, Layer, Method, VectorId};
use serde::{Deserialize, Serialize};

use crate::observation::Observation;

/// The outcome of a verdict and an observation.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(from = "Written", into = "Written")]
pub enum Outcome {
    /// As the specifications ask.
    Agrees,
    /// The specifications leave it open.
    Open,
    /// Not asked, or of no weight.
    Skipped(SkipReason),
    /// At odds with the specifications, or with the implementation's own promise.
    Wrong(Deviation),
}

/// A way of being wrong. Accepting wrongly and rejecting wrongly are different findings and never
/// share a variant.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Deviation {
    /// A verifier accepts what must be rejected, or as another client; usually a vulnerability.
    Accepted,
    /// It crashes.
    Crashed,
    /// A builder declines what must be signed. Files have the protocol's word.
    #[serde(rename = "refused")]
    Declined,
    /// It answers outside the protocol.
    Garbled,
    /// A verifier rejects what must be accepted; breaks interoperability.
    Rejected,
    /// A builder signs what must be declined, or a faulty assertion. Files have the
    /// protocol's word.
    #[serde(rename = "built")]
    Signed,
    /// It does not answer in time.
    TimedOut,
    /// It says `unsupported` to what its description promises.
    Unsupported,
}

impl Outcome {
    /// True where the implementation is at odds with the specifications or with its own promise.
    #[must_use]
    pub const fn is_wrong(&self) -> bool {
        matches!(self, Self::Wrong(_))
    }
}

impl Deviation {
    /// All deviations.
    pub const ALL: [Self; 8] = [
        Self::Accepted,
        Self::Crashed,
        Self::Declined,
        Self::Garbled,
        Self::Rejected,
        Self::Signed,
        Self::TimedOut,
        Self::Unsupported,
    ];

    /// The word in files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Crashed => "crashed",
            Self::Declined => "refused",
            Self::Garbled => "garbled",
            Self::Rejected => "rejected",
            Self::Signed => "built",
            Self::TimedOut => "timed-out",
            Self::Unsupported => "unsupported",
        }
    }

    /// The deviation that an observation would be, if the verdict asked for another one.
    #[must_use]
    pub const fn of(observation: &Observation) -> Self {
        match observation {
            Observation::Accepted { .. } => Self::Accepted,
            Observation::Crashed { .. } => Self::Crashed,
            Observation::Declined { .. } => Self::Declined,
            Observation::Garbled { .. } => Self::Garbled,
            Observation::Rejected { .. } => Self::Rejected,
            Observation::Signed { .. } => Self::Signed,
            Observation::TimedOut => Self::TimedOut,
            Observation::Unsupported { .. } => Self::Unsupported,
        }
    }

    /// True where there was no answer to judge.
    #[must_use]
    pub const fn is_failure(self) -> bool {
        match self {
            Self::Crashed | Self::Garbled | Self::TimedOut | Self::Unsupported => true,
            Self::Accepted | Self::Declined | Self::Rejected | Self::Signed => false,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Agrees => f.write_str("agrees"),
            Self::Open => f.write_str("informational"),
            Self::Skipped(reason) => write!(f, "skipped: {reason}"),
            Self::Wrong(deviation) => deviation.fmt(f),
        }
    }
}

impl fmt::Display for Deviation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Accepted => "wrongly accepted",
            Self::Crashed => "failed: crashed",
            Self::Declined => "wrongly declined",
            Self::Garbled => "failed: answered nonsense",
            Self::Rejected => "wrongly rejected",
            Self::Signed => "wrongly signed",
            Self::TimedOut => "failed: timed out",
            Self::Unsupported => "failed: unsupported although promised",
        })
    }
}

/// The form of an outcome in records. It has kept its names since the first version, so that old
/// records stay readable while the code's names follow DESIGN.md.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Written {
    Agrees,
    Failed(WrittenFailure),
    Informational,
    Skipped(SkipReason),
    WronglyAccepted,
    WronglyBuilt,
    WronglyRefused,
    WronglyRejected,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
enum WrittenFailure {
    Crashed,
    Garbled,
    TimedOut,
    UnsupportedThoughPromised,
}

impl From<Outcome> for Written {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Agrees => Self::Agrees,
            Outcome::Open => Self::Informational,
            Outcome::Skipped(reason) => Self::Skipped(reason),
            Outcome::Wrong(deviation) => match deviation {
                Deviation::Accepted => Self::WronglyAccepted,
                Deviation::Crashed => Self::Failed(WrittenFailure::Crashed),
                Deviation::Declined => Self::WronglyRefused,
                Deviation::Garbled => Self::Failed(WrittenFailure::Garbled),
                Deviation::Rejected => Self::WronglyRejected,
                Deviation::Signed => Self::WronglyBuilt,
                Deviation::TimedOut => Self::Failed(WrittenFailure::TimedOut),
                Deviation::Unsupported => Self::Failed(WrittenFailure::UnsupportedThoughPromised),
            },
        }
    }
}

impl From<Written> for Outcome {
    fn from(written: Written) -> Self {
        let deviation = match written {
            Written::Agrees => return Self::Agrees,
            Written::Informational => return Self::Open,
            Written::Skipped(reason) => return Self::Skipped(reason),
            Written::Failed(failure) => match failure {
                WrittenFailure::Crashed => Deviation::Crashed,
                WrittenFailure::Garbled => Deviation::Garbled,
                WrittenFailure::TimedOut => Deviation::TimedOut,
                WrittenFailure::UnsupportedThoughPromised => Deviation::Unsupported,
            },
            Written::WronglyAccepted => Deviation::Accepted,
            Written::WronglyBuilt => Deviation::Signed,
            Written::WronglyRefused => Deviation::Declined,
            Written::WronglyRejected => Deviation::Rejected,
        };
        Self::Wrong(deviation)
    }
}

/// The reason why a vector was not asked of an implementation, or why its answer has no weight.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SkipReason {
    /// The implementation's description does not name the algorithm.
    AlgorithmNotPromised(Algorithm),
    /// The builder cannot be told what the case asks for.
    CannotBeTold(Fixed),
    /// The control, which was accepted at first, was not accepted right before or after the rejection: it
    /// is void.
    ControlLost(VectorId),
    /// The control was not accepted, so the rejection proves nothing.
    ControlNotAccepted(VectorId),
    /// The implementation reads no form of key that the case can be asked with.
    KeyFormatNotPromised,
    /// The implementation does not claim to enforce the layer's rules.
    LayerNotClaimed(Layer),
    /// The implementation's description does not name the client authentication method.
    MethodNotPromised(Method),
    /// The implementation has a clock of its own and the case depends on single seconds.
    NeedsGivenClock,
    /// The builder answered with an assertion alone, and the rule is about the token request around it.
    NoRequestSeen,
    /// The policy has one leeway for `exp` and another for `nbf`.
    TwoLeewaysNotPromised,
}

impl SkipReason {
    /// True where the description said beforehand that the implementation would not do this.
    #[must_use]
    pub const fn is_unpromised(&self) -> bool {
        match self {
            Self::AlgorithmNotPromised(_)
            | Self::CannotBeTold(_)
            | Self::KeyFormatNotPromised
            | Self::LayerNotClaimed(_)
            | Self::MethodNotPromised(_)
            | Self::TwoLeewaysNotPromised => true,
            Self::ControlLost(_)
            | Self::ControlNotAccepted(_)
            | Self::NeedsGivenClock
            | Self::NoRequestSeen => false,
        }
    }

    /// The reason without the name of a single vector, for counting.
    #[must_use]
    pub fn kind(&self) -> String {
        match self {
            Self::ControlLost(_) => "void: a control was no longer accepted".to_owned(),
            Self::ControlNotAccepted(_) => "the control was not accepted".to_owned(),
            Self::AlgorithmNotPromised(_)
            | Self::CannotBeTold(_)
            | Self::KeyFormatNotPromised
            | Self::LayerNotClaimed(_)
            | Self::MethodNotPromised(_)
            | Self::NeedsGivenClock
            | Self::NoRequestSeen
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
            Self::ControlLost(control) => {
                write!(f, "void: the control {control} was no longer accepted")
            }
            Self::ControlNotAccepted(control) => {
                write!(f, "the control {control} was not accepted")
            }
            Self::LayerNotClaimed(layer) => write!(f, "layer {layer} is not claimed"),
            Self::MethodNotPromised(method) => write!(f, "method {method} is not promised"),
            Self::NeedsGivenClock => f.write_str("needs a given clock"),
            Self::NoRequestSeen => {
                f.write_str("answered with an assertion alone, no token request was seen")
            }
            Self::TwoLeewaysNotPromised => f.write_str("two leeways are not promised"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_reads_back_as_it_is_written() {
        let reason = SkipReason::LayerNotClaimed(Layer::State);
        let others = [Outcome::Agrees, Outcome::Open, Outcome::Skipped(reason)];
        let wrong = Deviation::ALL.map(Outcome::Wrong);
        for outcome in others.into_iter().chain(wrong) {
            let text = serde_json::to_string(&outcome).unwrap();
            assert_eq!(serde_json::from_str::<Outcome>(&text).unwrap(), outcome);
        }
    }

    #[test]
    fn records_keep_the_words_of_their_first_version() {
        let written = |outcome| serde_json::to_string(&outcome).unwrap();
        assert_eq!(written(Outcome::Open), r#""informational""#);
        let wrong = |deviation| written(Outcome::Wrong(deviation));
        assert_eq!(wrong(Deviation::Signed), r#""wrongly-built""#);
        assert_eq!(wrong(Deviation::Declined), r#""wrongly-refused""#);
        assert_eq!(wrong(Deviation::TimedOut), r#"{"failed":"timed-out"}"#);
        let unsupported = r#"{"failed":"unsupported-though-promised"}"#;
        assert_eq!(wrong(Deviation::Unsupported), unsupported);
    }

    #[test]
    fn a_deviation_has_one_word_in_files_and_in_the_code() {
        for deviation in Deviation::ALL {
            let text = serde_json::to_string(&deviation).unwrap();
            assert_eq!(text, format!("\"{}\"", deviation.name()));
        }
    }

    #[test]
    fn skip_reasons_are_counted_without_the_names_of_controls() {
        let control: VectorId = "pos-full/okta/es256".parse().unwrap();
        let reason = SkipReason::ControlNotAccepted(control);
        assert_eq!(
            reason.to_string(),
            "the control pos-full/okta/es256 was not accepted"
        );
        assert_eq!(reason.kind(), "the control was not accepted");
        assert_eq!(
            SkipReason::LayerNotClaimed(Layer::Key).kind(),
            "layer key is not claimed"
        );
    }
}
