//! The results of several processes as one: medians and spreads.

use std::time::Duration;

use jwt_assay_core::model::Algorithm;
use jwt_assay_implementations::timed::Operation;
use serde::{Deserialize, Serialize};

use super::{
    machine::{self, Machine},
    paired::{Effort, median},
    round::{Came, Measured},
};

/// Everything that was measured.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Throughput {
    /// Where.
    pub machine: Machine,
    /// In how many processes.
    pub processes: usize,
    /// In how many rounds in each.
    pub rounds: usize,
    /// How long a slice was, in milliseconds.
    pub slice: f64,
    /// How many programs wanted a processor in the last minute, where the system tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub load: Option<f64>,
    /// Everyone at everything, in the order in which it was measured.
    pub cells: Vec<Cell>,
}

/// Someone at one operation with one algorithm.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Cell {
    /// What was done.
    pub operation: Operation,
    /// With which algorithm.
    pub algorithm: Algorithm,
    /// Who did it.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its language; that of this program where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// What came of it, where it did it in every process.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<Times>,
    /// Why it did not do it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}

/// Medians over the processes.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub struct Times {
    /// The ratio to the bare primitive.
    pub ratio: f64,
    /// The least ratio of a process.
    pub least: f64,
    /// The greatest.
    pub most: f64,
    /// Nanoseconds for one: of this machine in that hour.
    pub nanoseconds: f64,
    /// Nanoseconds that the bare primitive took.
    pub raw: f64,
}

impl Throughput {
    /// Reads the results of processes together.
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
            refused: None,
        };
        let own = processes.iter().flatten();
        let own: Vec<&Measured> = own.filter(|measured| cell.is_of(measured)).collect();
        let (mut ratios, mut nanoseconds, mut raws) = (Vec::new(), Vec::new(), Vec::new());
        for measured in own {
            match &measured.came {
                Came::Times {
                    nanoseconds: own,
                    raw,
                    ratio,
                } => {
                    ratios.push(*ratio);
                    nanoseconds.push(*own);
                    raws.push(*raw);
                }
                Came::Refused { reason } => cell.refused = Some(reason.clone()),
            }
        }
        if cell.refused.is_none() && !ratios.is_empty() {
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

/// To four decimals: nothing is measured more closely, and so short a number is the same when it is read
/// back, as serde_json without its feature `float_roundtrip` does not promise of longer ones.
fn rounded(figure: f64) -> f64 {
    (figure * 1e4).round() / 1e4
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(came: Came) -> Measured {
        Measured {
            operation: Operation::Sign,
            algorithm: Algorithm::ES256,
            name: "a".to_owned(),
            version: "1".to_owned(),
            language: None,
            came,
        }
    }

    fn times(ratio: f64) -> Came {
        let (nanoseconds, raw) = (ratio * 10.0, 10.0);
        Came::Times {
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
    fn who_refused_once_has_no_times() {
        let reason = "no".to_owned();
        let processes = [
            vec![measured(times(1.0))],
            vec![measured(Came::Refused { reason })],
        ];
        let cell = Throughput::of(&processes, EFFORT).cells.remove(0);
        assert_eq!((cell.times, cell.refused.as_deref()), (None, Some("no")));
    }
}
