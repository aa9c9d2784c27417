//! `replay`: an input that a fuzzer found, shown and judged.

mod json;
mod promotion;
mod terminal;

use std::{ffi::OsString, fs, num::NonZeroU32, path::PathBuf, time::Duration};

use clap::ValueEnum;
use jwt_assay_core::{
    generate::Within,
    model::{Algorithm, CaseId},
    recipe::Recipe,
};
use jwt_assay_implementations::Description;

use super::{Error, chosen::Choice, print};
use jwt_assay::{
    exit_code::ExitCode, model::Role, plan::Implementation, record::Absent, run::RunOptions,
};
use jwt_assay_core::escape::for_terminal;
use jwt_assay_fuzzing::{
    Finding,
    replay::{self, Replay, minimize},
    targets,
};

/// Shows what an input of a fuzz target stands for, and judges it by every implementation.
///
/// The input is read as the target reads it: as a recipe of edits to a valid assertion, which is
/// then signed. A finding is known where a divergence is recorded of the same implementation, rule
/// and outcome; anything else is new, and makes the exit code 1 unless it is promoted.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The input: what a fuzzer left under `fuzz/artifacts`, or any file
    #[arg(value_name = "ARTIFACT")]
    artifact: PathBuf,
    /// The implementations that judge it; all that are built in or set up where none is named
    #[arg(value_name = "IMPLEMENTATION")]
    implementations: Vec<String>,
    /// Every implementation in this language; may be repeated
    #[arg(long, value_name = "LANGUAGE", conflicts_with = "implementations")]
    language: Vec<String>,
    /// A program of your own that speaks the process protocol, with its arguments
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<OsString>,

    /// The fuzz target, where the file does not lie in a folder of its name
    #[arg(long, value_name = "TARGET")]
    target: Option<String>,
    /// The algorithm that the fuzzing was held to
    #[arg(long, value_name = "ALGORITHM")]
    algorithm: Option<Algorithm>,
    /// The fuzzing took nothing from the suite
    #[arg(long)]
    without_suite: bool,
    /// Take away from the recipe what the first finding does not need: steps, edits, then values
    #[arg(long)]
    minimize: bool,
    /// Make a case of this name of it, and record it as a divergence of each implementation that is
    /// wrong; what is left for a person to do is said
    #[arg(long, value_name = "CASE", conflicts_with = "command")]
    promote: Option<CaseId>,
    /// With --promote: the folder that holds `vectors/cases` and `harness/divergences`
    #[arg(long, value_name = "FOLDER", default_value = ".", requires = "promote")]
    root: PathBuf,
    /// What is written to standard output
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Seconds that one request may take; a later answer counts as none
    #[arg(long, value_name = "SECONDS", default_value = "30")]
    timeout: NonZeroU32,
}

/// What is written to standard output.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Format {
    /// One JSON object
    Json,
    /// A line for each finding: `new` or `known`, a tab, and what makes two findings the same
    Lines,
    /// For people
    #[default]
    Terminal,
}

/// A recipe, and what became of it.
struct Judged {
    recipe: Recipe,
    /// In the order of the report.
    answers: Vec<Answer>,
    absent: Vec<Absent>,
}

/// What one implementation made of a recipe.
struct Answer {
    description: Description,
    /// Whether it is the user's own program, of which nothing is recorded.
    is_own: bool,
    /// None where it was given up.
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
    /// What is looked at first: what is new, else what there is.
    fn first_finding(&self) -> Option<&Answer> {
        let new = self.answers.iter().find(|answer| answer.is_new());
        new.or_else(|| self.answers.iter().find(|it| it.finding().is_some()))
    }
}

pub(super) fn replay(args: &Args) -> Result<ExitCode, Error> {
    let path = &args.artifact;
    let octets = fs::read(path).map_err(|source| Error::read(path, source))?;
    let target = match &args.target {
        Some(name) => targets::named(name)?,
        None => targets::of_path(path).ok_or_else(|| Error::no_target(path))?,
    };
    let within = Within {
        algorithm: args.algorithm,
        cases: !args.without_suite,
    };
    if within != Within::default() && !target.heeds_limits() {
        return Err(Error::no_limits(target));
    }
    let recipe = targets::recipe(target, &octets, &within);
    let mut judged = judge(recipe.ok_or_else(|| Error::no_recipe(path, target))?, args)?;
    if args.minimize {
        match smallest(&judged, args)? {
            Some(recipe) => judged = judge(recipe, args)?,
            None => eprintln!("nothing to minimize: no implementation is wrong"),
        }
    }
    print(&match args.format {
        Format::Lines => lines(&judged),
        Format::Json => json::render(path, target, &octets, &judged),
        Format::Terminal => terminal::render(path, target, &octets, &judged),
    })?;
    if let Some(id) = &args.promote {
        let wrong = wrong(&judged, args)?;
        let said = promotion::promote(id, &judged.recipe, &args.root, wrong, &options(args))?;
        eprintln!("{said}");
        return Ok(ExitCode::Expected);
    }
    Ok(match judged.answers.iter().any(Answer::is_new) {
        true => ExitCode::Unexpected,
        false => ExitCode::Expected,
    })
}

fn judge(recipe: Recipe, args: &Args) -> Result<Judged, Error> {
    let choice = Choice {
        role: Role::Verify,
        names: &args.implementations,
        languages: &args.language,
        command: &args.command,
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

/// The smallest recipe with the first finding; `None` where there is no finding.
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
        timeout: timeout(args),
    };
    let shows = |smaller: &[Recipe]| -> Result<Option<usize>, Error> {
        // A program is started anew each time; what was asked of it before must not matter.
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

/// The implementations that are wrong, to be asked again.
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

/// How many smaller recipes are presented in one go.
const AT_ONCE: usize = 32;
/// After so many smaller recipes in a row the rest is left as it is.
const ROUNDS: usize = 400;

const EXAMPLES: &str = "\
Examples:
  jwt-assay replay fuzz/artifacts/mutate_then_sign/crash-1a2b        what it is, and who is wrong
  jwt-assay replay crash-1a2b --target raw_octets jsonwebtoken       one implementation alone
  jwt-assay replay fuzz/artifacts/mutate_then_sign/crash-1a2b --minimize
  jwt-assay replay fuzz/artifacts/mutate_then_sign/crash-1a2b --minimize --promote aud-nested";
