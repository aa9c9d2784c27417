//! From what was seen to records: judges each step, weighs refusals by their controls, and
//! compares with what is recorded.

use std::collections::HashMap;

use jwt_assay_core::{
    model::{Rule, VectorId, Verdict},
    suite::Vector,
};

use crate::{
    divergences::Divergences,
    filter::layer_of,
    judge::{self, Outcome, SkipReason},
    observation::Observation,
    plan::{Implementation, Plan, Role, has_two_leeways, profile_of, unclaimed_layer},
    question::Question,
    reasons::Reasons,
    record::{AsControl, Expected, Record, StepRecord},
    run::{SeenStep, Sighting},
};

/// Turns sightings into records. Awaited controls must come before what waits for them, as
/// [`crate::run::run`] hands them over.
#[derive(Debug)]
pub struct Assessor<'p> {
    plan: &'p Plan<'p>,
    run: String,
    divergences: Vec<Divergences>,
    reasons: Vec<Reasons>,
    controls: HashMap<(usize, &'p VectorId), AsControl>,
}

impl<'p> Assessor<'p> {
    /// `divergences` are those of [`Plan::implementations`], in that order.
    #[must_use]
    pub fn new(plan: &'p Plan<'p>, run: &str, divergences: Vec<Divergences>) -> Self {
        let implementations = plan.implementations.iter();
        let reasons = implementations.map(|known| Reasons::bundled(&known.description.name));
        Self {
            plan,
            run: run.to_owned(),
            divergences,
            reasons: reasons.collect(),
            controls: HashMap::new(),
        }
    }

    /// Takes over how a control came out that was judged before.
    pub fn keep(&mut self, implementation: usize, control: &'p VectorId, as_control: AsControl) {
        self.controls.insert((implementation, control), as_control);
    }

    /// Judges one sighting.
    pub fn record(&mut self, sighting: Sighting) -> Record {
        let Sighting {
            asked,
            implementation,
            seen,
        } = sighting;
        let asked = &self.plan.asked[asked];
        let vector = asked.vector;
        let description = &self.plan.implementations[implementation].description;
        let (is_live, steps, outcome) = match seen {
            Err(reason) => (false, Vec::new(), Outcome::Skipped(reason)),
            Ok(exchange) => {
                let mut steps = judge_steps(vector, exchange.steps);
                for (step, verdict) in steps.iter_mut().zip(&vector.verdicts) {
                    let wanted = match verdict {
                        Verdict::Reject(rule) => Some(*rule),
                        Verdict::Accept | Verdict::May(_) => None,
                    };
                    step.seen = self.reasons[implementation].explain(step.seen.clone(), wanted);
                }
                let outcome = outcome_of(&steps);
                (exchange.is_live, steps, outcome)
            }
        };
        let as_control = (asked.is_awaited && !steps.is_empty()).then(|| as_control(&steps));
        if let Some(as_control) = as_control {
            self.controls
                .insert((implementation, &vector.id), as_control);
        }
        let refusal = vector.control.as_ref().map(|control| {
            let as_control = self.controls.get(&(implementation, control));
            weigh(&outcome, control, as_control.copied())
        });
        let lacks_second_leeway = has_two_leeways(vector)
            && steps
                .iter()
                .any(|step| matches!(step.seen, Observation::Unsupported { .. }));
        let outcome = match unclaimed_layer(vector, description) {
            Some(reason) => Outcome::Skipped(reason),
            None if lacks_second_leeway => Outcome::Skipped(SkipReason::TwoLeewaysNotPromised),
            None => refusal.unwrap_or(outcome),
        };
        let noted = self
            .divergences
            .get(implementation)
            .and_then(|divergences| {
                divergences.compare(&vector.id, &outcome, steps.iter().map(|step| &step.seen))
            });
        let rule = deciding_rule(vector);
        Record {
            run: self.run.clone(),
            implementation: description.name.clone(),
            version: description.version.clone(),
            vector: vector.id.clone(),
            case: vector.case.id.clone(),
            profile: vector.profile,
            algorithm: vector.algorithm,
            layer: layer_of(vector),
            rule,
            clauses: clauses_of(vector, rule),
            is_newer: vector.is_newer,
            is_support: asked.role == Role::Support,
            as_control,
            is_live,
            expected: vector.verdict().into(),
            steps,
            outcome,
            divergence: noted,
            rerun: rerun(&self.plan.implementations[implementation], vector),
        }
    }
}

/// Judges every step by its own verdict. What follows a step that was open and was refused is
/// open too: an assertion that was never accepted cannot be replayed.
#[must_use]
pub fn judge_steps(vector: &Vector, seen: Vec<SeenStep>) -> Vec<StepRecord> {
    let mut is_open = false;
    let of_step = |(
        &verdict,
        SeenStep {
            subject,
            observation,
        },
    ): (&Verdict, SeenStep)| {
        let question = Question {
            verdict,
            support: vector.case.support,
            subject,
        };
        let judged = judge::judge(&question, &observation);
        let outcome = match (is_open, judged) {
            (true, Outcome::Agrees | Outcome::WronglyAccepted | Outcome::WronglyRejected) => {
                Outcome::Informational
            }
            (_, judged) => judged,
        };
        let is_refused = matches!(observation, Observation::Rejected { .. });
        is_open |= is_refused && matches!(verdict, Verdict::May(_));
        StepRecord {
            expected: Expected::from(verdict),
            seen: observation,
            outcome,
        }
    };
    vector.verdicts.iter().zip(seen).map(of_step).collect()
}

