//! `run`: presents the suite to implementations and judges what they answer.

mod builders;

use std::{
    ffi::OsString,
    fs::{self, File},
    io::{self, Write},
    num::{NonZeroU32, NonZeroUsize},
    ops::ControlFlow,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressStyle};
use jwt_assay_core::suite::Suite;

use super::{
    Error,
    chosen::Choice,
    files::{create_parent, read_octets, write_file},
    filter_args::{FilterArgs, Role},
    print,
    report::this_command,
};
use crate::{
    divergences::Divergences,
    exit_code::ExitCode,
    filter::Filter,
    plan::{Implementation, Plan},
    record::{Absent, Header, Line, Run},
    report::{
        Options,
        generated::{Language, with_note},
        jsonl, junit, markdown, terminal,
    },
    run::Conduct,
    session,
};

/// Judges implementations: presents the suite and compares what they answer with what the
/// specifications ask.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
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
    filter: FilterArgs,

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
    /// Present in an order drawn from this number, to find what one request does to the next
    #[arg(long, value_name = "NUMBER", help_heading = "Running")]
    seed: Option<u64>,
    /// What is asked of an implementation
    #[arg(long, value_enum, default_value_t, help_heading = "Selection")]
    role: Role,
    /// Go on with a run that was stopped: keep what its records hold, present what is missing
    #[arg(long, conflicts_with = "no_records", help_heading = "Running")]
    resume: bool,
    /// Stop at the first unexpected result
    #[arg(long, help_heading = "Running")]
    fail_fast: bool,
    /// Divergences that replace the bundled ones of an implementation, as `divergences update`
    /// writes them; may be repeated
    #[arg(
        long,
        value_name = "[NAME=]FILE",
        conflicts_with = "no_divergences",
        help_heading = "Running"
    )]
    divergences: Vec<String>,
    /// Take no divergence as expected
    #[arg(long, help_heading = "Running")]
    no_divergences: bool,

    /// What is written to standard output
    #[arg(long, value_enum, default_value_t, help_heading = "Reports")]
    format: Format,
    /// One row per implementation and profile
    #[arg(long, help_heading = "Reports")]
    by_profile: bool,
    /// List every unexpected result, not just one of each case and of the first 40 cases
    #[arg(long, help_heading = "Reports")]
    all: bool,
    /// Where records are written, as they come; where not given, to `assay-results/records.jsonl`,
    /// and of builders to `assay-results/builders.jsonl`
    #[arg(long, value_name = "PATH", help_heading = "Reports")]
    records: Option<PathBuf>,
    /// Write no records
    #[arg(long, conflicts_with = "records", help_heading = "Reports")]
    no_records: bool,
    /// Also write JUnit XML
    #[arg(long, value_name = "PATH", help_heading = "Reports")]
    junit: Option<PathBuf>,
    /// Also write Markdown
    #[arg(long, value_name = "PATH", help_heading = "Reports")]
    markdown: Option<PathBuf>,
}

/// What is written to standard output.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Format {
    /// Records, a JSON object a line
    Jsonl,
    /// For pull requests
    Markdown,
    /// For people
    #[default]
    Terminal,
}

impl Args {
    fn records(&self) -> &Path {
        let default = match self.role {
            Role::Build => "assay-results/builders.jsonl",
            Role::Verify => "assay-results/records.jsonl",
        };
        self.records.as_deref().unwrap_or(Path::new(default))
    }

    fn choice(&self) -> Choice<'_> {
        Choice {
            names: &self.implementations,
            languages: &self.language,
            command: &self.command,
            timeout: timeout(self),
        }
    }
}

pub(super) fn run(args: &Args) -> Result<ExitCode, Error> {
    match args.role {
        Role::Build => builders::run(args),
        Role::Verify => run_verifiers(args),
    }
}

