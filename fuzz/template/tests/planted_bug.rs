//! Fuzzing finds the planted bug, and does not find it where it is mended. For your own crate: the
//! same inputs on every machine, without a nightly toolchain.

use std::num::NonZeroUsize;

use jwt_assay::{model::Rule, outcome::Deviation};
use jwt_assay_fuzz_template::Example;
use jwt_assay_fuzzing::{Hunt, UsersOwn, Within};

/// The rules about `aud` that the example gets wrong.
fn found(example: Example) -> Vec<(Rule, Deviation)> {
    let hunt = Hunt {
        seed: 1,
        cases: 4000,
        jobs: NonZeroUsize::MIN,
        within: Within::default(),
    };
    let harvest = UsersOwn::new(example).hunt(&hunt);
    assert!(harvest.asked > 500, "asked {} times only", harvest.asked);
    let keys = harvest.catches.into_iter().map(|it| it.finding.key);
    keys.map(|key| (key.rule, key.kind)).collect()
}

#[test]
fn an_array_that_is_not_looked_into_is_found() {
    let bug = (Rule::AudMismatch, Deviation::Accepted);
    let planted = found(Example::with_a_planted_bug());
    assert!(planted.contains(&bug), "{planted:?}");
    let mended = found(Example::mended());
    assert!(!mended.contains(&bug), "{mended:?}");
}