/// The outcome of all steps together.
///
/// # Panics
///
/// Where there is no step; the suite's compiler makes no such vector.
#[must_use]
pub fn outcome_of(steps: &[StepRecord]) -> Outcome {
    let outcomes: Vec<Outcome> = steps.iter().map(|step| step.outcome.clone()).collect();
    judge::of_steps(&outcomes)
        .expect("a vector has at least one step")
        .clone()
}

/// Whether a vector shows that the keys, the audience and the clock are right: every step that
/// may be accepted was.
#[must_use]
pub fn as_control(steps: &[StepRecord]) -> AsControl {
    let is_right = steps.iter().all(|step| match (&step.outcome, &step.seen) {
        (Outcome::Agrees, _) | (Outcome::Informational, Observation::Accepted { .. }) => true,
        (
            Outcome::Failed(_)
            | Outcome::Informational
            | Outcome::Skipped(_)
            | Outcome::WronglyAccepted
            | Outcome::WronglyBuilt
            | Outcome::WronglyRefused
            | Outcome::WronglyRejected,
            _,
        ) => false,
    });
    match is_right {
        true => AsControl::Right,
        false => AsControl::Wrong,
    }
}

/// A right refusal counts only beside a control that was accepted. What is wrong stays wrong: an
/// acceptance or a crash is one with or without a control.
#[must_use]
pub fn weigh(outcome: &Outcome, control: &VectorId, as_control: Option<AsControl>) -> Outcome {
    match (outcome, as_control) {
        (Outcome::Agrees, Some(AsControl::Wrong) | None) => {
            Outcome::Skipped(SkipReason::ControlNotAccepted(control.clone()))
        }
        (Outcome::Agrees, Some(AsControl::Right))
        | (
            Outcome::Failed(_)
            | Outcome::Informational
            | Outcome::Skipped(_)
            | Outcome::WronglyAccepted
            | Outcome::WronglyBuilt
            | Outcome::WronglyRefused
            | Outcome::WronglyRejected,
            _,
        ) => outcome.clone(),
    }
}

/// The command that runs one vector alone.
pub fn rerun(implementation: &Implementation, vector: &Vector) -> String {
    let id = &vector.id;
    match &implementation.command {
        Some(command) => format!("jwt-assay run --only {id} -- {command}"),
        None => format!(
            "jwt-assay run {} --only {id}",
            implementation.description.name
        ),
    }
}

/// The rule that a vector must be refused for, else the one it is about.
fn deciding_rule(vector: &Vector) -> Rule {
    match vector.verdict() {
        Verdict::Reject(rule) => rule,
        Verdict::Accept | Verdict::May(_) => vector.rule,
    }
}

/// The clauses of the deciding rule, the profile's own first, then those the case adds.
fn clauses_of(vector: &Vector, rule: Rule) -> Vec<String> {
    let mut clauses = profile_of(vector).clauses(rule);
    if rule == vector.case.rule {
        for clause in &vector.case.clauses {
            if !clauses.contains(clause) {
                clauses.push(clause.clone());
            }
        }
    }
    clauses
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::Failure;

    #[test]
    fn a_right_refusal_without_an_accepted_control_has_no_weight() {
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
        let wrong = [
            Outcome::Failed(Failure::Crashed),
            Outcome::Informational,
            Outcome::WronglyAccepted,
            Outcome::WronglyRejected,
        ];
        for outcome in wrong {
            assert_eq!(weigh(&outcome, &control, Some(AsControl::Wrong)), outcome);
        }
    }

    #[test]
    fn a_control_is_right_only_where_all_that_may_be_accepted_was() {
        let step = |outcome, seen| StepRecord {
            expected: Expected::May,
            seen,
            outcome,
        };
        let accepted = Observation::Accepted {
            client_id: "a".to_owned(),
        };
        let rejected = Observation::Rejected {
            text: "no".to_owned(),
            reason: None,
        };
        let of = |steps: &[(Outcome, &Observation)]| {
            let steps: Vec<_> = steps
                .iter()
                .map(|(outcome, seen)| step(outcome.clone(), (*seen).clone()))
                .collect();
            as_control(&steps)
        };
        let (agrees, open) = (Outcome::Agrees, Outcome::Informational);
        assert_eq!(of(&[(agrees.clone(), &accepted)]), AsControl::Right);
        assert_eq!(of(&[(open.clone(), &accepted)]), AsControl::Right);
        assert_eq!(of(&[(open, &rejected)]), AsControl::Wrong);
        assert_eq!(
            of(&[(Outcome::WronglyRejected, &rejected)]),
            AsControl::Wrong
        );
        assert_eq!(
            of(&[(Outcome::WronglyAccepted, &accepted)]),
            AsControl::Wrong
        );
        // A forged step before the valid one is to be refused.
        assert_eq!(
            of(&[(agrees.clone(), &rejected), (agrees, &accepted)]),
            AsControl::Right
        );
    }
}
