//! `fuzz`: inputs drawn from a number, put to implementations and to the oracle.

mod self_test;

use std::{
    num::{NonZeroU64, NonZeroUsize},
    path::PathBuf,
    sync::Arc,
    thread,
};

use indicatif::{ProgressBar, ProgressStyle};
use jwt_assay_core::{
    generate::Within,
    model::{Algorithm, CaseId},
    recipe::EVALUATION_TIME,
    suite,
};
use jwt_assay_implementations::{Verifier, registry};

use super::{Error, files, print};
use jwt_assay::{exit_code::ExitCode, reference::Reference};
use jwt_assay_fuzzing::{Catch, Harvest, Hunt, Panel, Reading};

/// Looks for what no case has thought of: makes assertions, requests and sequences of them at
/// random, right ones and broken ones, and compares implementations with the oracle.
///
/// An acceptance where the oracle must refuse is a security candidate, a refusal where it must
/// accept an interoperability candidate, and a panic a crash. What is recorded as a divergence is
/// recognised by implementation, rule and outcome, and is no finding. The same seed gives the same
/// inputs on every machine and with any number of threads; no nightly toolchain is needed.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The libraries to try, among those that are built in; all of them where none is named
    #[arg(value_name = "IMPLEMENTATION", conflicts_with = "self_test")]
    implementations: Vec<String>,

    /// Draws the inputs; another number, other inputs
    #[arg(
        long,
        value_name = "NUMBER",
        default_value = "1",
        conflicts_with = "self_test"
    )]
    seed: u64,
    /// How many inputs; with --self-test, after how many a broken verifier counts as missed
    #[arg(long, value_name = "NUMBER", default_value = "100000")]
    cases: NonZeroU64,
    /// How many threads; as many as the machine has processors where not given
    #[arg(long, short, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// Only clients with this algorithm, wherever profile and case allow it
    #[arg(long, value_name = "ALGORITHM", conflicts_with = "self_test")]
    algorithm: Option<Algorithm>,
    /// Do not start from the vectors of the suite, nor borrow edits from them
    #[arg(long, conflicts_with = "self_test")]
    without_suite: bool,
    /// Where the input of each new finding is written
    #[arg(
        long,
        value_name = "FOLDER",
        default_value = "assay-results/fuzz",
        conflicts_with = "self_test"
    )]
    findings: PathBuf,
    /// Measure the fuzzing itself: how many inputs until each verifier that is broken in one known
    /// way is caught
    #[arg(long)]
    self_test: bool,
    /// With --self-test: how many seeds; the median counts
    #[arg(
        long,
        value_name = "NUMBER",
        default_value = "5",
        requires = "self_test"
    )]
    seeds: NonZeroU64,
    /// With --self-test: a file for the whole table in Markdown, such as reports/fuzz-self-test.md
    #[arg(long, value_name = "FILE", requires = "self_test")]
    report: Option<PathBuf>,
}

pub(super) fn fuzz(args: &Args) -> Result<ExitCode, Error> {
    let jobs = args.jobs.or(thread::available_parallelism().ok());
    let jobs = jobs.unwrap_or(NonZeroUsize::MIN);
    match args.self_test {
        true => self_test::run(args, jobs),
        false => hunt(args, jobs),
    }
}

fn hunt(args: &Args, jobs: NonZeroUsize) -> Result<ExitCode, Error> {
    let panel = panel(&args.implementations)?;
    let hunt = Hunt {
        seed: args.seed,
        cases: args.cases.get(),
        jobs,
        within: Within {
            algorithm: args.algorithm,
            cases: !args.without_suite,
        },
    };
    let progress = progress(hunt.cases);
    let harvest = hunt.run(&panel, |more| progress.inc(more));
    progress.finish_and_clear();

    let (known, new): (Vec<&Catch>, Vec<&Catch>) = harvest
        .catches
        .iter()
        .partition(|catch| catch.finding.is_known);
    let names: Vec<&str> = panel.names().collect();
    print(&summary(args, &names, &harvest, new.len()))?;
    for catch in known {
        print(&format!(
            "known: {}, {}\n",
            catch.finding.key,
            times(catch.times)
        ))?;
    }
    for catch in &new {
        let path = args.findings.join(name(catch).as_str());
        files::write_octets(&path, &catch.octets)?;
        print(&format!(
            "\nNEW: {}, {}\nreplay: jwt-assay replay {}{}\n\n{}",
            catch.finding,
            times(catch.times),
            path.display(),
            limits(&hunt.within),
            case_file(catch)
        ))?;
    }
    Ok(match (harvest.asked, new.len()) {
        (0, _) => ExitCode::NothingJudged,
        (_, 0) => ExitCode::Expected,
        (_, _) => ExitCode::Unexpected,
    })
}

