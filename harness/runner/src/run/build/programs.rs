//! Requests to a builder that is a program, for one assertion or for many.

use std::{cell::RefCell, collections::HashMap, ops::ControlFlow};

use jwt_assay_core::{model::BuildRequest, suite::Many};
use jwt_assay_implementations::{
    BuildAnswer,
    protocol::{BuildLine, Reply},
    reach::process::{Program, Seen, Task},
};

use super::{
    super::{
        RunOptions,
        programs::{Dialogue, failed},
    },
    examination::{Built, Examination, one_more},
};
use crate::{exchange::Exchange, observation::Observation};

/// Asks a program for one assertion for each vector of a batch.
pub(in crate::run) fn commission(
    dialogue: &Dialogue<'_>,
    program: &mut Program,
    batch: &[usize],
) -> ControlFlow<()> {
    let wanted = dialogue.wanted(batch)?;
    // The last request for each vector: after a crash a task begins again, at another time, and the
    // answer must be inspected with the request that it answers.
    let sent: RefCell<HashMap<usize, Examination<'_>>> = RefCell::default();
    let tasks = wanted.into_iter().filter_map(|place| {
        let vector = dialogue.asked(place).vector;
        let own = vector.commission()?;
        let sent = &sent;
        Some(Task {
            place,
            steps: 1,
            line: Box::new(move |_, seq, _| {
                let examination = Examination::new(vector, own, dialogue.program());
                let line = BuildLine::new(seq, &examination.request).line();
                sent.borrow_mut().insert(place, examination);
                line
            }),
            read: Reply::built,
        })
    });
    program.ask(tasks, &mut |asked, seen| {
        let (Some(examination), Some(answer)) = (sent.borrow_mut().remove(&asked), first(seen))
        else {
            return ControlFlow::Continue(());
        };
        let exchange = match answer.and_then(|answer| examination.read(answer)) {
            Ok(built) => examination.conclude(built, Vec::new()),
            Err(observation) => examination.without_assertion(observation),
        };
        dialogue.send_exchange(asked, exchange)
    })
}

/// Asks a program for the vectors that want many answers, all of them between two restarts, since a
/// start can take longer than all answers. Pipelined requests stand in for the threads that ask a
/// builder in process.
pub(in crate::run) fn sample(
    dialogue: &Dialogue<'_>,
    program: &mut Program,
    batch: &[usize],
    options: &RunOptions,
) -> ControlFlow<()> {
    let mut open = Vec::new();
    for place in dialogue.wanted(batch)? {
        let vector = dialogue.asked(place).vector;
        let Some(own) = vector.commission() else {
            continue;
        };
        let examination = Examination::new(vector, own, dialogue.program());
        let Some(answer) = answers(program, place, &examination.request, 1)?.pop() else {
            continue;
        };
        let read = answer.and_then(|answer| examination.read(answer));
        match (read, vector.case.many) {
            (Err(observation), _) => {
                dialogue.send_exchange(place, examination.without_assertion(observation))?;
            }
            (Ok(built), None) => {
                dialogue.send_exchange(place, examination.conclude(built, Vec::new()))?
            }
            (Ok(built), Some(many)) => open.push(Sampling {
                place,
                examination,
                built,
                many,
                others: Vec::new(),
            }),
        }
    }
    let mut round = 0;
    while !open.is_empty() {
        program.restart();
        let mut further = Vec::new();
        for mut sampling in open {
            let rounds = sampling.many.restarts + 1;
            let share = options.samples_of(sampling.many).div_ceil(rounds);
            let (place, request) = (sampling.place, &sampling.examination.request);
            let answers = answers(program, place, request, share)?.into_iter();
            let more = answers.map(|answer| answer.and_then(one_more));
            match more.collect::<Result<Vec<_>, _>>() {
                Err(observation) => {
                    dialogue.send_exchange(
                        place,
                        sampling.examination.without_assertion(observation),
                    )?;
                    continue;
                }
                Ok(more) => sampling.others.extend(more),
            }
            if round + 1 < rounds {
                further.push(sampling);
            } else {
                dialogue.send_exchange(place, sampling.conclude())?;
            }
        }
        open = further;
        round += 1;
    }
    ControlFlow::Continue(())
}

fn answers(
    program: &mut Program,
    place: usize,
    request: &BuildRequest,
    count: usize,
) -> ControlFlow<(), Vec<Result<BuildAnswer, Observation>>> {
    let tasks = (0..count).map(|_| Task {
        place,
        steps: 1,
        line: Box::new(|_, seq, _| BuildLine::new(seq, request).line()),
        read: Reply::built,
    });
    let mut answers = Vec::with_capacity(count);
    program.ask(tasks, &mut |_, seen| {
        answers.extend(first(seen));
        ControlFlow::Continue(())
    })?;
    ControlFlow::Continue(answers)
}

/// A vector with some of its answers.
struct Sampling<'a> {
    place: usize,
    examination: Examination<'a>,
    built: Built,
    many: Many,
    others: Vec<String>,
}

impl Sampling<'_> {
    fn conclude(self) -> Exchange {
        self.examination.conclude(self.built, self.others)
    }
}

/// The answer to a request, which has one step.
fn first(seen: Vec<Seen<BuildAnswer>>) -> Option<Result<BuildAnswer, Observation>> {
    seen.into_iter().next().map(|seen| match seen {
        Seen::Answered(answer) => Ok(answer),
        Seen::Failed(failure) => Err(failed(failure)),
    })
}
