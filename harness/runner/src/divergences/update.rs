//! A file of divergences brought up to date with a run: what happened stays, what did not goes,
//! what is new is added, to be explained by a person.

mod error;
mod new_entry;
mod results;

use std::{collections::HashSet, fmt};

use jwt_assay_core::{model::VectorId, suite::Suite};

pub use self::error::UpdateError;
use self::{new_entry::NewEntry, results::Results};
use super::{
    Bound, Divergence, Divergences, Force, Standing,
    file_text::{self, EntryFate, PatternFate},
    fitting,
};
use crate::{
    filter::IdPattern,
    outcome::{Deviation, Outcome},
    record::{Record, Run},
};

/// A file after the update, and what the update did.
#[derive(Clone, Debug, PartialEq)]
pub struct Updated {
    /// The file's text.
    pub text: String,
    /// The name of the implementation.
    pub implementation: String,
    /// How many entries are as they were.
    pub kept: usize,
    /// How many entries speak of less than before.
    pub narrowed: usize,
    /// How many entries are gone, for nothing of them happened.
    pub removed: usize,
    /// How many entries are new.
    pub new: usize,
    /// How many vectors the new entries speak of.
    pub new_vectors: usize,
    /// What is wrong and of no kind that can be recorded, such as an answer that did not come.
    pub unrecordable: Vec<Record>,
}

/// What was done, in one line.
impl fmt::Display for Updated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            kept,
            narrowed,
            removed,
            new,
            new_vectors,
            ..
        } = self;
        let entries = plural(*kept, "entry", "entries");
        write!(
            f,
            "{entries} kept, {narrowed} narrowed, {removed} removed, {new} new"
        )?;
        match new_vectors {
            0 => Ok(()),
            _ => write!(f, " ({})", plural(*new_vectors, "vector", "vectors")),
        }
    }
}

/// Brings a file up to date with what a run saw of one implementation, the only one of the run
/// where none is named. `text` is what the file holds, `None` where there is none; `file` stands in
/// error messages and in the comment that begins a new file.
///
/// A vector that was not judged changes nothing. Neither does an answer that did not come, or was
/// none: that says nothing of what is recorded.
///
/// # Errors
///
/// Where the file cannot be used, or the run says nothing of the implementation.
pub fn update(
    file: &str,
    text: Option<&str>,
    run: &Run,
    implementation: Option<&str>,
    suite: &Suite,
) -> Result<Updated, UpdateError> {
    let description = results::chosen(file, run, implementation)?;
    let implementation = description.name.as_str();
    let recorded = match text {
        Some(text) => Divergences::read(file, text, suite)?.with_toolchain_of(description),
        None => Divergences::default(),
    };
    let results = Results::of(file, run, implementation, suite)?;

    let of_entry = |entry: &Divergence| fate(entry, &recorded, &results, suite);
    let fates: Vec<EntryFate> = recorded.entries.iter().map(of_entry).collect();
    let count = |wanted: fn(&EntryFate) -> bool| fates.iter().filter(|fate| wanted(fate)).count();
    let (new, unrecordable) = unrecorded(&recorded, &results, suite);
    let head = new_entry::head(file, implementation);
    let text = text.unwrap_or(&head);
    let edited = file_text::edited(text, &fates).ok_or_else(|| UpdateError::InlineTables {
        file: file.to_owned(),
    })?;
    let entries: Vec<String> = new.iter().map(NewEntry::text).collect();
    let text = file_text::extended(&edited, &entries);
    Divergences::read(file, &text, suite).map_err(UpdateError::SelfCheck)?;
    Ok(Updated {
        text,
        implementation: implementation.to_owned(),
        kept: count(|fate| matches!(fate, EntryFate::Stays)),
        narrowed: count(|fate| matches!(fate, EntryFate::Narrows(_))),
        removed: count(|fate| matches!(fate, EntryFate::Goes)),
        new: new.len(),
        new_vectors: new.iter().map(|entry| entry.vectors.len()).sum(),
        unrecordable: unrecordable.into_iter().cloned().collect(),
    })
}

/// What a run says of a vector that is recorded.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Said {
    Happened,
    HappenedNot,
    /// It was not asked, or only as a control, or gave an answer that says nothing.
    Nothing,
    Skipped,
}

fn said(vector: &VectorId, recorded: &Divergences, results: &Results<'_>) -> Said {
    let Some(record) = results.get(vector) else {
        return Said::Nothing;
    };
    match standing(recorded, record) {
        Some(Standing::AsRecorded) => Said::Happened,
        Some(Standing::Stale) if is_unrecordable(&record.outcome) => Said::Nothing,
        Some(Standing::Stale) => Said::HappenedNot,
        None => Said::Skipped,
    }
}

/// As [`Divergences::compare`] sees it, so that an update and a run never disagree.
fn standing(recorded: &Divergences, record: &Record) -> Option<Standing> {
    let seen = record.steps.iter().map(|step| &step.seen);
    let noted = recorded.compare(&record.vector, &record.outcome, seen)?;
    Some(noted.standing)
}

