//! Report for people at a terminal: the conclusion first, then counts, the reasons to skip, and the
//! unexpected results only, each with the command that runs it alone.

use std::fmt::{self, Write};

use anstyle::{AnsiColor, Style};
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

use super::{LONGEST_WORDS, Listed, Options, cells, columns, exchange, headline};
use jwt_assay_core::{model::Role, suite::Suite};

use crate::{
    conclusion::Conclusion,
    outcome::{Deviation, Outcome},
    record::{Record, Run},
    summary::{self, Gap},
};
use jwt_assay_core::escape::{for_terminal, shortened};

/// Renders the whole run with colours; the caller strips them where the output is not a terminal.
#[must_use]
pub fn render(run: &Run, options: Options) -> String {
    let mut text = String::new();
    let conclusion = Conclusion::of(run).sentences(for_terminal).join("\n");
    line(&mut text, format_args!("{conclusion}\n"));
    line(&mut text, format_args!("{}", table(run, options)));
    push_skips(&mut text, run);
    push_grounds(&mut text, run, options);
    for description in &run.header.implementations {
        let unexpected: Vec<_> = summary::unexpected(run, &description.name).collect();
        push_unexpected(&mut text, &description.name, &unexpected, options);
        push_newer(&mut text, run, &description.name);
    }
    push_failures(&mut text, run);
    text
}

fn table(run: &Run, options: Options) -> String {
    let role = run.role(Suite::bundled());
    let rows = if options.by_profile {
        summary::by_profile(run)
    } else {
        summary::by_implementation(run)
    };
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled);
    let mut head = vec!["implementation"];
    head.extend(options.by_profile.then_some("profile"));
    let texts = head.len();
    head.extend(columns(role));
    table.set_header(head);
    for row in rows {
        let name = for_terminal(format!("{} {}", row.implementation, row.version).trim_end());
        let profile = row.profile.map(|profile| profile.to_string());
        table.add_row(
            std::iter::once(name)
                .chain(profile)
                .chain(cells(&row, role)),
        );
    }
    for column in table.column_iter_mut().skip(texts) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table.trim_fmt()
}

fn push_skips(text: &mut String, run: &Run) {
    let mut lines = Vec::new();
    for absent in &run.header.absent {
        let (name, reason) = (for_terminal(&absent.name), for_terminal(&absent.reason));
        lines.push(format!("  {name}: not judged, {reason}"));
    }
    for description in &run.header.implementations {
        let name = for_terminal(&description.name);
        for (reason, count) in summary::skips(run, &description.name) {
            lines.push(format!("  {name}: {count}, {}", for_terminal(&reason)));
        }
    }
    if !lines.is_empty() {
        line(text, format_args!("\nskipped\n{}", lines.join("\n")));
    }
}

/// Appends the right rejections that name another reason, which do not prove that the rule is kept.
fn push_grounds(text: &mut String, run: &Run, options: Options) {
    for description in &run.header.implementations {
        let name = &description.name;
        let Some(grounds) = summary::grounds(run, name).filter(|grounds| grounds.rejections > 0)
        else {
            continue;
        };
        let weak: usize = grounds.another.iter().map(|(_, _, count)| count).sum();
        let summary::Grounds {
            rejections,
            not_said,
            ..
        } = grounds;
        line(
            text,
            format_args!(
                "\n{}: of {rejections} right rejections {weak} are for another reason, {not_said} in words \
                 that no table explains",
                for_terminal(name)
            ),
        );
        let shown = if options.all { usize::MAX } else { GROUNDS };
        for (wanted, seen, count) in grounds.another.iter().take(shown) {
            line(
                text,
                format_args!("  {count} for {seen} instead of {wanted}"),
            );
        }
    }
}

fn push_unexpected(text: &mut String, name: &str, unexpected: &[&Record], options: Options) {
    if unexpected.is_empty() {
        return;
    }
    line(
        text,
        format_args!("\n{}: {} unexpected", for_terminal(name), unexpected.len()),
    );
    let Listed {
        results,
        more_cases,
    } = Listed::new(unexpected, options);
    for (record, more) in results {
        push_record(text, record, more);
    }
    if more_cases > 0 {
        line(
            text,
            format_args!("  … and {more_cases} more cases; --all lists everything"),
        );
    }
}

