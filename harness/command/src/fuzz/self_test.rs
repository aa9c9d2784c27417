//! `fuzz --self-test`: the number of inputs that catch each broken verifier, as a table for a
//! terminal and as a report.

use std::{cmp::Reverse, num::NonZeroUsize};

use comfy_table::{ContentArrangement, Table, TableStyle, presets};

use super::{Args, progress};
use crate::{
    Error, files, print,
    signals::{Ending, watch},
};
use jwt_assay::{
    exit_code::ExitCode,
    report::generated::{Language, with_note},
};
use jwt_assay_fuzzing::{SelfTest, Trial};

pub(super) fn run(args: &Args, jobs: NonZeroUsize) -> Result<ExitCode, Error> {
    watch(Ending::AtOnce, "the table is written as a whole only");
    let test = SelfTest {
        limit: args.cases.get(),
        seeds: args.seeds.get(),
        jobs,
    };
    let progress = progress(0);
    let mut rows = test.run(|tasks| {
        progress.set_length(tasks.try_into().unwrap_or(u64::MAX));
        progress.inc(1);
    });
    progress.finish_and_clear();
    // The hardest to catch stand first, and verifiers that no input catches before all.
    rows.sort_by_key(|row| {
        let or_never = |inputs: Option<u64>| Reverse(inputs.unwrap_or(u64::MAX));
        (or_never(row.inputs), or_never(row.without_suite))
    });
    print(&format!(
        "{}\n\n{}\n",
        head(&test, &rows),
        table(&rows, presets::NOTHING)
    ))?;
    if let Some(path) = &args.report {
        files::write_octets(path, report(&test, &rows).as_bytes())?;
    }
    Ok(ExitCode::Expected)
}

fn head(test: &SelfTest, rows: &[Trial]) -> String {
    let share = |inputs: fn(&Trial) -> Option<u64>| {
        let caught = rows.iter().filter(|row| inputs(row).is_some()).count();
        let of_thousand = caught * 1000 / rows.len().max(1);
        format!("{caught} ({}.{} %)", of_thousand / 10, of_thousand % 10)
    };
    format!(
        "{} broken verifiers, {} inputs each, median of {}: {} caught, {} without the suite as a \
         source",
        rows.len(),
        test.limit,
        match test.seeds {
            1 => "1 seed".to_owned(),
            seeds => format!("{seeds} seeds"),
        },
        share(|row| row.inputs),
        share(|row| row.without_suite)
    )
}

fn table(rows: &[Trial], style: TableStyle) -> String {
    let mut table = Table::new();
    table
        .load_style(style)
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header([
            "sabotage",
            "rule",
            "algorithm",
            "inputs",
            "without the suite",
        ]);
    let inputs = |inputs: Option<u64>| inputs.map_or("MISSED".to_owned(), |n| n.to_string());
    for row in rows {
        table.add_row([
            row.sabotage.name(),
            row.sabotage.rule().to_string(),
            row.algorithm
                .map_or("any".to_owned(), |fixed| fixed.to_string()),
            inputs(row.inputs),
            inputs(row.without_suite),
        ]);
    }
    table.trim_fmt()
}

/// The report in Markdown. It has no date and no machine, so that equal inputs give equal files.
fn report(test: &SelfTest, rows: &[Trial]) -> String {
    let SelfTest { limit, seeds, .. } = test;
    let command = format!(
        "jwt-assay fuzz --self-test --cases {limit} --seeds {seeds} --report reports/fuzz-self-test.md"
    );
    let text = format!(
        "# Self-test of the fuzzing\n\n{}.\n\nEach sabotage of the suite is a verifier with one planted \
         fault. The columns `inputs` and\n`without the suite` have the number of seeded inputs until \
         the first that shows the fault, without a\ncorpus. The hardest sabotages come first; \
         `fuzz/README.md` explains the missed ones.\n\n{}\n",
        head(test, rows),
        table(rows, presets::ASCII_MARKDOWN)
    );
    with_note(Language::Markdown, &command, &text)
}
