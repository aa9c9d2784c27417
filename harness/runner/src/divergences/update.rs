//! Updates a file of divergences from a run: keeps the deviations that happened, removes those that
//! did not, and adds new ones for a person to explain.

mod error;
mod new_entry;
mod results;

use std::{collections::HashSet, fmt};

use jwt_assay_core::{model::VectorId, suite::Suite};

pub use self::error::UpdateError;
pub(crate) use self::new_entry::UNEXPLAINED;
use self::{new_entry::NewEntry, results::Results};
use super::{
    Bound, Divergence, DivergenceStatus, Divergences,
    comparing::Force,
    file_text::{self, EntryEdit, PatternEdit},
    reading::fitting,
};
use crate::{
    filter::IdPattern,
    outcome::{Deviation, Outcome},
    record::{Record, Run},
};

/// A file after the update, with counts of the changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Updated {
    /// The file's text.
    pub text: String,
    /// The name of the implementation.
    pub implementation: String,
    /// Entries that are as they were.
    pub kept: usize,
    /// Entries that name fewer vectors than before.
    pub narrowed: usize,
    /// Entries that are removed, since nothing of them happened.
    pub removed: usize,
    /// Entries that are new.
    pub new: usize,
    /// Vectors that the new entries name.
    pub new_vectors: usize,
    /// Records of deviations that no entry can state, such as an answer that did not come.
    pub unrecordable: Vec<Record>,
}

/// The counts, in one line.
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

/// Updates a file from the records of one implementation, by default the only one of the run. `text`
/// is the file's content, `None` for a new file; error messages and the comment that begins a new
/// file call it `file`.
///
/// A vector that was not judged changes nothing. Neither does an answer that did not come or was not
/// in the protocol: it is no evidence about the recorded deviation.
///
/// # Errors
///
/// Fails if the file cannot be used, or the run proves nothing about the implementation.
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

    let of_entry = |entry: &Divergence| entry_edit(entry, &recorded, &results, suite);
    let edits: Vec<EntryEdit> = recorded.entries.iter().map(of_entry).collect();
    let count = |wanted: fn(&EntryEdit) -> bool| edits.iter().filter(|edit| wanted(edit)).count();
    let (new, unrecordable) = unrecorded(&recorded, &results, suite);
    let head = new_entry::head(file, implementation, run);
    let text = text.unwrap_or(&head);
    let edited = file_text::edited(text, &edits).ok_or_else(|| UpdateError::InlineTables {
        file: file.to_owned(),
    })?;
    let entries: Vec<String> = new.iter().map(NewEntry::text).collect();
    let text = file_text::extended(&edited, &entries);
    // No serializer wrote this text, so it is read back before it replaces a file that reads.
    Divergences::read(file, &text, suite).map_err(UpdateError::SelfCheck)?;
    Ok(Updated {
        text,
        implementation: implementation.to_owned(),
        kept: count(|edit| matches!(edit, EntryEdit::Keep)),
        narrowed: count(|edit| matches!(edit, EntryEdit::Narrow(_))),
        removed: count(|edit| matches!(edit, EntryEdit::Remove)),
        new: new.len(),
        new_vectors: new.iter().map(|entry| entry.vectors.len()).sum(),
        unrecordable: unrecordable.into_iter().cloned().collect(),
    })
}

/// The evidence of a run about a recorded vector.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Evidence {
    Happened,
    DidNotHappen,
    /// The vector was not asked, or only as a control, or its answer proves nothing.
    Silent,
    Skipped,
}

fn evidence(vector: &VectorId, recorded: &Divergences, results: &Results<'_>) -> Evidence {
    let Some(record) = results.get(vector) else {
        return Evidence::Silent;
    };
    match status(recorded, record) {
        Some(DivergenceStatus::AsRecorded) => Evidence::Happened,
        Some(DivergenceStatus::Stale) if is_unrecordable(&record.outcome) => Evidence::Silent,
        Some(DivergenceStatus::Stale) => Evidence::DidNotHappen,
        None => Evidence::Skipped,
    }
}

