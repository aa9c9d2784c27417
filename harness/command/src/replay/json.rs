//! The result of `replay` as one JSON object, for programs.

use std::path::Path;

use jwt_assay_core::oracle::Explanation;
use serde_json::{Value, json};

use super::{Answer, Judged};
use jwt_assay::record::Expected;
use jwt_assay_fuzzing::{
    Finding,
    replay::{self, promote},
    targets::Target,
};

pub(super) fn render(path: &Path, target: &dyn Target, octets: &[u8], judged: &Judged) -> String {
    let steps = replay::explain(&judged.recipe);
    let report = json!({
        "artifact": path.display().to_string(),
        "octets": octets.len(),
        "target": target.name(),
        "profile": judged.recipe.profile,
        "algorithm": judged.recipe.algorithm,
        "case": promote::case_text(&"found-by-fuzzing".parse().expect("it is in kebab-case"), &judged.recipe),
        "steps": steps.iter().map(step).collect::<Vec<_>>(),
        "implementations": judged.answers.iter().map(answer).collect::<Vec<_>>(),
        "absent": judged.absent,
    });
    format!("{report}\n")
}

fn step(explanation: &Explanation) -> Value {
    let findings = explanation.findings.iter().map(|finding| {
        json!({
            "rule": finding.rule,
            "level": finding.level.to_string(),
            "detail": finding.detail,
        })
    });
    json!({
        "expected": Expected::from(explanation.verdict()),
        "findings": findings.collect::<Vec<_>>(),
    })
}

fn answer(answer: &Answer) -> Value {
    let record = answer.result.as_ref().map(|result| &result.record);
    json!({
        "implementation": answer.description.name,
        "version": answer.description.version,
        "outcome": record.map(|record| record.outcome.to_string()),
        "steps": record.map(|record| &record.steps),
        "incidents": answer.incidents,
        "finding": answer.finding().map(finding),
    })
}

fn finding(finding: &Finding) -> Value {
    json!({
        "rule": finding.key.rule,
        "outcome": finding.key.kind.to_string().replace(' ', "-"),
        "step": finding.step,
        "clauses": finding.clauses,
        "is-known": finding.is_known,
    })
}
