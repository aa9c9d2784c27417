//! The seeded driver: inputs drawn from one number and spread over threads. The findings are the same with any
//! number of threads.

use std::{
    collections::BTreeMap,
    num::NonZeroUsize,
    ops::ControlFlow,
    sync::atomic::{AtomicU64, AtomicUsize, Ordering},
    thread,
};

use arbitrary::Unstructured;
use jwt_assay_core::{
    generate::{Draw, GeneratorLimits},
    recipe::Recipe,
    suite,
};

use super::{Finding, Key, Panel};

/// A number of inputs to try.
#[derive(Clone, Copy, Debug)]
pub struct Hunt {
    /// The number that the inputs are drawn from.
    pub seed: u64,
    /// The number of inputs.
    pub cases: u64,
    /// The number of threads.
    pub jobs: NonZeroUsize,
    /// The limits of the generator.
    pub within: GeneratorLimits,
}

/// The findings of a hunt.
#[derive(Clone, Debug, Default)]
pub struct HuntResult {
    /// The number of inputs that were tried: all, unless the hunt was stopped.
    pub tried: u64,
    /// The number of questions to implementations.
    pub asked: usize,
    /// Every finding once, in the order of implementations and rules.
    pub catches: Vec<MinimizedFinding>,
}

/// One finding with the smallest recipe that showed it.
#[derive(Clone, Debug)]
pub struct MinimizedFinding {
    /// The difference that the recipe shows.
    pub finding: Finding,
    /// The number of inputs that showed it.
    pub times: u64,
    /// The smallest recipe.
    pub recipe: Recipe,
    /// The input that it was made from.
    pub octets: Vec<u8>,
    number: u64,
}

impl Hunt {
    /// Tries them all; `on_progress` is told how many more are tried next, from any thread, and may stop
    /// the hunt before them. The findings until then are kept.
    ///
    /// # Panics
    ///
    /// If a verifier does that does not catch its panics; those of this project catch theirs.
    #[must_use]
    pub fn run(
        &self,
        panel: &Panel,
        on_progress: impl Fn(u64) -> ControlFlow<()> + Sync,
    ) -> HuntResult {
        let next = AtomicU64::new(0);
        let asked = AtomicUsize::new(0);
        let tried = AtomicU64::new(0);
        let work = || {
            let mut caught = BTreeMap::new();
            loop {
                let first = next.fetch_add(BATCH, Ordering::Relaxed);
                if first >= self.cases {
                    return caught;
                }
                let batch = first..self.cases.min(first + BATCH);
                let count = batch.end - batch.start;
                if on_progress(count).is_break() {
                    return caught;
                }
                tried.fetch_add(count, Ordering::Relaxed);
                for number in batch {
                    asked.fetch_add(self.try_one(panel, number, &mut caught), Ordering::Relaxed);
                }
            }
        };
        let mut all: BTreeMap<Key, MinimizedFinding> = BTreeMap::new();
        thread::scope(|scope| {
            let threads: Vec<_> = (0..self.jobs.get()).map(|_| scope.spawn(work)).collect();
            for thread in threads {
                let caught = thread.join().expect("implementations' panics are caught");
                for catch in caught.into_values() {
                    keep(&mut all, catch);
                }
            }
        });
        HuntResult {
            tried: tried.into_inner(),
            asked: asked.into_inner(),
            catches: all.into_values().collect(),
        }
    }

    /// Tries an input, and says how many implementations were asked.
    fn try_one(
        &self,
        panel: &Panel,
        number: u64,
        caught: &mut BTreeMap<Key, MinimizedFinding>,
    ) -> usize {
        let octets = octets(self.seed, number);
        let recipe = self
            .within
            .recipe(&mut Draw::new(&mut Unstructured::new(&octets)));
        let judgement = panel.judge(&recipe);
        for finding in judgement.findings {
            let catch = MinimizedFinding {
                finding,
                times: 1,
                recipe: recipe.clone(),
                octets: octets.clone(),
                number,
            };
            keep(caught, catch);
        }
        judgement.asked
    }
}

/// Keeps the smaller of two recipes that show the same.
fn keep(all: &mut BTreeMap<Key, MinimizedFinding>, catch: MinimizedFinding) {
    let key = catch.finding.key.clone();
    match all.get_mut(&key) {
        None => {
            all.insert(key, catch);
        }
        Some(known) => {
            let times = known.times + catch.times;
            if size(&catch) < size(known) {
                *known = catch;
            }
            known.times = times;
        }
    }
}

/// The amount that a person has to read: steps, edits, characters. The number of the input makes the order
/// total, so that threads decide nothing.
fn size(catch: &MinimizedFinding) -> (usize, usize, usize, u64) {
    let recipe = &catch.recipe;
    let steps = recipe.steps.iter().map(|step| step.edits.len());
    let id = "found".parse().expect("kebab-case");
    let written = suite::case_file(&id, "", recipe, &[]);
    (
        recipe.steps.len(),
        recipe.setup.len() + steps.sum::<usize>() + usize::from(recipe.set.is_some()),
        written.len(),
        catch.number,
    )
}

/// The input of a number: octets that the seed decides, short ones among them, since those are the
/// plainer recipes (SplitMix64).
#[must_use]
pub fn octets(seed: u64, number: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0xd134_2543_de82_ef95) ^ number.wrapping_mul(GOLDEN);
    let mut draw = || {
        state = state.wrapping_add(GOLDEN);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    };
    let words = 1 + draw() % LONGEST;
    (0..words).flat_map(|_| draw().to_le_bytes()).collect()
}

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
/// Words of eight octets: more than almost any recipe needs, whose choices have two octets each.
const LONGEST: u64 = 22;
/// The inputs that a thread takes at a time: enough that threads seldom meet at the counter, and few enough that
/// they end together.
const BATCH: u64 = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_and_a_number_decide_an_input() {
        assert_eq!(octets(7, 3), octets(7, 3));
        assert_ne!(octets(7, 3), octets(7, 4));
        assert_ne!(octets(7, 3), octets(8, 3));
        let lengths: Vec<usize> = (0..2000).map(|number| octets(1, number).len()).collect();
        assert_eq!(lengths.iter().min(), Some(&8));
        assert_eq!(lengths.iter().max(), Some(&176));
    }
}
