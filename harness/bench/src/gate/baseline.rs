//! Baselines: the costs of a program, kept in a file. Counts depend on the compilers, so a baseline is of
//! use with the same ones only.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    callgrind,
    compare::{self, Compared, Limits, Side, Verdict},
    program::{GateError, Program, Watched},
};
use crate::machine::{self, Machine};

/// A baseline: the costs of each work of a program.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Baseline {
    /// The command that makes the file.
    pub generated_by: String,
    /// The tools on which counts depend, with their versions.
    pub tools: BTreeMap<String, String>,
    /// The machine on which the file was made.
    pub machine: Machine,
    /// The costs by work.
    pub works: BTreeMap<String, Side>,
}

impl Baseline {
    /// Measures a program.
    ///
    /// # Errors
    ///
    /// If the program cannot be measured.
    pub fn of(program: &Program, generated_by: String) -> Result<Self, GateError> {
        let watched = program.list()?;
        let sides = sides(program, &watched)?;
        let works = watched.iter().zip(sides);
        Ok(Self {
            generated_by,
            tools: tools(),
            machine: Machine::here(),
            works: works.map(|(own, side)| (own.name.clone(), side)).collect(),
        })
    }

    /// The tools whose versions differ from those of the baseline, with both versions.
    #[must_use]
    pub fn other_tools(&self) -> Vec<String> {
        let here = tools();
        let names = self.tools.keys().chain(here.keys());
        let names: std::collections::BTreeSet<&String> = names.collect();
        let missing = || "none".to_owned();
        let version = |tools: &BTreeMap<String, String>, name: &str| {
            tools.get(name).cloned().unwrap_or_else(missing)
        };
        let pairs = names
            .into_iter()
            .map(|name| (version(&self.tools, name), version(&here, name)));
        let others = pairs.filter(|(then, now)| then != now);
        others
            .map(|(then, now)| format!("{then}, here {now}"))
            .collect()
    }

    /// Compares a program with the baseline. Times are compared as ratios to the companion work.
    ///
    /// # Errors
    ///
    /// If the program cannot be measured.
    pub fn compare(&self, head: &Program, limits: &Limits) -> Result<Verdict, GateError> {
        let watched = head.list()?;
        let sides = sides(head, &watched)?;
        let works: Vec<Compared> = watched
            .iter()
            .zip(sides)
            .map(|(watched, side)| {
                let base = self.works.get(&watched.name).cloned();
                let time = base
                    .as_ref()
                    .and_then(|base| Some(side.beside? / base.beside?));
                compare::judge(watched.name.clone(), base, side, time, limits)
            })
            .collect();
        let is_gone = |name: &&String| !watched.iter().any(|own| own.name == **name);
        Ok(Verdict {
            counted_by: callgrind::version(),
            works,
            gone: self.works.keys().filter(is_gone).cloned().collect(),
        })
    }
}

fn sides(program: &Program, watched: &[Watched]) -> Result<Vec<Side>, GateError> {
    let mut sides = compare::measure(program, watched)?;
    for (place, own) in watched.iter().enumerate() {
        let Some(beside) = &own.beside else { continue };
        let beside = watched.iter().position(|other| other.name == *beside);
        let beside = beside.ok_or_else(|| {
            program.error(format!("`{}` is beside a work that is not there", own.name))
        })?;
        let [nanoseconds, ratio] = compare::ratio_beside(program, place, beside)?;
        sides[place].nanoseconds = nanoseconds;
        sides[place].beside = Some(ratio);
    }
    Ok(sides)
}

/// The versions of the compilers and of valgrind.
fn tools() -> BTreeMap<String, String> {
    let tools = ["rustc", "cc", "valgrind"].into_iter();
    let versions = tools.filter_map(|tool| Some((tool.to_owned(), machine::version(tool)?)));
    versions.collect()
}