fn run_verifiers(args: &Args) -> Result<ExitCode, Error> {
    let suite = Suite::bundled();
    let (implementations, absent) = args.choice().find::<Implementation>()?;
    let names = implementations.iter().map(|i| i.description.name.as_str());
    let divergences = divergences(args, &names.collect::<Vec<_>>(), suite)?;
    let mut plan = Plan::new(suite, &Filter::from(args.filter.clone()), implementations)?;
    let begun = Begun::new(args, &plan, absent, &divergences)?;
    let mut sink = match &begun {
        _ if args.no_records => None,
        Begun::Anew(header) => Some(RecordsFile::create(args.records(), header)?),
        Begun::Before { length, .. } => Some(RecordsFile::reopen(args.records(), *length)?),
    };

    let progress = progress(begun.left(&plan));
    let mut written = Ok(());
    let conduct = conduct(args);
    let on_line = |line: Line| {
        progress.inc(1);
        if let Some(sink) = &mut sink {
            written = sink.write_line(&line);
        }
        match written.is_err() || (args.fail_fast && is_unexpected(&line)) {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    };
    let run = match begun {
        Begun::Anew(header) => session::judge(&plan, header, divergences, &conduct, on_line),
        Begun::Before { kept, .. } => {
            session::resume(&mut plan, kept, divergences, &conduct, on_line)
                .map_err(|what| Error::other_run(args.records(), what))?
        }
    };
    progress.finish_and_clear();
    written?;
    report(args, &run)?;
    Ok(ExitCode::of_run(&run))
}

fn is_unexpected(line: &Line) -> bool {
    match line {
        Line::Incident(_) => true,
        Line::Record(record) => record.is_unexpected(),
        Line::Run(_) => false,
    }
}

/// Where a run begins.
enum Begun {
    /// At the beginning.
    Anew(Header),
    /// Where another was stopped.
    Before {
        /// What it left.
        kept: Run,
        /// How long the part of its records is that can be kept, in octets.
        length: u64,
    },
}

impl Begun {
    fn new(
        args: &Args,
        plan: &Plan<'_>,
        absent: Vec<Absent>,
        divergences: &[Divergences],
    ) -> Result<Self, Error> {
        if !args.resume {
            return Ok(Self::Anew(session::begin(plan, absent)));
        }
        let (file, octets) = read_octets(args.records())?;
        let (kept, length) = jsonl::read_begun(&file, &octets)?;
        // Before anything is written to the file: it may be of another run.
        session::places(plan, &kept, divergences)
            .map_err(|what| Error::other_run(args.records(), what))?;
        Ok(Self::Before {
            kept,
            length: length.try_into().unwrap_or(u64::MAX),
        })
    }

    /// How many records are still to come.
    fn left(&self, plan: &Plan<'_>) -> usize {
        let there = match self {
            Self::Anew(_) => 0,
            Self::Before { kept, .. } => kept.records.len(),
        };
        (plan.asked.len() * plan.implementations.len()).saturating_sub(there)
    }
}

fn conduct(args: &Args) -> Conduct {
    let jobs = args.jobs.or(thread::available_parallelism().ok());
    Conduct {
        jobs: jobs.unwrap_or(NonZeroUsize::MIN),
        timeout: timeout(args),
        seed: args.seed,
    }
}

fn timeout(args: &Args) -> Duration {
    Duration::from_secs(args.timeout.get().into())
}

fn divergences(
    args: &Args,
    implementations: &[&str],
    suite: &Suite,
) -> Result<Vec<Divergences>, Error> {
    let mut own = Vec::new();
    for given in &args.divergences {
        let named = given
            .split_once('=')
            .filter(|(name, _)| implementations.contains(name));
        own.push(match (named, implementations) {
            (Some((name, file)), _) => (name, file),
            (None, [only]) => (*only, given.as_str()),
            (None, _) => {
                return Err(Error::AmbiguousDivergences {
                    file: given.clone(),
                });
            }
        });
    }
    let of = |&name: &&str| match own.iter().find(|(own, _)| *own == name) {
        _ if args.no_divergences => Ok(Divergences::default()),
        Some((_, file)) => {
            let path = Path::new(file);
            let text = fs::read_to_string(path).map_err(|source| Error::read(path, source))?;
            Ok(Divergences::read(file, &text, suite)?)
        }
        None => Ok(Divergences::bundled(name, suite)?),
    };
    implementations.iter().map(of).collect()
}

fn progress(total: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {pos} of {len}, {eta} left");
    // Draws on standard error, and only where that is a terminal.
    ProgressBar::new(total.try_into().unwrap_or(u64::MAX))
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn report(args: &Args, run: &Run) -> Result<(), Error> {
    let options = Options {
        by_profile: args.by_profile,
        all: args.all,
    };
    if let Some(path) = &args.junit {
        let text =
            junit::render(run).map_err(|error| Error::write(path, io::Error::other(error)))?;
        write_file(path, &with_note(Language::Xml, &this_command(), &text))?;
    }
    if let Some(path) = &args.markdown {
        let text = markdown::render(run, options);
        write_file(path, &with_note(Language::Markdown, &this_command(), &text))?;
    }
    match args.format {
        Format::Jsonl => {
            let mut text = Vec::new();
            jsonl::write(run, &mut text).map_err(|error| Error::write("standard output", error))?;
            print(&String::from_utf8_lossy(&text))?;
        }
        Format::Markdown => print(&markdown::render(run, options))?,
        Format::Terminal => print(&terminal::render(run, options))?,
    }
    if !args.no_records {
        eprintln!("records: {}", args.records().display());
    }
    Ok(())
}

/// A file that gets a line as soon as there is one, so that a run that is killed loses nothing.
struct RecordsFile<'a> {
    path: &'a Path,
    file: File,
}

impl<'a> RecordsFile<'a> {
    fn create(path: &'a Path, header: &Header) -> Result<Self, Error> {
        create_parent(path)?;
        let file = File::create(path).map_err(|source| Error::write(path, source))?;
        let mut records = Self { path, file };
        records.write_line(&Line::Run(header.clone()))?;
        Ok(records)
    }

    /// Goes on behind what can be kept.
    fn reopen(path: &'a Path, length: u64) -> Result<Self, Error> {
        let open = || {
            let file = File::options().append(true).open(path)?;
            file.set_len(length)?;
            Ok(file)
        };
        let file = open().map_err(|source| Error::write(path, source))?;
        Ok(Self { path, file })
    }

    /// In one write, so that no line is ever half there.
    fn write_line(&mut self, line: &Line) -> Result<(), Error> {
        let mut text = Vec::new();
        jsonl::write_line(line, &mut text)
            .and_then(|()| self.file.write_all(&text))
            .map_err(|source| Error::write(self.path, source))
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
  jwt-assay run --shard 2/8 --junit results.xml    an eighth of the suite, for a CI job";
