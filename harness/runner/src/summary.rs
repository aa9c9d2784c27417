//! Counts over the records of a run.

use std::collections::{BTreeMap, BTreeSet};

use jwt_assay_core::model::{Layer, ProfileId, Rule};

use crate::{
    outcome::{Deviation, Outcome, SkipReason},
    reasons::Reasons,
    record::{AsControl, Expected, Ground, Record, Run},
};

/// Counts of vectors for one implementation, or for one implementation and profile. Each vector asked
/// is judged or skipped; each one judged agrees, is wrong in one way, fails, or is informational. A control
/// that was not selected counts among the wrong and the failed alone, where it is one.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Counts {
    /// The implementation's name.
    pub implementation: String,
    /// The implementation's version.
    pub version: String,
    /// The profile, where rows are split by profile.
    pub profile: Option<ProfileId>,
    /// Vectors with a record.
    pub asked: usize,
    /// Vectors whose answer counts.
    pub judged: usize,
    /// Answers as the specifications ask.
    pub agrees: usize,
    /// Acceptances of what must be rejected.
    pub wrongly_accepted: usize,
    /// Rejections of what must be accepted.
    pub wrongly_rejected: usize,
    /// Assertions signed where the builder must decline, or with faults.
    pub wrongly_signed: usize,
    /// Requests declined that must be signed.
    pub wrongly_declined: usize,
    /// Answers to points that the specifications leave open.
    pub informational: usize,
    /// Crashes, timeouts, nonsense, and `unsupported` where support is promised.
    pub failed: usize,
    /// Wrong and failed answers that are recorded as divergences.
    pub recorded: usize,
    /// Recorded divergences that were judged and did not happen.
    pub stale: usize,
    /// Vectors that were not asked, or whose answer proves nothing.
    pub skipped: usize,
}

impl Counts {
    fn count(&mut self, record: &Record) {
        let is_selected = !record.is_support;
        self.asked += usize::from(is_selected);
        self.judged += usize::from(is_selected && record.is_judged());
        self.stale += usize::from(record.is_stale());
        self.recorded += usize::from(record.outcome.is_wrong() && record.is_as_recorded());
        *match record.outcome {
            Outcome::Agrees => &mut self.agrees,
            Outcome::Open => &mut self.informational,
            Outcome::Skipped(_) => &mut self.skipped,
            Outcome::Wrong(deviation) => match deviation {
                Deviation::Accepted => &mut self.wrongly_accepted,
                Deviation::Declined => &mut self.wrongly_declined,
                Deviation::Rejected => &mut self.wrongly_rejected,
                Deviation::Signed => &mut self.wrongly_signed,
                Deviation::Crashed
                | Deviation::Garbled
                | Deviation::TimedOut
                | Deviation::Unsupported => &mut self.failed,
            },
        } += 1;
    }
}

/// Counts per implementation, in the order of the run.
#[must_use]
pub fn by_implementation(run: &Run) -> Vec<Counts> {
    let implementations = run.header.implementations.iter();
    implementations
        .map(|description| {
            let mut row = Counts {
                implementation: description.name.clone(),
                version: description.version.clone(),
                ..Counts::default()
            };
            counted(run, &description.name).for_each(|record| row.count(record));
            row
        })
        .collect()
}

/// Counts per implementation and profile.
#[must_use]
pub fn by_profile(run: &Run) -> Vec<Counts> {
    let mut rows = Vec::new();
    for description in &run.header.implementations {
        let mut of_profile = BTreeMap::new();
        for record in counted(run, &description.name) {
            let row = of_profile.entry(record.profile).or_insert_with(|| Counts {
                implementation: description.name.clone(),
                version: description.version.clone(),
                profile: Some(record.profile),
                ..Counts::default()
            });
            row.count(record);
        }
        rows.extend(of_profile.into_values());
    }
    rows
}

/// The profiles of the records, each with its version.
#[must_use]
pub fn profiles(run: &Run) -> Vec<&str> {
    let asked: BTreeSet<&str> = run.records.iter().map(|it| it.profile.name()).collect();
    let labels = run.header.profiles.iter().map(String::as_str);
    labels
        .filter(|label| {
            let name = label.split_once('@').map_or(*label, |(name, _)| name);
            asked.contains(name)
        })
        .collect()
}

/// The reasons to skip with their counts for one implementation, the most frequent first.
#[must_use]
pub fn skips(run: &Run, implementation: &str) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for record in counted(run, implementation) {
        if let Outcome::Skipped(reason) = &record.outcome {
            *counts.entry(reason.kind()).or_default() += 1;
        }
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
}

/// The records of one implementation that make the run fail.
pub fn unexpected<'a>(run: &'a Run, implementation: &'a str) -> impl Iterator<Item = &'a Record> {
    counted(run, implementation).filter(|record| record.is_unexpected())
}

/// Wrong answers to vectors newer than the release of their profile, which fail no run.
pub fn newer<'a>(run: &'a Run, implementation: &'a str) -> impl Iterator<Item = &'a Record> {
    let is_wrong = |record: &&Record| record.is_newer && record.outcome.is_wrong();
    counted(run, implementation).filter(is_wrong)
}

