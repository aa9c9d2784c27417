//! What the targets that make recipes share: the implementations, and what is said of a finding.

use std::sync::LazyLock;

use jwt_assay::fuzz::{Finding, Panel, Reading};
use jwt_assay_core::{
    model::{Level, Verdict},
    oracle::SignatureCheck,
    recipe::{EVALUATION_TIME, Recipe},
    suite,
};

/// Every library that is built in.
static PANEL: LazyLock<Panel> =
    LazyLock::new(|| Panel::in_process().expect("the bundled divergences fit the suite, tested"));

/// Puts a recipe to every implementation.
///
/// # Panics
///
/// Where one differs from the oracle in a way that is not recorded: the finding.
pub(crate) fn put_to_all(recipe: &Recipe) {
    let mut findings = PANEL.judge(recipe).findings.into_iter();
    if let Some(finding) = findings.find(|finding| !finding.is_known) {
        panic!("{}", report(&finding, recipe));
    }
}

/// What the oracle owes whatever it reads: the same verdicts twice, and no acceptance without a
/// signature that is the client's.
///
/// # Panics
///
/// Where it does not keep to that: the finding.
pub(crate) fn hold_to_account(recipe: &Recipe) -> Reading {
    let reading = Reading::of(recipe, EVALUATION_TIME);
    let again = Reading::of(recipe, EVALUATION_TIME);
    assert_eq!(
        reading.verdicts(),
        again.verdicts(),
        "not stable:\n{}",
        written(recipe)
    );
    for read in &reading.explanations {
        assert!(
            read.is_refused() || read.signature == SignatureCheck::Valid || is_encrypted(read),
            "accepted without the client's signature:\n{}",
            written(recipe)
        );
    }
    reading
}

/// Whoever cannot decrypt cannot say what is inside; the answer is open.
fn is_encrypted(read: &jwt_assay_core::oracle::Explanation) -> bool {
    let mut findings = read.findings.iter();
    findings.any(|found| matches!(found.level, Level::May(_)))
        && matches!(read.verdict(), Verdict::May(_))
}

fn report(finding: &Finding, recipe: &Recipe) -> String {
    format!("{finding}\n{}", written(recipe))
}

/// The recipe as the case that it would be.
pub(crate) fn written(recipe: &Recipe) -> String {
    let verdicts = Reading::of(recipe, EVALUATION_TIME).verdicts();
    let id = "found-by-fuzzing".parse().expect("kebab-case");
    suite::case_file(&id, "Found by fuzzing.", recipe, &verdicts)
}
