//! `fuzz`: random inputs from a seed, presented to implementations and to the oracle.

mod self_test;

use std::{
    num::{NonZeroU64, NonZeroUsize},
    ops::ControlFlow,
    path::PathBuf,
    sync::Arc,
    thread,
};

use indicatif::{ProgressBar, ProgressStyle};
use jwt_assay_core::{
    generate::GeneratorLimits,
    model::{Algorithm, CaseId},
    recipe::EVALUATION_TIME,
    suite,
};
use jwt_assay_implementations::{Verifier, registry};

use super::{
    Error, files, print,
    signals::{Ending, received, watch},
};
use jwt_assay::{exit_code::ExitCode, reference::Reference};
use jwt_assay_fuzzing::{ExplainedSteps, Hunt, HuntResult, MinimizedFinding, Panel};

/// Searches for deviations beyond the suite: generates valid and broken token requests at random,
/// and compares implementations with the oracle.
///
/// An acceptance that the oracle forbids is a security candidate; a rejection of what it accepts is
/// an interoperability candidate; a panic is a crash. A finding is known where a divergence of the
/// same implementation, rule and outcome is recorded. The same seed gives the same inputs on every
/// machine and with any number of threads. No nightly toolchain is needed.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Built-in libraries to test; default: all
    #[arg(value_name = "IMPLEMENTATION", conflicts_with = "self_test")]
    implementations: Vec<String>,

    /// Seed of the inputs
    #[arg(
        long,
        value_name = "NUMBER",
        default_value = "1",
        conflicts_with = "self_test"
    )]
    seed: u64,
    /// Number of inputs; with --self-test, the number after which a broken verifier counts as
    /// missed
    #[arg(long, value_name = "NUMBER", default_value = "100000")]
    cases: NonZeroU64,
    /// Number of threads; default: one per processor
    #[arg(long, short, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// Algorithm of all clients, where profile and case allow it
    #[arg(long, value_name = "ALGORITHM", conflicts_with = "self_test")]
    algorithm: Option<Algorithm>,
    /// Generates inputs from nothing, without vectors of the suite and their edits
    #[arg(long, conflicts_with = "self_test")]
    without_suite: bool,
    /// Folder for the input of each new finding
    #[arg(
        long,
        value_name = "FOLDER",
        default_value = "assay-results/fuzz",
        conflicts_with = "self_test"
    )]
    findings: PathBuf,
    /// Measures the fuzzing itself: the number of inputs until each verifier with one planted
    /// fault is caught
    #[arg(long)]
    self_test: bool,
    /// With --self-test: number of seeds; the median counts
    #[arg(
        long,
        value_name = "NUMBER",
        default_value = "5",
        requires = "self_test"
    )]
    seeds: NonZeroU64,
    /// With --self-test: Markdown file for the whole table, such as reports/fuzz-self-test.md
    #[arg(long, value_name = "FILE", requires = "self_test")]
    report: Option<PathBuf>,
}

impl Args {
    pub(crate) fn run(&self) -> Result<ExitCode, Error> {
        let jobs = self.jobs.or(thread::available_parallelism().ok());
        let jobs = jobs.unwrap_or(NonZeroUsize::MIN);
        if self.self_test {
            self_test::run(self, jobs)
        } else {
            hunt(self, jobs)
        }
    }
}

fn hunt(args: &Args, jobs: NonZeroUsize) -> Result<ExitCode, Error> {
    watch(
        Ending::ByItself,
        "the same command with another --seed tries other inputs",
    );
    let panel = panel(&args.implementations)?;
    let hunt = Hunt {
        seed: args.seed,
        cases: args.cases.get(),
        jobs,
        within: GeneratorLimits {
            algorithm: args.algorithm,
            cases: !args.without_suite,
        },
    };
    let progress = progress(hunt.cases);
    let harvest = hunt.run(&panel, |more| {
        progress.inc(more);
        match received() {
            Some(_) => ControlFlow::Break(()),
            None => ControlFlow::Continue(()),
        }
    });
    progress.finish_and_clear();
    if let Some(signal) = received() {
        say!(
            "stopped by {} after {} of {} inputs; the findings so far are kept, and the same command \
             begins anew",
            signal.name(),
            harvest.tried,
            hunt.cases
        );
    }

    let (known, new): (Vec<&MinimizedFinding>, Vec<&MinimizedFinding>) = harvest
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

/// The panel of the named libraries, or of all that are built in.
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

fn summary(args: &Args, names: &[&str], harvest: &HuntResult, new: usize) -> String {
    format!(
        "{} inputs of seed {}, {} questions to {}: {new} new, {} known\n\n",
        harvest.tried,
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

/// Options that make `replay` read an input under the same limits.
fn limits(within: &GeneratorLimits) -> String {
    let algorithm = within.algorithm.map(|it| format!(" --algorithm {it}"));
    let cases = if within.cases { "" } else { " --without-suite" };
    format!("{}{cases}", algorithm.unwrap_or_default())
}

/// The name of a finding's input file and of its case.
fn name(catch: &MinimizedFinding) -> CaseId {
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

/// A case file with the smallest recipe of a finding.
fn case_file(catch: &MinimizedFinding) -> String {
    let verdicts = ExplainedSteps::of(&catch.recipe, EVALUATION_TIME).verdicts();
    let text = format!("Found by fuzzing: {}.", catch.finding.key);
    suite::case_file(&name(catch), &text, &catch.recipe, &verdicts)
}

fn progress(total: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {pos} of {len}, {per_sec}, {eta} left");
    // indicatif draws on standard error, and only where that is a terminal.
    ProgressBar::new(total).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

const EXAMPLES: &str = "\
Examples:
  jwt-assay fuzz                               100000 inputs to every built-in library
  jwt-assay fuzz --seed 7 --cases 1000000      other inputs, and more of them
  jwt-assay fuzz biscuit --algorithm RS256     one library, one algorithm
  jwt-assay fuzz --without-suite               inputs that take nothing from the suite
  jwt-assay fuzz --self-test                   number of inputs until each broken verifier is caught

Each new finding is printed once: the smallest recipe that shows it, as a case file, with its clause
and the input to replay. Exit code: 0 where nothing is new, 1 otherwise.";
