//! `run`: presents the suite to implementations and judges what they answer.

use std::{
    fs::{self, File},
    io::{self, Write},
    num::{NonZeroU32, NonZeroUsize},
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::Duration,
};

use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressStyle};
use jwt_assay_core::{build, suite::Suite};
use jwt_assay_implementations::registry::{self, KNOWN};

use super::{Error, filter_args::FilterArgs, print};
use crate::{
    build::{BuildPlan, BuilderImplementation, ReferenceBuilder, Samples},
    divergences::Divergences,
    exit_code::ExitCode,
    filter::Filter,
    plan::{Implementation, Plan},
    record::{Absent, Header, Line, Record, Run},
    reference::Reference,
    report::{Options, jsonl, junit, markdown, terminal},
    run::Conduct,
    session,
};

/// Judges implementations: presents the suite and compares what they answer with what the
/// specifications ask.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The implementations to judge; all that are built in where none is named
    #[arg(value_name = "IMPLEMENTATION")]
    implementations: Vec<String>,

    #[command(flatten)]
    filter: FilterArgs,

    /// How many threads; as many as the machine has processors where not given
    #[arg(long, short, value_name = "N", help_heading = "Running")]
    jobs: Option<NonZeroUsize>,
    /// Seconds that one request may take; a later answer counts as none
    #[arg(
        long,
        value_name = "SECONDS",
        default_value = "10",
        help_heading = "Running"
    )]
    timeout: NonZeroU32,
    /// Present in an order drawn from this number, to find what one request does to the next
    #[arg(long, value_name = "NUMBER", help_heading = "Running")]
    seed: Option<u64>,
    /// What is asked of an implementation
    #[arg(long, value_enum, default_value_t, help_heading = "Selection")]
    role: Role,
    /// Stop at the first unexpected result
    #[arg(long, help_heading = "Running")]
    fail_fast: bool,
    /// Divergences that replace the bundled ones of an implementation; may be repeated
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
    /// Where records are written, as they come
    #[arg(
        long,
        value_name = "PATH",
        default_value = "assay-results/records.jsonl",
        help_heading = "Reports"
    )]
    records: PathBuf,
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

/// What is asked of an implementation.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Role {
    /// To build assertions
    Build,
    /// To judge assertions
    #[default]
    Verify,
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

pub(super) fn run(args: &Args) -> Result<ExitCode, Error> {
    match args.role {
        Role::Build => run_builders(args),
        Role::Verify => run_verifiers(args),
    }
}

