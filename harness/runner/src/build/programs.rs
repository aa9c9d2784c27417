//! Asks programs for assertions, over the process protocol.

use std::{cell::RefCell, collections::HashMap, ops::ControlFlow};

use jwt_assay_core::{build::Many, model::BuildRequest};
use jwt_assay_implementations::{
    BuildAnswer,
    protocol::{BuildLine, Reply},
    subprocess::{Program, Seen, Task},
};

use super::{
    examine::{Built, Examination, Exchange, one_more},
    plan::{BuildPlan, skip_reason},
    run::{Event, Samples, Sighting},
};
use crate::{
    observation::Observation,
    run::programs::{failed, told},
};

/// Asks one program for the batches in order, and ends it. What wants many answers, in `alone`, is
/// asked for last.
pub(super) fn ask(
    plan: &BuildPlan<'_>,
    builder: usize,
    batches: &[&[usize]],
    alone: &[usize],
    samples: Samples,
    on_event: &dyn Fn(Event) -> ControlFlow<()>,
) {
    let Some(program) = plan.builders[builder].reach.take() else {
        return;
    };
    let mut asking = Asking {
        plan,
        builder,
        program,
        on_event,
    };
    // Where it breaks, there is nothing further to ask.
    let _: ControlFlow<()> = asking.all(batches, alone, samples);
    for incident in asking.program.finish() {
        let text = told(&incident, |place| plan.asked[place].vector.id.to_string());
        if on_event(Event::Incident { builder, text }).is_break() {
            return;
        }
    }
}

struct Asking<'a> {
    plan: &'a BuildPlan<'a>,
    builder: usize,
    program: Program,
    on_event: &'a dyn Fn(Event) -> ControlFlow<()>,
}

impl Asking<'_> {
    fn all(&mut self, batches: &[&[usize]], alone: &[usize], samples: Samples) -> ControlFlow<()> {
        for batch in batches {
            self.batch(batch)?;
        }
        self.many(alone, samples)
    }

    fn batch(&mut self, batch: &[usize]) -> ControlFlow<()> {
        let wanted: Vec<usize> = self.wanted(batch)?;
        let asked = &self.plan.asked;
        let description = &self.plan.builders[self.builder].description;
        // The request that was sent last for a place: a task may begin again, at another time.
        let sent: RefCell<HashMap<usize, Examination<'_>>> = RefCell::default();
        let tasks = wanted.into_iter().map(|place| Task {
            place,
            steps: 1,
            line: Box::new({
                let sent = &sent;
                move |_, seq, _| {
                    let examination = Examination::new(asked[place].vector, description);
                    let line = BuildLine::new(seq, &examination.request).line();
                    sent.borrow_mut().insert(place, examination);
                    line
                }
            }),
            read: Reply::built,
        });
        let (builder, on_event) = (self.builder, self.on_event);
        self.program.ask(tasks, &mut |asked, seen| {
            let (Some(examination), Some(answer)) = (sent.borrow_mut().remove(&asked), first(seen))
            else {
                return ControlFlow::Continue(());
            };
            let exchange = match answer.and_then(|answer| examination.read(answer)) {
                Ok(built) => examination.conclude(built, Vec::new()),
                Err(observation) => examination.without_assertion(observation),
            };
            on_event(Event::Sighting(Sighting {
                asked,
                builder,
                seen: Ok(exchange),
            }))
        })
    }

    /// The places that are asked for; why others are not is told, unless it was told before.
    fn wanted(&self, batch: &[usize]) -> ControlFlow<(), Vec<usize>> {
        let mut wanted = Vec::new();
        let is_done = |asked: &&usize| self.plan.done.contains(&(self.builder, **asked));
        for &asked in batch.iter().filter(|asked| !is_done(asked)) {
            let description = &self.plan.builders[self.builder].description;
            match skip_reason(&self.plan.asked[asked], description) {
                None => wanted.push(asked),
                Some(reason) => (self.on_event)(Event::Sighting(Sighting {
                    asked,
                    builder: self.builder,
                    seen: Err(reason),
                }))?,
            }
        }
        ControlFlow::Continue(wanted)
    }

    /// The vectors that want many answers, all of them between one restart and the next: a start takes
    /// longer than the answers. What several threads are in process, is here that many requests are
    /// under way.
    fn many(&mut self, alone: &[usize], samples: Samples) -> ControlFlow<()> {
        let plan = self.plan;
        let mut open = Vec::new();
        for place in self.wanted(alone)? {
            let vector = plan.asked[place].vector;
            let examination = Examination::new(vector, &plan.builders[self.builder].description);
            let Some(answer) = self.answers(place, &examination.request, 1)?.pop() else {
                continue;
            };
            match (
                answer.and_then(|answer| examination.read(answer)),
                vector.case.many,
            ) {
                (Err(observation), _) => {
                    self.tell(place, examination.without_assertion(observation))?;
                }
                (Ok(built), None) => self.tell(place, examination.conclude(built, Vec::new()))?,
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
            self.program.restart();
            let mut further = Vec::new();
            for mut sampling in open {
                let rounds = sampling.many.restarts + 1;
                let share = samples.of(sampling.many).div_ceil(rounds);
                let (place, request) = (sampling.place, &sampling.examination.request);
                let answers = self.answers(place, request, share)?.into_iter();
                let more = answers.map(|answer| answer.and_then(one_more));
                match more.collect::<Result<Vec<_>, _>>() {
                    Err(observation) => {
                        self.tell(place, sampling.examination.without_assertion(observation))?;
                        continue;
                    }
                    Ok(more) => sampling.others.extend(more),
                }
                match round + 1 < rounds {
                    true => further.push(sampling),
                    false => self.tell(place, sampling.conclude())?,
                }
            }
            open = further;
            round += 1;
        }
        ControlFlow::Continue(())
    }

    fn tell(&self, asked: usize, exchange: Exchange) -> ControlFlow<()> {
        (self.on_event)(Event::Sighting(Sighting {
            asked,
            builder: self.builder,
            seen: Ok(exchange),
        }))
    }

    fn answers(
        &mut self,
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
        self.program.ask(tasks, &mut |_, seen| {
            answers.extend(first(seen));
            ControlFlow::Continue(())
        })?;
        ControlFlow::Continue(answers)
    }
}

/// A vector some of whose answers are there.
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

/// What came of the one step that a request has.
fn first(seen: Vec<Seen<BuildAnswer>>) -> Option<Result<BuildAnswer, Observation>> {
    seen.into_iter().next().map(|seen| match seen {
        Seen::Answered(answer) => Ok(answer),
        Seen::Failed(failure) => Err(failed(failure)),
    })
}
