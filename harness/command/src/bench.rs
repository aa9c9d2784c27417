//! `bench`: the speed at which implementations sign and verify, and a gate against slower signers.

mod gate;
mod process;

use std::{
    io,
    num::{NonZeroU32, NonZeroUsize},
    path::{Path, PathBuf},
    time::Duration,
};

use clap::ValueEnum;
use jwt_assay_core::model::Algorithm;
use jwt_assay_implementations::{
    reach::process::Program,
    registered::Registered,
    timed::{self, Operation},
};

use self::process::measure_in_a_process;
use super::{
    Error,
    chosen::launcher,
    files::{read_text, write_file},
    print,
    report::this_command,
    signals::{Ending, received, watch},
};
use jwt_assay::{
    exit_code::ExitCode,
    report::{
        generated::{Language, note, with_note},
        splice::splice_text,
    },
};
use jwt_assay_bench::{
    paired::Effort,
    round::{self, Measured, Selection},
    table,
    throughput::Throughput,
};

/// Measures how fast implementations sign and verify a client assertion; with `--gate`, compares a
/// signer with an earlier revision.
///
/// Times are ratios to the bare primitive. The primitive and the implementations take turns, in
/// slices of about a millisecond and in several processes, so the ratios hold on a busy machine.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Implementations to measure; default: all that are built in or set up
    #[arg(value_name = "IMPLEMENTATION", conflicts_with = "gate")]
    implementations: Vec<String>,
    /// Algorithm to measure, such as RS256; may be repeated
    #[arg(long, value_name = "ALGORITHM", value_parser = algorithm)]
    algorithm: Vec<Algorithm>,
    /// Operation to measure; default: both
    #[arg(long, value_enum)]
    operation: Option<Op>,
    /// Number of processes; the spread is measured between them
    #[arg(long, value_name = "N", default_value = "5")]
    processes: NonZeroUsize,
    /// Number of turns that each implementation has in a process
    #[arg(long, value_name = "N", default_value = "60")]
    rounds: NonZeroUsize,
    /// Duration of a turn, in microseconds
    #[arg(long, value_name = "MICROSECONDS", default_value = "1000")]
    slice: NonZeroU32,
    /// Reads earlier results from a file that `--format json` wrote, and measures nothing
    #[arg(long, value_name = "FILE", conflicts_with_all = ["implementations", "gate"])]
    from: Option<PathBuf>,
    /// Format of the results
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// File to write; default: standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Page whose table to replace, between `<!-- BEGIN: throughput -->` and
    /// `<!-- END: throughput -->`
    #[arg(long, value_name = "FILE", conflicts_with_all = ["format", "output", "gate"])]
    splice: Option<PathBuf>,
    #[command(flatten)]
    gate: gate::GateArgs,
}

/// Measures as one of the processes of `bench`.
#[derive(Debug, clap::Args)]
pub(crate) struct ProcessArgs {
    #[arg(value_name = "IMPLEMENTATION")]
    implementations: Vec<String>,
    #[arg(long, value_parser = algorithm)]
    algorithm: Vec<Algorithm>,
    #[arg(long, value_enum)]
    operation: Option<Op>,
    #[arg(long)]
    rounds: usize,
    #[arg(long)]
    slice: u32,
}

/// The hidden subcommand that each process of `bench` runs.
pub(super) const PROCESS: &str = "bench-process";

/// An operation to measure.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Op {
    /// From claims to the compact form
    Sign,
    /// From the compact form to checked claims
    Verify,
}

/// The format of the results.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Format {
    /// Every measurement, as JSON
    Json,
    /// A table for pull requests and pages
    Markdown,
    /// A table for people
    #[default]
    Terminal,
}

impl Args {
    pub(crate) fn run(&self) -> Result<ExitCode, Error> {
        if self.gate.gate {
            return gate::gate(&self.gate, self.format, self.output.as_deref());
        }
        let throughput = match &self.from {
            Some(path) => read(path)?,
            None => measure(self)?,
        };
        if throughput.cells.is_empty() {
            return Ok(ExitCode::NothingJudged);
        }
        // A part of the measurements must not take the place of all of them.
        let is_whole = received().is_none();
        if let Some(page) = self.splice.as_ref().filter(|_| is_whole) {
            splice(page, &throughput)?;
            return Ok(ExitCode::Expected);
        }
        let text = match self.format {
            Format::Json => {
                let text = serde_json::to_string_pretty(&throughput).expect("plain data");
                format!("{text}\n")
            }
            Format::Markdown => table::markdown(&throughput),
            Format::Terminal => table::terminal(&throughput),
        };
        let output = self.output.as_deref().filter(|_| is_whole);
        write(self.format, output, &text)?;
        Ok(ExitCode::Expected)
    }
}

fn measure(args: &Args) -> Result<Throughput, Error> {
    watch(Ending::ByItself, "the same command begins anew");
    checked_registry(&args.implementations)?;
    let mut processes = Vec::new();
    for number in 1..=args.processes.get() {
        say!("process {number} of {}", args.processes);
        processes.push(measure_in_a_process(args)?);
        if let Some(signal) = received() {
            say!(
                "stopped by {} in process {number} of {}; what was measured is printed, and goes into no \
                 file; the same command begins anew",
                signal.name(),
                args.processes
            );
            break;
        }
    }
    let effort = effort(args.rounds.get(), args.slice.get());
    Ok(Throughput::of(&processes, effort))
}

