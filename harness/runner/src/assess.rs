//! Assessment of exchanges: judges each, weighs rejections by their controls, compares the outcome
//! with the divergences, and makes the record.

mod between;

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use jwt_assay_core::{
    model::{VectorId, Verdict},
    suite::Experiment,
};

use self::between::Between;
use crate::{
    divergences::Divergences,
    exchange::{Event, VectorResult},
    judge::{self, Control, Judged},
    outcome::{Deviation, Outcome, SkipReason},
    plan::{Asked, Order, Plan, unclaimed_layer},
    reasons::Reasons,
    record::{AsControl, Expected, Incident, Record},
    run::RunOptions,
    session::Position,
};

/// An assessor of results, which makes their records. Awaited controls must come before the vectors
/// that wait for them, as [`crate::run::run`] sends them.
#[derive(Debug)]
pub struct Assessor<'p> {
    plan: &'p Plan<'p>,
    run: String,
    divergences: Vec<Divergences>,
    reasons: Vec<Reasons>,
    controls: HashMap<(usize, &'p VectorId), Control>,
    order: Arc<Order>,
    /// By implementation, from its first rejection or repeated control on.
    between: BTreeMap<usize, Between>,
    /// The implementations that lost a control.
    lost: Vec<usize>,
}

impl<'p> Assessor<'p> {
    /// An assessor without controls yet. `divergences` are in the order of [`Plan::implementations`].
    #[must_use]
    pub fn new(
        plan: &'p Plan<'p>,
        run: &str,
        divergences: Vec<Divergences>,
        options: &RunOptions,
    ) -> Self {
        let implementations = plan.implementations.iter();
        let reasons = implementations.map(|known| Reasons::bundled(&known.description.name));
        Self {
            plan,
            run: run.to_owned(),
            divergences,
            reasons: reasons.collect(),
            controls: HashMap::new(),
            order: Arc::new(Order::of(plan, options.seed)),
            between: BTreeMap::new(),
            lost: Vec::new(),
        }
    }

    /// Takes an event of a run. Returns the records that are complete with it, and an incident where
    /// there is one.
    pub fn take(&mut self, event: Event) -> (Vec<(Position, Record)>, Option<Incident>) {
        match event {
            Event::VectorResult(result) => (self.record(result).into_iter().collect(), None),
            Event::Repeated {
                implementation,
                round,
                control,
                exchange,
            } => {
                let vector = self.plan.asked[control].vector;
                let layers = &self.plan.implementations[implementation].description.layers;
                let judged = judge::judge(vector, exchange, layers, None);
                self.repeated(implementation, (round, control), &judged)
            }
            Event::Incident {
                implementation,
                text,
            } => (Vec::new(), Some(self.incident(implementation, text))),
        }
    }

    /// The records that waited for controls which never came.
    pub fn finish(&mut self) -> Vec<(Position, Record)> {
        let mut between = std::mem::take(&mut self.between);
        let ended = between.values_mut().map(Between::end);
        let ended: Vec<_> = ended.flatten().collect();
        ended.into_iter().map(|it| self.complete(it)).collect()
    }

    fn incident(&self, implementation: usize, text: String) -> Incident {
        let description = &self.plan.implementations[implementation].description;
        Incident {
            implementation: description.name.clone(),
            text,
        }
    }

    /// Judges a repeated control, and the rejections that it decides.
    fn repeated(
        &mut self,
        implementation: usize,
        repeat: (usize, usize),
        judged: &Judged,
    ) -> (Vec<(Position, Record)>, Option<Incident>) {
        let is_right = judged.as_control == AsControl::Right;
        let between = self.between(implementation);
        if !between.counts(repeat) {
            return (Vec::new(), None);
        }
        let decided = between.repeated(repeat, is_right);
        let records = decided.into_iter().map(|it| self.complete(it)).collect();
        if is_right || self.lost.contains(&implementation) {
            return (records, None);
        }
        self.lost.push(implementation);
        let seen = judged.steps.last().map(|step| step.seen.to_string());
        let before: usize = self.order.rounds[..=repeat.0]
            .iter()
            .map(|round| round.vectors.len())
            .sum();
        let text = format!(
            "it accepted the control {} at first, and after some {before} other vectors it did not: {}; \
             rejections around are void",
            self.plan.asked[repeat.1].vector.id,
            seen.unwrap_or_default(),
        );
        let incident = self.incident(implementation, text);
        (records, Some(incident))
    }

    /// The rejections and repeated controls of an implementation, of which those controls count that it
    /// accepted at first.
    fn between(&mut self, implementation: usize) -> &mut Between {
        let (plan, controls, order) = (self.plan, &self.controls, &self.order);
        self.between.entry(implementation).or_insert_with(|| {
            Between::new(order, |control| {
                let id = &plan.asked[control].vector.id;
                let first = controls.get(&(implementation, id));
                plan.skip_reason(implementation, control).is_none()
                    && first.is_some_and(|first| first.as_control == AsControl::Right)
            })
        })
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

    /// Judges one result and makes its record; `None` for a rejection, which waits for the controls after
    /// it.
    fn record(&mut self, result: VectorResult) -> Option<(Position, Record)> {
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
        if !asked.is_awaited && rests_on_controls(&record) {
            let order = Arc::clone(&self.order);
            return self
                .between(index)
                .wait(&order, (index, place), record)
                .map(|it| self.complete(it));
        }
        Some(self.complete(((index, place), record, false)))
    }

    /// Makes a rejection void where it is, and compares the outcome with the divergences.
    fn complete(
        &self,
        (position, mut record, is_void): (Position, Record, bool),
    ) -> (Position, Record) {
        let (index, asked) = position;
        if is_void {
            let control = self.order.repeated_for(asked).unwrap_or(asked);
            let control = self.plan.asked[control].vector.id.clone();
            record.outcome = Outcome::Skipped(SkipReason::ControlLost(control));
        }
        record.divergence = self.divergences.get(index).and_then(|divergences| {
            let observations = record.steps.iter().map(|step| &step.seen);
            divergences.compare(&record.vector, &record.outcome, observations)
        });
        (position, record)
    }

    /// Fills in the judgement, and maps the words of each rejection to a rule. Words never change an
    /// outcome: a server may reject for any reason, and a table can be wrong.
    fn explain(&self, index: usize, asked: &Asked<'_>, judged: Judged, record: &mut Record) {
        record.steps = judged.steps;
        for step in &mut record.steps {
            step.seen.cut();
        }
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

/// True where the outcome is a rejection, right or wrong: an implementation that rejects everybody at that
/// moment would show the same. An acceptance and a failure prove themselves.
fn rests_on_controls(record: &Record) -> bool {
    match record.outcome {
        Outcome::Agrees => matches!(record.expected, Expected::Reject(_) | Expected::Decline(_)),
        Outcome::Wrong(deviation) => {
            matches!(deviation, Deviation::Rejected | Deviation::Declined)
        }
        Outcome::Open | Outcome::Skipped(_) => false,
    }
}
