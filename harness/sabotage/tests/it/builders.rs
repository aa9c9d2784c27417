//! Broken builders against the suite of their role.

use std::sync::LazyLock;

use jwt_assay_core::{model::Role, suite::Suite};
use jwt_assay_sabotage::{Matrix, MatrixRow, builders};

/// The matrix of all broken builders, computed once for all tests.
static MATRIX: LazyLock<Matrix> = LazyLock::new(|| Matrix::of(Suite::bundled(), Role::Build));

#[test]
fn every_broken_builder_is_caught_under_its_rule() {
    let missed = MATRIX.rows.iter().filter(|row| !row.is_caught());
    let shown = |row: &MatrixRow| format!("{} ({})", row.broken.name(), row.broken.rule());
    let missed: Vec<String> = missed.map(shown).collect();
    assert_eq!(missed, Vec::<String>::new());
    assert!(
        MATRIX.rows.len() >= 50,
        "only {} sabotages",
        MATRIX.rows.len()
    );
    assert_eq!(builders::unbroken(), []);
}

#[test]
fn every_build_case_that_can_find_a_fault_catches_a_broken_builder() {
    assert_eq!(MATRIX.idle, []);
}

#[test]
fn a_build_case_that_catches_nothing_is_idle() {
    let control = r#"
        group = "S"
        title = "The valid default"
        algorithms = "one"
        [[case]]
        id = "bld-valid"
        text = "Nothing is out of the ordinary."
        rule = "baseline"
        verdict = "build"
    "#;
    let twin = r#"
        group = "S"
        title = "Useless on purpose"
        algorithms = "one"
        [[case]]
        id = "bld-twin"
        text = "One second less is asked for than by default."
        rule = "unknown-claim"
        verdict = "build"
        profiles = ["okta"]
        ask = { lifetime = 59 }
    "#;
    let suite = Suite::default().with_files(
        Role::Build,
        [("control.toml", control), ("twin.toml", twin)],
    );
    let idle = Matrix::of(&suite.expect("two case files"), Role::Build).idle;
    let idle: Vec<&str> = idle.iter().map(|case| case.as_str()).collect();
    assert_eq!(idle, ["bld-twin"]);
}
