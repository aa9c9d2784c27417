//! Builders asked for the whole suite of their role.

use std::{
    ops::ControlFlow,
    sync::{Arc, LazyLock},
};

use jwt_assay::{
    build::{
        BuildPlan, BuilderImplementation, ReferenceBuilder, Samples, begin,
        sabotage::{self, Matrix, WAYS},
        session,
    },
    filter::Filter,
    judge::Outcome,
    record::{Record, Run},
    run::Conduct,
};
use jwt_assay_core::{
    build::Suite,
    model::{BuildRequest, Rule},
};
use jwt_assay_implementations::{BuildAnswer, Builder, BuilderDescription};

#[test]
fn the_suite_finds_no_fault_with_the_reference() {
    let run = judged(Arc::new(ReferenceBuilder), &Filter::default());
    let wrong = run
        .records
        .iter()
        .filter(|record| record.outcome.is_wrong());
    assert_eq!(wrong.map(shown).collect::<Vec<_>>(), Vec::<String>::new());
    let skipped = |record: &&Record| matches!(record.outcome, Outcome::Skipped(_));
    assert_eq!(run.records.iter().filter(skipped).count(), 0);
}

#[test]
fn who_declines_everything_passes_no_refusal() {
    let run = judged(Arc::new(Decliner), &only("bld-rsa-min"));
    let (support, selected): (Vec<_>, Vec<_>) =
        run.records.iter().partition(|record| record.is_support);
    assert!(
        support
            .iter()
            .all(|record| record.outcome == Outcome::WronglyRefused)
    );
    assert!(
        selected
            .iter()
            .all(|record| matches!(record.outcome, Outcome::Skipped(_)))
    );
    assert_eq!(selected.len(), 32);
}

#[test]
fn who_builds_everything_is_caught_under_the_rule() {
    let run = judged(Arc::new(Lax), &only("bld-rsa-min"));
    let selected: Vec<_> = run
        .records
        .iter()
        .filter(|record| !record.is_support)
        .collect();
    assert!(
        selected
            .iter()
            .all(|record| record.outcome == Outcome::WronglyBuilt)
    );
    assert!(
        selected
            .iter()
            .all(|record| record.rule == Rule::RsaTooShort)
    );
}

/// Declines everything.
struct Decliner;

impl Builder for Decliner {
    fn describe(&self) -> BuilderDescription {
        ReferenceBuilder.describe()
    }

    fn build(&self, _: &BuildRequest) -> BuildAnswer {
        BuildAnswer::refuse("no")
    }
}

/// Has no objections.
struct Lax;

impl Builder for Lax {
    fn describe(&self) -> BuilderDescription {
        ReferenceBuilder.describe()
    }

    fn build(&self, request: &BuildRequest) -> BuildAnswer {
        match jwt_assay_core::build::reference::compose(request, "public-test-jti") {
            Ok(unsigned) => BuildAnswer::Assertion(unsigned.sign()),
            Err(objection) => BuildAnswer::refuse(objection),
        }
    }
}

fn only(pattern: &str) -> Filter {
    Filter {
        only: vec![pattern.parse().expect("what this test is made of")],
        ..Filter::default()
    }
}

fn judged(builder: Arc<dyn Builder>, filter: &Filter) -> Run {
    let builders = vec![BuilderImplementation::new(builder)];
    let plan =
        BuildPlan::new(Suite::bundled(), filter, builders).expect("what this test is made of");
    let samples = Samples { at_most: Some(200) };
    session(
        &plan,
        begin(&plan, samples, Vec::new()),
        &[],
        &Conduct::PLAIN,
        samples,
        |_| ControlFlow::Continue(()),
    )
}

fn shown(record: &Record) -> String {
    format!("{}: {} {:?}", record.vector, record.outcome, record.steps)
}

/// All broken builders, once for all tests.
static MATRIX: LazyLock<Matrix> = LazyLock::new(|| Matrix::of(Suite::bundled()));

#[test]
fn every_broken_builder_is_caught_under_its_rule() {
    let missed = MATRIX.rows.iter().filter(|row| row.defenders.is_empty());
    let missed: Vec<String> = missed
        .map(|row| format!("{} ({})", row.way.name, row.way.rule))
        .collect();
    assert_eq!(missed, Vec::<String>::new());
    assert!(
        MATRIX.rows.len() >= 50,
        "only {} sabotages",
        MATRIX.rows.len()
    );
    assert_eq!(sabotage::unbroken(), []);
}

#[test]
fn every_build_case_that_holds_something_tells_some_builder_from_another() {
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
    let suite = Suite::from_files([("control.toml", control), ("twin.toml", twin)]);
    let idle = Matrix::of(&suite.expect("two case files")).idle;
    let idle: Vec<&str> = idle.iter().map(|case| case.as_str()).collect();
    assert_eq!(idle, ["bld-twin"]);
}

#[test]
fn no_two_ways_of_breaking_a_builder_have_one_name() {
    let mut names: Vec<&str> = WAYS.iter().map(|way| way.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), WAYS.len());
}
