//! The records of one implementation, checked to prove anything before they edit a file.

use std::collections::{HashMap, HashSet};

use jwt_assay_core::{
    model::{Profile, ProfileId, VectorId},
    suite::Suite,
};
use jwt_assay_implementations::Description;

use super::UpdateError;
use crate::{
    record::{Record, Run},
    summary,
};
use jwt_assay_core::escape::for_terminal;

/// The implementation that is named, or the only one of the run.
pub(super) fn chosen<'r>(
    file: &str,
    run: &'r Run,
    implementation: Option<&str>,
) -> Result<&'r Description, UpdateError> {
    let implementations = &run.header.implementations;
    let names: Vec<&str> = implementations.iter().map(|i| i.name.as_str()).collect();
    let listed = || {
        let names: Vec<String> = names
            .iter()
            .map(|n| format!("`{}`", for_terminal(n)))
            .collect();
        names.join(", ")
    };
    match (implementation, &names[..]) {
        (None, [_]) => Ok(&implementations[0]),
        (None, _) => Err(UpdateError::Ambiguous {
            file: file.to_owned(),
            names: listed(),
        }),
        (Some(given), _) => implementations
            .iter()
            .find(|it| it.name == given)
            .ok_or_else(|| UpdateError::UnknownImplementation {
                given: given.to_owned(),
                names: listed(),
            }),
    }
}

/// The records of one implementation, without those that are only controls.
pub(super) struct Results<'r>(HashMap<&'r VectorId, &'r Record>);

impl<'r> Results<'r> {
    pub(super) fn of(
        file: &str,
        run: &'r Run,
        implementation: &str,
        suite: &Suite,
    ) -> Result<Self, UpdateError> {
        let records = run.records.iter();
        let counted: HashMap<_, _> = records
            .filter(|record| record.implementation == implementation && record.counts())
            .map(|record| (&record.vector, record))
            .collect();
        if let Some(what) = difference(run, &counted, suite) {
            return Err(UpdateError::OtherSuite {
                file: file.to_owned(),
                what,
            });
        }
        // Without an accepted control the entries would record a broken setup as the library's
        // faults.
        if summary::without_controls(run).contains(&implementation) {
            return Err(UpdateError::NoControl {
                file: file.to_owned(),
                implementation: for_terminal(implementation),
            });
        }
        if counted.values().any(|record| record.is_judged()) {
            Ok(Self(counted))
        } else {
            Err(UpdateError::NothingJudged {
                file: file.to_owned(),
                implementation: for_terminal(implementation),
            })
        }
    }

    pub(super) fn get(&self, vector: &VectorId) -> Option<&'r Record> {
        self.0.get(vector).copied()
    }
}

/// The first profile or vector of a run that the suite does not have.
fn difference(run: &Run, counted: &HashMap<&VectorId, &Record>, suite: &Suite) -> Option<String> {
    let labels = ProfileId::ALL.map(|id| Profile::get(id).label());
    let mut profiles = run.header.profiles.iter();
    if let Some(profile) = profiles.find(|profile| !labels.contains(profile)) {
        return Some(format!("with profile `{}`", for_terminal(profile)));
    }
    let known: HashSet<&VectorId> = suite.vectors.iter().map(|vector| &vector.id).collect();
    let unknown = counted.keys().filter(|vector| !known.contains(*vector));
    unknown.min().map(|vector| format!("with `{vector}`"))
}
