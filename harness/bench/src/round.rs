//! The measurements of one process: all implementations at the same assertion, algorithm by algorithm.

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

/// The selection of a measurement: operations, algorithms and libraries, with the effort.
#[derive(Debug)]
pub struct Selection {
    /// Signing, verifying or both.
    pub operations: Vec<Operation>,
    /// The algorithms.
    pub algorithms: Vec<Algorithm>,
    /// The names of the libraries in this program; `None` for all.
    pub names: Option<Vec<String>>,
    /// The number and the length of the slices.
    pub effort: Effort,
}

/// The measurement of one implementation, operation and algorithm in one process: a line of the hidden
/// command `bench-process`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    /// The operation.
    pub operation: Operation,
    /// The algorithm.
    pub algorithm: Algorithm,
    /// The name of the implementation.
    pub name: String,
    /// The version of the implementation.
    pub version: String,
    /// The language of the implementation; `None` for that of this program.
    pub language: Option<String>,
    /// The times, or the failure.
    pub result: Timing,
}

/// The result of a measurement.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Timing {
    /// Times of all rounds.
    Times {
        /// Nanoseconds per operation, the median of the rounds.
        nanoseconds: f64,
        /// Nanoseconds of the bare primitive, the median of the same rounds.
        raw: f64,
        /// The median of the ratios, each taken within its round.
        ratio: f64,
    },
    /// A failure, though the implementation claims the algorithm.
    Failed {
        /// The reason in the words of the implementation.
        reason: String,
    },
}

/// Measures the selected implementations, and hands over each result at once, so that an interrupted
/// measurement is not lost.
///
/// # Errors
///
/// If the bare primitive fails, which every time is compared with.
pub fn measure(
    selection: &Selection,
    programs: &mut [(String, Program)],
    on_measured: &mut dyn FnMut(Measured),
) -> Result<(), String> {
    for &operation in &selection.operations {
        for &algorithm in &selection.algorithms {
            let task = Task::new(algorithm, now()).map_err(|error| error.to_string())?;
            let raw = || {
                let prepared = RAW.prepare(operation, &task);
                prepared.unwrap_or_else(|| Err(format!("there is no primitive for {algorithm}")))
            };
            in_process(selection, operation, &task, raw()?, on_measured)?;
            for (name, program) in &mut *programs {
                let Some(request) = programs::request(program, operation, &task) else {
                    continue;
                };
                let series = programs::measure(program, &request, &mut raw()?, selection.effort);
                let implementation = &program.hello.implementation;
                on_measured(Measured {
                    operation,
                    algorithm,
                    name: name.clone(),
                    version: implementation.version.clone(),
                    language: Some(implementation.language.clone()),
                    result: timing(series.as_ref().map(|[own, raw]| (own, raw))),
                });
            }
        }
    }
    Ok(())
}

fn in_process(
    selection: &Selection,
    operation: Operation,
    task: &Task,
    raw: Work,
    on_measured: &mut dyn FnMut(Measured),
) -> Result<(), String> {
    let (mut works, mut names) = (vec![raw], Vec::new());
    let is_wanted = |name: &str| {
        let names = selection.names.as_ref();
        names.is_none_or(|names| names.iter().any(|own| own == name))
    };
    let measured = |timed: &timed::Timed, result| Measured {
        operation,
        algorithm: task.algorithm,
        name: timed.name.to_owned(),
        version: timed.version.to_owned(),
        language: None,
        result,
    };
    for timed in timed::all().into_iter().filter(|own| is_wanted(own.name)) {
        match timed.prepare(operation, task) {
            Some(Ok(work)) => {
                works.push(work);
                names.push(timed);
            }
            Some(Err(reason)) => on_measured(measured(&timed, Timing::Failed { reason })),
            None => {}
        }
    }
    if names.is_empty() {
        return Ok(());
    }
    let series = paired::measure(&mut works, selection.effort)?;
    let [raw, series @ ..] = series.as_slice() else {
        return Ok(());
    };
    for (timed, own) in names.iter().zip(series) {
        on_measured(measured(timed, timing(Ok((own, raw)))));
    }
    Ok(())
}

fn timing(series: Result<(&Series, &Series), &String>) -> Timing {
    match series {
        Ok((own, raw)) => Timing::Times {
            nanoseconds: own.median(),
            raw: raw.median(),
            ratio: own.ratio_to(raw),
        },
        Err(reason) => Timing::Failed {
            reason: reason.clone(),
        },
    }
}

/// The present time, at which the assertion is made: some libraries verify by a clock of their own.
fn now() -> UnixSeconds {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let seconds = since.unwrap_or_default().as_secs();
    UnixSeconds(i64::try_from(seconds).unwrap_or(i64::MAX))
}
