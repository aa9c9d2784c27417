//! The compiled suite of the build role as data for users without the tool: one vector a line, what
//! is asked for as it differs from the valid default.

use schemars::{JsonSchema, schema_for};
use serde::{Deserialize, Serialize};

use super::{Ask, Case, Many, Suite, Vector};
use crate::{
    model::ProfileId,
    suite::{GENERATED, jsonl, line},
};

/// One line of `vectors/suite/build-PROFILE.jsonl`.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
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
    #[schemars(with = "serde_json::Map<String, serde_json::Value>")]
    pub ask: Ask,
    /// `build`, `may` or `refuse`.
    pub verdict: String,
}

/// One line of `vectors/suite/build-cases.jsonl`.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
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
    #[schemars(with = "Option<serde_json::Map<String, serde_json::Value>>")]
    pub many: Option<Many>,
}

impl Suite {
    /// Every generated file of the build role, as path below `vectors` and text.
    ///
    /// # Panics
    ///
    /// Where a type of this crate does not serialize, which the tests exclude.
    #[must_use]
    pub fn publish(&self) -> Vec<(String, String)> {
        let mut files = Vec::new();
        for profile in ProfileId::ALL {
            let own = self
                .vectors
                .iter()
                .filter(|vector| vector.profile == profile);
            let lines = own.map(|vector| line(&publish_vector(vector)));
            files.push((format!("suite/build-{profile}.jsonl"), jsonl(lines)));
        }
        let cases = self.cases.iter().map(|case| line(&publish_case(case)));
        files.push(("suite/build-cases.jsonl".to_owned(), jsonl(cases)));
        for (name, mut schema) in [
            ("build", schema_for!(PublishedBuild)),
            ("build-case", schema_for!(PublishedBuildCase)),
        ] {
            schema.insert("generated-by".to_owned(), GENERATED.into());
            let text = serde_json::to_string_pretty(&schema).expect("a schema is JSON");
            files.push((format!("schema/{name}.schema.json"), format!("{text}\n")));
        }
        files
    }
}

fn publish_vector(vector: &Vector) -> PublishedBuild {
    let usual = format!("bld-valid/{}/{}", vector.profile, vector.algorithm.slug());
    let control = vector.control.as_ref().map(ToString::to_string);
    PublishedBuild {
        id: vector.id.to_string(),
        rule: (vector.rule != vector.case.rule).then(|| vector.rule.to_string()),
        control: control.filter(|control| *control != usual),
        ask: vector.recipe.ask.over(&vector.recipe.setup),
        verdict: vector.verdict.to_string(),
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
