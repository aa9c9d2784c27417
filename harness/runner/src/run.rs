//! Executes a plan. Knows no report and no rule of judgement: it says what it saw.

pub(crate) mod programs;
mod spread;

use std::{
    num::NonZeroUsize,
    ops::ControlFlow,
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use jwt_assay_core::model::{Presented, Step, UnixSeconds};
use jwt_assay_implementations::{Clock, Verifier};

pub use self::spread::spread;
use crate::{
    judge::SkipReason,
    observation::Observation,
    plan::{Plan, Reach, skip_reason},
    question::Subject,
};

/// What comes of a run, as it comes.
#[derive(Clone, Debug)]
pub enum Event {
    /// What was seen of one vector.
    Sighting(Sighting),
    /// Something that happened and belongs to no vector.
    Incident {
        /// The place of the implementation in [`Plan::implementations`].
        implementation: usize,
        /// What happened, in words.
        text: String,
    },
}

/// One vector presented to one implementation, or the reason why it was not.
#[derive(Clone, Debug)]
pub struct Sighting {
    /// The place of the vector in [`Plan::asked`].
    pub asked: usize,
    /// The place of the implementation in [`Plan::implementations`].
    pub implementation: usize,
    /// What was seen.
    pub seen: Result<Exchange, SkipReason>,
}

/// What came of presenting all steps.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// Whether it was signed for the machine's clock.
    pub is_live: bool,
    /// The steps in order.
    pub steps: Vec<SeenStep>,
}

/// What came of one step.
#[derive(Clone, Debug)]
pub struct SeenStep {
    /// Whom an acceptance may name.
    pub subject: Subject,
    /// What was seen.
    pub observation: Observation,
}

/// How a plan is executed.
#[derive(Clone, Copy, Debug)]
pub struct Conduct {
    /// How many threads.
    pub jobs: NonZeroUsize,
    /// How long one request may take. An answer in process cannot be cut short; one that comes
    /// later counts as none.
    pub timeout: Duration,
    /// Draws the order in which vectors are presented, to find what one request does to the next;
    /// `None` for the order of the suite.
    pub seed: Option<u64>,
}

impl Conduct {
    /// One thread, in the order of the suite.
    pub const PLAIN: Self = Self {
        jobs: NonZeroUsize::MIN,
        timeout: Duration::from_secs(10),
        seed: None,
    };
}

/// Presents every vector of the plan to every implementation, and hands over what was seen as it
/// comes: first those in process, all together, then the programs, as many at a time as there are
/// jobs. Awaited controls come before what waits for them. Stops early where `on_event` breaks.
pub fn run(plan: &Plan<'_>, conduct: &Conduct, mut on_event: impl FnMut(Event) -> ControlFlow<()>) {
    let (controls, others): (Vec<_>, Vec<_>) =
        (0..plan.asked.len()).partition(|&index| plan.asked[index].is_awaited);
    let batches = [controls, others].map(|mut batch| {
        if let Some(seed) = conduct.seed {
            batch.sort_by_key(|&index| drawn(seed, index));
        }
        batch
    });
    for batch in &batches {
        let work = |&asked: &usize, send: &dyn Fn(_) -> ControlFlow<()>| {
            present_to_all(plan, asked, conduct.timeout, send);
        };
        if spread(batch, conduct.jobs, work, &mut on_event).is_break() {
            return;
        }
    }
    let [controls, others] = &batches;
    let programs: Vec<usize> = (0..plan.implementations.len())
        .filter(|&index| plan.implementations[index].reach.is_program())
        .collect();
    let work = |&implementation: &usize, send: &dyn Fn(_) -> ControlFlow<()>| {
        programs::present(plan, implementation, &[controls, others], send);
    };
    // A `break` has nowhere further to go.
    let _: ControlFlow<()> = spread(&programs, conduct.jobs, work, on_event);
}

/// Presents the steps of one vector in order, with one replay memory that nothing else has.
#[must_use]
pub fn present(verifier: &dyn Verifier, presented: &Presented, timeout: Duration) -> Vec<SeenStep> {
    let state = new_state();
    let steps = presented.steps.iter();
    steps
        .map(|step| SeenStep {
            subject: Subject::of(step),
            observation: {
                let asked = Instant::now();
                let answer = verifier.verify(&state, step);
                match asked.elapsed() > timeout {
                    true => Observation::TimedOut,
                    false => answer.into(),
                }
            },
        })
        .collect()
}

/// Presents steps in order, with one replay memory that nothing else has, and waits for each answer
/// as long as it takes.
#[must_use]
pub fn present_steps(verifier: &dyn Verifier, steps: &[Step]) -> Vec<Observation> {
    let state = new_state();
    let answers = steps.iter().map(|step| verifier.verify(&state, step));
    answers.map(Observation::from).collect()
}

/// The machine's clock, for implementations that cannot be given the time.
#[must_use]
pub fn machine_time() -> UnixSeconds {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    UnixSeconds(since.as_secs().try_into().unwrap_or(i64::MAX))
}

/// Builds the vector once for all that are given the time, and once more, right before it is
/// presented, for each that has a clock of its own.
fn present_to_all(
    plan: &Plan<'_>,
    asked: usize,
    timeout: Duration,
    send: &dyn Fn(Event) -> ControlFlow<()>,
) {
    let place = asked;
    let asked = &plan.asked[place];
    for (index, implementation) in plan.implementations.iter().enumerate() {
        let Reach::InProcess(verifier) = &implementation.reach else {
            continue;
        };
        if plan.done.contains(&(index, place)) {
            continue;
        }
        let seen = match skip_reason(asked, &implementation.description) {
            Some(reason) => Err(reason),
            None => Ok(match implementation.description.clock {
                Clock::Given => Exchange {
                    is_live: false,
                    steps: present(&**verifier, asked.presented(), timeout),
                },
                Clock::System => Exchange {
                    is_live: true,
                    steps: present(
                        &**verifier,
                        &asked.vector.present_at(machine_time()),
                        timeout,
                    ),
                },
            }),
        };
        let sighting = Sighting {
            asked: place,
            implementation: index,
            seen,
        };
        if send(Event::Sighting(sighting)).is_break() {
            return;
        }
    }
}

/// A name of a replay memory that was never used in this process. It says nothing of the vector,
/// since the implementation reads it.
fn new_state() -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(1);
    format!("c{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// A place in an order that the seed decides (the finaliser of SplitMix64).
const fn drawn(seed: u64, index: usize) -> u64 {
    let mut mixed = seed ^ (index as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
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

    #[test]
    fn a_seed_draws_an_order_of_its_own() {
        let order = |seed| {
            let mut batch: Vec<usize> = (0..50).collect();
            batch.sort_by_key(|&index| drawn(seed, index));
            batch
        };
        assert_eq!(order(1), order(1));
        assert_ne!(order(1), order(2));
    }
}
