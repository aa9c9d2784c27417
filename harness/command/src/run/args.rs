//! The arguments of `run`.

use std::{
    ffi::OsString,
    num::{NonZeroU32, NonZeroUsize},
    path::PathBuf,
    thread,
    time::Duration,
};

use crate::{chosen::Choice, filter_args::FilterArgs, report::format_parser};
use jwt_assay::{report::Format, run::RunOptions};

/// Tests implementations: presents the suite to them, and compares their answers with the
/// specifications.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Implementations to judge; default: all that are built in or set up
    #[arg(value_name = "IMPLEMENTATION")]
    implementations: Vec<String>,

    /// Language whose implementations to judge; may be repeated
    #[arg(long, value_name = "LANGUAGE", conflicts_with = "implementations")]
    language: Vec<String>,
    /// Program of your own that speaks the process protocol, with its arguments
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<OsString>,

    #[command(flatten)]
    pub(super) filter: FilterArgs,

    /// Number of threads; default: one per processor
    #[arg(long, short, value_name = "N", help_heading = "Running")]
    jobs: Option<NonZeroUsize>,
    /// Time limit of one request, in seconds; a later answer counts as none
    #[arg(
        long,
        value_name = "SECONDS",
        default_value = "30",
        help_heading = "Running"
    )]
    timeout: NonZeroU32,
    /// Limit of assertions for a case that asks a builder for many; default: the number of the
    /// case, of a program at most 10,000
    #[arg(long, value_name = "N", help_heading = "Running")]
    pub(super) samples: Option<NonZeroUsize>,
    /// Seed of a random order of the vectors, to find requests that influence one another
    #[arg(long, value_name = "NUMBER", help_heading = "Running")]
    seed: Option<u64>,
    /// Presents everything a second time in another order, that of `--seed` or the first drawn one, and
    /// reports each vector that was answered differently: state leaks from one request to the next
    #[arg(long, conflicts_with_all = ["resume", "fail_fast"], help_heading = "Running")]
    pub(super) two_orders: bool,
    /// Resumes a run that was stopped: keeps its records, and presents the missing vectors
    #[arg(long, conflicts_with = "no_records", help_heading = "Running")]
    pub(super) resume: bool,
    /// Stops at the first unexpected result
    #[arg(long, help_heading = "Running")]
    pub(super) fail_fast: bool,
    /// File of divergences, as `divergences update` writes it, in place of the bundled ones of an
    /// implementation; may be repeated
    #[arg(
        long,
        value_name = "[NAME=]FILE",
        conflicts_with = "no_divergences",
        help_heading = "Running"
    )]
    pub(super) divergences: Vec<String>,
    /// Counts recorded divergences as unexpected
    #[arg(long, help_heading = "Running")]
    pub(super) no_divergences: bool,

    /// Format of the report on standard output
    #[arg(
        long,
        default_value = "terminal",
        value_parser = format_parser(),
        help_heading = "Reports"
    )]
    pub(super) format: &'static Format,
    /// Prints one row per implementation and profile
    #[arg(long, help_heading = "Reports")]
    pub(super) by_profile: bool,
    /// Lists every unexpected result; default: one of each case, of the first 40 cases
    #[arg(long, help_heading = "Reports")]
    pub(super) all: bool,
    /// File for records, written while the run goes on; default: `assay-results/records.jsonl`, for
    /// builders `assay-results/builders.jsonl`. Where such a file holds the whole suite and this run would
    /// replace it by a part, by fewer or other implementations, or with --fail-fast, the default is
    /// `records-partial.jsonl` or `builders-partial.jsonl` beside it
    #[arg(long, value_name = "PATH", help_heading = "Reports")]
    pub(super) records: Option<PathBuf>,
    /// Writes the arguments of your own program into records and reports; they may hold secrets, so that
    /// its name alone stands there otherwise
    #[arg(
        long = "show-arguments",
        requires = "command",
        help_heading = "Reports"
    )]
    pub(super) shows_arguments: bool,
    /// Writes no records
    #[arg(long, conflicts_with = "records", help_heading = "Reports")]
    pub(super) no_records: bool,
    /// File for a second report, in JUnit XML
    #[arg(long, value_name = "PATH", help_heading = "Reports")]
    pub(super) junit: Option<PathBuf>,
    /// File for a second report, in Markdown
    #[arg(long, value_name = "PATH", help_heading = "Reports")]
    pub(super) markdown: Option<PathBuf>,
}

impl Args {
    pub(super) fn choice(&self) -> Choice<'_> {
        Choice {
            role: self.filter.role.into(),
            names: &self.implementations,
            languages: &self.language,
            command: &self.command,
            shows_arguments: self.shows_arguments,
            timeout: self.timeout(),
        }
    }

    pub(super) fn options(&self) -> RunOptions {
        let jobs = self.jobs.or(thread::available_parallelism().ok());
        RunOptions {
            jobs: jobs.unwrap_or(NonZeroUsize::MIN),
            timeout: self.timeout(),
            // The first of two orders is the suite's.
            seed: self.seed.filter(|_| !self.two_orders),
            samples: self.samples.map(NonZeroUsize::get),
        }
    }

    /// The seed of the second order, where there are two.
    pub(super) fn second_order(&self) -> Option<u64> {
        self.two_orders.then(|| self.seed.unwrap_or(1))
    }

    fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout.get().into())
    }
}

const EXAMPLES: &str = "\
Examples:
  jwt-assay run                                    all implementations, the whole suite
  jwt-assay run jsonwebtoken --profile okta        one implementation, one profile
  jwt-assay run -- python3 my_adapter.py           a program of your own, in any language
  jwt-assay run --language python                  all implementations in one language
  jwt-assay run --only 'aud-*' --by-profile        cases by name, counts by profile
  jwt-assay run --resume                           the rest of a run that was killed
  jwt-assay run jsonwebtoken --two-orders          everything twice, to find state that leaks
  jwt-assay run --role build jsonwebtoken          a library as a builder of assertions
  jwt-assay run --role build --samples 50          all builders, with fewer assertions of each kind
  jwt-assay run --shard 2/8 --junit results.xml    an eighth of the suite, for a CI job";
