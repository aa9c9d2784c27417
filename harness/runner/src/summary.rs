//! Counts over the records of a run.

use std::collections::{BTreeMap, BTreeSet};

use jwt_assay_core::model::{Layer, ProfileId, Rule};

use crate::{
    outcome::{Deviation, Outcome, SkipReason},
    reasons::Reasons,
    record::{AsControl, Expected, Ground, Record, Run},
};

/// The counts of one implementation, or of one implementation and profile. Everything asked is
/// judged or skipped; everything judged agrees, is wrong in one way, fails, or is informational.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Row {
    /// The implementation's name.
    pub implementation: String,
    /// The implementation's version.
    pub version: String,
    /// The profile, where rows are split by profile.
    pub profile: Option<ProfileId>,
    /// Selected.
    pub asked: usize,
    /// Presented, and the answer has weight.
    pub judged: usize,
    /// As the specifications ask.
    pub agrees: usize,
    /// A verifier accepted what must be rejected.
    pub wrongly_accepted: usize,
    /// A verifier rejected what must be accepted.
    pub wrongly_rejected: usize,
    /// A builder signed what must be declined, or something that is not right.
    pub wrongly_signed: usize,
    /// A builder declined what must be signed.
    pub wrongly_declined: usize,
    /// Left open by the specifications.
    pub informational: usize,
    /// Crashed, timed out, answered nonsense, or unsupported although promised.
    pub failed: usize,
    /// Of the wrong and the failed, those that are recorded as divergences.
    pub recorded: usize,
    /// Recorded as divergences, judged, and did not happen.
    pub stale: usize,
    /// Not asked, or of no weight.
    pub skipped: usize,
}

impl Row {
    fn count(&mut self, record: &Record) {
        self.asked += 1;
        self.judged += usize::from(record.is_judged());
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

/// One row per implementation, in the order of the run.
#[must_use]
pub fn by_implementation(run: &Run) -> Vec<Row> {
    let implementations = run.header.implementations.iter();
    implementations
        .map(|description| {
            let mut row = Row {
                implementation: description.name.clone(),
                version: description.version.clone(),
                ..Row::default()
            };
            counted(run, &description.name).for_each(|record| row.count(record));
            row
        })
        .collect()
}

/// One row per implementation and profile.
#[must_use]
pub fn by_profile(run: &Run) -> Vec<Row> {
    let mut rows = Vec::new();
    for description in &run.header.implementations {
        let mut of_profile = BTreeMap::new();
        for record in counted(run, &description.name) {
            let row = of_profile.entry(record.profile).or_insert_with(|| Row {
                implementation: description.name.clone(),
                version: description.version.clone(),
                profile: Some(record.profile),
                ..Row::default()
            });
            row.count(record);
        }
        rows.extend(of_profile.into_values());
    }
    rows
}

/// The profiles that were asked about, each with its version.
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

/// How often each reason made an implementation skip, the most frequent first.
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

/// What makes the run fail, for one implementation.
pub fn unexpected<'a>(run: &'a Run, implementation: &'a str) -> impl Iterator<Item = &'a Record> {
    counted(run, implementation).filter(|record| record.is_unexpected())
}

/// What is not as asked and fails nobody, since it came after the release of its profile.
pub fn newer<'a>(run: &'a Run, implementation: &'a str) -> impl Iterator<Item = &'a Record> {
    let is_wrong = |record: &&Record| record.is_newer && record.outcome.is_wrong();
    counted(run, implementation).filter(is_wrong)
}

/// How the refusals of one implementation that agree are grounded.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Grounds {
    /// All that agree.
    pub refusals: usize,
    /// Refused for another rule than the wanted one: the wanted one, that one, how often; the most
    /// frequent first.
    pub another: Vec<(Rule, Rule, usize)>,
    /// Words that the table does not explain.
    pub not_said: usize,
}

/// The grounds of one implementation's refusals; `None` where there is no table of its words.
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
        grounds.refusals += 1;
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

/// The implementations of which not one awaited control came out right, though some were
/// presented: nothing can be said of them.
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

/// What an implementation was to be judged on and was not.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Gap {
    /// Nothing at all was judged.
    Everything,
    /// The layer is claimed, and nothing that must be accepted was judged in it.
    Accepting(Layer),
    /// The layer is claimed, and nothing that must be refused was judged in it.
    Refusing(Layer),
}

/// What was to be judged and was not. In a whole run every claimed layer for which the suite has
/// questions must be judged; where a filter selects, only what was selected and promised.
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
                gaps.push((name, Gap::Accepting(layer)));
            }
            if is_gap(run.header.is_whole, in_layer(), |e| {
                matches!(e, Expected::Reject(_) | Expected::Decline(_))
            }) {
                gaps.push((name, Gap::Refusing(layer)));
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
    of(run, implementation).filter(|record| !record.is_support)
}

fn of<'a>(run: &'a Run, implementation: &'a str) -> impl Iterator<Item = &'a Record> {
    run.records
        .iter()
        .filter(move |record| record.implementation == implementation)
}
