//! Requests to a builder in process, for one assertion or for many.

mod examination;
pub(super) mod programs;

use std::{thread, time::Instant};

use jwt_assay_core::{
    model::BuildRequest,
    suite::{Commission, Many, Vector},
};
use jwt_assay_implementations::Builder;

use self::examination::{Examination, one_more};
use super::RunOptions;
use crate::{exchange::Exchange, observation::Observation, plan::Implementation};

/// Asks a builder in process for one assertion, or for the number that the case wants.
///
/// # Panics
///
/// If the builder reads no form of the key; [`skip_reason`](crate::plan::skip_reason) tells beforehand.
pub(super) fn ask(
    vector: &Vector,
    own: &Commission,
    implementation: &Implementation,
    builder: &dyn Builder,
    options: &RunOptions,
) -> Exchange {
    let examination = Examination::new(vector, own, implementation);
    let asked = Instant::now();
    let answer = builder.build(&examination.request);
    if asked.elapsed() > options.timeout {
        return examination.without_assertion(Observation::TimedOut);
    }
    let others = |many| more(builder, &examination.request, many, options);
    let made = examination.read(answer).and_then(|built| {
        let others = vector.case.many.map_or(Ok(Vec::new()), others)?;
        Ok((built, others))
    });
    match made {
        Ok((built, others)) => examination.conclude(built, others),
        Err(observation) => examination.without_assertion(observation),
    }
}

/// Repeats the request from several threads, with restarts between. Threads show a counter without a
/// lock, and restarts a counter or a seed that begins anew: both repeat a `jti`.
fn more(
    builder: &dyn Builder,
    request: &BuildRequest,
    many: Many,
    options: &RunOptions,
) -> Result<Vec<String>, Observation> {
    let count = options.samples_of(many);
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
