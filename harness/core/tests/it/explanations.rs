//! Snapshots of the oracle's findings in every vector, so that a changed reading is a readable diff.
//! Vectors with equal findings that differ in the algorithm alone share a line.

use std::collections::BTreeMap;

use jwt_assay_core::{
    model::Level,
    oracle::{self, Explanation, Memory},
    suite::{Presentation, Suite, Vector},
};

#[test]
fn the_oracle_explains_every_vector_as_before() {
    let mut groups: BTreeMap<char, Vec<String>> = BTreeMap::new();
    let mut lines: BTreeMap<(usize, String), Vec<String>> = BTreeMap::new();
    let suite = Suite::bundled();
    for (vector, own) in suite.presentations() {
        let case = suite
            .cases
            .iter()
            .position(|case| case.id == vector.case.id)
            .unwrap();
        let algorithm = vector.id.algorithm().to_owned();
        lines
            .entry((case, explained(vector, own)))
            .or_default()
            .push(algorithm);
    }
    for ((case, line), algorithms) in lines {
        let group = suite.cases[case].group;
        groups
            .entry(group)
            .or_default()
            .push(format!("{line} [{}]", algorithms.join(" ")));
    }
    for (group, lines) in groups {
        insta::assert_snapshot!(
            format!("group_{}", group.to_ascii_lowercase()),
            lines.join("\n")
        );
    }
}

/// The vector without its algorithm, with the verdict and the found rules of each step.
fn explained(vector: &Vector, own: &Presentation) -> String {
    let variant = vector.id.variant().map(|name| format!("/{name}"));
    let mut memory = Memory::default();
    let presented = own.present();
    let steps = presented.steps.iter().map(|step| {
        let explanation = oracle::explain(&mut memory, step).expect("a known policy");
        format!(
            "{}{}",
            explanation.verdict(),
            beside_the_verdict(&explanation)
        )
    });
    let mut steps: Vec<String> = steps.collect();
    steps.dedup();
    format!(
        "{}/{}{}: {}",
        vector.id.case(),
        vector.id.profile(),
        variant.unwrap_or_default(),
        steps.join("; then ")
    )
}

/// The findings beside the deciding rule, without those that must be accepted.
fn beside_the_verdict(explanation: &Explanation) -> String {
    let verdict = explanation.verdict();
    let worth = explanation.findings.iter().filter(|finding| {
        finding.level != Level::Accept && !verdict.to_string().ends_with(finding.rule.id())
    });
    let mut rules: Vec<String> = worth
        .map(|finding| match finding.level {
            Level::Reject => format!("!{}", finding.rule),
            Level::May(_) | Level::Accept => finding.rule.to_string(),
        })
        .collect();
    rules.dedup();
    if rules.is_empty() {
        String::new()
    } else {
        format!(" ({})", rules.join(", "))
    }
}
