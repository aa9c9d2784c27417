//! Matrix of rules and implementations, in Markdown: groups of rules down, implementations across,
//! and in each cell the number of wrong cases by deviation.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

use jwt_assay_core::model::{CaseId, Layer, RuleGroup};
use jwt_assay_implementations::Description;

use super::markdown::conclusion;
use crate::{
    outcome::{Deviation, Outcome},
    record::{Record, Run},
    summary,
};
use jwt_assay_core::escape::for_markdown;

/// Renders the whole page.
#[must_use]
pub fn render(run: &Run) -> String {
    let profiles = for_markdown(&summary::profiles(run).join(", "));
    let (version, planned) = (for_markdown(&run.header.version), run.header.planned);
    let selected = if run.header.is_whole {
        format!("all {planned} vectors")
    } else {
        format!("{planned} vectors, a part of the suite")
    };
    format!(
        "# Rules and implementations\n\n{}\n\n\
         jwt-assay {version} with {selected}; profiles {profiles}.\n\n{}",
        conclusion(run),
        table(run)
    )
}

/// Renders the table with its legend and notes.
#[must_use]
pub fn table(run: &Run) -> String {
    let descriptions = &run.header.implementations;
    let mut text = String::new();
    let of_each = |cell: &dyn Fn(&Description) -> String| -> String {
        let cells = descriptions.iter();
        cells.map(|it| format!(" {} |", cell(it))).collect()
    };
    let mut push_row = |layer: &str, rules: &str, cells: String| {
        writeln!(text, "| {layer} | {rules} |{cells}").expect("writing to a String");
    };
    push_row("layer", "rules", of_each(&|it| for_markdown(&it.name)));
    push_row("---", "---", of_each(&|_| ":---:".to_owned()));
    push_row("", "version", of_each(&|it| for_markdown(&it.version)));
    push_row("", "language", of_each(&|it| for_markdown(&it.language)));
    let counts = counts(run);
    let rows: BTreeSet<RuleRow> = counts.keys().map(|(row, _)| *row).collect();
    for row in rows {
        let cell = |it: &Description| {
            let counted = counts.get(&(row, it.name.as_str()));
            counted.map_or_else(|| NOT_JUDGED.to_owned(), Cell::text)
        };
        push_row(row.layer.name(), row.group.name(), of_each(&cell));
    }
    let all = |it: &Description| {
        let mut cell = Cell::default();
        let records = run.records.iter();
        let own = records.filter(|record| record.implementation == it.name);
        own.for_each(|record| cell.count(record));
        cell.text()
    };
    push_row("", "**all**", of_each(&all));
    text.push_str(LEGEND);
    for note in notes(run) {
        writeln!(text, "- {note}").expect("writing to a String");
    }
    text
}

/// A line of the table. Lines are sorted by layer, then in the order of the groups.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
struct RuleRow {
    layer: Layer,
    group: RuleGroup,
}

/// Counts of wrong cases in one cell. A case counts once for each kind of deviation.
#[derive(Debug, Default)]
struct Cell<'r> {
    is_judged: bool,
    is_asked_for: bool,
    /// Cases wrongly accepted or signed.
    too_much: BTreeSet<&'r CaseId>,
    /// Cases wrongly rejected or declined.
    too_little: BTreeSet<&'r CaseId>,
    failed: BTreeSet<&'r CaseId>,
}

impl<'r> Cell<'r> {
    fn count(&mut self, record: &'r Record) {
        if record.is_support || !record.is_judged() {
            return;
        }
        self.is_judged = true;
        self.is_asked_for |= record.outcome != Outcome::Open;
        match record.outcome {
            Outcome::Wrong(deviation) => match deviation {
                Deviation::Accepted | Deviation::Signed => self.too_much.insert(&record.case),
                Deviation::Declined | Deviation::Rejected => self.too_little.insert(&record.case),
                Deviation::Crashed
                | Deviation::Garbled
                | Deviation::TimedOut
                | Deviation::Unsupported => self.failed.insert(&record.case),
            },
            Outcome::Agrees | Outcome::Open | Outcome::Skipped(_) => false,
        };
    }

    fn text(&self) -> String {
        let (much, little, failed) = (
            self.too_much.len(),
            self.too_little.len(),
            self.failed.len(),
        );
        match (self.is_judged, much + little + failed) {
            (false, _) => NOT_JUDGED.to_owned(),
            (true, 0) if self.is_asked_for => "✓".to_owned(),
            (true, 0) => "open".to_owned(),
            (true, _) => format!("{much} / {little} / {failed}"),
        }
    }
}

fn counts(run: &Run) -> BTreeMap<(RuleRow, &str), Cell<'_>> {
    let mut counts: BTreeMap<(RuleRow, &str), Cell<'_>> = BTreeMap::new();
    for record in run.records.iter().filter(|record| !record.is_support) {
        let row = RuleRow {
            layer: record.layer,
            group: record.rule.info().group,
        };
        let cell = counts.entry((row, record.implementation.as_str()));
        cell.or_default().count(record);
    }
    counts
}

/// Notes without which a reader would misjudge a column.
fn notes(run: &Run) -> Vec<String> {
    let mut notes = Vec::new();
    for row in summary::by_implementation(run) {
        if row.asked < run.header.planned {
            let (name, asked) = (for_markdown(&row.implementation), row.asked);
            let planned = run.header.planned;
            notes.push(format!(
                "{name}: stopped early, at {asked} of {planned} vectors"
            ));
        }
    }
    for name in summary::without_controls(run) {
        let name = for_markdown(name);
        notes.push(format!(
            "{name}: not one control came out right, so its column says nothing"
        ));
    }
    for absent in &run.header.absent {
        let (name, reason) = (for_markdown(&absent.name), for_markdown(&absent.reason));
        notes.push(format!("{name}: not judged, {reason}"));
    }
    notes
}

const NOT_JUDGED: &str = "–";
const LEGEND: &str = "
A cell has the number of cases wrongly accepted or signed / wrongly rejected or declined / failed (crashed,
timed out, or without a proper answer). A case counts once in a cell, and recorded divergences count. ✓: judged,
and every answer is right. open: judged, and the specifications permit both answers. –: not judged, since it is
not claimed, not promised or not selected.

";
