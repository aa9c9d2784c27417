//! The published suite: generated files for users without the tool, one vector a line.

mod build;
mod verify;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use self::{
    build::{PublishedBuild, PublishedBuildCase},
    verify::{
        Large, PublishedCase, PublishedClient, PublishedContext, PublishedRequest, PublishedStep,
        PublishedVector,
    },
};
use super::Suite;
use crate::model::{Profile, ProfileId, Rule};

/// One line of `vectors/suite/rules.jsonl`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PublishedRule {
    /// The permanent name.
    pub id: String,
    /// The requirement in one sentence.
    pub says: String,
    /// The layer of the rule.
    pub layer: String,
    /// The level per profile: `must refuse` (a server must reject), `may`, or `must accept`.
    pub levels: BTreeMap<String, String>,
    /// The clauses on which the rule rests.
    pub clauses: Vec<String>,
}

impl Suite {
    /// The generated files, as path below `vectors` and text, with the schemas if the feature `schema` is
    /// on. Equal suites give equal octets.
    ///
    /// # Panics
    ///
    /// If a type of this crate does not serialize, which the tests exclude.
    #[must_use]
    pub fn publish(&self) -> Vec<(String, String)> {
        let mut files = Vec::new();
        verify::publish(self, &mut files);
        build::publish(self, &mut files);
        let rules = Rule::ALL.iter().chain(Rule::BUILD);
        let rules = rules.map(|&rule| line(&publish_rule(rule)));
        files.push(("suite/rules.jsonl".to_owned(), jsonl(rules)));
        #[cfg(feature = "schema")]
        for (name, mut schema) in [
            ("vector", schemars::schema_for!(PublishedVector)),
            ("context", schemars::schema_for!(PublishedContext)),
            ("client", schemars::schema_for!(PublishedClient)),
            ("case", schemars::schema_for!(PublishedCase)),
            ("build", schemars::schema_for!(PublishedBuild)),
            ("build-case", schemars::schema_for!(PublishedBuildCase)),
            ("rule", schemars::schema_for!(PublishedRule)),
        ] {
            schema.insert("generated-by".to_owned(), GENERATED.into());
            let text = serde_json::to_string_pretty(&schema).expect("a schema is JSON");
            files.push((format!("schema/{name}.schema.json"), format!("{text}\n")));
        }
        files.sort();
        files
    }
}

fn publish_rule(rule: Rule) -> PublishedRule {
    let info = rule.info();
    let level = |id| Profile::get(id).level(rule).published().to_owned();
    PublishedRule {
        id: info.id.to_owned(),
        says: info.says.to_owned(),
        layer: info.layer.to_string(),
        levels: ProfileId::ALL
            .into_iter()
            .map(|id| (id.to_string(), level(id)))
            .collect(),
        clauses: info
            .clauses
            .iter()
            .map(|&clause| clause.to_owned())
            .collect(),
    }
}

/// A JSON Lines file: a header line that names the generating command, then the lines.
fn jsonl(lines: impl Iterator<Item = String>) -> String {
    let header = serde_json::json!({ "generated-by": GENERATED });
    std::iter::once(header.to_string())
        .chain(lines)
        .map(|line| line + "\n")
        .collect()
}

fn line(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("the published types are plain data")
}

const GENERATED: &str = "`cargo run --release -- vectors generate`; do not edit";