/// The status by [`Divergences::compare`], so that an update and a run never disagree.
fn status(recorded: &Divergences, record: &Record) -> Option<DivergenceStatus> {
    let seen = record.steps.iter().map(|step| &step.seen);
    let compared = recorded.compare(&record.vector, &record.outcome, seen)?;
    Some(compared.status)
}

fn entry_edit(
    entry: &Divergence,
    recorded: &Divergences,
    results: &Results<'_>,
    suite: &Suite,
) -> EntryEdit {
    // The run is no evidence about another toolchain, or about one that may be another.
    if recorded.force(entry) != Force::Full {
        return EntryEdit::Keep;
    }
    let patterns = entry.vectors.iter().map(|text| {
        let pattern: IdPattern = text.parse().expect("the file was read with this pattern");
        let vectors = fitting(&pattern, suite).map(|vector| &vector.id);
        vectors
            .map(|id| (id, evidence(id, recorded, results)))
            .collect()
    });
    let patterns: Vec<Vec<(&VectorId, Evidence)>> = patterns.collect();
    let stays = |of: &&Vec<(_, Evidence)>| {
        let mut evidence = of.iter().map(|&(_, evidence)| evidence);
        evidence.all(|evidence| evidence != Evidence::DidNotHappen)
    };
    // Two patterns of an entry may fit one vector. A pattern that stays covers it already, and an id
    // that is written twice would only be noise.
    let staying = patterns.iter().filter(stays).flatten();
    let mut written: HashSet<&VectorId> = staying.map(|&(id, _)| id).collect();
    let edits: Vec<PatternEdit> = patterns
        .iter()
        .map(|of| {
            if stays(&of) {
                PatternEdit::Keep
            } else {
                pattern_edit(of, &mut written)
            }
        })
        .collect();
    if edits.iter().all(|edit| *edit == PatternEdit::Remove) {
        EntryEdit::Remove
    } else if edits.iter().all(|edit| *edit == PatternEdit::Keep) {
        EntryEdit::Keep
    } else {
        EntryEdit::Narrow(edits)
    }
}

/// The edit of a pattern with a vector where the deviation did not happen. Skipped vectors stay only
/// beside one where it did: a deviation that is mended wherever it was judged is most likely mended
/// there too. Vectors without evidence always stay, for another run to decide.
fn pattern_edit<'s>(
    of: &[(&'s VectorId, Evidence)],
    written: &mut HashSet<&'s VectorId>,
) -> PatternEdit {
    let has_happened = of
        .iter()
        .any(|&(_, evidence)| evidence == Evidence::Happened);
    let stays = |evidence: Evidence| match evidence {
        Evidence::Happened | Evidence::Silent => true,
        Evidence::DidNotHappen => false,
        Evidence::Skipped => has_happened,
    };
    let staying = of.iter().filter(|&&(_, evidence)| stays(evidence));
    let ids: Vec<VectorId> = staying
        .filter(|(id, _)| written.insert(id))
        .map(|&(id, _)| id.clone())
        .collect();
    if ids.is_empty() {
        PatternEdit::Remove
    } else {
        PatternEdit::Replace(ids)
    }
}

/// Deviations that are not recorded: as entries in the order of the suite, and apart from them the
/// records that no entry can state.
fn unrecorded<'r>(
    recorded: &Divergences,
    results: &Results<'r>,
    suite: &Suite,
) -> (Vec<NewEntry<'r>>, Vec<&'r Record>) {
    let mut entries: Vec<NewEntry<'_>> = Vec::new();
    let mut unrecordable = Vec::new();
    let records = suite.vectors.iter().filter_map(|v| results.get(&v.id));
    // A vector that is newer than the release of its profile fails no run, so it needs no entry.
    for record in records.filter(|record| record.outcome.is_wrong() && !record.is_newer) {
        let Some(seen) = recordable(&record.outcome) else {
            unrecordable.push(record);
            continue;
        };
        if status(recorded, record) == Some(DivergenceStatus::AsRecorded) {
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

/// The toolchains without an entry for a vector, where entries of other toolchains stay. A new entry
/// without this bound would overlap with those.
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
        // No answer, or none in the protocol: the fault may be the adapter's, or the machine's, and
        // an entry would excuse it for good.
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
