//! Token requests to a verifier, presented step by step.

use std::{
    cell::RefCell,
    collections::HashMap,
    time::{Duration, Instant},
};

use jwt_assay_core::{
    model::{Presented, Step},
    suite::Presentation,
};
use jwt_assay_implementations::{
    Answer, Clock, Verifier,
    protocol::{Reply, VerifyRequest},
    reach::process::{Seen, Task},
};

use super::{RunOptions, machine_time, new_state, programs::failed};
use crate::{
    exchange::{Circumstance, Exchange, StepObservation},
    observation::Observation,
    plan::Asked,
    subject::Subject,
};

/// Presents one vector to a verifier in process. The vector is signed once for all verifiers that
/// are given the time, and again for each one with a clock of its own, at the moment of asking:
/// signed any earlier, a short lifetime could end in the queue.
pub(super) fn ask(
    asked: &Asked<'_>,
    own: &Presentation,
    verifier: &dyn Verifier,
    clock: Clock,
    options: &RunOptions,
) -> Exchange {
    match clock {
        Clock::Given => Exchange {
            is_live: false,
            steps: present(verifier, asked.presented(own), options.timeout),
        },
        Clock::System => Exchange {
            is_live: true,
            steps: present(verifier, &own.present_at(machine_time()), options.timeout),
        },
    }
}

/// Presents the steps of one vector in order, with a replay memory of their own. A step that takes
/// longer than `timeout` counts as timed out.
#[must_use]
pub fn present(
    verifier: &dyn Verifier,
    presented: &Presented,
    timeout: Duration,
) -> Vec<StepObservation> {
    let state = new_state();
    let steps = presented.steps.iter();
    steps
        .map(|step| {
            let asked = Instant::now();
            let answer = verifier.verify(&state, step);
            StepObservation {
                observation: if asked.elapsed() > timeout {
                    Observation::TimedOut
                } else {
                    answer.into()
                },
                circumstance: Circumstance::Presented(Subject::of(step)),
            }
        })
        .collect()
}

/// Presents steps in order, with a replay memory of their own, and waits for each answer without a
/// limit.
#[must_use]
pub fn present_steps(verifier: &dyn Verifier, steps: &[Step]) -> Vec<Observation> {
    let state = new_state();
    let answers = steps.iter().map(|step| verifier.verify(&state, step));
    answers.map(Observation::from).collect()
}

/// The subjects of the steps sent to a program, by the index of the vector. They are read from the
/// requests as sent, which for a clock of its own are made only then.
pub(super) type Subjects = RefCell<HashMap<usize, Vec<Subject>>>;

/// The task that presents a vector to a program.
pub(super) fn task<'a>(
    asked: &'a Asked<'_>,
    own: &'a Presentation,
    place: usize,
    clock: Clock,
    subjects: &'a Subjects,
) -> Task<'a, Answer> {
    let mut live: Option<Presented> = None;
    Task {
        place,
        steps: own.verdicts.len(),
        line: Box::new(move |index, seq, state| {
            let line = |step: &Step| {
                let mut subjects = subjects.borrow_mut();
                let sent = subjects.entry(place).or_default();
                // A task that begins again after a crash sends its steps again.
                sent.truncate(index);
                sent.push(Subject::of(step));
                VerifyRequest::new(seq, state, step).line()
            };
            match clock {
                Clock::Given => line(&asked.presented(own).steps[index]),
                Clock::System => {
                    if index == 0 {
                        live = Some(own.present_at(machine_time()));
                    }
                    let live = live.get_or_insert_with(|| own.present_at(machine_time()));
                    line(&live.steps[index])
                }
            }
        }),
        read: Reply::verified,
    }
}

/// The exchange over a task whose steps are answered.
pub(super) fn exchange(
    place: usize,
    clock: Clock,
    subjects: &Subjects,
    seen: Vec<Seen<Answer>>,
) -> Exchange {
    let subjects = subjects.borrow_mut().remove(&place).unwrap_or_default();
    let steps = subjects.into_iter().zip(seen);
    let steps = steps.map(|(subject, seen)| StepObservation {
        observation: match seen {
            Seen::Answered(answer) => answer.into(),
            Seen::Failed(failure) => failed(failure),
        },
        circumstance: Circumstance::Presented(subject),
    });
    Exchange {
        is_live: clock == Clock::System,
        steps: steps.collect(),
    }
}

#[cfg(test)]
mod tests {
    use jwt_assay_core::{
        model::{Algorithm, ProfileId},
        recipe::{EVALUATION_TIME, Recipe},
    };

    use super::*;
    use crate::reference::Reference;

    #[test]
    fn an_answer_that_comes_too_late_counts_as_none() {
        let presented =
            Recipe::valid(ProfileId::Okta, Algorithm::RS256).present_at(EVALUATION_TIME);
        let seen = |timeout| present(&Reference::default(), &presented, timeout)[0].clone();
        assert_eq!(seen(Duration::ZERO).observation, Observation::TimedOut);
        assert_ne!(
            seen(Duration::from_secs(60)).observation,
            Observation::TimedOut
        );
    }
}
