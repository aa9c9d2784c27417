//! The exchange with an implementation over one vector: its observations, and with each the
//! circumstances that its judge must know.

use jwt_assay_core::model::VectorId;

use crate::{observation::Observation, outcome::SkipReason, subject::Subject};

/// An event of a run.
#[derive(Clone, Debug)]
pub enum Event {
    /// The result of one vector.
    VectorResult(VectorResult),
    /// A control that was asked again between other vectors.
    Repeated {
        /// The place of the implementation in [`Plan::implementations`](crate::plan::Plan::implementations).
        implementation: usize,
        /// The round after which it was asked.
        round: usize,
        /// The place of the control in [`Plan::asked`](crate::plan::Plan::asked).
        control: usize,
        /// The exchange.
        exchange: Exchange,
    },
    /// An incident that belongs to no vector.
    Incident {
        /// The place of the implementation in [`Plan::implementations`](crate::plan::Plan::implementations).
        implementation: usize,
        /// The incident in words.
        text: String,
    },
}

/// One vector put to one implementation, or the reason why it was not.
#[derive(Clone, Debug)]
pub struct VectorResult {
    /// The place of the vector in [`Plan::asked`](crate::plan::Plan::asked).
    pub asked: usize,
    /// The place of the implementation in [`Plan::implementations`](crate::plan::Plan::implementations).
    pub implementation: usize,
    /// The exchange.
    pub seen: Result<Exchange, SkipReason>,
}

/// The observations of all steps.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// True where the implementation took the time from the machine's clock.
    pub is_live: bool,
    /// The steps in order.
    pub steps: Vec<StepObservation>,
}

/// The observation of one step.
#[derive(Clone, Debug)]
pub struct StepObservation {
    /// The observation.
    pub observation: Observation,
    /// The circumstances.
    pub circumstance: Circumstance,
}

/// The circumstances of an observation that the judge must know.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Circumstance {
    /// A verifier was presented with a request about this subject.
    Presented(Subject),
    /// A builder was asked for an assertion.
    Commissioned {
        /// True where the client's key signed the assertion, which makes a control right.
        is_sound: bool,
        /// True where the description promises the requested algorithm.
        is_promised: bool,
        /// True where the answer shows the token request that the builder sent.
        has_request: bool,
    },
}

/// The text of an incident, with the names of the vectors that it is about.
pub(crate) fn incident_text(
    incident: &jwt_assay_implementations::reach::process::ProgramIncident,
    name: impl Fn(usize) -> VectorId,
) -> String {
    use jwt_assay_implementations::reach::process::ProgramIncident;
    match incident {
        ProgramIncident::WroteAfterBye { line } => {
            format!("it went on writing after goodbye: {line}")
        }
        ProgramIncident::NotReproduced { failure, under_way } => {
            let first = under_way.first().map(|&place| name(place).to_string());
            let first = first.unwrap_or_default();
            let more = under_way.len().saturating_sub(1);
            format!(
                "it {failure}, while {first} and {more} more were under way; asked one by one, none \
                 of them did it again"
            )
        }
        ProgramIncident::SecondAnswer { place } => format!("it answered {} twice", name(*place)),
        ProgramIncident::LeftRunning { process } => {
            format!("{process}, which it started, could not be killed and runs on; end it by hand")
        }
        ProgramIncident::FailedAtBye { end } => format!("it failed after goodbye: {end}"),
        ProgramIncident::StillRunning => {
            "it was still running five seconds after goodbye, and was killed".to_owned()
        }
        ProgramIncident::Stopped { reason } => format!("it was given up: {reason}"),
    }
}
