//! Judgement of a verifier's answers, step by step. A pure function that writes out every pair of
//! verdict and observation.

#![warn(clippy::wildcard_enum_match_arm)]

use jwt_assay_core::{
    model::Verdict,
    suite::{Presentation, Support, Vector},
};

use super::{Control, Judged, weigh};
use crate::{
    exchange::{Circumstance, StepObservation},
    observation::Observation,
    outcome::{Deviation, Outcome, SkipReason},
    record::{AsControl, Expected, StepRecord},
    subject::Subject,
};

/// One step as the judge sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// The verdict of the specifications.
    pub verdict: Verdict,
    /// The subject of the case: a rule, or the support of an algorithm.
    pub support: Support,
    /// The clients that an acceptance may name.
    pub subject: Subject,
}

/// Judges all steps of a vector, and weighs a rejection by its control.
pub(super) fn judge(
    vector: &Vector,
    own: &Presentation,
    seen: Vec<StepObservation>,
    control: Option<&Control>,
) -> Judged {
    let steps = steps(vector, own, seen);
    let as_control = as_control(&steps);
    let outcome = outcome_of(&steps);
    // A library with one leeway for both claims may say so only when it gets the policy; that is a
    // limit of the library and no answer about the rule.
    let lacks_second_leeway = vector.has_two_leeways()
        && steps
            .iter()
            .any(|step| matches!(step.seen, Observation::Unsupported { .. }));
    let outcome = if lacks_second_leeway {
        Outcome::Skipped(SkipReason::TwoLeewaysNotPromised)
    } else {
        match &vector.control {
            Some(id) => weigh(&outcome, id, control.map(|control| control.as_control)),
            None => outcome,
        }
    };
    Judged {
        steps,
        outcome,
        rule: vector.deciding_rule(),
        as_control,
    }
}

/// Judges every step by its own verdict. After a rejection at an open step the later ones are open
/// too: an assertion that was never accepted cannot be replayed, so its second acceptance is no
/// replay.
#[must_use]
pub fn steps(vector: &Vector, own: &Presentation, seen: Vec<StepObservation>) -> Vec<StepRecord> {
    let mut is_open = false;
    let of_step = |(&verdict, step): (&Verdict, StepObservation)| {
        let StepObservation {
            observation,
            circumstance,
        } = step;
        let judged = match circumstance {
            Circumstance::Presented(subject) => {
                let question = Question {
                    verdict,
                    support: vector.case.support,
                    subject,
                };
                step_outcome(&question, &observation)
            }
            // Only a builder has these circumstances, and a plan has one role. Were it ever to mix
            // them, a failure is safer than a pass.
            Circumstance::Commissioned { .. } => Outcome::Wrong(Deviation::Garbled),
        };
        // Crashes and timeouts stay wrong: no earlier answer excuses them.
        let outcome = match (is_open, judged) {
            (true, Outcome::Agrees | Outcome::Wrong(Deviation::Accepted | Deviation::Rejected)) => {
                Outcome::Open
            }
            (_, judged) => judged,
        };
        let is_rejected = matches!(observation, Observation::Rejected { .. });
        is_open |= is_rejected && matches!(verdict, Verdict::May(_));
        StepRecord {
            expected: Expected::from(verdict),
            seen: observation,
            outcome,
        }
    };
    own.verdicts.iter().zip(seen).map(of_step).collect()
}

/// Judges one step. No arm catches the rest, so that a new kind of verdict or observation stops the
/// build here and gets a decision.
#[must_use]
pub fn step_outcome(question: &Question, seen: &Observation) -> Outcome {
    use Observation as Seen;
    match (question.verdict, seen) {
        (_, Seen::Crashed { .. }) => Outcome::Wrong(Deviation::Crashed),
        (_, Seen::Garbled { .. }) => Outcome::Wrong(Deviation::Garbled),
        (_, Seen::TimedOut) => Outcome::Wrong(Deviation::TimedOut),
        // A case about an algorithm is asked of implementations that do not promise it, to hear this.
        (Verdict::May(_), Seen::Unsupported { .. }) if question.support == Support::Algorithm => {
            Outcome::Open
        }
        (_, Seen::Unsupported { .. }) => Outcome::Wrong(Deviation::Unsupported),
        // The wrong client is worse than a wrong rejection, even where the assertion itself is valid.
        (Verdict::Accept | Verdict::May(_), Seen::Accepted { client_id })
            if !question.subject.permits(client_id) =>
        {
            Outcome::Wrong(Deviation::Accepted)
        }
        (Verdict::Accept, Seen::Accepted { .. }) => Outcome::Agrees,
        (Verdict::Accept, Seen::Rejected { .. }) => Outcome::Wrong(Deviation::Rejected),
        (Verdict::May(_), Seen::Accepted { .. } | Seen::Rejected { .. }) => Outcome::Open,
        (Verdict::Reject(_), Seen::Accepted { .. }) => Outcome::Wrong(Deviation::Accepted),
        (Verdict::Reject(_), Seen::Rejected { .. }) => Outcome::Agrees,
        // Answers of builders, which a verifier's protocol does not have.
        (_, Seen::Signed { .. } | Seen::Declined { .. }) => Outcome::Wrong(Deviation::Garbled),
    }
}

/// The outcome of all steps together: the first wrong one, since later steps build on it, else the
/// last, which is the step that the case is about.
///
/// # Panics
///
/// Without a step; the suite's compiler makes no such vector.
#[must_use]
pub fn outcome_of(steps: &[StepRecord]) -> Outcome {
    let mut outcomes = steps.iter().map(|step| &step.outcome);
    let wrong = outcomes.clone().find(|outcome| outcome.is_wrong());
    let deciding = wrong.or(outcomes.next_back());
    deciding.expect("a vector has at least one step").clone()
}

/// The result as a control: right where every step that may be accepted was, which proves that the
/// keys, the audience and the clock are set up right.
#[must_use]
pub fn as_control(steps: &[StepRecord]) -> AsControl {
    let is_right = steps.iter().all(|step| match (&step.outcome, &step.seen) {
        (Outcome::Agrees, _) | (Outcome::Open, Observation::Accepted { .. }) => true,
        (Outcome::Open | Outcome::Skipped(_) | Outcome::Wrong(_), _) => false,
    });
    if is_right {
        AsControl::Right
    } else {
        AsControl::Wrong
    }
}

#[cfg(test)]
mod tests;
