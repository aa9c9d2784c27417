//! Execution of a plan by a program, over the process protocol.

use std::ops::ControlFlow;

use jwt_assay_core::model::Role;
use jwt_assay_implementations::reach::process::{Failure, Program, ProgramIncident};

use super::{RunOptions, build, verify};
use crate::{
    exchange::{Event, Exchange, VectorResult, incident_text},
    observation::Observation,
    plan::{Asked, Implementation, Order, Plan},
};

/// Puts the vectors to one program in order, and ends it.
pub(super) fn ask(
    plan: &Plan<'_>,
    implementation: usize,
    order: &Order,
    options: &RunOptions,
    send: &dyn Fn(Event) -> ControlFlow<()>,
) {
    let Some(mut program) = plan.implementations[implementation].reach.take() else {
        return;
    };
    let dialogue = Dialogue {
        plan,
        implementation,
        repeated_after: None,
        send,
    };
    // A `break` ends the questions. The program must be ended in any case, or it would outlive the
    // run.
    let _: ControlFlow<()> = dialogue.all(&mut program, order, options);
    // After a `break` nobody listens any more.
    let _: ControlFlow<()> = dialogue.send_incidents(program.finish());
}

/// The dialogue with one program over the vectors of a plan.
pub(super) struct Dialogue<'a> {
    plan: &'a Plan<'a>,
    implementation: usize,
    /// The round after which controls are repeated; `None` while vectors are asked.
    repeated_after: Option<usize>,
    send: &'a dyn Fn(Event) -> ControlFlow<()>,
}

impl<'a> Dialogue<'a> {
    fn all(&self, program: &mut Program, order: &Order, options: &RunOptions) -> ControlFlow<()> {
        self.ask(program, &order.controls)?;
        for (number, round) in order.rounds.iter().enumerate() {
            if round.is_alone {
                build::programs::sample(self, program, &round.vectors, options)?;
            } else {
                self.ask(program, &round.vectors)?;
            }
            let again = Self {
                repeated_after: Some(number),
                ..*self
            };
            again.ask(program, &round.repeats)?;
        }
        ControlFlow::Continue(())
    }

    fn ask(&self, program: &mut Program, batch: &[usize]) -> ControlFlow<()> {
        let flow = match self.plan.role {
            Role::Verify => self.present(program, batch),
            Role::Build => build::programs::commission(self, program, batch),
        };
        // At once, so that a run that is killed later has them in its records when it is resumed.
        self.send_incidents(program.take_incidents())?;
        flow
    }

    fn send_incidents(&self, incidents: Vec<ProgramIncident>) -> ControlFlow<()> {
        for incident in incidents {
            (self.send)(Event::Incident {
                implementation: self.implementation,
                text: incident_text(&incident, |place| self.asked(place).vector.id.clone()),
            })?;
        }
        ControlFlow::Continue(())
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
        if self.repeated_after.is_some() {
            let again = |asked: &&usize| self.plan.is_asked_again(self.implementation, **asked);
            return ControlFlow::Continue(batch.iter().filter(again).copied().collect());
        }
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
        let implementation = self.implementation;
        (self.send)(match self.repeated_after {
            None => Event::VectorResult(VectorResult {
                asked,
                implementation,
                seen: Ok(exchange),
            }),
            Some(round) => Event::Repeated {
                implementation,
                round,
                control: asked,
                exchange,
            },
        })
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
