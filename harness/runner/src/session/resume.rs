//! Checks that the records of a stopped run belong to the run that is planned now. A mixed file would
//! pass for one run, so every difference that could change a result is an error.

use std::{
    collections::{HashMap, HashSet},
    fmt::{self, Write},
};

use jwt_assay_core::model::{Role, VectorId};
use jwt_assay_implementations::Description;

use super::begin;
use crate::{
    divergences::Divergences,
    filter::Fnv1a,
    plan::Plan,
    record::{Header, Record, Run},
    run::RunOptions,
};
use jwt_assay_core::escape::for_terminal;

/// The indices of an implementation and of a vector in a plan.
pub type Position = (usize, usize);

/// The positions of all kept records in the plan.
///
/// # Errors
///
/// Fails if the kept run is of other vectors, implementations, divergences or samples than the plan.
pub fn positions(
    plan: &Plan<'_>,
    options: &RunOptions,
    kept: &Run,
    divergences: &[Divergences],
) -> Result<Vec<Position>, OtherRun> {
    // The header first: it compares the cheap things, and its errors say more than those of a record.
    compare_headers(&kept.header, &begin(plan, options, Vec::new()))?;
    let names = plan.implementations.iter();
    let names = names.map(|it| it.description.name.as_str());
    let implementations: HashMap<&str, usize> = names.zip(0..).collect();
    let asked = plan.asked.iter().map(|asked| &asked.vector.id);
    let asked: HashMap<&VectorId, usize> = asked.zip(0..).collect();
    let mut seen = HashSet::new();
    let mut position = |record: &Record| {
        let name = &record.implementation;
        let position = implementations
            .get(name.as_str())
            .zip(asked.get(&record.vector))
            .map(|(implementation, asked)| (*implementation, *asked))
            .ok_or_else(|| OtherRun::stray(record, "is not selected now"))?;
        if !seen.insert(position) {
            return Err(OtherRun::stray(record, "stands there twice"));
        }
        // Two programs outside the registry may describe themselves alike; their commands differ.
        let now = plan.implementations[position.0].rerun(plan.role, &record.vector);
        if record.rerun != now {
            return Err(OtherRun::new("the command", &record.rerun, &now));
        }
        // The divergence files may have been edited meanwhile. A kept record would then hold a status
        // that a new one of the same vector would not.
        let observations = record.steps.iter().map(|step| &step.seen);
        let recorded = divergences
            .get(position.0)
            .and_then(|all| all.compare(&record.vector, &record.outcome, observations));
        let is_alike = match (&recorded, &record.divergence) {
            (None, None) => true,
            (Some(now), Some(then)) => now.is_like(then),
            (Some(_), None) | (None, Some(_)) => false,
        };
        if is_alike {
            Ok(position)
        } else {
            Err(OtherRun::stray(record, "is recorded otherwise now"))
        }
    };
    kept.records.iter().map(&mut position).collect()
}

/// A hash of the selection: ids, verdicts, recipes, and the number of answers where a case wants
/// many. Two selections of one size differ in it, and so do two versions of a case. It reads the
/// `Debug` form, so it holds within one version of jwt-assay, which the header compares as well.
pub(super) fn selection(plan: &Plan<'_>, options: &RunOptions) -> String {
    let mut hash = Fnv1a::default();
    for asked in &plan.asked {
        let vector = asked.vector;
        let entry = (
            &vector.id,
            asked.is_support,
            &vector.control,
            &vector.experiment,
        );
        writeln!(hash, "{entry:?}").expect("hashing does not fail");
    }
    if plan.role == Role::Build {
        writeln!(hash, "{:?}", options.samples).expect("hashing does not fail");
    }
    format!("{:016x}", hash.0)
}

fn compare_headers(then: &Header, now: &Header) -> Result<(), OtherRun> {
    let implementations = |header: &Header| {
        let all = header.implementations.iter();
        let all = all.map(|it| format!("{} {}", it.name, it.version).trim_end().to_owned());
        all.collect::<Vec<_>>().join(", ")
    };
    let members = [
        (
            "the version of jwt-assay",
            then.version.clone(),
            now.version.clone(),
        ),
        (
            "the profiles",
            then.profiles.join(", "),
            now.profiles.join(", "),
        ),
        (
            "the implementations",
            implementations(then),
            implementations(now),
        ),
        (
            "the number of selected vectors",
            then.planned.to_string(),
            now.planned.to_string(),
        ),
        (
            "the selection",
            then.selection.clone(),
            now.selection.clone(),
        ),
    ];
    for (what, then, now) in members {
        if then != now {
            return Err(OtherRun::new(what, &then, &now));
        }
    }
    let mut both = then.implementations.iter().zip(&now.implementations);
    match both.find(|(then, now)| then != now) {
        Some((then, now)) => Err(OtherRun::new(
            &format!("what `{}` says of itself", for_terminal(&now.name)),
            &promises(then),
            &promises(now),
        )),
        None => Ok(()),
    }
}

/// A description in one line of JSON.
fn promises(description: &Description) -> String {
    serde_json::to_string(description).unwrap_or_default()
}

/// Records of another run than the one that is planned.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum OtherRun {
    /// A member of the header, or a command, differs.
    Differs {
        /// The name of the member.
        what: String,
        /// Its value in the records.
        then: String,
        /// Its value in the plan.
        now: String,
    },
    /// One record does not belong to the plan.
    Stray {
        /// The implementation's name.
        implementation: String,
        /// The vector.
        vector: VectorId,
        /// The reason.
        why: &'static str,
    },
}

impl OtherRun {
    fn new(what: &str, then: &str, now: &str) -> Self {
        Self::Differs {
            what: what.to_owned(),
            then: then.to_owned(),
            now: now.to_owned(),
        }
    }

    fn stray(record: &Record, why: &'static str) -> Self {
        Self::Stray {
            implementation: record.implementation.clone(),
            vector: record.vector.clone(),
            why,
        }
    }
}

impl fmt::Display for OtherRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Differs { what, then, now } => {
                let (then, now) = (for_terminal(then), for_terminal(now));
                write!(f, "{what}: `{then}` there, `{now}` now")
            }
            Self::Stray {
                implementation,
                vector,
                why,
            } => {
                let name = for_terminal(implementation);
                write!(f, "the record of `{vector}` and `{name}` {why}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use jwt_assay_core::suite::Suite;

    use super::*;
    use crate::filter::Filter;

    fn selection_of(pattern: &str) -> String {
        let filter = Filter {
            only: vec![pattern.parse().unwrap()],
            ..Filter::default()
        };
        selection(
            &Plan::new(Suite::bundled(), &filter, Vec::new()).unwrap(),
            &RunOptions::PLAIN,
        )
    }

    #[test]
    fn the_hash_tells_selections_of_one_size_apart() {
        let one = selection_of("crit-dup/rfc7523/rs256");
        assert_eq!(one, selection_of("crit-dup/rfc7523/rs256*"));
        assert_ne!(one, selection_of("crit-nonstring/rfc7523/rs256"));
    }
}
