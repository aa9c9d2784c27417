//! `sabotage`: how strong the suite is.

use comfy_table::{ContentArrangement, Table, presets};
use jwt_assay_core::suite::Suite;

use super::{Error, print};
use crate::{
    exit_code::ExitCode,
    sabotage::{Matrix, Row},
};

/// Tests the suite itself: verifiers broken in one known way each, and the cases that catch them.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Print only what nothing catches, what one case alone catches, and rules without a case
    #[arg(long)]
    weak: bool,
}

pub(super) fn sabotage(args: &Args) -> Result<ExitCode, Error> {
    let matrix = Matrix::of(Suite::bundled());
    let missed: Vec<&Row> = matrix.rows.iter().filter(|row| !row.is_caught()).collect();
    let single = matrix
        .rows
        .iter()
        .filter(|row| row.defenders().len() == 1)
        .count();
    print(&format!(
        "{} sabotages: {} caught under the right rule, {} missed, {single} with a single defender\n\n",
        matrix.rows.len(),
        matrix.rows.len() - missed.len(),
        missed.len(),
    ))?;
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled);
    table.set_header([
        "sabotage",
        "rule",
        "caught by",
        "profiles",
        "the only defender",
    ]);
    let rows = matrix.rows.iter();
    for row in rows.filter(|row| !args.weak || row.defenders().len() <= 1) {
        let defenders = row.defenders();
        let only = match (defenders.len(), defenders.first()) {
            (1, Some(only)) => only,
            (_, None) => "NOTHING CATCHES IT",
            (_, Some(_)) => "",
        };
        table.add_row([
            row.sabotage.name(),
            row.sabotage.rule().to_string(),
            format!("{} cases", defenders.len()),
            row.profiles().len().to_string(),
            only.to_owned(),
        ]);
    }
    print(&format!("{}\n", table.trim_fmt()))?;
    if !matrix.gaps.is_empty() {
        print("\nrules that bind and have no case in a profile:\n")?;
        for (profile, rule, level) in &matrix.gaps {
            print(&format!("  {profile}  {rule}  ({level})\n"))?;
        }
    }
    Ok(if missed.is_empty() {
        ExitCode::Expected
    } else {
        ExitCode::Unexpected
    })
}

const EXAMPLES: &str = "\
Examples:
  jwt-assay sabotage              the whole matrix
  jwt-assay sabotage --weak       what hangs by one case, or by none";
