//! The vectors of builders as data: one vector a line, and of the request as much as differs from the
//! valid default.

use serde::{Deserialize, Serialize};

use super::{jsonl, line};
use crate::{
    builder::Ask,
    model::{ProfileId, Role},
    suite::{Case, Commission, Many, Suite, Vector},
};

/// One line of `vectors/suite/build-PROFILE.jsonl`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PublishedBuild {
    /// `case/profile/algorithm` or `case/profile/algorithm/variant`; permanent.
    pub id: String,
    /// The rule the vector is about, where it is another than its case's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The vector that must be built before a refusal of this one counts, where it is another than
    /// `bld-valid` of the same profile and algorithm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control: Option<String>,
    /// What is asked for otherwise than in the valid default, as case files write it.
    #[serde(default, skip_serializing_if = "is_default")]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "serde_json::Map<String, serde_json::Value>")
    )]
    pub ask: Ask,
    /// `build`, `may` or `refuse`.
    pub verdict: String,
}

/// One line of `vectors/suite/build-cases.jsonl`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PublishedBuildCase {
    /// The first part of its vectors' ids; permanent.
    pub id: String,
    /// The group in the catalogue.
    pub group: String,
    /// What is asked, in one sentence.
    pub text: String,
    /// The rule it is about.
    pub rule: String,
    /// The clauses it rests on.
    pub clauses: Vec<String>,
    /// Why a verdict is open or surprising.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// How many answers to the same request are read together: `count`, from so many `threads`,
    /// with so many `restarts` between.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "Option<serde_json::Map<String, serde_json::Value>>")
    )]
    pub many: Option<Many>,
}

/// The generated files of builders' vectors, as path below `vectors` and text.
pub(super) fn publish(suite: &Suite, files: &mut Vec<(String, String)>) {
    for profile in ProfileId::ALL {
        let own = suite
            .commissions()
            .filter(|(vector, _)| vector.profile == profile);
        let lines = own.map(|(vector, own)| line(&publish_vector(vector, own)));
        files.push((format!("suite/build-{profile}.jsonl"), jsonl(lines)));
    }
    let cases = suite.cases.iter().filter(|case| case.role == Role::Build);
    let cases = cases.map(|case| line(&publish_case(case)));
    files.push(("suite/build-cases.jsonl".to_owned(), jsonl(cases)));
}

fn publish_vector(vector: &Vector, own: &Commission) -> PublishedBuild {
    let usual = format!("bld-valid/{}/{}", vector.profile, vector.algorithm.slug());
    let control = vector.control.as_ref().map(ToString::to_string);
    PublishedBuild {
        id: vector.id.to_string(),
        rule: (vector.rule != vector.case.rule).then(|| vector.rule.to_string()),
        control: control.filter(|control| *control != usual),
        ask: own.recipe.ask.over(&own.recipe.setup),
        verdict: own.verdict.to_string(),
    }
}

fn publish_case(case: &Case) -> PublishedBuildCase {
    PublishedBuildCase {
        id: case.id.to_string(),
        group: case.group.to_string(),
        text: case.text.clone(),
        rule: case.rule.to_string(),
        clauses: case.clauses.clone(),
        note: case.note.clone(),
        many: case.many,
    }
}

fn is_default(ask: &Ask) -> bool {
    *ask == Ask::default()
}
