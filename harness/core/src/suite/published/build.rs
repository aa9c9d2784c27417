//! Published vectors of builders: one a line, with the members of the request that differ from the valid
//! default.

use serde::{Deserialize, Serialize};

use super::{jsonl, line};
use crate::{
    builder::RequestEdits,
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
    /// The rule that the vector is about, where it is not that of its case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The vector that must be signed before a declined request of this one counts, where it is not
    /// `bld-valid` of the same profile and algorithm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control: Option<String>,
    /// The edits to the valid default request, as case files write them.
    #[serde(default, skip_serializing_if = "is_default")]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "serde_json::Map<String, serde_json::Value>")
    )]
    pub ask: RequestEdits,
    /// The verdict: `build` (the builder must sign), `may`, or `refuse` (it must decline).
    pub verdict: String,
}

/// One line of `vectors/suite/build-cases.jsonl`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PublishedBuildCase {
    /// The first part of its vectors' ids; permanent.
    pub id: String,
    /// The letter of the group.
    pub group: String,
    /// The request in one sentence.
    pub text: String,
    /// The rule that the case is about.
    pub rule: String,
    /// The clauses on which the case rests.
    pub clauses: Vec<String>,
    /// The reason for an open or surprising verdict.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The number of answers to one request that are read together: `count`, asked from `threads`
    /// threads, with `restarts` restarts of the builder between them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "Option<serde_json::Map<String, serde_json::Value>>")
    )]
    pub many: Option<Many>,
}

/// Adds the generated files of builders' vectors, as path below `vectors` and text.
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
        ask: own.recipe.edits.over(&own.recipe.setup),
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

fn is_default(edits: &RequestEdits) -> bool {
    *edits == RequestEdits::default()
}
