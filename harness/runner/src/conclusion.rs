//! The conclusion of a run: the sentences with which every report begins, so that no reader takes a
//! part for the whole.

use std::collections::{BTreeMap, BTreeSet};

use jwt_assay_core::model::{Role, VectorId};

use crate::{
    divergences::UNEXPLAINED,
    exit_code::ExitCode,
    outcome::{Outcome, SkipReason},
    record::{Expected, Record, Run},
    summary,
};

/// The conclusion of a run, in sentences. They hold names as implementations gave them: each format
/// escapes them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Conclusion {
    /// The state of the run: incomplete, without proof, not as expected, or as expected.
    pub state: String,
    /// What was judged, what was not and why, and what excuses deviations.
    pub scope: Vec<String>,
}

impl Conclusion {
    /// The conclusion of a run.
    #[must_use]
    pub fn of(run: &Run) -> Self {
        let scope = [
            judged(run),
            skipped(run),
            must_rules(run),
            absent(run),
            excused(run),
        ];
        Self {
            state: incomplete(run).unwrap_or_else(|| state(run)),
            scope: scope.into_iter().flatten().collect(),
        }
    }

    /// All sentences in order, each changed by `escape`.
    pub fn sentences(&self, escape: impl Fn(&str) -> String) -> Vec<String> {
        let all = std::iter::once(&self.state).chain(&self.scope);
        all.map(|sentence| escape(sentence)).collect()
    }
}

/// The sentence that says that a run is incomplete; `None` where each implementation has a result for
/// each planned vector.
#[must_use]
pub fn incomplete(run: &Run) -> Option<String> {
    let planned = run.header.planned;
    let rows = summary::by_implementation(run);
    let parts = rows.iter().filter(|row| row.asked < planned);
    let parts: Vec<String> = parts
        .map(|row| format!("{} {} of {planned}", row.implementation, row.asked))
        .collect();
    if parts.is_empty() {
        return None;
    }
    let asked: usize = rows.iter().map(|row| row.asked).sum();
    Some(format!(
        "INCOMPLETE: the run was stopped at {asked} of {} results ({}) and proves nothing; the same \
         command with --resume presents the rest.",
        planned * rows.len(),
        listed(&parts)
    ))
}

/// The state of a complete run, by its exit code.
fn state(run: &Run) -> String {
    match ExitCode::of_run(run) {
        ExitCode::Expected => "Everything came out as expected.".to_owned(),
        ExitCode::Unexpected => {
            let of_each = of_each(run, |name| summary::unexpected(run, name).count());
            let results: usize = of_each.iter().map(|(_, count)| count).sum();
            let incidents = match run.incidents.len() {
                0 => String::new(),
                count => format!(", {}", counted(count, "incident", "incidents")),
            };
            format!(
                "Not as expected: {}{}{incidents}.",
                counted(results, "unexpected result", "unexpected results"),
                in_parentheses(&of_each)
            )
        }
        ExitCode::NothingJudged => {
            let names: BTreeSet<&str> = summary::gaps(run).iter().map(|(name, _)| *name).collect();
            let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
            if names.is_empty() {
                "Nothing was judged: there is no implementation.".to_owned()
            } else {
                let names = listed(&names);
                format!("Too little was judged, in a claimed layer or at all: {names}.")
            }
        }
        ExitCode::Fault | ExitCode::Usage => {
            let names = summary::without_controls(run);
            let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
            if names.is_empty() {
                "The run proves nothing: more than a tenth of an implementation's results are void."
                    .to_owned()
            } else {
                let names = listed(&names);
                format!("The run proves nothing: no control came out right ({names}).")
            }
        }
    }
}

/// The implementations, their role, and the vectors.
fn judged(run: &Run) -> Option<String> {
    let [one, many] = match run.header.role.unwrap_or_default() {
        Role::Verify => ["verifier", "verifiers"],
        Role::Build => ["builder", "builders"],
    };
    let names = run.header.implementations.iter();
    let names: Vec<String> = names
        .map(|it| format!("{} {}", it.name, it.version).trim_end().to_owned())
        .collect();
    let vectors = counted(run.header.planned, "vector", "vectors");
    let part = if run.header.is_whole {
        "the whole suite"
    } else {
        "a part of the suite"
    };
    (!names.is_empty()).then(|| {
        let implementations = counted(names.len(), one, many);
        let names = listed(&names);
        format!("Presented to {implementations} ({names}): {vectors}, {part}.")
    })
}

/// The numbers of judged and of skipped results, with the reasons to skip.
fn skipped(run: &Run) -> Option<String> {
    let results: Vec<&Record> = run.records.iter().filter(|it| !it.is_support).collect();
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    for record in &results {
        if let Outcome::Skipped(reason) = &record.outcome {
            *reasons.entry(reason.kind()).or_default() += 1;
        }
    }
    let skipped: usize = reasons.values().sum();
    let judged = results.len() - skipped;
    if skipped == 0 {
        return (judged > 0).then(|| format!("All {judged} results are judged."));
    }
    let mut reasons: Vec<(String, usize)> = reasons.into_iter().collect();
    reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let reasons: Vec<String> = reasons
        .into_iter()
        .map(|(reason, count)| format!("{count}: {reason}"))
        .collect();
    let reasons = first(&reasons, "; ", "other reasons");
    Some(format!(
        "{judged} of {} results are judged, {skipped} are skipped ({reasons}).",
        results.len()
    ))
}

