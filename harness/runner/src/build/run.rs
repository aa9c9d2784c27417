//! Asks builders and says what it saw. Knows no report and no rule of judgement.

use std::{
    num::NonZeroUsize,
    ops::ControlFlow,
    thread,
    time::{Duration, Instant},
};

use jwt_assay_core::{
    build::{Many, Vector},
    model::BuildRequest,
};
use jwt_assay_implementations::{Builder, BuilderDescription};

use super::{
    examine::{Examination, Exchange, one_more},
    plan::{BuildPlan, skip_reason},
    programs,
};
use crate::{
    judge::SkipReason,
    observation::Observation,
    plan::Reach,
    run::{Conduct, spread},
};

/// What comes of a run, as it comes.
#[derive(Clone, Debug)]
pub enum Event {
    /// What was seen of one vector.
    Sighting(Sighting),
    /// Something that happened and belongs to no vector.
    Incident {
        /// The place of the builder in [`BuildPlan::builders`].
        builder: usize,
        /// What happened, in words.
        text: String,
    },
}

/// One vector asked of one builder, or the reason why it was not.
#[derive(Clone, Debug)]
pub struct Sighting {
    /// The place of the vector in [`BuildPlan::asked`].
    pub asked: usize,
    /// The place of the builder in [`BuildPlan::builders`].
    pub builder: usize,
    /// What was seen.
    pub seen: Result<Exchange, SkipReason>,
}

/// How many answers are asked for where a case wants many.
#[derive(Clone, Copy, Debug, Default)]
pub struct Samples {
    /// At most so many; `None` for as many as the case says.
    pub at_most: Option<usize>,
}

impl Samples {
    /// As many as one program is asked for: each costs a turn through a pipe.
    pub const OF_A_PROGRAM: Self = Self {
        at_most: Some(10_000),
    };

    /// How many a case gets.
    pub(super) fn of(self, many: Many) -> usize {
        self.at_most.map_or(many.count, |most| most.min(many.count))
    }
}

/// Asks every builder of the plan for every vector, and hands over what was seen as it comes: first
/// those in process, then the programs, as many at a time as there are jobs. Awaited controls come
/// before everything else, and what restarts a builder comes last and alone. Stops early where
/// `on_event` breaks.
///
/// # Panics
///
/// Where a builder panics in a thread; those of this project catch theirs.
pub fn run(
    plan: &BuildPlan<'_>,
    conduct: &Conduct,
    samples: Samples,
    mut on_event: impl FnMut(Event) -> ControlFlow<()>,
) {
    let wants_many = |index: &usize| plan.asked[*index].vector.case.many.is_some();
    let (controls, others): (Vec<_>, Vec<_>) =
        (0..plan.asked.len()).partition(|&index| plan.asked[index].is_awaited);
    let (alone, others): (Vec<_>, Vec<_>) = others.into_iter().partition(wants_many);
    let builders = || plan.builders.iter().enumerate();
    let in_process: Vec<(usize, &dyn Builder)> = builders()
        .filter_map(|(index, builder)| match &builder.reach {
            Reach::InProcess(called) => Some((index, &**called)),
            Reach::Program(_) => None,
        })
        .collect();
    for (batch, jobs) in [
        (&controls, conduct.jobs),
        (&others, conduct.jobs),
        (&alone, NonZeroUsize::MIN),
    ] {
        let pairs: Vec<_> = batch
            .iter()
            .flat_map(|&asked| in_process.iter().map(move |&builder| (asked, builder)))
            .filter(|&(asked, (builder, _))| !plan.done.contains(&(builder, asked)))
            .collect();
        type Pair<'a> = (usize, (usize, &'a dyn Builder));
        let work = |&(asked, (builder, called)): &Pair<'_>, send: &dyn Fn(_) -> ControlFlow<()>| {
            let description = &plan.builders[builder].description;
            let seen = match skip_reason(&plan.asked[asked], description) {
                Some(reason) => Err(reason),
                None => {
                    let vector = plan.asked[asked].vector;
                    Ok(ask(vector, called, description, conduct.timeout, samples))
                }
            };
            // Where it breaks, the thread is told before its next vector.
            let _: ControlFlow<()> = send(Event::Sighting(Sighting {
                asked,
                builder,
                seen,
            }));
        };
        if spread(&pairs, jobs, work, &mut on_event).is_break() {
            return;
        }
    }
    let programs: Vec<usize> = builders()
        .filter(|(_, builder)| builder.reach.is_program())
        .map(|(index, _)| index)
        .collect();
    let fewer = Samples {
        at_most: [samples, Samples::OF_A_PROGRAM]
            .into_iter()
            .filter_map(|samples| samples.at_most)
            .min(),
    };
    let work = |&builder: &usize, send: &dyn Fn(_) -> ControlFlow<()>| {
        programs::ask(plan, builder, &[&controls, &others], &alone, fewer, send);
    };
    // A `break` has nowhere further to go.
    let _: ControlFlow<()> = spread(&programs, conduct.jobs, work, on_event);
}

/// Asks for one vector, or for as many assertions as its case wants.
///
/// # Panics
///
/// Where the builder reads no form of the key, which [`skip_reason`] says beforehand.
#[must_use]
pub fn ask(
    vector: &Vector,
    builder: &dyn Builder,
    description: &BuilderDescription,
    timeout: Duration,
    samples: Samples,
) -> Exchange {
    let examination = Examination::new(vector, description);
    let asked = Instant::now();
    let answer = builder.build(&examination.request);
    if asked.elapsed() > timeout {
        return examination.without_assertion(Observation::TimedOut);
    }
    let others = |many| more(builder, &examination.request, many, samples);
    let made = examination.read(answer).and_then(|built| {
        let others = vector.case.many.map_or(Ok(Vec::new()), others)?;
        Ok((built, others))
    });
    match made {
        Ok((built, others)) => examination.conclude(built, others),
        Err(observation) => examination.without_assertion(observation),
    }
}

/// The same request many times, from several threads and with restarts between.
fn more(
    builder: &dyn Builder,
    request: &BuildRequest,
    many: Many,
    samples: Samples,
) -> Result<Vec<String>, Observation> {
    let count = samples.of(many);
    let rounds = many.restarts + 1;
    let mut all = Vec::with_capacity(count);
    for _ in 0..rounds {
        builder.restart();
        let share = count.div_ceil(rounds * many.threads);
        let one = || one_more(builder.build(request));
        let answers: Vec<Result<Vec<String>, Observation>> = thread::scope(|scope| {
            let threads: Vec<_> = (0..many.threads)
                .map(|_| scope.spawn(|| (0..share).map(|_| one()).collect()))
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().expect("a builder's panics are caught"))
                .collect()
        });
        for answers in answers {
            all.extend(answers?);
        }
    }
    Ok(all)
}
