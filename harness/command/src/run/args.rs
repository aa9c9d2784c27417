//! The arguments of `run`.

use std::{
    ffi::OsString,
    num::{NonZeroU32, NonZeroUsize},
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use clap::ValueEnum;

use crate::{
    chosen::Choice,
    filter_args::{FilterArgs, RoleArg},
};
use jwt_assay::run::RunOptions;

/// Judges implementations: presents the suite and compares what they answer with what the
/// specifications ask.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The implementations to judge; all that are built in or set up where none is named
    #[arg(value_name = "IMPLEMENTATION")]
    implementations: Vec<String>,

    /// Every implementation in this language; may be repeated
    #[arg(long, value_name = "LANGUAGE", conflicts_with = "implementations")]
    language: Vec<String>,
    /// A program of your own that speaks the process protocol, with its arguments
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<OsString>,

    #[command(flatten)]
    pub(super) filter: FilterArgs,

    /// How many threads; as many as the machine has processors where not given
    #[arg(long, short, value_name = "N", help_heading = "Running")]
    jobs: Option<NonZeroUsize>,
    /// Seconds that one request may take; a later answer counts as none
    #[arg(
        long,
        value_name = "SECONDS",
        default_value = "30",
        help_heading = "Running"
    )]
    timeout: NonZeroU32,
    /// At most so many assertions where a case wants many; as many as the case says, and of a program
    /// no more than 10,000, where not given
    #[arg(long, value_name = "N", help_heading = "Running")]
    pub(super) samples: Option<NonZeroUsize>,
    /// Present in an order drawn from this number, to find what one request does to the next
    #[arg(long, value_name = "NUMBER", help_heading = "Running")]
    seed: Option<u64>,
    /// Go on with a run that was stopped: keep what its records hold, present what is missing
    #[arg(long, conflicts_with = "no_records", help_heading = "Running")]
    pub(super) resume: bool,
    /// Stop at the first unexpected result
    #[arg(long, help_heading = "Running")]
    pub(super) fail_fast: bool,
    /// Divergences that replace the bundled ones of an implementation, as `divergences update`
    /// writes them; may be repeated
    #[arg(
        long,
        value_name = "[NAME=]FILE",
        conflicts_with = "no_divergences",
        help_heading = "Running"
    )]
    pub(super) divergences: Vec<String>,
    /// Take no divergence as expected
    #[arg(long, help_heading = "Running")]
    pub(super) no_divergences: bool,

    /// What is written to standard output
    #[arg(long, value_enum, default_value_t, help_heading = "Reports")]
    pub(super) format: Format,
    /// One row per implementation and profile
    #[arg(long, help_heading = "Reports")]
    pub(super) by_profile: bool,
    /// List every unexpected result, not just one of each case and of the first 40 cases
    #[arg(long, help_heading = "Reports")]
    pub(super) all: bool,
    /// Where records are written, as they come; where not given, to `assay-results/records.jsonl`,
    /// and of builders to `assay-results/builders.jsonl`
    #[arg(long, value_name = "PATH", help_heading = "Reports")]
    records: Option<PathBuf>,
    /// Write no records
    #[arg(long, conflicts_with = "records", help_heading = "Reports")]
    pub(super) no_records: bool,
    /// Also write JUnit XML
    #[arg(long, value_name = "PATH", help_heading = "Reports")]
    pub(super) junit: Option<PathBuf>,
    /// Also write Markdown
    #[arg(long, value_name = "PATH", help_heading = "Reports")]
    pub(super) markdown: Option<PathBuf>,
}

/// What is written to standard output.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(super) enum Format {
    /// Records, a JSON object a line
    Jsonl,
    /// For pull requests
    Markdown,
    /// For people
    #[default]
    Terminal,
}

impl Args {
    pub(super) fn records(&self) -> &Path {
        let default = match self.filter.role {
            RoleArg::Build => "assay-results/builders.jsonl",
            RoleArg::Verify => "assay-results/records.jsonl",
        };
        self.records.as_deref().unwrap_or(Path::new(default))
    }

    pub(super) fn choice(&self) -> Choice<'_> {
        Choice {
            role: self.filter.role.into(),
            names: &self.implementations,
            languages: &self.language,
            command: &self.command,
            timeout: self.timeout(),
        }
    }

    pub(super) fn options(&self) -> RunOptions {
        let jobs = self.jobs.or(thread::available_parallelism().ok());
        RunOptions {
            jobs: jobs.unwrap_or(NonZeroUsize::MIN),
            timeout: self.timeout(),
            seed: self.seed,
            samples: self.samples.map(NonZeroUsize::get),
        }
    }

    fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout.get().into())
    }
}

const EXAMPLES: &str = "\
Examples:
  jwt-assay run                                    all implementations, the whole suite
  jwt-assay run jsonwebtoken --profile okta        one of them, one profile
  jwt-assay run -- python3 my_adapter.py           a program of your own, in any language
  jwt-assay run --language python                  what is known and set up of one language
  jwt-assay run --only 'aud-*' --by-profile        cases by name, counts by profile
  jwt-assay run --resume                           goes on where `jwt-assay run` was killed
  jwt-assay run --role build jsonwebtoken          as a builder of assertions
  jwt-assay run --role build --samples 50          all builders, with fewer assertions of each kind
  jwt-assay run --shard 2/8 --junit results.xml    an eighth of the suite, for a CI job";
