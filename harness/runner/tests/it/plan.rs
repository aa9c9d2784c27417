//! Plans: selected vectors, their controls, and the reasons to skip.

use jwt_assay::{
    Clock, Description,
    filter::Filter,
    model::{Algorithm, Layer, Method, Need, ProfileId},
    outcome::SkipReason,
    plan::{Asked, Plan, PlanError, skip_reason},
};
use jwt_assay_core::suite::Suite;

use crate::fakes::{SUITE, description, only, rfc7523, suite};

/// The reason to skip the one vector of a case.
fn reason(suite: &Suite, filter: &Filter, description: &Description) -> Option<SkipReason> {
    let plan = Plan::new(suite, filter, Vec::new()).unwrap();
    let vector = plan.selected().next().unwrap();
    let asked = Asked::selected(vector);
    skip_reason(&asked, description, &[])
}

#[test]
fn a_selection_of_a_rejection_brings_its_control_along() {
    let suite = suite();
    let plan = Plan::new(&suite, &only("aud-missing"), Vec::new()).unwrap();
    let asked: Vec<_> = plan
        .asked
        .iter()
        .map(|a| (a.vector.id.as_str(), a.is_support, a.is_awaited))
        .collect();
    assert_eq!(
        asked,
        [
            ("pos-full/rfc7523/rs256", true, true),
            ("aud-missing/rfc7523/rs256", false, false),
        ]
    );
    assert!(!plan.is_whole);
}

#[test]
fn every_vector_is_in_the_plan_where_nothing_is_filtered() {
    let suite = suite();
    let plan = Plan::new(&suite, &Filter::default(), Vec::new()).unwrap();
    assert_eq!(plan.selected().count(), suite.vectors.len());
    assert!(plan.is_whole);
}

#[test]
fn the_shards_together_are_the_whole_suite() {
    let suite = suite();
    let of_shard = |shard: &str| {
        let filter = Filter {
            shard: Some(shard.parse().unwrap()),
            ..Filter::default()
        };
        Plan::new(&suite, &filter, Vec::new()).map_or(0, |plan| plan.selected().count())
    };
    assert_eq!(
        of_shard("1/3") + of_shard("2/3") + of_shard("3/3"),
        suite.vectors.len()
    );
}

#[test]
fn an_empty_plan_is_an_error() {
    let filter = Filter {
        algorithms: vec![Algorithm::ES512],
        ..only("aud-missing")
    };
    assert_eq!(
        Plan::new(&suite(), &filter, Vec::new()).unwrap_err(),
        PlanError::Empty
    );
}

#[test]
fn a_pattern_that_fits_nothing_is_an_error_even_where_it_only_skips() {
    let filter = Filter {
        skip: vec!["aud-mising".parse().unwrap()],
        ..rfc7523()
    };
    let error = PlanError::UnmatchedPattern {
        pattern: "aud-mising".to_owned(),
        nearest: "aud-missing".to_owned(),
    };
    assert_eq!(Plan::new(&suite(), &filter, Vec::new()).unwrap_err(), error);
}

#[test]
fn a_vector_whose_needs_are_not_promised_is_skipped() {
    let suite = suite();
    let all = description("fake");
    let without = |description| reason(&suite, &only("aud-missing"), &description);
    assert_eq!(without(all.clone()), None);
    assert_eq!(
        without(Description {
            layers: vec![Layer::Jws],
            ..all.clone()
        }),
        Some(SkipReason::LayerNotClaimed(Layer::Assertion))
    );
    assert_eq!(
        without(Description {
            methods: vec![Method::ClientSecretJwt],
            ..all.clone()
        }),
        Some(SkipReason::MethodNotPromised(Method::PrivateKeyJwt))
    );
    assert_eq!(
        without(Description {
            algorithms: vec![Algorithm::ES256],
            ..all.clone()
        }),
        Some(SkipReason::AlgorithmNotPromised(Algorithm::RS256))
    );
    assert_eq!(
        without(Description {
            clock: Clock::System,
            ..all
        }),
        None
    );
}

#[test]
fn a_case_about_single_seconds_is_not_asked_of_a_clock_of_its_own() {
    let text = SUITE.replace(
        "id = \"aud-missing\"",
        "id = \"aud-missing\"\nneeds-given-clock = true",
    );
    let suite = Suite::from_files([("made-up.toml", text.as_str())]).unwrap();
    let description = Description {
        clock: Clock::System,
        ..description("fake")
    };
    let reason = reason(&suite, &only("aud-missing"), &description);
    assert_eq!(reason, Some(SkipReason::NeedsGivenClock));
}

#[test]
fn a_policy_with_two_leeways_is_not_asked_of_a_verifier_with_one() {
    let text = SUITE.replace(
        "id = \"aud-missing\"",
        "id = \"aud-missing\"\nset = \"strict-expiry\"",
    );
    let suite = Suite::from_files([("made-up.toml", text.as_str())]).unwrap();
    let filter = Filter {
        profiles: vec![ProfileId::Fapi2],
        ..only("aud-missing")
    };
    let description = Description {
        lacks: vec![Need::TwoLeeways],
        ..description("fake")
    };
    let reason = reason(&suite, &filter, &description);
    assert_eq!(reason, Some(SkipReason::TwoLeewaysNotPromised));
}
