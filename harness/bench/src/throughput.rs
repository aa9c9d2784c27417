//! Throughput: the results of several processes, summarised as medians and spreads.

use std::time::Duration;

use jwt_assay_core::model::Algorithm;
use jwt_assay_implementations::timed::Operation;
use serde::{Deserialize, Serialize};

use super::{
    machine::{self, Machine},
    paired::{Effort, median},
    round::{Measured, Timing},
};

/// The throughput of all implementations on one machine.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Throughput {
    /// The machine.
    pub machine: Machine,
    /// The number of processes.
    pub processes: usize,
    /// The number of rounds in each process.
    pub rounds: usize,
    /// The length of a slice in milliseconds.
    pub slice: f64,
    /// The load average of the last minute, where the system tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub load: Option<f64>,
    /// The results, in the order of measurement.
    pub cells: Vec<Cell>,
}

/// The result of one implementation, operation and algorithm.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Cell {
    /// The operation.
    pub operation: Operation,
    /// The algorithm.
    pub algorithm: Algorithm,
    /// The name of the implementation.
    pub name: String,
    /// The version of the implementation.
    pub version: String,
    /// The language of the implementation; `None` for that of this program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The times, where no process had a failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<Times>,
    /// The reason of a failure in some process. Committed results call the member `refused`.
    #[serde(default, rename = "refused", skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

/// Medians over the processes.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub struct Times {
    /// The ratio to the bare primitive.
    pub ratio: f64,
    /// The least ratio of a process.
    pub least: f64,
    /// The greatest ratio of a process.
    pub most: f64,
    /// Nanoseconds per operation, on this machine at that hour.
    pub nanoseconds: f64,
    /// Nanoseconds of the bare primitive.
    pub raw: f64,
}

impl Throughput {
    /// Summarises the results of several processes.
    #[must_use]
    pub fn of(processes: &[Vec<Measured>], effort: Effort) -> Self {
        let mut cells: Vec<Cell> = Vec::new();
        for measured in processes.iter().flatten() {
            if !cells.iter().any(|cell| cell.is_of(measured)) {
                cells.push(Cell::of(measured, processes));
            }
        }
        Self {
            machine: Machine::here(),
            processes: processes.len(),
            rounds: effort.rounds,
            slice: effort.slice.as_secs_f64() * Duration::from_secs(1).as_millis() as f64,
            load: machine::load(),
            cells,
        }
    }
}

impl Cell {
    fn of(first: &Measured, processes: &[Vec<Measured>]) -> Self {
        let mut cell = Self {
            operation: first.operation,
            algorithm: first.algorithm,
            name: first.name.clone(),
            version: first.version.clone(),
            language: first.language.clone(),
            times: None,
            failure: None,
        };
        let own = processes.iter().flatten();
        let own: Vec<&Measured> = own.filter(|measured| cell.is_of(measured)).collect();
        let (mut ratios, mut nanoseconds, mut raws) = (Vec::new(), Vec::new(), Vec::new());
        for measured in own {
            match &measured.result {
                Timing::Times {
                    nanoseconds: own,
                    raw,
                    ratio,
                } => {
                    ratios.push(*ratio);
                    nanoseconds.push(*own);
                    raws.push(*raw);
                }
                Timing::Failed { reason } => cell.failure = Some(reason.clone()),
            }
        }
        if cell.failure.is_none() && !ratios.is_empty() {
            cell.times = Some(Times {
                ratio: rounded(median(&ratios)),
                least: rounded(ratios.iter().copied().fold(f64::INFINITY, f64::min)),
                most: rounded(ratios.iter().copied().fold(0.0, f64::max)),
                nanoseconds: rounded(median(&nanoseconds)),
                raw: rounded(median(&raws)),
            });
        }
        cell
    }

    fn is_of(&self, measured: &Measured) -> bool {
        self.operation == measured.operation
            && self.algorithm == measured.algorithm
            && self.name == measured.name
    }
}

/// Rounds to four decimals. No measurement is more exact; and serde_json without its feature
/// `float_roundtrip` does not promise to read longer numbers back unchanged.
fn rounded(figure: f64) -> f64 {
    (figure * 1e4).round() / 1e4
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(result: Timing) -> Measured {
        Measured {
            operation: Operation::Sign,
            algorithm: Algorithm::ES256,
            name: "a".to_owned(),
            version: "1".to_owned(),
            language: None,
            result,
        }
    }

    fn times(ratio: f64) -> Timing {
        let (nanoseconds, raw) = (ratio * 10.0, 10.0);
        Timing::Times {
            nanoseconds,
            raw,
            ratio,
        }
    }

    const EFFORT: Effort = Effort {
        rounds: 1,
        slice: Duration::from_millis(1),
    };

    #[test]
    fn figures_have_four_decimals() {
        let processes = [vec![measured(times(469.821_361_815_754_36))]];
        let times = Throughput::of(&processes, EFFORT).cells[0].times.unwrap();
        assert_eq!((times.ratio, times.nanoseconds), (469.8214, 4698.2136));
    }

    #[test]
    fn processes_are_read_as_median_and_spread() {
        let processes = [1.5, 1.25, 4.0].map(|ratio| vec![measured(times(ratio))]);
        let throughput = Throughput::of(&processes, EFFORT);
        let [cell] = throughput.cells.as_slice() else {
            panic!("{throughput:?}");
        };
        let times = cell.times.unwrap();
        assert_eq!((times.ratio, times.least, times.most), (1.5, 1.25, 4.0));
    }

    #[test]
    fn a_failure_in_one_process_leaves_no_times() {
        let reason = "no".to_owned();
        let processes = [
            vec![measured(times(1.0))],
            vec![measured(Timing::Failed { reason })],
        ];
        let cell = Throughput::of(&processes, EFFORT).cells.remove(0);
        assert_eq!((cell.times, cell.failure.as_deref()), (None, Some("no")));
    }
}