fn fate(
    entry: &Divergence,
    recorded: &Divergences,
    results: &Results<'_>,
    suite: &Suite,
) -> EntryFate {
    // Of another toolchain, or of one that may be another, the run says nothing.
    if recorded.force(entry) != Force::Full {
        return EntryFate::Stays;
    }
    let patterns = entry.vectors.iter().map(|text| {
        let pattern: IdPattern = text.parse().expect("the file was read with this pattern");
        let vectors = fitting(&pattern, suite).map(|vector| &vector.id);
        vectors
            .map(|id| (id, said(id, recorded, results)))
            .collect()
    });
    let patterns: Vec<Vec<(&VectorId, Said)>> = patterns.collect();
    let stays = |of: &&Vec<(_, Said)>| of.iter().all(|&(_, said)| said != Said::HappenedNot);
    // Two patterns of an entry may fit one vector; it is written once.
    let staying = patterns.iter().filter(stays).flatten();
    let mut written: HashSet<&VectorId> = staying.map(|&(id, _)| id).collect();
    let fates: Vec<PatternFate> = patterns
        .iter()
        .map(|of| match stays(&of) {
            true => PatternFate::Stays,
            false => pattern_fate(of, &mut written),
        })
        .collect();
    if fates.iter().all(|fate| *fate == PatternFate::Goes) {
        EntryFate::Goes
    } else if fates.iter().all(|fate| *fate == PatternFate::Stays) {
        EntryFate::Stays
    } else {
        EntryFate::Narrows(fates)
    }
}

/// The fate of a pattern of which something did not happen. Where nothing did, what was skipped
/// goes with it; of the rest another run has to say.
fn pattern_fate<'s>(
    of: &[(&'s VectorId, Said)],
    written: &mut HashSet<&'s VectorId>,
) -> PatternFate {
    let has_happened = of.iter().any(|&(_, said)| said == Said::Happened);
    let stays = |said: Said| match said {
        Said::Happened | Said::Nothing => true,
        Said::HappenedNot => false,
        Said::Skipped => has_happened,
    };
    let staying = of.iter().filter(|&&(_, said)| stays(said));
    let ids: Vec<VectorId> = staying
        .filter(|(id, _)| written.insert(id))
        .map(|&(id, _)| id.clone())
        .collect();
    match ids.is_empty() {
        true => PatternFate::Goes,
        false => PatternFate::Becomes(ids),
    }
}

/// What is wrong and not recorded: as entries, in the order of the suite, and what no entry can
/// say.
fn unrecorded<'r>(
    recorded: &Divergences,
    results: &Results<'r>,
    suite: &Suite,
) -> (Vec<NewEntry<'r>>, Vec<&'r Record>) {
    let mut entries: Vec<NewEntry<'_>> = Vec::new();
    let mut unrecordable = Vec::new();
    let records = suite.vectors.iter().filter_map(|v| results.get(&v.id));
    // What is newer than a release fails nobody, so nobody has to record it.
    for record in records.filter(|record| record.outcome.is_wrong() && !record.is_newer) {
        let Some(seen) = recordable(&record.outcome) else {
            unrecordable.push(record);
            continue;
        };
        if standing(recorded, record) == Some(Standing::AsRecorded) {
            continue;
        }
        let clause = record.clauses.first().map_or("", String::as_str);
        let toolchain = left_by_other_toolchains(recorded, &record.vector);
        let alike = entries.iter_mut().find(|entry| {
            let of_entry = (entry.rule, entry.seen, entry.clause, &entry.toolchain);
            of_entry == (record.rule, seen, clause, &toolchain)
        });
        match alike {
            Some(entry) => entry.vectors.push(&record.vector),
            None => entries.push(NewEntry {
                rule: record.rule,
                seen,
                clause,
                toolchain,
                vectors: vec![&record.vector],
            }),
        }
    }
    (entries, unrecordable)
}

/// The toolchains of which nothing is recorded yet, where something stays recorded of others.
fn left_by_other_toolchains(recorded: &Divergences, vector: &VectorId) -> Option<Bound> {
    let entries = recorded.of_vector.get(vector)?.iter();
    let mut entries = entries.map(|&index| &recorded.entries[index]);
    let other = entries.find(|entry| recorded.force(entry) != Force::Full)?;
    other.toolchain.as_ref().map(Bound::complement)
}

const fn recordable(outcome: &Outcome) -> Option<Deviation> {
    match outcome {
        Outcome::Wrong(
            deviation @ (Deviation::Accepted
            | Deviation::Crashed
            | Deviation::Declined
            | Deviation::Rejected
            | Deviation::Signed),
        ) => Some(*deviation),
        // No answer, or none of the protocol: that says nothing of the library.
        Outcome::Wrong(Deviation::Garbled | Deviation::TimedOut | Deviation::Unsupported)
        | Outcome::Agrees
        | Outcome::Open
        | Outcome::Skipped(_) => None,
    }
}

const fn is_unrecordable(outcome: &Outcome) -> bool {
    outcome.is_wrong() && recordable(outcome).is_none()
}

fn plural(count: usize, one: &str, many: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {many}"),
    }
}
