//! Asks builders and says what it saw. Knows no report and no rule of judgement.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use jwt_assay_core::{
    build::{BuildRecipe, Many, Vector, inspect, inspect::shown_secret, samples},
    model::{BuildRequest, Fixed, Profile},
    oracle::{Finding, SignatureCheck},
};
use jwt_assay_implementations::{BuildAnswer, Builder, BuilderDescription};

use crate::{
    judge::SkipReason,
    observation::{Found, Observation},
    run::{Conduct, machine_time},
};

use super::plan::{BuildPlan, skip_reason};

/// What came of asking for one vector.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// Whether the builder took the time from the machine's clock.
    pub is_live: bool,
    /// What was seen.
    pub observation: Observation,
    /// Whether it is an assertion that the client's key signed: what a control must be.
    pub is_sound: bool,
    /// Whether the description promises the algorithm that was asked for.
    pub is_promised: bool,
}

/// How many answers are asked for where a case wants many.
#[derive(Clone, Copy, Debug, Default)]
pub struct Samples {
    /// At most so many; `None` for as many as the case says.
    pub at_most: Option<usize>,
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

/// Asks every builder of the plan for every vector, and hands over what was seen as it comes.
/// Awaited controls come before everything else, and what restarts a builder comes last and alone.
/// Stops early where `on_sighting` breaks.
///
/// # Panics
///
/// Where a builder panics in a thread; those of this project catch theirs.
pub fn run(
    plan: &BuildPlan<'_>,
    conduct: &Conduct,
    samples: Samples,
    mut on_sighting: impl FnMut(Sighting) -> std::ops::ControlFlow<()>,
) {
    let restarts = |index: &usize| plan.asked[*index].vector.case.many.is_some();
    let (controls, others): (Vec<_>, Vec<_>) =
        (0..plan.asked.len()).partition(|&index| plan.asked[index].is_awaited);
    let (alone, others): (Vec<_>, Vec<_>) = others.into_iter().partition(restarts);
    for (batch, jobs) in [
        (controls, conduct.jobs.get()),
        (others, conduct.jobs.get()),
        (alone, 1),
    ] {
        let work: Vec<(usize, usize)> = batch
            .iter()
            .flat_map(|&asked| (0..plan.builders.len()).map(move |builder| (asked, builder)))
            .collect();
        let next = AtomicUsize::new(0);
        let seen = Mutex::new(Vec::new());
        // In portions, so that records are written as they come.
        for portion in work.chunks(PORTION) {
            next.store(0, Ordering::Relaxed);
            thread::scope(|scope| {
                for _ in 0..jobs.min(portion.len()) {
                    scope.spawn(|| {
                        while let Some(&(asked, builder)) =
                            portion.get(next.fetch_add(1, Ordering::Relaxed))
                        {
                            let sighting = sight(plan, conduct, samples, asked, builder);
                            seen.lock()
                                .expect("no thread panics with it")
                                .push(sighting);
                        }
                    });
                }
            });
            for sighting in seen.lock().expect("no thread panics with it").drain(..) {
                if on_sighting(sighting).is_break() {
                    return;
                }
            }
        }
    }
}

fn sight(
    plan: &BuildPlan<'_>,
    conduct: &Conduct,
    samples: Samples,
    asked: usize,
    builder: usize,
) -> Sighting {
    let implementation = &plan.builders[builder];
    let seen = match skip_reason(&plan.asked[asked], &implementation.description) {
        Some(reason) => Err(reason),
        None => Ok(ask(
            plan.asked[asked].vector,
            &*implementation.builder,
            &implementation.description,
            conduct.timeout,
            samples,
        )),
    };
    Sighting {
        asked,
        builder,
        seen,
    }
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
    most: Samples,
) -> Exchange {
    let is_live = description.fixed.contains(&Fixed::Now);
    let mut request = vector
        .recipe
        .request(&description.about.key_formats)
        .expect("a form of key that the builder reads");
    if is_live {
        request.now = machine_time();
    }
    let asked = Instant::now();
    let answer = builder.build(&request);
    let is_promised = request
        .algorithm
        .parse()
        .is_ok_and(|algorithm| description.about.algorithms.contains(&algorithm));
    let exchange = |observation, is_sound| Exchange {
        is_live,
        observation,
        is_sound,
        is_promised,
    };
    if asked.elapsed() > timeout {
        return exchange(Observation::TimedOut, false);
    }
    let assertion = match answer {
        BuildAnswer::Assertion(assertion) => assertion,
        BuildAnswer::Refused { reason } => {
            let shown = shown_secret(&request, &reason);
            let found: Vec<Found> = shown.iter().map(Found::from).collect();
            let text = if found.is_empty() {
                reason
            } else {
                String::new()
            };
            return exchange(Observation::Refused { text, found }, false);
        }
        BuildAnswer::Unsupported { reason } => {
            return exchange(Observation::Unsupported { reason }, false);
        }
        BuildAnswer::Error { reason } => {
            let reason = match shown_secret(&request, &reason) {
                Some(_) => "with words that show the key".to_owned(),
                None => reason,
            };
            return exchange(Observation::Crashed { reason }, false);
        }
    };
    let (server, signer) = (BuildRecipe::server(), vector.recipe.signer());
    let now = if is_live { machine_time() } else { request.now };
    let lens = vector.lens(&server, &signer, &description.fixed, now);
    let inspection = inspect(&request, &lens, &assertion);
    let mut findings = inspection.findings;
    if let Some(many) = vector.case.many {
        match more(builder, &request, many, most) {
            Ok(mut all) => {
                all.push(assertion);
                let profile = Profile::get(vector.profile);
                findings.extend(samples::inspect(
                    &request,
                    profile,
                    vector.algorithm,
                    &signer,
                    &all,
                ));
            }
            Err(observation) => return exchange(observation, false),
        }
    }
    // Beside the faults, what is open and what the case asks about.
    let is_told = |finding: &&Finding| {
        let found = Found::from(*finding);
        found.is_fault || finding.rule == vector.rule
    };
    let found = findings.iter().filter(is_told).map(Found::from).collect();
    let is_sound = inspection.explanation.signature == SignatureCheck::Valid;
    exchange(Observation::Built { found }, is_sound)
}

/// The same request many times, from several threads and with restarts between.
fn more(
    builder: &dyn Builder,
    request: &BuildRequest,
    many: Many,
    samples: Samples,
) -> Result<Vec<String>, Observation> {
    let count = samples
        .at_most
        .map_or(many.count, |most| most.min(many.count));
    let rounds = many.restarts + 1;
    let mut all = Vec::with_capacity(count);
    for _ in 0..rounds {
        builder.restart();
        let share = count.div_ceil(rounds * many.threads);
        let answers: Vec<Result<Vec<String>, Observation>> = thread::scope(|scope| {
            let threads: Vec<_> = (0..many.threads)
                .map(|_| scope.spawn(|| (0..share).map(|_| one(builder, request)).collect()))
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

fn one(builder: &dyn Builder, request: &BuildRequest) -> Result<String, Observation> {
    match builder.build(request) {
        BuildAnswer::Assertion(assertion) => Ok(assertion),
        BuildAnswer::Refused { reason } => Err(Observation::Refused {
            text: format!("after it had built the same: {reason}"),
            found: Vec::new(),
        }),
        BuildAnswer::Unsupported { reason } => Err(Observation::Unsupported { reason }),
        BuildAnswer::Error { reason } => Err(Observation::Crashed { reason }),
    }
}

const PORTION: usize = 64;
