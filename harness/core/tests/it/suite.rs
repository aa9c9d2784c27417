//! The suite against the oracle: two independent sources, which must agree.

use jwt_assay_core::{
    model::Verdict,
    oracle,
    suite::{Suite, Support, Vector},
};

#[test]
fn the_oracle_agrees_with_every_declared_verdict() {
    let disagreements: Vec<String> =
        Suite::bundled().vectors.iter().filter_map(disagreement).collect();
    let count = disagreements.len();
    let shown = disagreements.into_iter().take(60).collect::<Vec<_>>().join("\n");
    assert_eq!(count, 0, "{count} disagreements, the first of them:\n{shown}");
}

fn disagreement(vector: &Vector) -> Option<String> {
    let presented = vector.present();
    let found = oracle::verdicts(&presented).unwrap();
    let agrees = |(declared, found): (&Verdict, &Verdict)| {
        // Where a case asks whether an algorithm is supported, the profile's table answers, and
        // the oracle only sees an assertion that is right.
        let may_lack = vector.case.support == Support::Algorithm && *found == Verdict::Accept;
        declared.agrees_with(*found) || (may_lack && matches!(declared, Verdict::May(_)))
    };
    if vector.verdicts.iter().zip(&found).all(agrees) {
        return None;
    }
    let mut memory = oracle::Memory::default();
    let details: Vec<String> = presented
        .steps
        .iter()
        .flat_map(|step| oracle::explain(&mut memory, step).unwrap().findings)
        .map(|finding| format!("    {} ({}): {}", finding.rule, finding.level, finding.detail))
        .collect();
    let text = |verdicts: &[Verdict]| {
        verdicts.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    };
    let (declared, found) = (text(&vector.verdicts), text(&found));
    Some(format!("{}: declared {declared}; oracle {found}\n{}", vector.id, details.join("\n")))
}
