//! Markdown report for pull requests and job summaries.

use std::fmt::Write;

use super::{LONGEST_WORDS, Listed, Options, cells, columns, exchange, headline};
use jwt_assay_core::suite::Suite;

use crate::{
    conclusion::{self, Conclusion},
    record::{Record, Run},
    summary::{self, Counts},
};
use jwt_assay_core::escape::{for_markdown, shortened};

/// Renders the whole run: the conclusion, counts, skips, then unexpected and recorded results.
#[must_use]
pub fn render(run: &Run, options: Options) -> String {
    let mut text = format!("# jwt-assay\n\n{}\n\n", conclusion(run));
    text.push_str(&table(run, options));
    push_incidents(&mut text, run);
    push_skips(&mut text, run);
    for description in &run.header.implementations {
        let name = description.name.as_str();
        let unexpected: Vec<_> = summary::unexpected(run, name).collect();
        push_section(&mut text, name, "unexpected", &unexpected, options);
        let recorded: Vec<_> = run
            .records
            .iter()
            .filter(|r| r.implementation == name && r.outcome.is_wrong() && r.is_as_recorded())
            .collect();
        push_section(&mut text, name, "as recorded", &recorded, options);
    }
    text
}

/// The conclusion of a run as a paragraph, its state in bold type.
pub(super) fn conclusion(run: &Run) -> String {
    let conclusion = Conclusion::of(run);
    let state = for_markdown(&conclusion.state);
    let scope: String = conclusion
        .scope
        .iter()
        .map(|sentence| format!("\n{}", for_markdown(sentence)))
        .collect();
    format!("**{state}**{scope}")
}

/// The warning that stands above a table of an incomplete run, which has no conclusion beside it.
pub(super) fn warning(run: &Run) -> String {
    let incomplete = conclusion::incomplete(run);
    let warning = incomplete.map(|it| format!("**{}**\n\n", for_markdown(&it)));
    warning.unwrap_or_default()
}

/// Renders the counts as a table.
#[must_use]
pub fn table(run: &Run, options: Options) -> String {
    let mut text = String::new();
    let role = run.role(Suite::bundled());
    let rows = if options.by_profile {
        summary::by_profile(run)
    } else {
        summary::by_implementation(run)
    };
    let profile_head = if options.by_profile { " profile |" } else { "" };
    let profile_rule = if options.by_profile { " --- |" } else { "" };
    line(
        &mut text,
        format_args!(
            "| implementation |{profile_head} {} |",
            columns(role).join(" | ")
        ),
    );
    line(
        &mut text,
        format_args!(
            "| --- |{profile_rule}{}",
            " ---: |".repeat(columns(role).len())
        ),
    );
    for row in rows {
        let profile = row
            .profile
            .map(|profile| format!(" {profile} |"))
            .unwrap_or_default();
        let name = name_and_version(&row);
        line(
            &mut text,
            format_args!("| {name} |{profile} {} |", cells(&row, role).join(" | ")),
        );
    }
    text
}

fn push_incidents(text: &mut String, run: &Run) {
    let lines = run.incidents.iter().map(|incident| {
        let (name, text) = (&incident.implementation, &incident.text);
        format!("- {}: {}\n", for_markdown(name), for_markdown(text))
    });
    let lines: String = lines.collect();
    if !lines.is_empty() {
        line(text, format_args!("\n## Incidents\n\n{}", lines.trim_end()));
    }
}

fn push_skips(text: &mut String, run: &Run) {
    let mut lines = Vec::new();
    for absent in &run.header.absent {
        let (name, reason) = (for_markdown(&absent.name), for_markdown(&absent.reason));
        lines.push(format!("- {name}: not judged, {reason}"));
    }
    for description in &run.header.implementations {
        for (reason, count) in summary::skips(run, &description.name) {
            let (name, reason) = (for_markdown(&description.name), for_markdown(&reason));
            lines.push(format!("- {name}: {count}, {reason}"));
        }
    }
    if !lines.is_empty() {
        line(text, format_args!("\n## Skipped\n\n{}", lines.join("\n")));
    }
}

fn push_section(text: &mut String, name: &str, what: &str, records: &[&Record], options: Options) {
    if records.is_empty() {
        return;
    }
    line(
        text,
        format_args!("\n## {}: {} {what}\n", for_markdown(name), records.len()),
    );
    let Listed {
        results,
        more_cases,
    } = Listed::new(records, options);
    for (record, more) in results {
        push_record(text, record, more);
    }
    if more_cases > 0 {
        line(text, format_args!("- … and {more_cases} more cases"));
    }
}

fn push_record(text: &mut String, record: &Record, more: usize) {
    let head = headline(record);
    let clauses = for_markdown(&record.clauses.join(", "));
    line(
        text,
        format_args!("- {head}: {} ({clauses})", code(record.vector.as_str())),
    );
    for step in exchange(record) {
        line(
            text,
            format_args!("  - {}", for_markdown(&shortened(&step, LONGEST_WORDS))),
        );
    }
    if let Some(recorded) = &record.divergence {
        let (seen, reason) = (recorded.seen.name(), for_markdown(&recorded.reason));
        let link = recorded
            .link
            .as_deref()
            .map(|link| format!(" {}", linked(link)));
        let link = link.unwrap_or_default();
        line(text, format_args!("  - recorded as {seen}: {reason}{link}"));
    }
    if more > 0 {
        line(
            text,
            format_args!(
                "  - … and {more} more vectors of {}",
                code(record.case.as_str())
            ),
        );
    }
    line(text, format_args!("  - {}", code(&record.rerun)));
}

fn name_and_version(row: &Counts) -> String {
    for_markdown(format!("{} {}", row.implementation, row.version).trim_end())
}

/// A code span, or escaped text where a character could end the span.
pub(super) fn code(text: &str) -> String {
    let is_plain = text.chars().all(|c| c.is_ascii_graphic() || c == ' ') && !text.contains('`');
    if is_plain {
        format!("`{text}`")
    } else {
        for_markdown(text)
    }
}

/// A link in angle brackets, or escaped text where a character could end them.
pub(super) fn linked(address: &str) -> String {
    let is_plain = address
        .chars()
        .all(|c| c.is_ascii_graphic() && !matches!(c, '<' | '>'));
    if is_plain && address.starts_with("https://") {
        format!("<{address}>")
    } else {
        for_markdown(address)
    }
}

fn line(text: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(text, "{line}").expect("writing to a String");
}
