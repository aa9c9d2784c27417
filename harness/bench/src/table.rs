//! Throughput tables: one for each operation, with a row per implementation and a column per algorithm.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use jwt_assay_core::model::Algorithm;
use jwt_assay_implementations::timed::Operation;

use super::throughput::{Cell, Throughput};
use jwt_assay_core::escape::{for_markdown, for_terminal};

/// Formats throughput for a terminal.
#[must_use]
pub fn terminal(throughput: &Throughput) -> String {
    let mut text = String::new();
    for operation in Operation::ALL {
        let Some((head, rows)) = rows(throughput, operation) else {
            continue;
        };
        let mut table = Table::new();
        table
            .load_style(presets::NOTHING)
            .set_content_arrangement(ContentArrangement::Disabled)
            .set_header(head);
        for row in rows {
            table.add_row(row.iter().map(|cell| for_terminal(cell)));
        }
        for column in table.column_iter_mut().skip(1) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        for column in table.column_iter_mut() {
            column.set_padding((0, 2));
        }
        text.push_str(&format!("{}\n{}\n\n", title(operation), table.trim_fmt()));
    }
    text.push_str(&footnote(throughput, for_terminal));
    text
}

/// Formats throughput in Markdown.
#[must_use]
pub fn markdown(throughput: &Throughput) -> String {
    let mut text = String::new();
    for operation in Operation::ALL {
        let Some((head, rows)) = rows(throughput, operation) else {
            continue;
        };
        text.push_str(&format!(
            "**{}**\n\n| {} |\n",
            title(operation),
            head.join(" | ")
        ));
        text.push_str(&format!("| --- |{}\n", " ---: |".repeat(head.len() - 1)));
        for row in rows {
            let cells: Vec<String> = row.iter().map(|cell| for_markdown(cell)).collect();
            text.push_str(&format!("| {} |\n", cells.join(" | ")));
        }
        text.push('\n');
    }
    text.push_str(&footnote(throughput, for_markdown));
    text
}

fn title(operation: Operation) -> &'static str {
    match operation {
        Operation::Sign => "Signing: claims to the compact form, over the bare primitive",
        Operation::Verify => {
            "Verifying: the compact form to checked claims, over the bare primitive"
        }
    }
}

/// The column heads and the rows of an operation; `None` where it was not measured.
fn rows(throughput: &Throughput, operation: Operation) -> Option<(Vec<String>, Vec<Vec<String>>)> {
    let cells = throughput.cells.iter();
    let cells: Vec<&Cell> = cells.filter(|cell| cell.operation == operation).collect();
    let has = |algorithm: &Algorithm| cells.iter().any(|cell| cell.algorithm == *algorithm);
    let algorithms: Vec<Algorithm> = Algorithm::ALL.into_iter().filter(has).collect();
    let mut names: Vec<&str> = Vec::new();
    for cell in &cells {
        if !names.contains(&cell.name.as_str()) {
            names.push(&cell.name);
        }
    }
    if names.is_empty() {
        return None;
    }
    let mut head = vec!["implementation".to_owned()];
    head.extend(algorithms.iter().map(ToString::to_string));
    let raw = |algorithm: &Algorithm| {
        let times = cells.iter().filter(|cell| cell.algorithm == *algorithm);
        let raw = times
            .filter_map(|cell| cell.times)
            .map(|times| times.raw)
            .next();
        raw.map_or_else(|| "—".to_owned(), rate)
    };
    let mut bare = vec!["aws-lc-rs, bare, per second".to_owned()];
    bare.extend(algorithms.iter().map(raw));
    let row = |name: &str| {
        let own = |algorithm: &Algorithm| {
            let mut own = cells.iter().filter(|cell| cell.name == name);
            own.find(|cell| cell.algorithm == *algorithm).copied()
        };
        let mut row = vec![who(cells.iter().find(|cell| cell.name == name).copied())];
        row.extend(algorithms.iter().map(|algorithm| shown(own(algorithm))));
        row
    };
    let rows = std::iter::once(bare).chain(names.iter().map(|name| row(name)));
    Some((head, rows.collect()))
}