fn read(path: &Path) -> Result<Throughput, Error> {
    let text = read_text(path)?;
    serde_json::from_str(&text).map_err(|error| {
        let problem = format!("{error}; expected a file that `bench --format json` wrote");
        Error::read(path, io::Error::new(io::ErrorKind::InvalidData, problem))
    })
}

impl ProcessArgs {
    /// Measures, and writes each measurement as a line of JSON.
    pub(crate) fn run(&self) -> Result<ExitCode, Error> {
        let operations = match self.operation {
            None => Operation::ALL.to_vec(),
            Some(Op::Sign) => vec![Operation::Sign],
            Some(Op::Verify) => vec![Operation::Verify],
        };
        let extra = [Algorithm::PS256, Algorithm::EdDsa];
        let algorithms = if self.algorithm.is_empty() {
            Algorithm::CORE.into_iter().chain(extra).collect()
        } else {
            self.algorithm.clone()
        };
        let mut programs = programs(&self.implementations)?;
        let names = &self.implementations;
        let selection = Selection {
            operations,
            algorithms,
            names: (!names.is_empty()).then(|| names.clone()),
            effort: effort(self.rounds, self.slice),
        };
        let mut written = Ok(());
        let measured = round::measure(&selection, &mut programs, &mut |measured: Measured| {
            let line = serde_json::to_string(&measured).expect("plain data");
            if written.is_ok() {
                written = print(&format!("{line}\n"));
            }
        });
        for (_, program) in programs {
            program.finish();
        }
        measured.map_err(|problem| Error::Measure { problem })?;
        written.map(|()| ExitCode::Expected)
    }
}

/// The registry of programs, after a check that each name is registered or built in.
fn checked_registry(names: &[String]) -> Result<Option<Registered>, Error> {
    let registered = Registered::find()?;
    let adapters = registered
        .iter()
        .flat_map(|registered| &registered.adapters);
    let known: Vec<&str> = adapters.map(|adapter| adapter.name.as_str()).collect();
    let built_in = timed::all();
    let is_here = |name: &String| {
        known.contains(&name.as_str()) || built_in.iter().any(|timed| timed.name == name)
    };
    match names.iter().find(|name| !is_here(name)) {
        Some(name) => Err(Error::unknown_implementation(name, &known)),
        None => Ok(registered),
    }
}

/// Programs to measure: the named ones, or all that are set up.
fn programs(names: &[String]) -> Result<Vec<(String, Program)>, Error> {
    let registered = checked_registry(names)?;
    let mut programs = Vec::new();
    for registered in registered.iter() {
        for adapter in &registered.adapters {
            if !names.is_empty() && !names.contains(&adapter.name) {
                continue;
            }
            match registered.spec(adapter, launcher(), TIMEOUT) {
                Ok(spec) => programs.push((adapter.name.clone(), Program::start(spec)?)),
                Err(missing) if !names.is_empty() => {
                    return Err(Error::NotBuilt {
                        name: adapter.name.clone(),
                        reason: missing.to_string(),
                    });
                }
                Err(_) => {}
            }
        }
    }
    Ok(programs)
}

fn splice(page: &Path, throughput: &Throughput) -> Result<(), Error> {
    let text = read_text(page)?;
    let content = format!(
        "{}\n\n{}",
        note(Language::Markdown, &this_command()),
        table::markdown(throughput)
    );
    let new = splice_text(&text, "throughput", &content).ok_or_else(|| {
        let missing = "it has no line `<!-- BEGIN: throughput -->` with `<!-- END: throughput -->` \
                       after it; put them where the table belongs";
        Error::read(page, io::Error::new(io::ErrorKind::InvalidData, missing))
    })?;
    if new != text {
        write_file(page, &new)?;
    }
    Ok(())
}

fn write(format: Format, output: Option<&Path>, text: &str) -> Result<(), Error> {
    let Some(path) = output else {
        return print(text);
    };
    let language = match format {
        Format::Json => return write_file(path, text),
        Format::Markdown => Language::Markdown,
        Format::Terminal => Language::Text,
    };
    write_file(path, &with_note(language, &this_command(), text))
}

fn effort(rounds: usize, slice: u32) -> Effort {
    Effort {
        rounds,
        slice: Duration::from_micros(slice.into()),
    }
}

fn algorithm(text: &str) -> Result<Algorithm, String> {
    text.parse().map_err(|error| format!("failed to {error}"))
}

/// A program repeats until some milliseconds are full; the first time, once.
const TIMEOUT: Duration = Duration::from_secs(30);

const EXAMPLES: &str = "\
Examples:
  jwt-assay bench                                   all implementations; takes some minutes
  jwt-assay bench jsonwebtoken pyjwt --algorithm RS256 --operation sign
  jwt-assay bench --format json --output reports/throughput.json
  jwt-assay bench --from reports/throughput.json --splice page.md
  jwt-assay bench --gate --base main                is this tree's signer slower than main's?
  jwt-assay bench --gate --base origin/main -- --bench signing      a signer of your own";
