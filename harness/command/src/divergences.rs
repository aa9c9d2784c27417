//! `divergences`: updates a file of known divergences from a run.

use std::path::PathBuf;

use jwt_assay_core::suite::Suite;

use super::{
    Error,
    files::{distinct, last_records, read_records, read_text_if_there, write_file},
    print,
    signals::{Ending, watch},
};
use jwt_assay::{
    divergences::update::{self, Updated},
    exit_code::ExitCode,
    record::{Record, Run},
    summary,
};
use jwt_assay_core::escape::for_terminal;

/// Maintains a file of known divergences: the vectors on which an implementation deviates from the
/// specifications, each with a reason.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: DivergencesCommand,
}

#[derive(Debug, clap::Subcommand)]
enum DivergencesCommand {
    /// Updates a file from a run: keeps divergences that happened, removes those that did not, adds
    /// new ones
    Update(Update),
}

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
struct Update {
    /// File to update, or to create
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Records of the run; default: those of the last run of verifiers, the newer of
    /// `assay-results/records.jsonl` and `assay-results/records-partial.jsonl`
    #[arg(long, value_name = "PATH")]
    records: Option<PathBuf>,
    /// Implementation that the file is for; needed where the records hold several
    #[arg(long, value_name = "NAME")]
    implementation: Option<String>,
}

impl Args {
    pub(crate) fn run(&self) -> Result<ExitCode, Error> {
        match &self.command {
            DivergencesCommand::Update(args) => update(args),
        }
    }
}

fn update(args: &Update) -> Result<ExitCode, Error> {
    watch(Ending::AtOnce, "the same command begins anew");
    let path = &args.file;
    let name = path.display().to_string();
    let records = args.records.clone().unwrap_or_else(last_records);
    distinct([("FILE", path.as_path()), ("--records", &records)])?;
    let run = read_records(&records)?;
    let text = read_text_if_there(path)?;
    let updated = update::update(
        &name,
        text.as_deref(),
        &run,
        args.implementation.as_deref(),
        Suite::bundled(),
    )?;
    if text.as_deref() != Some(&updated.text) {
        write_file(path, &updated.text)?;
    }
    print(&format!("{updated}\n"))?;
    warn(&updated, &run);
    Ok(if updated.unrecordable.is_empty() {
        ExitCode::Expected
    } else {
        ExitCode::Unexpected
    })
}

/// Warns of a run that was stopped, and of results that no divergence can record.
fn warn(updated: &Updated, run: &Run) {
    let rows = summary::by_implementation(run);
    let row = rows
        .iter()
        .find(|row| row.implementation == updated.implementation);
    if let Some(row) = row.filter(|row| row.asked < run.header.planned) {
        say!(
            "the run was stopped at {} of {} vectors; divergences of the others stay as they are",
            row.asked,
            run.header.planned
        );
    }
    let unrecordable = &updated.unrecordable;
    if !unrecordable.is_empty() {
        say!("{} cannot be recorded:", unrecordable.len());
        for record in unrecordable.iter().take(SHOWN) {
            say!("  {}", line(record));
        }
        if unrecordable.len() > SHOWN {
            say!("  and {} more", unrecordable.len() - SHOWN);
        }
    }
}

fn line(record: &Record) -> String {
    format!(
        "{} {}; see `{}`",
        record.vector,
        record.outcome,
        for_terminal(&record.rerun)
    )
}

/// The limit of listed results: a program that times out does so on hundreds of vectors.
const SHOWN: usize = 40;
const EXAMPLES: &str = "\
The records are those of a finished run; FILE is for one implementation. Entries that happened stay
as they are, with their reasons and comments. A pattern of which only some vectors diverged is
replaced by their ids. Entries that did not happen are removed. New divergences come last, with the
reason `not explained yet`. Entries of vectors that were not judged stay.

Examples:
  jwt-assay run jsonwebtoken
  jwt-assay divergences update known.toml          creates or updates the file from the run
  jwt-assay run jsonwebtoken --divergences known.toml    exit 1 when anything changes

  jwt-assay run --records all.jsonl                several implementations: choose one
  jwt-assay divergences update known.toml --records all.jsonl --implementation jsonwebtoken";
