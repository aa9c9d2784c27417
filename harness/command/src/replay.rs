//! `replay`: shows an input that a fuzzer found, and judges it by every implementation.

mod json;
mod promotion;
mod terminal;

use std::{ffi::OsString, num::NonZeroU32, path::PathBuf, time::Duration};

use clap::ValueEnum;
use jwt_assay_core::{
    generate::GeneratorLimits,
    model::{Algorithm, CaseId},
    recipe::Recipe,
};
use jwt_assay_implementations::Description;

use super::{Error, chosen::Choice, print};
use jwt_assay::{
    exit_code::ExitCode, model::Role, plan::Implementation, record::Absent, run::RunOptions,
};
use jwt_assay_assertion::input::read_file;
use jwt_assay_core::escape::for_terminal;
use jwt_assay_fuzzing::{
    Finding,
    replay::{self, Replay, minimize},
    targets,
};

/// Shows the token requests that an input of a fuzz target stands for, and judges every
/// implementation on them.
///
/// The target reads the input as a recipe: edits to a valid assertion, which is then signed. A
/// finding is known where a divergence of the same implementation, rule and outcome is recorded;
/// all others are new, and make the exit code 1 unless the input is promoted.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Input file, such as a fuzzer leaves under `fuzz/artifacts`
    #[arg(value_name = "ARTIFACT")]
    artifact: PathBuf,
    /// Implementations to judge; default: all that are built in or set up
    #[arg(value_name = "IMPLEMENTATION")]
    implementations: Vec<String>,
    /// Language whose implementations to judge; may be repeated
    #[arg(long, value_name = "LANGUAGE", conflicts_with = "implementations")]
    language: Vec<String>,
    /// Program of your own that speaks the process protocol, with its arguments
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<OsString>,

    /// Fuzz target; default: the name of the input's folder
    #[arg(long, value_name = "TARGET")]
    target: Option<String>,
    /// Algorithm that the fuzzing was limited to
    #[arg(long, value_name = "ALGORITHM")]
    algorithm: Option<Algorithm>,
    /// Reads the input as `fuzz --without-suite` did
    #[arg(long)]
    without_suite: bool,
    /// Removes from the recipe the steps, edits and values that the first finding does not need
    #[arg(long)]
    minimize: bool,
    /// Id of a new case for the suite: writes it, records a divergence of each implementation that
    /// is wrong, and lists the steps that are left to you
    #[arg(long, value_name = "CASE", conflicts_with = "command")]
    promote: Option<CaseId>,
    /// With --promote: folder that holds `vectors/cases` and `harness/divergences`
    #[arg(long, value_name = "FOLDER", default_value = ".", requires = "promote")]
    root: PathBuf,
    /// Format of the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Time limit of one request, in seconds; a later answer counts as none
    #[arg(long, value_name = "SECONDS", default_value = "30")]
    timeout: NonZeroU32,
}

/// The format of the result.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Format {
    /// One JSON object
    Json,
    /// One line per finding: `new` or `known`, a tab, then implementation, rule and outcome
    Lines,
    /// Text for people
    #[default]
    Terminal,
}

/// A recipe, and the answers of all implementations.
struct Judged {
    recipe: Recipe,
    /// The answers in the order of the report.
    answers: Vec<Answer>,
    absent: Vec<Absent>,
}

/// The answer of one implementation to a recipe.
struct Answer {
    description: Description,
    /// True for the user's own program, which has no recorded divergences.
    is_own: bool,
    /// `None` where the implementation failed too often to be asked.
    result: Option<Replay>,
    incidents: Vec<String>,
}

impl Answer {
    fn finding(&self) -> Option<&Finding> {
        self.result.as_ref()?.finding.as_ref()
    }

    fn is_new(&self) -> bool {
        self.finding().is_some_and(|finding| !finding.is_known)
    }
}

impl Judged {
    /// The finding to minimize: the first new one, otherwise the first known one.
    fn first_finding(&self) -> Option<&Answer> {
        let new = self.answers.iter().find(|answer| answer.is_new());
        new.or_else(|| self.answers.iter().find(|it| it.finding().is_some()))
    }
}

impl Args {
    pub(crate) fn run(&self) -> Result<ExitCode, Error> {
        let path = &self.artifact;
        let octets = read_file(path, LARGEST_INPUT).map_err(|source| Error::read(path, source))?;
        let target = match &self.target {
            Some(name) => targets::named(name)?,
            None => targets::of_path(path).ok_or_else(|| Error::no_target(path))?,
        };
        let within = GeneratorLimits {
            algorithm: self.algorithm,
            cases: !self.without_suite,
        };
        if within != GeneratorLimits::default() && !target.heeds_limits() {
            return Err(Error::no_limits(target));
        }
        let recipe = targets::recipe(target, &octets, &within);
        let mut judged = judge(recipe.ok_or_else(|| Error::no_recipe(path, target))?, self)?;
        if self.minimize {
            match smallest(&judged, self)? {
                Some(recipe) => judged = judge(recipe, self)?,
                None => say!("note: nothing to minimize, since no implementation is wrong"),
            }
        }
        print(&match self.format {
            Format::Lines => lines(&judged),
            Format::Json => json::render(path, target, &octets, &judged),
            Format::Terminal => terminal::render(path, target, &octets, &judged),
        })?;
        if let Some(id) = &self.promote {
            let wrong = wrong(&judged, self)?;
            let said = promotion::promote(id, &judged.recipe, &self.root, wrong, &options(self))?;
            say!("{said}");
            return Ok(ExitCode::Expected);
        }
        Ok(if judged.answers.iter().any(Answer::is_new) {
            ExitCode::Unexpected
        } else {
            ExitCode::Expected
        })
    }
}

