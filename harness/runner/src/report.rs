//! Reports. Each format is a pure function of the records, in a file of its own.

pub mod findings;
mod format;
pub mod generated;
pub mod jsonl;
#[cfg(feature = "junit")]
pub mod junit;
pub mod markdown;
pub mod matrix;
pub mod splice;
#[cfg(feature = "terminal")]
pub mod terminal;

pub use self::format::{FORMATS, Format};
use jwt_assay_core::model::Role;

use crate::{
    record::{Record, StepRecord},
    summary::Counts,
};

/// The options of a report for people.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Rows per implementation and profile instead of one per implementation.
    pub by_profile: bool,
    /// True to list every unexpected result; else the first of each case and kind, for the first
    /// cases.
    pub all: bool,
}

/// The headings of the columns of counts, after the implementation's name.
const fn columns(role: Role) -> [&'static str; 8] {
    let [too_much, too_little] = match role {
        Role::Verify => ["wrongly accepted", "wrongly rejected"],
        Role::Build => ["wrongly signed", "wrongly declined"],
    };
    [
        "judged",
        "agrees",
        too_much,
        too_little,
        "informational",
        "failed",
        "recorded",
        "skipped",
    ]
}

/// The counts under [`columns`].
fn cells(row: &Counts, role: Role) -> [String; 8] {
    let [too_much, too_little] = match role {
        Role::Verify => [row.wrongly_accepted, row.wrongly_rejected],
        Role::Build => [row.wrongly_signed, row.wrongly_declined],
    };
    [
        format!("{} of {}", row.judged, row.asked),
        row.agrees.to_string(),
        too_much.to_string(),
        too_little.to_string(),
        row.informational.to_string(),
        row.failed.to_string(),
        row.recorded.to_string(),
        row.skipped.to_string(),
    ]
}

/// The results to list under one heading.
struct Listed<'a> {
    /// Results, each with the number of equal ones of its case that are not listed.
    results: Vec<(&'a Record, usize)>,
    /// The number of further cases that are not listed.
    more_cases: usize,
}

impl<'a> Listed<'a> {
    fn new(records: &[&'a Record], options: Options) -> Self {
        if options.all {
            let results = records.iter().map(|&record| (record, 0)).collect();
            return Self {
                results,
                more_cases: 0,
            };
        }
        let mut results: Vec<(&Record, usize)> = Vec::new();
        for &record in records {
            let alike = results.iter_mut().find(|(first, _)| {
                first.case == record.case
                    && first.outcome == record.outcome
                    && first.is_stale() == record.is_stale()
            });
            match alike {
                Some((_, more)) => *more += 1,
                None => results.push((record, 0)),
            }
        }
        let more_cases = results.len().saturating_sub(LISTED_CASES);
        results.truncate(LISTED_CASES);
        Self {
            results,
            more_cases,
        }
    }
}

/// The outcome of a record in a few words.
pub(crate) fn headline(record: &Record) -> String {
    if record.is_stale() {
        format!("{}, though a divergence is recorded", record.outcome)
    } else {
        record.outcome.to_string()
    }
}

/// The verdict and the observation of each step in a line, not escaped. Steps are numbered where
/// there are several.
pub fn exchange(record: &Record) -> Vec<String> {
    let is_single = record.steps.len() == 1;
    let of_step = |(index, step): (usize, &StepRecord)| {
        let line = format!("{}, seen: {}", step.expected, step.seen);
        if is_single {
            line
        } else {
            format!("step {}: {line}", index + 1)
        }
    };
    record.steps.iter().enumerate().map(of_step).collect()
}

/// The number of cases listed for one implementation unless all are asked for: a verifier that is
/// set up wrong fails hundreds, and the first few show why.
const LISTED_CASES: usize = 40;

/// The most characters of an implementation's own words in a report for people: a stack trace would
/// bury the rest.
const LONGEST_WORDS: usize = 300;

#[cfg(test)]
pub(crate) mod tests;