/// The libraries that were asked for by name.
fn panel(names: &[String]) -> Result<Panel, Error> {
    if names.is_empty() {
        return Ok(Panel::in_process()?);
    }
    let verifier = |name: &String| -> Result<Arc<dyn Verifier>, Error> {
        if name == Reference::NAME {
            return Ok(Arc::new(Reference::default()));
        }
        match registry::named(name) {
            Ok(verifier) => Ok(verifier.into()),
            Err(registry::UnknownImplementation::NoSuchName { given, .. }) => {
                Err(Error::unknown_implementation(&given, &[]))
            }
            Err(registry::UnknownImplementation::NotBuilt { name, reason }) => {
                Err(Error::NotBuilt {
                    name: name.to_owned(),
                    reason: reason.to_owned(),
                })
            }
        }
    };
    let verifiers: Result<Vec<_>, Error> = names.iter().map(verifier).collect();
    Ok(Panel::of(verifiers?)?)
}

fn summary(args: &Args, names: &[&str], harvest: &Harvest, new: usize) -> String {
    format!(
        "{} inputs of seed {}, {} questions to {}: {new} new, {} known\n\n",
        args.cases,
        args.seed,
        harvest.asked,
        names.join(", "),
        harvest.catches.len() - new
    )
}

fn times(times: u64) -> String {
    match times {
        1 => "once".to_owned(),
        times => format!("{times} times"),
    }
}

/// What `replay` must be told to read an input as it was read here.
fn limits(within: &Within) -> String {
    let algorithm = within.algorithm.map(|it| format!(" --algorithm {it}"));
    let cases = if within.cases { "" } else { " --without-suite" };
    format!("{}{cases}", algorithm.unwrap_or_default())
}

/// The name of a finding, for a file and for a case.
fn name(catch: &Catch) -> CaseId {
    let key = &catch.finding.key;
    let kind = key.kind.to_string().replace(' ', "-");
    let name = format!("fuzz-{}-{kind}-{}", key.implementation, key.rule);
    let is_fit = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let words: Vec<&str> = name
        .split(|c| !is_fit(c))
        .filter(|word| !word.is_empty())
        .collect();
    words.join("-").parse().expect("words joined by hyphens")
}

/// The smallest recipe as a case file.
fn case_file(catch: &Catch) -> String {
    let verdicts = Reading::of(&catch.recipe, EVALUATION_TIME).verdicts();
    let text = format!("Found by fuzzing: {}.", catch.finding.key);
    suite::case_file(&name(catch), &text, &catch.recipe, &verdicts)
}

fn progress(total: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {pos} of {len}, {per_sec}, {eta} left");
    // Draws on standard error, and only where that is a terminal.
    ProgressBar::new(total).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

const EXAMPLES: &str = "\
Examples:
  jwt-assay fuzz                               100000 inputs to every library that is built in
  jwt-assay fuzz --seed 7 --cases 1000000      other inputs, and more of them
  jwt-assay fuzz biscuit --algorithm RS256     one library, one algorithm
  jwt-assay fuzz --without-suite               nothing taken from the cases that are there
  jwt-assay fuzz --self-test                   how many inputs until each broken verifier is caught

Each new finding is printed once, with the smallest recipe that showed it as a case file, the
clause, and the input to replay it from. Exit code 0: nothing new; 1: something new.";
