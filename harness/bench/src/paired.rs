//! Paired measurement: short slices of all works in turn, and the ratio to the bare primitive within each
//! round. Load on the machine slows both sides of a ratio.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use jwt_assay_implementations::timed::Work;

/// The effort of a measurement.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// The number of rounds.
    pub rounds: usize,
    /// The approximate time for which one work is repeated in a round.
    pub slice: Duration,
}

/// The times of one work.
#[derive(Clone, Debug)]
pub struct Series {
    /// Nanoseconds for one repetition, round by round.
    pub nanoseconds: Vec<f64>,
}

impl Series {
    /// The median of the rounds, in nanoseconds.
    #[must_use]
    pub fn median(&self) -> f64 {
        median(&self.nanoseconds)
    }

    /// The median of the ratios to another work, each within its round.
    #[must_use]
    pub fn ratio_to(&self, other: &Self) -> f64 {
        let rounds = self.nanoseconds.iter().zip(&other.nanoseconds);
        let ratios: Vec<f64> = rounds.map(|(own, other)| own / other).collect();
        median(&ratios)
    }
}

/// Measures works side by side. The work that begins a round changes from round to round, so that none
/// profits from its place.
///
/// # Errors
///
/// The message of a work that fails.
pub fn measure(works: &mut [Work], effort: Effort) -> Result<Vec<Series>, String> {
    let repetitions: Vec<u32> = works
        .iter_mut()
        .map(|work| calibrate(work, effort.slice))
        .collect::<Result<_, _>>()?;
    let mut series = vec![
        Series {
            nanoseconds: Vec::with_capacity(effort.rounds),
        };
        works.len()
    ];
    for round in 0..effort.rounds {
        for turn in 0..works.len() {
            let index = (round + turn) % works.len();
            let taken = time(&mut works[index], repetitions[index])?;
            series[index].nanoseconds.push(taken);
        }
    }
    Ok(series)
}

/// Nanoseconds per repetition.
///
/// # Errors
///
/// The message of the work, if it fails.
pub fn time(work: &mut Work, repetitions: u32) -> Result<f64, String> {
    let start = Instant::now();
    for _ in 0..repetitions {
        black_box(work()?);
    }
    Ok(start.elapsed().as_secs_f64() * 1e9 / f64::from(repetitions))
}

/// The number of repetitions that fill a slice, at least one.
///
/// # Errors
///
/// The message of the work, if it fails.
pub fn calibrate(work: &mut Work, slice: Duration) -> Result<u32, String> {
    let mut repetitions = 1;
    loop {
        let start = Instant::now();
        time(work, repetitions)?;
        let taken = start.elapsed();
        if taken >= slice / 2 || repetitions >= 1 << 24 {
            let ratio = slice.as_secs_f64() / taken.as_secs_f64().max(1e-9);
            let fitting = (f64::from(repetitions) * ratio).round();
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "it is between one and a bound"
            )]
            return Ok(fitting.clamp(1.0, f64::from(1 << 24)) as u32);
        }
        repetitions *= 2;
    }
}

/// The median: the middle value, or the mean of the middle two. NaN where there are no values.
#[must_use]
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match (sorted.len(), sorted.len() % 2) {
        (0, _) => f64::NAN,
        (_, 1) => sorted[middle],
        (_, _) => f64::midpoint(sorted[middle - 1], sorted[middle]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_lies_between_the_middle_two() {
        assert!((median(&[4.0, 1.0, 2.0, 3.0]) - 2.5).abs() < f64::EPSILON);
        assert!((median(&[9.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
        assert!(median(&[]).is_nan());
    }

    #[test]
    fn a_ratio_is_taken_within_each_round() {
        // The machine became ten times slower in the second round.
        let own = Series {
            nanoseconds: vec![2.0, 20.0, 2.0],
        };
        let raw = Series {
            nanoseconds: vec![1.0, 10.0, 1.0],
        };
        assert!((own.ratio_to(&raw) - 2.0).abs() < f64::EPSILON);
    }

    #[test]
    fn every_work_has_its_turn_in_every_round_and_a_failure_ends_it() {
        let effort = Effort {
            rounds: 5,
            slice: Duration::from_micros(20),
        };
        let mut works: Vec<Work> = vec![Box::new(|| Ok(1)), Box::new(|| Ok(2))];
        let series = measure(&mut works, effort).unwrap();
        assert!(series.iter().all(|series| series.nanoseconds.len() == 5));
        works.push(Box::new(|| Err("no".to_owned())));
        assert_eq!(measure(&mut works, effort).unwrap_err(), "no");
    }
}