/// Appends the cases that become unexpected with the next version of their profile.
fn push_newer(text: &mut String, run: &Run, name: &str) {
    let mut cases: Vec<_> = summary::newer(run, name)
        .map(|record| &record.case)
        .collect();
    let vectors = cases.len();
    cases.dedup();
    if let Some(first) = cases.first() {
        let name = for_terminal(name);
        line(
            text,
            format_args!(
                "\n{name}: {vectors} vectors of {} cases are newer than their profile's version and not \
                 as asked; they fail nobody until the next. The first is {first}",
                cases.len()
            ),
        );
    }
}

fn push_record(text: &mut String, record: &Record, more: usize) {
    let style = style(&record.outcome);
    line(
        text,
        format_args!("  {} {style}{}{style:#}", record.vector, headline(record)),
    );
    line(
        text,
        format_args!(
            "    {}: {}",
            record.rule,
            for_terminal(&record.clauses.join(", "))
        ),
    );
    for step in exchange(record) {
        line(
            text,
            format_args!("    {}", for_terminal(&shortened(&step, LONGEST_WORDS))),
        );
    }
    if let Some(recorded) = &record.divergence {
        let reason = for_terminal(&recorded.reason);
        line(
            text,
            format_args!("    recorded as {}: {reason}", recorded.seen.name()),
        );
    }
    if more > 0 {
        line(
            text,
            format_args!("    … and {more} more vectors of {}", record.case),
        );
    }
    line(text, format_args!("    {}", for_terminal(&record.rerun)));
}

/// Appends the reasons for which the run fails beside its unexpected results.
fn push_failures(text: &mut String, run: &Run) {
    let mut lines = Vec::new();
    for incident in &run.incidents {
        let (name, text) = (&incident.implementation, &incident.text);
        lines.push(format!("{}: {}", for_terminal(name), for_terminal(text)));
    }
    for row in summary::by_implementation(run) {
        let (name, asked, planned) = (&row.implementation, row.asked, run.header.planned);
        if asked < planned {
            let name = for_terminal(name);
            lines.push(format!(
                "{name}: stopped early, at {asked} of {planned} vectors"
            ));
        }
    }
    for name in summary::without_controls(run) {
        lines.push(format!(
            "{}: not one control came out right",
            for_terminal(name)
        ));
    }
    for description in &run.header.implementations {
        let void = summary::void(run, &description.name);
        if void > 0 {
            let name = for_terminal(&description.name);
            lines.push(format!(
                "{name}: {void} results are void, since a control was no longer accepted"
            ));
        }
    }
    let (accepting, rejecting) = match run.header.role.unwrap_or_default() {
        Role::Verify => ("no acceptance", "no rejection"),
        Role::Build => ("no signing", "no declining"),
    };
    for (name, gap) in summary::gaps(run) {
        let name = for_terminal(name);
        lines.push(match gap {
            Gap::Everything => format!("{name}: nothing was judged"),
            Gap::Accepting(layer) => {
                format!("{name}: layer {layer} is claimed, and {accepting} was judged in it")
            }
            Gap::NoRequestSeen => format!(
                "{name}: layer request is claimed, and it answered with assertions alone; answer with \
                 the whole token request, or leave the layer out of the claim"
            ),
            Gap::Rejecting(layer) => {
                format!("{name}: layer {layer} is claimed, and {rejecting} was judged in it")
            }
        });
    }
    if !lines.is_empty() {
        line(text, format_args!("\n{}", lines.join("\n")));
    }
}

/// The number of pairs of rules listed unless all are asked for.
const GROUNDS: usize = 5;

const fn style(outcome: &Outcome) -> Style {
    let color = match outcome {
        Outcome::Wrong(Deviation::Declined | Deviation::Rejected) => AnsiColor::Magenta,
        Outcome::Wrong(_) => AnsiColor::Red,
        Outcome::Agrees | Outcome::Open | Outcome::Skipped(_) => AnsiColor::Yellow,
    };
    color.on_default().bold()
}

fn line(text: &mut String, line: fmt::Arguments<'_>) {
    writeln!(text, "{line}").expect("writing to a String");
}
