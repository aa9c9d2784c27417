//! The judgement of a verifier's answers, step by step. Pure, and every pair is written out.

#![warn(clippy::wildcard_enum_match_arm)]

use jwt_assay_core::{
    model::Verdict,
    suite::{Presentation, Support, Vector},
};

use super::{Control, Judged, weigh};
use crate::{
    exchange::{Circumstance, SeenStep},
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
    /// The kind of question: a rule, or the support of an algorithm.
    pub support: Support,
    /// The clients that an acceptance may name.
    pub subject: Subject,
}

/// Judges all steps of a vector, and weighs a rejection by its control.
pub(super) fn judge(
    vector: &Vector,
    own: &Presentation,
    seen: Vec<SeenStep>,
    control: Option<&Control>,
) -> Judged {
    let steps = steps(vector, own, seen);
    let as_control = as_control(&steps);
    let outcome = outcome_of(&steps);
    // A library with one leeway may say so when it is asked.
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

/// Judges every step by its own verdict. What follows a step that was open and was rejected is
/// open too: an assertion that was never accepted cannot be replayed.
#[must_use]
pub fn steps(vector: &Vector, own: &Presentation, seen: Vec<SeenStep>) -> Vec<StepRecord> {
    let mut is_open = false;
    let of_step = |(&verdict, step): (&Verdict, SeenStep)| {
        let SeenStep {
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
            // The circumstances of a builder: no answer to this question.
            Circumstance::Commissioned { .. } => Outcome::Wrong(Deviation::Garbled),
        };
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

/// Judges one step. No arm catches the rest: a new kind of verdict or observation must stop the
/// build here.
#[must_use]
pub fn step_outcome(question: &Question, seen: &Observation) -> Outcome {
    use Observation as Seen;
    match (question.verdict, seen) {
        (_, Seen::Crashed { .. }) => Outcome::Wrong(Deviation::Crashed),
        (_, Seen::Garbled { .. }) => Outcome::Wrong(Deviation::Garbled),
        (_, Seen::TimedOut) => Outcome::Wrong(Deviation::TimedOut),
        (Verdict::May(_), Seen::Unsupported { .. }) if question.support == Support::Algorithm => {
            Outcome::Open
        }
        (_, Seen::Unsupported { .. }) => Outcome::Wrong(Deviation::Unsupported),
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
        // Answers of builders, to questions that no builder is asked.
        (_, Seen::Signed { .. } | Seen::Declined { .. }) => Outcome::Wrong(Deviation::Garbled),
    }
}

/// The outcome of all steps together: the first one that is wrong, else that of the last.
///
/// # Panics
///
/// Where there is no step; the suite's compiler makes no such vector.
#[must_use]
pub fn outcome_of(steps: &[StepRecord]) -> Outcome {
    let mut outcomes = steps.iter().map(|step| &step.outcome);
    let wrong = outcomes.clone().find(|outcome| outcome.is_wrong());
    let deciding = wrong.or(outcomes.next_back());
    deciding.expect("a vector has at least one step").clone()
}

/// Whether a vector shows that the keys, the audience and the clock are right: every step that
/// may be accepted was.
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
