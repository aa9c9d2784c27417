//! The judgement of an exchange: the verdict against the observation, in a file for each role.

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
    /// The rule that decides.
    pub rule: Rule,
    /// The result as the control of another vector.
    pub as_control: AsControl,
}

/// A control that was judged before, as the vectors that wait for it see it.
#[derive(Clone, Debug)]
pub struct Control {
    /// The result.
    pub as_control: AsControl,
    /// The faults of a builder's answer, which are not held against another vector.
    pub faults: Vec<Rule>,
}

/// Judges the exchange over one vector with an implementation that claims `layers`. `control` is that
/// of the vector, `None` where there is none, or where it was not asked.
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

/// A right rejection counts only beside a control that was accepted. What is wrong stays wrong: an
/// acceptance or a crash is one with or without a control.
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
    fn what_is_wrong_stays_wrong_without_a_control() {
        let control: VectorId = "pos-full/okta/es256".parse().unwrap();
        let wrong = Deviation::ALL.map(Outcome::Wrong);
        for outcome in wrong.into_iter().chain([Outcome::Open]) {
            assert_eq!(weigh(&outcome, &control, Some(AsControl::Wrong)), outcome);
        }
    }
}
