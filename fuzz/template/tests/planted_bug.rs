//! Fuzzing finds the planted bugs, and does not find them where they are mended. For your own crate: the
//! same inputs on every machine, without a nightly toolchain.

use std::num::NonZeroUsize;

use jwt_assay::model::Rule;
use jwt_assay::outcome::Deviation;
use jwt_assay_fuzz_template::{ExampleBuilder, ExampleVerifier};
use jwt_assay_fuzzing::{GeneratorLimits, Hunt, OwnBuilder, OwnVerifier};

/// The rules about `aud` that the example gets wrong.
fn found(example: ExampleVerifier) -> Vec<(Rule, Deviation)> {
    let hunt = Hunt {
        seed: 1,
        cases: 4000,
        jobs: NonZeroUsize::MIN,
        within: GeneratorLimits::default(),
    };
    let harvest = OwnVerifier::new(example).hunt(&hunt);
    assert!(harvest.asked > 500, "asked {} times only", harvest.asked);
    let keys = harvest.catches.into_iter().map(|it| it.finding.key);
    keys.map(|key| (key.rule, key.kind)).collect()
}

#[test]
fn an_array_that_is_not_looked_into_is_found() {
    let bug = (Rule::AudMismatch, Deviation::Accepted);
    let planted = found(ExampleVerifier::with_a_planted_bug());
    assert!(planted.contains(&bug), "{planted:?}");
    let mended = found(ExampleVerifier::mended());
    assert!(!mended.contains(&bug), "{mended:?}");
}

/// The rules that the example builder gets wrong.
fn found_of(example: ExampleBuilder) -> Vec<(Rule, Deviation)> {
    let found = OwnBuilder::new(example).hunt(1, 4000);
    found
        .into_iter()
        .map(|it| (it.key.rule, it.key.kind))
        .collect()
}

#[test]
fn names_that_are_not_escaped_are_found() {
    let bug = (Rule::PayloadJson, Deviation::Signed);
    let planted = found_of(ExampleBuilder::with_a_planted_bug());
    assert!(planted.contains(&bug), "{planted:?}");
    let mended = found_of(ExampleBuilder::mended());
    assert_eq!(mended, [], "{mended:?}");
}
