//! Presents a plan to programs, over the process protocol.

use std::{cell::RefCell, collections::HashMap, ops::ControlFlow};

use jwt_assay_core::model::{Presented, Step};
use jwt_assay_implementations::{
    Answer, Clock,
    protocol::{Reply, VerifyRequest},
    subprocess::{Failure, Incident, Program, Seen, Task},
};

use super::{Event, Exchange, SeenStep, Sighting, machine_time};
use crate::{
    observation::Observation,
    plan::{Asked, Plan, skip_reason},
    question::Subject,
};

/// Presents the batches in order to one program, and ends it.
pub(super) fn present(
    plan: &Plan<'_>,
    implementation: usize,
    batches: &[&Vec<usize>],
    send: &dyn Fn(Event) -> ControlFlow<()>,
) {
    let Some(mut program) = plan.implementations[implementation].reach.take() else {
        return;
    };
    for batch in batches {
        let flow = present_batch(plan, implementation, &mut program, batch, send);
        if flow.is_break() {
            break;
        }
    }
    for incident in program.finish() {
        let incident = Event::Incident {
            implementation,
            text: told(&incident, |place| plan.asked[place].vector.id.to_string()),
        };
        if send(incident).is_break() {
            return;
        }
    }
}

fn present_batch(
    plan: &Plan<'_>,
    implementation: usize,
    program: &mut Program,
    batch: &[usize],
    send: &dyn Fn(Event) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let description = &plan.implementations[implementation].description;
    let sighting = |asked, seen| {
        send(Event::Sighting(Sighting {
            asked,
            implementation,
            seen,
        }))
    };
    // Whom an acceptance may name is read off what was sent, step by step.
    let subjects: Subjects = RefCell::default();
    let is_missing = |asked: &usize| !plan.done.contains(&(implementation, *asked));
    let asks = batch.iter().copied().filter(is_missing).filter(|&asked| {
        let reason = skip_reason(&plan.asked[asked], description);
        // Where it breaks, the next answer is told.
        reason.is_none_or(|reason| sighting(asked, Err(reason)).is_break())
    });
    let tasks = asks.map(|place| task(&plan.asked[place], place, description.clock, &subjects));
    program.ask(tasks, &mut |place, seen| {
        let subjects = subjects.borrow_mut().remove(&place).unwrap_or_default();
        let steps = subjects.into_iter().zip(seen);
        let steps = steps.map(|(subject, seen)| SeenStep {
            subject,
            observation: observed(seen),
        });
        let exchange = Exchange {
            is_live: description.clock == Clock::System,
            steps: steps.collect(),
        };
        sighting(place, Ok(exchange))
    })
}

/// The subjects of the steps that were sent, by the place of the vector.
type Subjects = RefCell<HashMap<usize, Vec<Subject>>>;

fn task<'a>(
    asked: &'a Asked<'_>,
    place: usize,
    clock: Clock,
    subjects: &'a Subjects,
) -> Task<'a, Answer> {
    let mut live: Option<Presented> = None;
    Task {
        place,
        steps: asked.vector.verdicts.len(),
        line: Box::new(move |index, seq, state| {
            let line = |step: &Step| {
                let mut subjects = subjects.borrow_mut();
                let sent = subjects.entry(place).or_default();
                // A task that begins again sends its steps again.
                sent.truncate(index);
                sent.push(Subject::of(step));
                VerifyRequest::new(seq, state, step).line()
            };
            match clock {
                Clock::Given => line(&asked.presented().steps[index]),
                Clock::System => {
                    if index == 0 {
                        live = Some(asked.vector.present_at(machine_time()));
                    }
                    let live = live.get_or_insert_with(|| asked.vector.present_at(machine_time()));
                    line(&live.steps[index])
                }
            }
        }),
        read: Reply::verified,
    }
}

fn observed(seen: Seen<Answer>) -> Observation {
    match seen {
        Seen::Answered(answer) => answer.into(),
        Seen::Failed(failure) => failed(failure),
    }
}

/// What was seen where there was no answer.
pub(crate) fn failed(failure: Failure) -> Observation {
    match failure {
        Failure::Crashed(reason) => Observation::Crashed { reason },
        Failure::Garbled(answer) => Observation::Garbled { answer },
        Failure::TimedOut => Observation::TimedOut,
    }
}

/// What happened, with the names of what was asked.
pub(crate) fn told(incident: &Incident, name: impl Fn(usize) -> String) -> String {
    match incident {
        Incident::Afterthought { line } => format!("it went on writing after goodbye: {line}"),
        Incident::NotReproduced { failure, under_way } => {
            let first = under_way.first().map(|&place| name(place));
            let first = first.unwrap_or_default();
            let more = under_way.len().saturating_sub(1);
            format!(
                "it {failure}, while {first} and {more} more were under way; asked one by one, none \
                 of them did it again"
            )
        }
        Incident::SecondAnswer { place } => format!("it answered {} twice", name(*place)),
        Incident::StillRunning => {
            "it was still running five seconds after goodbye, and was killed".to_owned()
        }
        Incident::Stopped { reason } => format!("it was given up: {reason}"),
    }
}
