//! Broken verifiers against the suite of their role.

use std::{collections::HashSet, sync::LazyLock};

use jwt_assay_core::{
    model::{Role, Rule, VectorId},
    suite::{Suite, case_files},
};
use jwt_assay_sabotage::{Broken, Catch, Coverage, Matrix};

/// The matrix of all broken verifiers, computed once for all tests.
static MATRIX: LazyLock<Matrix> = LazyLock::new(|| Matrix::of(Suite::bundled(), Role::Verify));

#[test]
fn every_sabotage_is_caught_by_a_case_that_names_its_rule() {
    let missed = MATRIX.rows.iter().filter(|row| !row.is_caught());
    let missed: Vec<String> = missed.map(|row| row.broken.name()).collect();
    assert_eq!(missed, Vec::<String>::new());
    assert!(
        MATRIX.rows.len() >= 150,
        "only {} sabotages",
        MATRIX.rows.len()
    );
}

#[test]
fn every_rule_that_binds_and_is_observable_is_defended_by_a_case_in_every_profile() {
    let weak = Matrix::of(&positive_controls(), Role::Verify);
    assert!(
        weak.gaps().count() > 100,
        "a suite without cases must have gaps"
    );
    assert_eq!(MATRIX.gaps().collect::<Vec<_>>(), Vec::<&Coverage>::new());
}

#[test]
fn every_case_that_asks_for_an_answer_catches_a_broken_verifier() {
    assert_eq!(MATRIX.idle, []);
}

#[test]
fn a_case_that_catches_nothing_is_idle() {
    let twin = r#"
        group = "A"
        title = "Positive controls"
        algorithms = "one"
        [[case]]
        id = "twin-of-the-control"
        text = "Nothing is edited."
        rule = "unknown-claim"
        verdict = "accept"
    "#;
    let files = case_files(Role::Verify).filter(|(name, _)| name.starts_with("a-"));
    let suite = Suite::from_files(files.chain([("twin.toml", twin)])).expect("two case files");
    let idle = Matrix::of(&suite, Role::Verify).idle;
    assert!(
        idle.iter()
            .any(|case| case.as_str() == "twin-of-the-control")
    );
}

#[test]
fn a_case_that_breaks_two_rules_at_once_defends_neither() {
    let combined: HashSet<&VectorId> = Suite::bundled()
        .presentations()
        .filter(|(_, own)| own.is_combined)
        .map(|(vector, _)| &vector.id)
        .collect();
    assert!(combined.len() > 100, "only {} combined", combined.len());
    let catches = MATRIX.rows.iter().flat_map(|row| &row.catches);
    let defended = catches.filter(|catch| catch.names_the_rule && combined.contains(&catch.vector));
    assert_eq!(defended.collect::<Vec<_>>(), Vec::<&Catch>::new());
}

#[test]
fn no_two_sabotages_of_a_rule_have_one_name() {
    for role in Role::ALL {
        let all = Broken::all(role);
        let names: HashSet<(Rule, String)> = all.iter().map(|it| (it.rule(), it.name())).collect();
        assert_eq!(names.len(), all.len(), "{role}");
    }
}

/// A suite of positive controls alone.
fn positive_controls() -> Suite {
    let files = case_files(Role::Verify).filter(|(name, _)| name.starts_with("a-"));
    Suite::from_files(files).expect("case files of this project")
}
