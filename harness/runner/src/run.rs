//! Execution of a plan: puts vectors to implementations and sends observations. It knows neither
//! verdicts nor reports, so nothing that it does can depend on the right answer.

pub mod build;
mod programs;
mod spread;
pub mod verify;

use std::{
    num::NonZeroUsize,
    ops::ControlFlow,
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use jwt_assay_core::{
    model::UnixSeconds,
    suite::{Experiment, Many},
};

pub use self::{
    spread::spread,
    verify::{present, present_steps},
};
pub use crate::exchange::{Event, Exchange, VectorResult};
use crate::plan::{Asked, Implementation, Order, Plan, Reach};

/// The options of a run.
#[derive(Clone, Copy, Debug)]
pub struct RunOptions {
    /// The number of threads.
    pub jobs: NonZeroUsize,
    /// The time for one request. A call in process cannot be cut short, since a thread cannot be
    /// ended safely; an answer that comes later counts as none.
    pub timeout: Duration,
    /// The seed of the order of vectors, to find requests that influence later ones; `None` for the
    /// order of the suite.
    pub seed: Option<u64>,
    /// The most answers that a builder is asked for where a case wants many; `None` for the number
    /// of the case.
    pub samples: Option<usize>,
}

impl RunOptions {
    /// The default options: one thread, ten seconds, the order of the suite.
    pub const PLAIN: Self = Self {
        jobs: NonZeroUsize::MIN,
        timeout: Duration::from_secs(10),
        seed: None,
        samples: None,
    };

    /// The most answers that a program is asked for where a case wants many: each costs a turn
    /// through a pipe, and ten thousand already show a short random number by its repetitions.
    pub const SAMPLES_OF_A_PROGRAM: usize = 10_000;

    /// The number of answers to ask for.
    pub(crate) fn samples_of(&self, many: Many) -> usize {
        self.samples.map_or(many.count, |most| most.min(many.count))
    }

    fn for_programs(&self) -> Self {
        let most = Self::SAMPLES_OF_A_PROGRAM;
        Self {
            samples: Some(self.samples.map_or(most, |samples| samples.min(most))),
            ..*self
        }
    }
}

/// Puts every vector of the plan to every implementation, and sends each observation at once: first
/// to all implementations in process together, so that a vector is signed once, then to the
/// programs, as many at a time as there are jobs. Stops early where `on_event` breaks.
pub fn run(
    plan: &Plan<'_>,
    options: &RunOptions,
    mut on_event: impl FnMut(Event) -> ControlFlow<()>,
) {
    let order = Order::of(plan, options.seed);
    let ask_each = |&asked: &usize, send: &dyn Fn(_) -> ControlFlow<()>| {
        ask_all(plan, asked, options, send);
    };
    // Each part ends before the next begins: every control is judged before a vector that waits for it,
    // and a repeated control stands between the vectors before it and those after it.
    if spread(&order.controls, options.jobs, ask_each, &mut on_event).is_break() {
        return;
    }
    for (number, round) in order.rounds.iter().enumerate() {
        let jobs = if round.is_alone {
            NonZeroUsize::MIN
        } else {
            options.jobs
        };
        let repeat = |&control: &usize, send: &dyn Fn(_) -> ControlFlow<()>| {
            repeat_all(plan, (number, control), options, send);
        };
        if spread(&round.vectors, jobs, ask_each, &mut on_event).is_break()
            || spread(&round.repeats, jobs, repeat, &mut on_event).is_break()
        {
            return;
        }
    }
    let programs: Vec<usize> = (0..plan.implementations.len())
        .filter(|&index| plan.implementations[index].reach.is_program())
        .collect();
    let fewer = options.for_programs();
    let work = |&implementation: &usize, send: &dyn Fn(_) -> ControlFlow<()>| {
        programs::ask(plan, implementation, &order, &fewer, send);
    };
    // The programs are the last part, so a `break` has nothing left to stop.
    let _: ControlFlow<()> = spread(&programs, options.jobs, work, on_event);
}

/// Puts one vector to all implementations in process.
fn ask_all(
    plan: &Plan<'_>,
    asked: usize,
    options: &RunOptions,
    send: &dyn Fn(Event) -> ControlFlow<()>,
) {
    for (implementation, called) in plan.implementations.iter().enumerate() {
        if plan.done.contains(&(implementation, asked)) {
            continue;
        }
        let seen = match plan.skip_reason(implementation, asked) {
            Some(reason) => Err(reason),
            None => match ask(&plan.asked[asked], called, options) {
                Some(exchange) => Ok(exchange),
                None => continue,
            },
        };
        let result = VectorResult {
            asked,
            implementation,
            seen,
        };
        if !called.reach.is_program() && send(Event::VectorResult(result)).is_break() {
            return;
        }
    }
}

/// Puts a control to all implementations in process once more.
fn repeat_all(
    plan: &Plan<'_>,
    (round, control): (usize, usize),
    options: &RunOptions,
    send: &dyn Fn(Event) -> ControlFlow<()>,
) {
    for (implementation, called) in plan.implementations.iter().enumerate() {
        if !plan.is_asked_again(implementation, control) {
            continue;
        }
        let Some(exchange) = ask(&plan.asked[control], called, options) else {
            continue;
        };
        let repeated = Event::Repeated {
            implementation,
            round,
            control,
            exchange,
        };
        if send(repeated).is_break() {
            return;
        }
    }
}

/// Puts one vector to one implementation in process; `None` for a program.
///
/// # Panics
///
/// If a builder reads no form of the key; [`skip_reason`](crate::plan::skip_reason) tells beforehand.
#[must_use]
pub fn ask(
    asked: &Asked<'_>,
    implementation: &Implementation,
    options: &RunOptions,
) -> Option<Exchange> {
    match (&asked.vector.experiment, &implementation.reach) {
        (Experiment::Verify(own), Reach::Verifier(verifier)) => {
            let clock = implementation.description.clock;
            Some(verify::ask(asked, own, &**verifier, clock, options))
        }
        (Experiment::Build(own), Reach::Builder(builder)) => Some(build::ask(
            asked.vector,
            own,
            implementation,
            &**builder,
            options,
        )),
        // A plan has vectors and implementations of one role.
        (_, Reach::Program(_) | Reach::Verifier(_) | Reach::Builder(_)) => None,
    }
}

/// The time of the machine's clock, for implementations that cannot be given the time.
#[must_use]
pub fn machine_time() -> UnixSeconds {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    UnixSeconds(since.as_secs().try_into().unwrap_or(i64::MAX))
}

/// A fresh name for a replay memory, unique in this process. It does not contain the vector's id: an
/// implementation reads it, and must not recognise the case.
fn new_state() -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(1);
    format!("c{}", NEXT.fetch_add(1, Ordering::Relaxed))
}
