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
use crate::plan::{Asked, Implementation, Plan, Reach};

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

/// The indices of a plan's vectors in the order in which they are asked.
struct Batches {
    /// Awaited controls, before the vectors that wait for them.
    controls: Vec<usize>,
    /// All others.
    others: Vec<usize>,
    /// Vectors that want many answers with restarts between, last and alone: a restart deletes the
    /// replay memory of every vector under way.
    alone: Vec<usize>,
}

impl Batches {
    fn of(plan: &Plan<'_>, seed: Option<u64>) -> Self {
        let mut places: Vec<usize> = (0..plan.asked.len()).collect();
        if let Some(seed) = seed {
            places.sort_by_key(|&place| drawn(seed, place));
        }
        let (controls, rest) = places
            .into_iter()
            .partition(|&place| plan.asked[place].is_awaited);
        let wants_many = |place: &usize| plan.asked[*place].vector.case.many.is_some();
        let (alone, others) = Vec::into_iter(rest).partition(wants_many);
        Self {
            controls,
            others,
            alone,
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
    let batches = Batches::of(plan, options.seed);
    // A batch ends before the next begins, so every control is judged before a vector that needs it.
    for (batch, jobs) in [
        (&batches.controls, options.jobs),
        (&batches.others, options.jobs),
        (&batches.alone, NonZeroUsize::MIN),
    ] {
        let work = |&asked: &usize, send: &dyn Fn(_) -> ControlFlow<()>| {
            ask_all(plan, asked, options, send);
        };
        if spread(batch, jobs, work, &mut on_event).is_break() {
            return;
        }
    }
    let programs: Vec<usize> = (0..plan.implementations.len())
        .filter(|&index| plan.implementations[index].reach.is_program())
        .collect();
    let fewer = options.for_programs();
    let work = |&implementation: &usize, send: &dyn Fn(_) -> ControlFlow<()>| {
        programs::ask(plan, implementation, &batches, &fewer, send);
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

/// A sort key drawn from the seed (the finaliser of SplitMix64): the same order on every machine.
const fn drawn(seed: u64, index: usize) -> u64 {
    let mut mixed = seed ^ (index as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use jwt_assay_core::{model::Role, suite::Suite};

    use super::*;
    use crate::filter::Filter;

    #[test]
    fn a_seed_draws_an_order_of_its_own_for_either_role() {
        for role in Role::ALL {
            let filter = Filter {
                role,
                ..Filter::default()
            };
            let plan = Plan::new(Suite::bundled(), &filter, Vec::new()).unwrap();
            let order = |seed| Batches::of(&plan, seed).others;
            assert_eq!(order(Some(1)), order(Some(1)));
            assert_ne!(order(Some(1)), order(Some(2)));
            assert!(order(None).is_sorted());
        }
    }
}
