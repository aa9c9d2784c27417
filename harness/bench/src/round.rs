//! What one process measures: everyone at the same assertion, algorithm by algorithm.

use std::time::{SystemTime, UNIX_EPOCH};

use jwt_assay_core::model::{Algorithm, UnixSeconds};
use jwt_assay_implementations::{
    reach::process::Program,
    timed::{self, Operation, RAW, Task, Work},
};
use serde::{Deserialize, Serialize};

use super::{
    paired::{self, Effort, Series},
    programs,
};

/// What is measured.
#[derive(Debug)]
pub struct Plan {
    /// Signing, verifying or both.
    pub operations: Vec<Operation>,
    /// With which algorithms.
    pub algorithms: Vec<Algorithm>,
    /// The names of those in this program; `None` for all.
    pub names: Option<Vec<String>>,
    /// How much.
    pub effort: Effort,
}

/// What was seen of someone at one operation with one algorithm, in one process: a line of the
/// hidden command `bench-process`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    /// What was done.
    pub operation: Operation,
    /// With which algorithm.
    pub algorithm: Algorithm,
    /// Who did it.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its language; that of this program where there is none.
    pub language: Option<String>,
    /// What came of it.
    pub came: Came,
}

/// What came of a measurement.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Came {
    /// Numbers.
    Times {
        /// Nanoseconds for one, the median of the rounds.
        nanoseconds: f64,
        /// The same of the bare primitive in the same rounds.
        raw: f64,
        /// The median of the ratios, each within its round.
        ratio: f64,
    },
    /// It has the algorithm, and refused.
    Refused {
        /// Its own words.
        reason: String,
    },
}

/// Measures everyone, and hands each over as it comes.
///
/// # Errors
///
/// Where the bare primitive fails, with which nothing can be compared.
pub fn measure(
    plan: &Plan,
    programs: &mut [(String, Program)],
    on_measured: &mut dyn FnMut(Measured),
) -> Result<(), String> {
    for &operation in &plan.operations {
        for &algorithm in &plan.algorithms {
            let task = Task::new(algorithm, now()).map_err(|error| error.to_string())?;
            let raw = || {
                let prepared = RAW.prepare(operation, &task);
                prepared.unwrap_or_else(|| Err(format!("there is no primitive for {algorithm}")))
            };
            in_process(plan, operation, &task, raw()?, on_measured)?;
            for (name, program) in &mut *programs {
                let Some(request) = programs::request(program, operation, &task) else {
                    continue;
                };
                let series = programs::measure(program, &request, &mut raw()?, plan.effort);
                let implementation = &program.hello.implementation;
                on_measured(Measured {
                    operation,
                    algorithm,
                    name: name.clone(),
                    version: implementation.version.clone(),
                    language: Some(implementation.language.clone()),
                    came: came(series.as_ref().map(|[own, raw]| (own, raw))),
                });
            }
        }
    }
    Ok(())
}

fn in_process(
    plan: &Plan,
    operation: Operation,
    task: &Task,
    raw: Work,
    on_measured: &mut dyn FnMut(Measured),
) -> Result<(), String> {
    let (mut works, mut names) = (vec![raw], Vec::new());
    let is_wanted = |name: &str| {
        let names = plan.names.as_ref();
        names.is_none_or(|names| names.iter().any(|own| own == name))
    };
    let measured = |timed: &timed::Timed, came| Measured {
        operation,
        algorithm: task.algorithm,
        name: timed.name.to_owned(),
        version: timed.version.to_owned(),
        language: None,
        came,
    };
    for timed in timed::all().into_iter().filter(|own| is_wanted(own.name)) {
        match timed.prepare(operation, task) {
            Some(Ok(work)) => {
                works.push(work);
                names.push(timed);
            }
            Some(Err(reason)) => on_measured(measured(&timed, Came::Refused { reason })),
            None => {}
        }
    }
    if names.is_empty() {
        return Ok(());
    }
    let series = paired::measure(&mut works, plan.effort)?;
    let [raw, series @ ..] = series.as_slice() else {
        return Ok(());
    };
    for (timed, own) in names.iter().zip(series) {
        on_measured(measured(timed, came(Ok((own, raw)))));
    }
    Ok(())
}

fn came(series: Result<(&Series, &Series), &String>) -> Came {
    match series {
        Ok((own, raw)) => Came::Times {
            nanoseconds: own.median(),
            raw: raw.median(),
            ratio: own.ratio_to(raw),
        },
        Err(reason) => Came::Refused {
            reason: reason.clone(),
        },
    }
}

/// Libraries with a clock of their own verify too, so the assertion is of this moment.
fn now() -> UnixSeconds {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let seconds = since.unwrap_or_default().as_secs();
    UnixSeconds(i64::try_from(seconds).unwrap_or(i64::MAX))
}