fn run_builders(args: &Args) -> Result<ExitCode, Error> {
    let (builders, absent) = builders(&args.implementations)?;
    let names = builders
        .iter()
        .map(|builder| builder.description.about.name.as_str());
    let divergences = divergences(args, &names.collect::<Vec<_>>(), Suite::bundled())?;
    let filter = Filter::from(args.filter.clone());
    let plan = BuildPlan::new(build::Suite::bundled(), &filter, builders)?;
    let header = crate::build::begin(&plan, absent);
    let mut sink = match args.no_records {
        true => None,
        false => Some(RecordsFile::create(&args.records, &header)?),
    };
    let progress = progress(plan.asked.len() * plan.builders.len());
    let mut written = Ok(());
    let (conduct, samples) = (conduct(args), Samples::default());
    let run = crate::build::session(&plan, header, &divergences, &conduct, samples, |record| {
        progress.inc(1);
        if let Some(sink) = &mut sink {
            written = sink.write(record);
        }
        match written.is_err() || (args.fail_fast && record.is_unexpected()) {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    });
    progress.finish_and_clear();
    written?;
    report(args, &run)?;
    Ok(ExitCode::of_run(&run))
}

fn run_verifiers(args: &Args) -> Result<ExitCode, Error> {
    let suite = Suite::bundled();
    let (implementations, absent) = implementations(&args.implementations)?;
    let names = implementations.iter().map(|i| i.description.name.as_str());
    let divergences = divergences(args, &names.collect::<Vec<_>>(), suite)?;
    let plan = Plan::new(suite, &Filter::from(args.filter.clone()), implementations)?;
    let header = session::begin(&plan, absent);
    let mut sink = match args.no_records {
        true => None,
        false => Some(RecordsFile::create(&args.records, &header)?),
    };

    let progress = progress(plan.asked.len() * plan.implementations.len());
    let mut written = Ok(());
    let conduct = conduct(args);
    let run = session::judge(&plan, header, divergences, &conduct, |record| {
        progress.inc(1);
        if let Some(sink) = &mut sink {
            written = sink.write(record);
        }
        match written.is_err() || (args.fail_fast && record.is_unexpected()) {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    });
    progress.finish_and_clear();
    written?;
    report(args, &run)?;
    Ok(ExitCode::of_run(&run))
}

fn conduct(args: &Args) -> Conduct {
    let jobs = args.jobs.or(thread::available_parallelism().ok());
    Conduct {
        jobs: jobs.unwrap_or(NonZeroUsize::MIN),
        timeout: Duration::from_secs(args.timeout.get().into()),
        seed: args.seed,
    }
}

/// The builders to ask: those named, each once, else all that are built in.
fn builders(names: &[String]) -> Result<(Vec<BuilderImplementation>, Vec<Absent>), Error> {
    let reference = || BuilderImplementation::new(Arc::new(ReferenceBuilder));
    if !names.is_empty() {
        let first = |&(index, name): &(usize, &String)| !names[..index].contains(name);
        let named = names.iter().enumerate().filter(first).map(|(_, name)| {
            if name == Reference::NAME {
                return Ok(reference());
            }
            let found = registry::builder_named(name).map_err(unknown)?;
            Ok(BuilderImplementation::new(found.into()))
        });
        return Ok((named.collect::<Result<_, Error>>()?, Vec::new()));
    }
    let built_in = registry::builders_in_process()
        .into_iter()
        .map(|builder| BuilderImplementation::new(builder.into()));
    Ok((
        std::iter::once(reference()).chain(built_in).collect(),
        absent(),
    ))
}

fn absent() -> Vec<Absent> {
    let missing = KNOWN.iter().filter_map(|known| {
        Some(Absent {
            name: known.name.to_owned(),
            reason: known.missing()?.to_owned(),
        })
    });
    missing.collect()
}

fn unknown(error: registry::UnknownImplementation) -> Error {
    match error {
        registry::UnknownImplementation::NoSuchName { given, .. } => {
            Error::unknown_implementation(&given)
        }
        registry::UnknownImplementation::NotBuilt { name, reason } => Error::NotBuilt {
            name: name.to_owned(),
            reason: reason.to_owned(),
        },
    }
}

fn implementations(names: &[String]) -> Result<(Vec<Implementation>, Vec<Absent>), Error> {
    if !names.is_empty() {
        // A name that stands twice is asked for once.
        let first = |&(index, name): &(usize, &String)| !names[..index].contains(name);
        let names = names.iter().enumerate().filter(first);
        let named = names
            .map(|(_, name)| implementation(name))
            .collect::<Result<_, _>>()?;
        return Ok((named, Vec::new()));
    }
    let reference = Implementation::new(Arc::new(Reference::default()));
    let built_in = registry::in_process()
        .into_iter()
        .map(|verifier| Implementation::new(verifier.into()));
    Ok((
        std::iter::once(reference).chain(built_in).collect(),
        absent(),
    ))
}

fn implementation(name: &str) -> Result<Implementation, Error> {
    if name == Reference::NAME {
        return Ok(Implementation::new(Arc::new(Reference::default())));
    }
    let found = registry::named(name).map(|verifier| Implementation::new(verifier.into()));
    found.map_err(unknown)
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
        write_file(path, &text)?;
    }
    if let Some(path) = &args.markdown {
        write_file(path, &markdown::render(run, options))?;
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
        eprintln!("records: {}", args.records.display());
    }
    Ok(())
}

fn write_file(path: &Path, text: &str) -> Result<(), Error> {
    create_parent(path)?;
    fs::write(path, text).map_err(|source| Error::write(path, source))
}

fn create_parent(path: &Path) -> Result<(), Error> {
    match path.parent() {
        Some(parent) => fs::create_dir_all(parent).map_err(|source| Error::write(parent, source)),
        None => Ok(()),
    }
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

    fn write(&mut self, record: &Record) -> Result<(), Error> {
        self.write_line(&Line::Record(record.clone()))
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
  jwt-assay run --only 'aud-*' --by-profile        cases by name, counts by profile
  jwt-assay run --role build jsonwebtoken          as a builder of assertions
  jwt-assay run --shard 2/8 --junit results.xml    an eighth of the suite, for a CI job";