/// The vectors of must rules that are skipped since an implementation rejected a control which the
/// specifications leave open. Nothing else would show them: such a rejection is no deviation.
fn must_rules(run: &Run) -> Option<String> {
    let open: BTreeSet<(&str, &VectorId)> = run
        .records
        .iter()
        .filter(|record| is_open(record.expected))
        .map(|record| (record.implementation.as_str(), &record.vector))
        .collect();
    let is_hidden = |record: &&Record| match &record.outcome {
        Outcome::Skipped(SkipReason::ControlNotAccepted(control)) => {
            let is_must = matches!(record.expected, Expected::Reject(_) | Expected::Decline(_));
            is_must
                && !record.is_support
                && open.contains(&(record.implementation.as_str(), control))
        }
        Outcome::Skipped(_) | Outcome::Agrees | Outcome::Open | Outcome::Wrong(_) => false,
    };
    let hidden: Vec<&Record> = run.records.iter().filter(is_hidden).collect();
    if hidden.is_empty() {
        return None;
    }
    let of_each = of_each(run, |name| {
        let own = hidden.iter().filter(|record| record.implementation == name);
        own.count()
    });
    let rules: BTreeSet<String> = hidden.iter().map(|it| it.rule.to_string()).collect();
    let rules: Vec<String> = rules.into_iter().collect();
    Some(format!(
        "Not judged: {} of must rules{}, since a control that the specifications leave open was not \
         accepted: {}.",
        counted(hidden.len(), "vector", "vectors"),
        in_parentheses(&of_each),
        listed(&rules)
    ))
}

const fn is_open(expected: Expected) -> bool {
    matches!(
        expected,
        Expected::May | Expected::MayLeaningToAccept | Expected::MayLeaningToReject
    )
}

/// The known implementations that were not judged.
fn absent(run: &Run) -> Option<String> {
    let names: Vec<String> = run.header.absent.iter().map(|it| it.name.clone()).collect();
    (!names.is_empty()).then(|| {
        let implementations = counted(names.len(), "known implementation", "known implementations");
        format!("Absent: {implementations} ({}).", listed(&names))
    })
}

/// The number of results that each file of divergences excuses.
fn excused(run: &Run) -> Option<String> {
    let (mut files, mut unexplained) = (BTreeMap::new(), 0);
    let results = run.records.iter().filter(|record| !record.is_support);
    for record in results.filter(|it| it.outcome.is_wrong() && it.is_as_recorded()) {
        let Some(recorded) = &record.divergence else {
            continue;
        };
        let file = recorded.file.as_deref().unwrap_or("a file not named");
        *files.entry(file).or_insert(0) += 1;
        unexplained += usize::from(recorded.reason.starts_with(UNEXPLAINED));
    }
    let all: usize = files.values().sum();
    if all == 0 {
        return None;
    }
    let files: Vec<String> = files
        .into_iter()
        .map(|(file, count)| format!("{count} by {file}"))
        .collect();
    let unexplained = match unexplained {
        0 => String::new(),
        count => format!("; {count} of them not explained yet"),
    };
    Some(format!(
        "Excused as recorded divergences: {}, {}{unexplained}.",
        counted(all, "result", "results"),
        listed(&files)
    ))
}

/// A count of each implementation that has any.
fn of_each<'r>(run: &'r Run, count: impl Fn(&'r str) -> usize) -> Vec<(&'r str, usize)> {
    let names = run.header.implementations.iter();
    let counts = names.map(|it| (it.name.as_str(), count(&it.name)));
    counts.filter(|(_, count)| *count > 0).collect()
}

fn in_parentheses(counts: &[(&str, usize)]) -> String {
    let counts = counts.iter();
    let counts: Vec<String> = counts
        .map(|(name, count)| format!("{name} {count}"))
        .collect();
    if counts.is_empty() {
        String::new()
    } else {
        format!(" ({})", listed(&counts))
    }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {many}"),
    }
}

fn listed(all: &[String]) -> String {
    first(all, ", ", "more")
}

/// The first of a list, and the number of the others as `rest`.
fn first(all: &[String], between: &str, rest: &str) -> String {
    let shown = all[..all.len().min(NAMED)].join(between);
    match all.len().saturating_sub(NAMED) {
        0 => shown,
        more => format!("{shown}{between}and {more} {rest}"),
    }
}

/// The most names in a list of a sentence: a run of all known implementations has forty, and their
/// names would hide the sentence.
const NAMED: usize = 6;

#[cfg(test)]
mod tests;