/// The reasons of right rejections, counted for one implementation.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Grounds {
    /// All right rejections.
    pub rejections: usize,
    /// Rejections for another rule: the rule of the verdict, the rule of the words, and the count;
    /// the most frequent first.
    pub another: Vec<(Rule, Rule, usize)>,
    /// Rejections in words that the table does not map.
    pub not_said: usize,
}

/// Counts the reasons of one implementation's right rejections; `None` without a table of its words.
#[must_use]
pub fn grounds(run: &Run, implementation: &str) -> Option<Grounds> {
    if Reasons::bundled(implementation).is_empty() {
        return None;
    }
    let mut grounds = Grounds::default();
    let mut another: BTreeMap<(Rule, Rule), usize> = BTreeMap::new();
    for record in counted(run, implementation) {
        let Some(ground) = record.ground() else {
            continue;
        };
        grounds.rejections += 1;
        match ground {
            Ground::Another(rule) => *another.entry((record.rule, rule)).or_default() += 1,
            Ground::NotSaid => grounds.not_said += 1,
            Ground::TheRule => {}
        }
    }
    let another = another.into_iter();
    grounds.another = another
        .map(|((wanted, seen), count)| (wanted, seen, count))
        .collect();
    grounds
        .another
        .sort_by_key(|(_, _, count)| std::cmp::Reverse(*count));
    Some(grounds)
}

/// The implementations without a single right control, though controls were presented. Their setup is
/// broken, or they reject everything: no other result proves anything.
#[must_use]
pub fn without_controls(run: &Run) -> Vec<&str> {
    let names = run
        .header
        .implementations
        .iter()
        .map(|description| description.name.as_str());
    names
        .filter(|name| {
            let mut controls = of(run, name)
                .filter_map(|record| record.as_control)
                .peekable();
            controls.peek().is_some() && controls.all(|control| control == AsControl::Wrong)
        })
        .collect()
}

/// The number of an implementation's results that are void, since a control was no longer accepted.
#[must_use]
pub fn void(run: &Run, implementation: &str) -> usize {
    let is_void =
        |record: &&Record| matches!(record.outcome, Outcome::Skipped(SkipReason::ControlLost(_)));
    counted(run, implementation).filter(is_void).count()
}

/// True where more than a tenth of the results of some implementation are void: then the rest says too
/// little of it.
#[must_use]
pub fn is_mostly_void(run: &Run) -> bool {
    run.header.implementations.iter().any(|description| {
        let void = void(run, &description.name);
        let judged = counted(run, &description.name).filter(|record| record.is_judged());
        void > 0 && void * 9 > judged.count()
    })
}

/// A part of its claims on which an implementation was not judged.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Gap {
    /// No vector was judged.
    Everything,
    /// No vector of a claimed layer that must be accepted, or signed, was judged.
    Accepting(Layer),
    /// Layer `request` is claimed by a builder that answered with assertions alone.
    NoRequestSeen,
    /// No vector of a claimed layer that must be rejected, or declined, was judged.
    Rejecting(Layer),
}

/// The gaps of each implementation. A whole run must judge every claimed layer that the suite has
/// vectors for, promised or not: else an implementation could pass by promising nothing. A filtered
/// run must judge the selected vectors whose needs are promised.
#[must_use]
pub fn gaps(run: &Run) -> Vec<(&str, Gap)> {
    let mut gaps = Vec::new();
    for description in &run.header.implementations {
        let name = description.name.as_str();
        if !counted(run, name).any(Record::is_judged) {
            gaps.push((name, Gap::Everything));
            continue;
        }
        for &layer in &description.layers {
            let in_layer = || counted(run, name).filter(move |record| record.layer == layer);
            if is_gap(run.header.is_whole, in_layer(), |expected| {
                matches!(expected, Expected::Accept | Expected::Build)
            }) {
                let unseen = Outcome::Skipped(SkipReason::NoRequestSeen);
                let gap = if in_layer().any(|record| record.outcome == unseen) {
                    Gap::NoRequestSeen
                } else {
                    Gap::Accepting(layer)
                };
                gaps.push((name, gap));
            }
            if is_gap(run.header.is_whole, in_layer(), |e| {
                matches!(e, Expected::Reject(_) | Expected::Decline(_))
            }) {
                gaps.push((name, Gap::Rejecting(layer)));
            }
        }
    }
    gaps
}

fn is_gap<'a>(
    is_whole: bool,
    records: impl Iterator<Item = &'a Record>,
    is_asked_for: impl Fn(Expected) -> bool,
) -> bool {
    let mut due = records
        .filter(|record| is_asked_for(record.expected))
        .filter(|record| is_whole || !is_unpromised(record))
        .peekable();
    due.peek().is_some() && !due.any(Record::is_judged)
}

fn is_unpromised(record: &Record) -> bool {
    match &record.outcome {
        Outcome::Skipped(reason) => SkipReason::is_unpromised(reason),
        Outcome::Agrees | Outcome::Open | Outcome::Wrong(_) => false,
    }
}

fn counted<'a>(run: &'a Run, implementation: &'a str) -> impl Iterator<Item = &'a Record> {
    of(run, implementation).filter(|record| record.counts())
}

fn of<'a>(run: &'a Run, implementation: &'a str) -> impl Iterator<Item = &'a Record> {
    run.records
        .iter()
        .filter(move |record| record.implementation == implementation)
}
