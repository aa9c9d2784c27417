//! Judgement of an exchange: compares verdicts with observations, in a file for each role.

pub mod build;
pub mod verify;

use jwt_assay_core::{
    model::{Layer, Rule, VectorId},
    suite::{Experiment, Vector},
};

use crate::{
    exchange::Exchange,
    outcome::{Outcome, SkipReason},
    record::{AsControl, StepRecord},
};

/// A judged exchange.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The steps, each with its own outcome.
    pub steps: Vec<StepRecord>,
    /// The outcome of all steps together.
    pub outcome: Outcome,
    /// The rule that decides the outcome.
    pub rule: Rule,
    /// The result as the control of another vector.
    pub as_control: AsControl,
}

/// A judged control, for the vectors that wait for it.
#[derive(Clone, Debug)]
pub struct Control {
    /// The result as a control.
    pub as_control: AsControl,
    /// The faults in a builder's answer, which do not count against the vectors that wait.
    pub faults: Vec<Rule>,
}

/// Judges the exchange over one vector with an implementation that claims `layers`. `control` is
/// `None` where the vector has none, or where it was not judged.
#[must_use]
pub fn judge(
    vector: &Vector,
    exchange: Exchange,
    layers: &[Layer],
    control: Option<&Control>,
) -> Judged {
    match &vector.experiment {
        Experiment::Verify(own) => verify::judge(vector, own, exchange.steps, control),
        Experiment::Build(own) => build::judge(vector, own, exchange.steps, layers, control),
    }
}

/// Weighs an outcome by its control. A right rejection counts only beside an accepted control: a
/// server that rejects the valid twin as well may do so for any reason, as a wrong key. A missing
/// control weighs as a wrong one. A wrong outcome needs no control: an acceptance or a crash proves
/// itself.
#[must_use]
pub fn weigh(outcome: &Outcome, control: &VectorId, as_control: Option<AsControl>) -> Outcome {
    match (outcome, as_control) {
        (Outcome::Agrees, Some(AsControl::Wrong) | None) => {
            Outcome::Skipped(SkipReason::ControlNotAccepted(control.clone()))
        }
        (Outcome::Agrees, Some(AsControl::Right))
        | (Outcome::Open | Outcome::Skipped(_) | Outcome::Wrong(_), _) => outcome.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::Deviation;

    #[test]
    fn a_right_rejection_without_an_accepted_control_has_no_weight() {
        let control: VectorId = "pos-full/okta/es256".parse().unwrap();
        let skipped = Outcome::Skipped(SkipReason::ControlNotAccepted(control.clone()));
        let weighed = |as_control| weigh(&Outcome::Agrees, &control, as_control);
        assert_eq!(weighed(Some(AsControl::Right)), Outcome::Agrees);
        assert_eq!(weighed(Some(AsControl::Wrong)), skipped);
        assert_eq!(weighed(None), skipped);
    }

    #[test]
    fn a_wrong_outcome_stays_wrong_without_a_control() {
        let control: VectorId = "pos-full/okta/es256".parse().unwrap();
        let wrong = Deviation::ALL.map(Outcome::Wrong);
        for outcome in wrong.into_iter().chain([Outcome::Open]) {
            assert_eq!(weigh(&outcome, &control, Some(AsControl::Wrong)), outcome);
        }
    }
}
