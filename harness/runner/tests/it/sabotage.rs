//! The suite tested by sabotage.

use std::sync::LazyLock;

use jwt_assay::sabotage::{Matrix, Sabotage};
use jwt_assay_core::suite::Suite;

/// The whole suite against every sabotage, once for all tests.
static MATRIX: LazyLock<Matrix> = LazyLock::new(|| Matrix::of(Suite::bundled()));

#[test]
fn every_sabotage_is_caught_by_a_case_that_names_its_rule() {
    let missed = MATRIX.rows.iter().filter(|row| !row.is_caught());
    let missed: Vec<String> = missed.map(|row| row.sabotage.name()).collect();
    assert_eq!(missed, Vec::<String>::new());
    assert!(
        MATRIX.rows.len() >= 150,
        "only {} sabotages",
        MATRIX.rows.len()
    );
}

#[test]
fn every_rule_that_binds_and_can_be_observed_has_a_case_in_every_profile() {
    let gaps = Matrix::of(&positive_controls()).gaps;
    assert!(!gaps.is_empty(), "a suite without cases must have gaps");
    assert_eq!(MATRIX.gaps, []);
}

#[test]
fn no_two_sabotages_have_one_name() {
    let mut names: Vec<String> = Sabotage::all().map(|sabotage| sabotage.name()).collect();
    let count = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), count);
}

/// The suite with nothing but positive controls.
fn positive_controls() -> Suite {
    let files = jwt_assay_core::suite::case_files().filter(|(name, _)| name.starts_with("a-"));
    Suite::from_files(files).expect("case files of this project")
}