fn who(cell: Option<&Cell>) -> String {
    let Some(cell) = cell else {
        return String::new();
    };
    let version = if cell.version.is_empty() {
        String::new()
    } else {
        format!(" {}", cell.version)
    };
    let language = cell.language.as_deref();
    let language = language.map(|language| format!(", {language}"));
    format!("{}{version}{}", cell.name, language.unwrap_or_default())
}

/// A ratio, with half its spread in per cent.
fn shown(cell: Option<&Cell>) -> String {
    match cell.map(|cell| (cell.times, &cell.failure)) {
        Some((Some(times), _)) => {
            let half = (times.most - times.least) / 2.0 / times.ratio * 100.0;
            let digits = if times.ratio < 10.0 { 2 } else { 1 };
            format!("{:.digits$} ±{half:.0} %", times.ratio)
        }
        Some((None, Some(_))) => "failed".to_owned(),
        Some((None, None)) | None => "—".to_owned(),
    }
}

/// The rate per second, from nanoseconds per operation.
fn rate(nanoseconds: f64) -> String {
    let rate = 1e9 / nanoseconds;
    match rate {
        1e6.. => format!("{:.2} M", rate / 1e6),
        1e4.. => format!("{:.0} k", rate / 1e3),
        1e3.. => format!("{:.1} k", rate / 1e3),
        _ => format!("{rate:.0}"),
    }
}

fn footnote(throughput: &Throughput, escape: fn(&str) -> String) -> String {
    let machine = &throughput.machine;
    let (processes, rounds, slice) = (throughput.processes, throughput.rounds, throughput.slice);
    let load = throughput
        .load
        .map(|load| format!(", at a load of {load:.1}"));
    let load = load.unwrap_or_default();
    let mut text = format!(
        "Ratios: the median of {processes} processes, each the median of {rounds} rounds of slices \
         of {slice} ms in turn; ± is half the spread between processes. {}, {} of them, {}{load}.\n",
        machine.processor, machine.processors, machine.system
    );
    let mut told: Vec<&str> = Vec::new();
    for cell in &throughput.cells {
        if let (Some(reason), false) = (&cell.failure, told.contains(&cell.name.as_str())) {
            let (operation, algorithm) = (cell.operation.name(), cell.algorithm);
            let (name, reason) = (escape(&cell.name), escape(reason));
            text.push_str(&format!(
                "{name} failed to {operation} with {algorithm}: {reason}\n"
            ));
            told.push(&cell.name);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{machine::Machine, throughput::Times};

    fn cell(name: &str, algorithm: Algorithm, ratio: Option<f64>) -> Cell {
        Cell {
            operation: Operation::Sign,
            algorithm,
            name: name.to_owned(),
            version: "1.2".to_owned(),
            language: (name != "own").then(|| "Python 3".to_owned()),
            times: ratio.map(|ratio| Times {
                ratio,
                least: ratio * 0.98,
                most: ratio * 1.02,
                nanoseconds: ratio * 400.0,
                raw: 400.0,
            }),
            failure: ratio.is_none().then(|| "no | such\nkey".to_owned()),
        }
    }

    #[test]
    fn a_row_is_an_implementation_and_a_missing_algorithm_is_a_dash() {
        let throughput = Throughput {
            machine: Machine {
                processor: "a processor".to_owned(),
                processors: 2,
                system: "linux x86_64".to_owned(),
            },
            processes: 3,
            rounds: 60,
            slice: 1.0,
            load: Some(3.5),
            cells: vec![
                cell("own", Algorithm::HS256, Some(1.349)),
                cell("own", Algorithm::ES512, Some(12.34)),
                cell("other | one", Algorithm::ES512, None),
            ],
        };
        insta::assert_snapshot!(markdown(&throughput));
    }
}
