//! The self-test of the fuzzing: verifiers with one planted fault each, and the number of inputs until
//! one shows it.

use std::{
    collections::BTreeMap,
    num::NonZeroUsize,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use arbitrary::Unstructured;
use jwt_assay_core::{
    generate::{Draw, GeneratorLimits},
    model::{Algorithm, Verdict},
    recipe::{EVALUATION_TIME, Recipe},
    suite::Suite,
};

use super::{ExplainedSteps, octets};
use jwt_assay_sabotage::verifiers::Sabotage;

/// A measurement of the fuzzing.
#[derive(Clone, Copy, Debug)]
pub struct SelfTest {
    /// The inputs after which a broken verifier counts as missed.
    pub limit: u64,
    /// The number of seeds; the median of them counts.
    pub seeds: u64,
    /// The number of threads.
    pub jobs: NonZeroUsize,
}

/// One broken verifier.
#[derive(Clone, Debug)]
pub struct Trial {
    /// The broken verifier.
    pub sabotage: Sabotage,
    /// The algorithm that the inputs were held to, where it shows with that one only.
    pub algorithm: Option<Algorithm>,
    /// Inputs until one showed it, from the whole generator; `None` where none did within the limit.
    pub inputs: Option<u64>,
    /// The same without the vectors of the suite as a source.
    pub without_suite: Option<u64>,
}

/// One share of the work: a group of broken verifiers, a generator and a seed.
struct Share<'r> {
    within: GeneratorLimits,
    seed: u64,
    rows: &'r [usize],
}

impl SelfTest {
    /// Measures all sabotages. `on_progress` is told after each share how many there are in all.
    #[must_use]
    pub fn run(&self, on_progress: impl Fn(usize) + Sync) -> Vec<Trial> {
        let mut rows: Vec<Trial> = sabotages();
        let mut groups: BTreeMap<Option<Algorithm>, Vec<usize>> = BTreeMap::new();
        for (index, row) in rows.iter().enumerate() {
            groups.entry(row.algorithm).or_default().push(index);
        }
        let tasks = groups.iter().flat_map(|(&algorithm, rows)| {
            [true, false].into_iter().flat_map(move |cases| {
                let within = GeneratorLimits { algorithm, cases };
                (0..self.seeds).map(move |seed| Share { within, seed, rows })
            })
        });
        let tasks: Vec<Share<'_>> = tasks.collect();
        let next = AtomicUsize::new(0);
        let found = Mutex::new(BTreeMap::<(usize, bool), Vec<u64>>::new());
        thread::scope(|scope| {
            for _ in 0..self.jobs.get() {
                scope.spawn(|| {
                    while let Some(task) = tasks.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let caught = self.hunt(task, &rows);
                        let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
                        for (row, inputs) in caught {
                            let of = found.entry((row, task.within.cases)).or_default();
                            of.push(inputs);
                        }
                        drop(found);
                        on_progress(tasks.len());
                    }
                });
            }
        });
        let found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
        let median = |row, cases| {
            let mut inputs = found.get(&(row, cases)).cloned().unwrap_or_default();
            // Seeds that missed it come last.
            inputs.sort_unstable();
            let middle = usize::try_from(self.seeds / 2).unwrap_or(usize::MAX);
            inputs.get(middle).copied()
        };
        for (index, row) in rows.iter_mut().enumerate() {
            row.inputs = median(index, true);
            row.without_suite = median(index, false);
        }
        rows
    }

    /// The rows of a task that were caught, each with the number of inputs. An input is built and
    /// read once for all of them.
    fn hunt(&self, task: &Share<'_>, rows: &[Trial]) -> Vec<(usize, u64)> {
        let mut at_large: Vec<usize> = task.rows.to_vec();
        let mut caught = Vec::new();
        for number in 1..=self.limit {
            if at_large.is_empty() {
                break;
            }
            let octets = octets(task.seed, number);
            let recipe = task
                .within
                .recipe(&mut Draw::new(&mut Unstructured::new(&octets)));
            let reading = ExplainedSteps::of(&recipe, EVALUATION_TIME);
            at_large.retain(|&row| {
                let is_caught = shows(&reading, &rows[row].sabotage);
                if is_caught {
                    caught.push((row, number));
                }
                !is_caught
            });
        }
        caught
    }
}

/// True where a broken verifier answers wrongly at some step.
fn shows(reading: &ExplainedSteps, sabotage: &Sabotage) -> bool {
    let answers = sabotage.answers(&reading.steps, &reading.explanations);
    let mut pairs = reading.explanations.iter().zip(answers);
    pairs.any(|(read, accepts)| match read.verdict() {
        Verdict::Reject(_) => accepts,
        Verdict::Accept => !accepts,
        Verdict::May(_) => false,
    })
}

/// Every sabotage, with the algorithm that it needs where no vector of a cheap one shows it.
fn sabotages() -> Vec<Trial> {
    let (cheap, other): (Vec<_>, Vec<_>) = Suite::bundled()
        .presentations()
        .partition(|(vector, _)| CHEAP.contains(&vector.algorithm));
    let mut rows: Vec<Trial> = Sabotage::all()
        .map(|sabotage| Trial {
            sabotage,
            algorithm: None,
            inputs: None,
            without_suite: None,
        })
        .collect();
    let mut open: Vec<usize> = (0..rows.len()).collect();
    for (vector, own) in cheap.into_iter().chain(other) {
        if open.is_empty() {
            break;
        }
        let reading = ExplainedSteps::of(&own.recipe, EVALUATION_TIME);
        let (shown, still_open): (Vec<usize>, Vec<usize>) = open
            .into_iter()
            .partition(|&index| shows(&reading, &rows[index].sabotage));
        open = still_open;
        for index in shown {
            // Some cases have one algorithm for brevity, and would do with any.
            let with_cheap = |algorithm| {
                let recipe = Recipe {
                    algorithm,
                    ..own.recipe.clone()
                };
                shows(
                    &ExplainedSteps::of(&recipe, EVALUATION_TIME),
                    &rows[index].sabotage,
                )
            };
            rows[index].algorithm =
                (!CHEAP.into_iter().any(with_cheap)).then_some(vector.algorithm);
        }
    }
    rows
}

/// The algorithms that inputs mostly have.
const CHEAP: [Algorithm; 2] = [Algorithm::HS256, Algorithm::ES256];
