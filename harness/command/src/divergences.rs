//! `divergences`: keeps a file of known disagreements up to date.

use std::{fs, io, path::PathBuf};

use jwt_assay_core::suite::Suite;

use super::{
    Error,
    files::{read_records, replace},
    print,
};
use jwt_assay::{
    divergences::update::{self, Updated},
    exit_code::ExitCode,
    record::{Record, Run},
    summary,
};
use jwt_assay_core::escape::for_terminal;

/// Keeps a file of known disagreements: what an implementation does otherwise than the
/// specifications ask, by vector, with a reason.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: DivergencesCommand,
}

#[derive(Debug, clap::Subcommand)]
enum DivergencesCommand {
    /// Bring a file up to date with a run: keep what happened, take out what did not, add what is
    /// new
    Update(Update),
}

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
struct Update {
    /// The file to bring up to date; a new one where there is none
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The records of the run
    #[arg(
        long,
        value_name = "PATH",
        default_value = "assay-results/records.jsonl"
    )]
    records: PathBuf,
    /// The implementation that the file is of, where the records are of several
    #[arg(long, value_name = "NAME")]
    implementation: Option<String>,
}

pub(super) fn divergences(args: &Args) -> Result<ExitCode, Error> {
    match &args.command {
        DivergencesCommand::Update(args) => update(args),
    }
}

fn update(args: &Update) -> Result<ExitCode, Error> {
    let path = &args.file;
    let name = path.display().to_string();
    let run = read_records(&args.records)?;
    let text = match fs::read_to_string(path) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(source) => return Err(Error::read(path, source)),
    };
    let updated = update::update(
        &name,
        text.as_deref(),
        &run,
        args.implementation.as_deref(),
        Suite::bundled(),
    )?;
    if text.as_deref() != Some(&updated.text) {
        replace(path, &updated.text).map_err(|source| Error::write(path, source))?;
    }
    print(&format!("{updated}\n"))?;
    warn(&updated, &run);
    Ok(match updated.unrecordable.is_empty() {
        true => ExitCode::Expected,
        false => ExitCode::Unexpected,
    })
}

/// What the file does not say, though the run was not as it should be.
fn warn(updated: &Updated, run: &Run) {
    let rows = summary::by_implementation(run);
    let row = rows
        .iter()
        .find(|row| row.implementation == updated.implementation);
    if let Some(row) = row.filter(|row| row.asked < run.header.planned) {
        eprintln!(
            "the run was stopped, at {} of {} vectors; the others are left as they were",
            row.asked, run.header.planned
        );
    }
    let unrecordable = &updated.unrecordable;
    if !unrecordable.is_empty() {
        eprintln!("{} cannot be recorded:", unrecordable.len());
        for record in unrecordable.iter().take(SHOWN) {
            eprintln!("  {}", line(record));
        }
        if unrecordable.len() > SHOWN {
            eprintln!("  and {} more", unrecordable.len() - SHOWN);
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

/// Answers that do not come, do not come in hundreds.
const SHOWN: usize = 40;
const EXAMPLES: &str = "\
The records are those of a finished run; FILE is for one implementation. Entries that happened stay
as they are, with their reasons and comments; patterns of which only some vectors happened become
their ids; entries that did not happen go. What is new comes last, with `not explained yet` as
reason. What was not judged changes nothing.

Examples:
  jwt-assay run jsonwebtoken
  jwt-assay divergences update known.toml          makes the file from the run, or updates it
  jwt-assay run jsonwebtoken --divergences known.toml    exit 1 when anything changes

  jwt-assay run --records all.jsonl                several implementations: one is chosen
  jwt-assay divergences update known.toml --records all.jsonl --implementation jsonwebtoken";
