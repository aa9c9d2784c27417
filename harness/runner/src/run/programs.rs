//! Execution of a plan by a program, over the process protocol.

use std::ops::ControlFlow;

use jwt_assay_core::model::Role;
use jwt_assay_implementations::reach::process::{Failure, Program};

use super::{Batches, RunOptions, build, verify};
use crate::{
    exchange::{Event, Exchange, VectorResult, incident_text},
    observation::Observation,
    plan::{Asked, Implementation, Plan},
};

/// Puts the batches to one program in order, and ends it.
pub(super) fn ask(
    plan: &Plan<'_>,
    implementation: usize,
    batches: &Batches,
    options: &RunOptions,
    send: &dyn Fn(Event) -> ControlFlow<()>,
) {
    let Some(mut program) = plan.implementations[implementation].reach.take() else {
        return;
    };
    let dialogue = Dialogue {
        plan,
        implementation,
        send,
    };
    // A `break` ends the questions. The program must be ended in any case, or it would outlive the
    // run.
    let _: ControlFlow<()> = dialogue.all(&mut program, batches, options);
    for incident in program.finish() {
        let text = incident_text(&incident, |place| plan.asked[place].vector.id.clone());
        let incident = Event::Incident {
            implementation,
            text,
        };
        if send(incident).is_break() {
            return;
        }
    }
}

/// The dialogue with one program over the vectors of a plan.
pub(super) struct Dialogue<'a> {
    plan: &'a Plan<'a>,
    implementation: usize,
    send: &'a dyn Fn(Event) -> ControlFlow<()>,
}

impl<'a> Dialogue<'a> {
    fn all(
        &self,
        program: &mut Program,
        batches: &Batches,
        options: &RunOptions,
    ) -> ControlFlow<()> {
        for batch in [&batches.controls, &batches.others] {
            match self.plan.role {
                Role::Verify => self.present(program, batch)?,
                Role::Build => build::programs::commission(self, program, batch)?,
            }
        }
        build::programs::sample(self, program, &batches.alone, options)
    }

    fn present(&self, program: &mut Program, batch: &[usize]) -> ControlFlow<()> {
        let clock = self.program().description.clock;
        let subjects = verify::Subjects::default();
        let wanted = self.wanted(batch)?;
        let tasks = wanted.into_iter().filter_map(|place| {
            let asked = self.asked(place);
            let own = asked.vector.presentation()?;
            Some(verify::task(asked, own, place, clock, &subjects))
        });
        program.ask(tasks, &mut |place, seen| {
            self.send_exchange(place, verify::exchange(place, clock, &subjects, seen))
        })
    }

    /// The indices of a batch to ask for. Sends the reason for each vector that is skipped, except
    /// for those of an earlier run.
    pub(super) fn wanted(&self, batch: &[usize]) -> ControlFlow<(), Vec<usize>> {
        let is_done = |asked: &&usize| self.plan.done.contains(&(self.implementation, **asked));
        let mut wanted = Vec::new();
        for &asked in batch.iter().filter(|asked| !is_done(asked)) {
            match self.plan.skip_reason(self.implementation, asked) {
                None => wanted.push(asked),
                Some(reason) => (self.send)(Event::VectorResult(VectorResult {
                    asked,
                    implementation: self.implementation,
                    seen: Err(reason),
                }))?,
            }
        }
        ControlFlow::Continue(wanted)
    }

    pub(super) fn send_exchange(&self, asked: usize, exchange: Exchange) -> ControlFlow<()> {
        (self.send)(Event::VectorResult(VectorResult {
            asked,
            implementation: self.implementation,
            seen: Ok(exchange),
        }))
    }

    pub(super) fn asked(&self, place: usize) -> &'a Asked<'a> {
        &self.plan.asked[place]
    }

    pub(super) fn program(&self) -> &'a Implementation {
        &self.plan.implementations[self.implementation]
    }
}

/// The observation of a failure to answer.
pub(super) fn failed(failure: Failure) -> Observation {
    match failure {
        Failure::Crashed(reason) => Observation::Crashed { reason },
        Failure::Garbled(answer) => Observation::Garbled { answer },
        Failure::TimedOut => Observation::TimedOut,
    }
}