fn judge(recipe: Recipe, args: &Args) -> Result<Judged, Error> {
    let choice = Choice {
        role: Role::Verify,
        names: &args.implementations,
        languages: &args.language,
        command: &args.command,
        shows_arguments: false,
        timeout: timeout(args),
    };
    let (implementations, absent) = choice.find()?;
    let answers = implementations.into_iter();
    let answers = answers.map(|implementation| answer(&recipe, implementation, args));
    Ok(Judged {
        answers: answers.collect::<Result<_, _>>()?,
        recipe,
        absent,
    })
}

fn answer(recipe: &Recipe, implementation: Implementation, args: &Args) -> Result<Answer, Error> {
    let description = implementation.description.clone();
    let is_own = implementation.command.is_some();
    let recipes = std::slice::from_ref(recipe);
    let mut replayed = replay::judge(recipes, implementation, timeout(args))?;
    Ok(Answer {
        description,
        is_own,
        result: replayed.results.pop().flatten(),
        incidents: replayed.incidents,
    })
}

/// The smallest recipe that shows the first finding; `None` where there is no finding.
fn smallest(judged: &Judged, args: &Args) -> Result<Option<Recipe>, Error> {
    let first = judged.first_finding();
    let Some((answer, wanted)) = first.and_then(|it| Some((it, &it.finding()?.key))) else {
        return Ok(None);
    };
    let name = [answer.description.name.clone()];
    let choice = Choice {
        role: Role::Verify,
        names: if answer.is_own { &[] } else { &name },
        languages: &[],
        command: if answer.is_own { &args.command } else { &[] },
        shows_arguments: false,
        timeout: timeout(args),
    };
    let shows = |smaller: &[Recipe]| -> Result<Option<usize>, Error> {
        // A new process for each chunk: earlier requests must not influence the answers.
        for (number, recipes) in smaller.chunks(AT_ONCE).enumerate() {
            let (mut implementations, _) = choice.find()?;
            let Some(implementation) = implementations.pop() else {
                return Ok(None);
            };
            let replayed = replay::judge(recipes, implementation, timeout(args))?;
            let shows_it = |result: &Option<Replay>| {
                let finding = result.as_ref().and_then(|it| it.finding.as_ref());
                finding.is_some_and(|finding| finding.key == *wanted)
            };
            if let Some(place) = replayed.results.iter().position(shows_it) {
                return Ok(Some(number * AT_ONCE + place));
            }
        }
        Ok(None)
    };
    minimize::minimize(&judged.recipe, ROUNDS, shows).map(Some)
}

fn lines(judged: &Judged) -> String {
    let findings = judged.answers.iter().filter_map(Answer::finding);
    let line = |finding: &Finding| {
        let standing = if finding.is_known { "known" } else { "new" };
        format!("{standing}\t{}\n", for_terminal(&finding.key.to_string()))
    };
    findings.map(line).collect()
}

/// Starts the implementations with a finding again, to judge the promoted case.
fn wrong(judged: &Judged, args: &Args) -> Result<Vec<Implementation>, Error> {
    let wrong = judged.answers.iter().filter(|it| it.finding().is_some());
    let names: Vec<String> = wrong.map(|it| it.description.name.clone()).collect();
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let choice = Choice {
        role: Role::Verify,
        names: &names,
        languages: &[],
        command: &[],
        shows_arguments: false,
        timeout: timeout(args),
    };
    Ok(choice.find()?.0)
}

fn options(args: &Args) -> RunOptions {
    RunOptions {
        timeout: timeout(args),
        ..RunOptions::PLAIN
    }
}

fn timeout(args: &Args) -> Duration {
    Duration::from_secs(u64::from(args.timeout.get()))
}

/// The limit of 16 MiB is a thousand times the largest input that a fuzz target makes.
const LARGEST_INPUT: u64 = 16 << 20;
/// The number of smaller recipes that one process is asked: starting it costs more than judging.
const AT_ONCE: usize = 32;
/// The limit of minimizing rounds, so that a slow program cannot hold the command for hours.
const ROUNDS: usize = 400;

const EXAMPLES: &str = "\
Examples:
  jwt-assay replay fuzz/artifacts/mutate_then_sign/crash-1a2b        the requests, and who is wrong
  jwt-assay replay crash-1a2b --target raw_octets jsonwebtoken       one implementation alone
  jwt-assay replay fuzz/artifacts/mutate_then_sign/crash-1a2b --minimize
  jwt-assay replay fuzz/artifacts/mutate_then_sign/crash-1a2b --minimize --promote aud-nested";
