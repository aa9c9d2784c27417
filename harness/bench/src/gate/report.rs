//! Reports of a comparison: a line for each work, then the alarms.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

use super::compare::{Alarm, Compared, Side, Verdict};
use jwt_assay_core::escape::{for_markdown, for_terminal};

/// Formats a comparison for a terminal.
#[must_use]
pub fn terminal(verdict: &Verdict) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(HEAD);
    for work in &verdict.works {
        table.add_row(cells(work).map(|cell| for_terminal(&cell)));
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    format!(
        "{}\n\n{}",
        table.trim_fmt(),
        sentences(verdict, for_terminal)
    )
}

/// Formats a comparison in Markdown.
#[must_use]
pub fn markdown(verdict: &Verdict) -> String {
    let mut text = format!(
        "| {} |\n| --- |{}\n",
        HEAD.join(" | "),
        " ---: |".repeat(HEAD.len() - 1)
    );
    for work in &verdict.works {
        let cells = cells(work).map(|cell| for_markdown(&cell));
        text.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    format!("{text}\n{}", sentences(verdict, for_markdown))
}

const HEAD: [&str; 6] = [
    "work",
    "instructions",
    "change",
    "outside of the primitive",
    "allocations",
    "time",
];

fn cells(work: &Compared) -> [String; 6] {
    let base = work.base.as_ref();
    let of = |pick: fn(&Side) -> Option<f64>| change(base.and_then(pick), pick(&work.head));
    let now = work.head.allocations;
    let allocations = match base.map(|base| base.allocations) {
        Some(before) if before != now => format!("{before} → {now}"),
        Some(_) | None => now.to_string(),
    };
    let encoding = match (work.head.encoding, of(|side| side.encoding)) {
        (None, _) => "—".to_owned(),
        (Some(now), change) => format!("{now:.0} {change}"),
    };
    [
        work.name.clone(),
        work.head
            .instructions
            .map_or_else(|| "—".to_owned(), |now| format!("{now:.0}")),
        of(|side| side.instructions),
        encoding,
        allocations,
        work.time
            .map_or_else(|| "—".to_owned(), |ratio| format!("{ratio:.3}×")),
    ]
}

/// The change in per cent, with a sign.
fn change(base: Option<f64>, head: Option<f64>) -> String {
    match (base, head) {
        (Some(base), Some(head)) => {
            let change = (head / base - 1.0) * 100.0;
            // A change that rounds to zero would be shown as -0.00.
            let change = if change.abs() < 0.005 { 0.0 } else { change };
            format!("{change:+.2} %")
        }
        (None, Some(_)) => "new".to_owned(),
        (_, None) => "—".to_owned(),
    }
}

fn sentences(verdict: &Verdict, escape: fn(&str) -> String) -> String {
    let mut text = String::new();
    if verdict.counted_by.is_none() {
        text.push_str(
            "Instructions were not counted, since valgrind is not installed: only allocations and \
             time were compared, and time shows no small change.\n",
        );
    }
    for name in &verdict.gone {
        text.push_str(&format!("{}: it is no longer there\n", escape(name)));
    }
    for work in &verdict.works {
        for alarm in &work.alarms {
            text.push_str(&format!(
                "{}: {}\n",
                escape(&work.name),
                escape(&alarm.to_string())
            ));
        }
    }
    text.push_str(if verdict.is_good() {
        "Nothing became slower than the limits allow.\n"
    } else {
        "Signing became slower.\n"
    });
    text
}

impl std::fmt::Display for Alarm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let grown = |function: &Option<(String, f64)>| {
            let grown = function.as_ref();
            let said = grown.map(|(name, more)| format!("; `{name}` grew most, by {more:.0}"));
            said.unwrap_or_default()
        };
        match self {
            Self::Whole { more, function } => {
                write!(f, "{more:.2} % more instructions{}", grown(function))
            }
            Self::Encoding { more, function } => write!(
                f,
                "{more:.2} % more instructions outside of the primitive{}",
                grown(function)
            ),
            Self::Allocations { more: 1 } => f.write_str("one allocation more for each"),
            Self::Allocations { more } => write!(f, "{more} allocations more for each"),
            Self::Time { more } => write!(f, "{more:.1} % more time"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::{Limits, compare::judge};

    #[test]
    fn a_work_that_grew_is_named_with_the_function_and_one_that_did_not_has_its_line() {
        let side = |instructions: f64, own: f64| Side {
            instructions: Some(instructions),
            encoding: Some(own),
            by_function: [("signer::encode".to_owned(), own)].into(),
            allocations: 1,
            nanoseconds: 1e6,
            beside: None,
        };
        let limits = &Limits::DEFAULT;
        let judge = |name: &str, base, head, time| judge(name.to_owned(), base, head, time, limits);
        let verdict = Verdict {
            counted_by: Some("valgrind-3".to_owned()),
            works: vec![
                judge(
                    "same",
                    Some(side(1000.0, 100.0)),
                    side(1000.0, 100.0),
                    Some(0.999),
                ),
                judge(
                    "grown",
                    Some(side(1000.0, 100.0)),
                    side(1025.0, 125.0),
                    Some(1.07),
                ),
                judge("new", None, side(5.0, 5.0), None),
            ],
            gone: vec!["gone".to_owned()],
        };
        insta::assert_snapshot!(terminal(&verdict));
        let without = Verdict {
            counted_by: None,
            works: Vec::new(),
            gone: Vec::new(),
        };
        insta::assert_snapshot!("without_valgrind", markdown(&without));
    }
}
