//! Assessment of exchanges: judges each, weighs rejections by their controls, compares the outcome
//! with the divergences, and makes the record.

use std::collections::HashMap;

use jwt_assay_core::{
    model::{VectorId, Verdict},
    suite::Experiment,
};

use crate::{
    divergences::Divergences,
    exchange::VectorResult,
    judge::{self, Control, Judged},
    outcome::Outcome,
    plan::{Asked, Plan, unclaimed_layer},
    reasons::Reasons,
    record::{Expected, Record},
};

/// An assessor of sightings, which makes their records. Awaited controls must come before the vectors
/// that wait for them, as [`crate::run::run`] sends them.
#[derive(Debug)]
pub struct Assessor<'p> {
    plan: &'p Plan<'p>,
    run: String,
    divergences: Vec<Divergences>,
    reasons: Vec<Reasons>,
    controls: HashMap<(usize, &'p VectorId), Control>,
}

impl<'p> Assessor<'p> {
    /// An assessor without controls yet. `divergences` are in the order of [`Plan::implementations`].
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

    /// Remembers a control from its record, so that a resumed run need not ask it again. A builder's
    /// faults are read from the observation of its only step.
    pub fn keep_control(&mut self, implementation: usize, asked: usize, record: &Record) {
        if let Some(as_control) = record.as_control {
            let faults = record
                .steps
                .first()
                .map(|step| judge::build::faults(&step.seen));
            let control = Control {
                as_control,
                faults: faults.unwrap_or_default(),
            };
            let id = &self.plan.asked[asked].vector.id;
            self.controls.insert((implementation, id), control);
        }
    }

    /// Judges one result and makes its record.
    pub fn record(&mut self, result: VectorResult) -> Record {
        let VectorResult {
            asked: place,
            implementation: index,
            seen,
        } = result;
        let asked = &self.plan.asked[place];
        let vector = asked.vector;
        let implementation = &self.plan.implementations[index];
        let description = &implementation.description;
        let (is_live, judged) = match seen {
            Err(reason) => (false, Err(reason)),
            Ok(exchange) => {
                let control = vector.control.as_ref();
                let control = control.and_then(|id| self.controls.get(&(index, id)));
                let is_live = exchange.is_live;
                let judged = judge::judge(vector, exchange, &description.layers, control);
                (is_live, Ok(judged))
            }
        };
        let mut record = Record {
            run: self.run.clone(),
            implementation: description.name.clone(),
            version: description.version.clone(),
            vector: vector.id.clone(),
            case: vector.case.id.clone(),
            profile: vector.profile,
            algorithm: vector.algorithm,
            layer: vector.layer(),
            rule: vector.deciding_rule(),
            clauses: Vec::new(),
            is_newer: vector.is_newer,
            is_support: asked.is_support,
            as_control: None,
            is_live,
            expected: Expected::of(vector),
            steps: Vec::new(),
            outcome: Outcome::Agrees,
            divergence: None,
            rerun: implementation.rerun(self.plan.role, &vector.id),
        };
        match judged {
            Err(reason) => record.outcome = Outcome::Skipped(reason),
            Ok(judged) => {
                self.explain(index, asked, judged, &mut record);
                // From the record as well, so that a resumed run weighs by the same control as this
                // one.
                self.keep_control(index, place, &record);
            }
        }
        // A control is asked even where its layer is not claimed. It counts as a control and not as a
        // result, so this comes after it is remembered and before the divergences see its outcome.
        if let Some(reason) = unclaimed_layer(vector, description) {
            record.outcome = Outcome::Skipped(reason);
        }
        // A judge may name another rule than the vector's, so the clauses follow it.
        record.clauses = vector.clauses(record.rule);
        record.divergence = self.divergences.get(index).and_then(|divergences| {
            let observations = record.steps.iter().map(|step| &step.seen);
            divergences.compare(&vector.id, &record.outcome, observations)
        });
        record
    }

    /// Fills in the judgement, and maps the words of each rejection to a rule. Words never change an
    /// outcome: a server may reject for any reason, and a table can be wrong.
    fn explain(&self, index: usize, asked: &Asked<'_>, judged: Judged, record: &mut Record) {
        record.steps = judged.steps;
        record.outcome = judged.outcome;
        record.rule = judged.rule;
        record.as_control = asked.is_awaited.then_some(judged.as_control);
        if let Experiment::Verify(own) = &asked.vector.experiment {
            for (step, verdict) in record.steps.iter_mut().zip(&own.verdicts) {
                let wanted = match verdict {
                    Verdict::Reject(rule) => Some(*rule),
                    Verdict::Accept | Verdict::May(_) => None,
                };
                step.seen = self.reasons[index].explain(step.seen.clone(), wanted);
            }
        }
    }
}
