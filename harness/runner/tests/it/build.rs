//! Runs of made-up builders over the suite of their role.

use std::{ops::ControlFlow, sync::Arc};

use jwt_assay::{
    divergences::{Divergences, update},
    exit_code::ExitCode,
    filter::Filter,
    outcome::{Deviation, Outcome, SkipReason},
    plan::{Implementation, Plan},
    record::{Record, Run},
    reference::ReferenceBuilder,
    run::RunOptions,
    session,
    summary::{self, Gap},
};
use jwt_assay_core::{
    model::{BuildRequest, Layer, Role, Rule},
    suite::Suite,
};
use jwt_assay_implementations::{BuildAnswer, Builder, BuilderDescription};

#[test]
fn the_suite_finds_no_fault_with_the_reference() {
    let run = judged(Arc::new(ReferenceBuilder), &only("*"));
    let wrong = run
        .records
        .iter()
        .filter(|record| record.outcome.is_wrong());
    assert_eq!(wrong.map(shown).collect::<Vec<_>>(), Vec::<String>::new());
    let skipped = |record: &&Record| matches!(record.outcome, Outcome::Skipped(_));
    assert_eq!(run.records.iter().filter(skipped).count(), 0);
}

#[test]
fn a_builder_that_declines_everything_passes_no_rejection() {
    let run = judged(Arc::new(Decliner), &only("bld-rsa-min"));
    let (support, selected): (Vec<_>, Vec<_>) =
        run.records.iter().partition(|record| record.is_support);
    assert!(
        support
            .iter()
            .all(|record| record.outcome == Outcome::Wrong(Deviation::Declined))
    );
    assert!(
        selected
            .iter()
            .all(|record| matches!(record.outcome, Outcome::Skipped(_)))
    );
    assert_eq!(selected.len(), short_keys());
}

/// The number of vectors that ask for a signature by a short RSA key; more with each profile.
fn short_keys() -> usize {
    let commissions = Suite::bundled().commissions();
    let short = commissions
        .filter(|(vector, _)| vector.case.id.to_string() == "bld-rsa-min" && !vector.is_control);
    let count = short.count();
    assert!(count > 0, "no such case");
    count
}

#[test]
fn a_builder_that_signs_everything_fails_under_the_rule() {
    let run = judged(Arc::new(Lax), &only("bld-rsa-min"));
    let selected: Vec<_> = run
        .records
        .iter()
        .filter(|record| !record.is_support)
        .collect();
    assert!(
        selected
            .iter()
            .all(|record| record.outcome == Outcome::Wrong(Deviation::Signed))
    );
    assert!(
        selected
            .iter()
            .all(|record| record.rule == Rule::RsaTooShort)
    );
}

#[test]
fn a_wrongly_signed_vector_is_counted_and_recorded_and_then_expected() {
    let filter = only("bld-rsa-min");
    let run = judged(Arc::new(Lax), &filter);
    let [row] = &summary::by_implementation(&run)[..] else {
        panic!("one builder");
    };
    assert_eq!(
        (row.wrongly_signed, row.wrongly_accepted),
        (short_keys(), 0)
    );
    let suite = Suite::bundled();
    let written = update::update("known.toml", None, &run, None, suite).unwrap();
    let known = Divergences::read("known.toml", &written.text, suite).unwrap();
    assert_eq!(ExitCode::of_run(&run), ExitCode::Unexpected);
    let again = judged_with(Arc::new(Lax), &filter, vec![known]);
    assert_eq!(ExitCode::of_run(&again), ExitCode::Expected);
}

#[test]
fn a_builder_that_shows_no_token_request_is_not_judged_by_one() {
    let filter = only("bld-form-*");
    let run = judged(Arc::new(Lax), &filter);
    let mut selected = run.records.iter().filter(|record| !record.is_support);
    let skipped = Outcome::Skipped(SkipReason::NoRequestSeen);
    let about_requests = Suite::bundled()
        .vectors
        .iter()
        .filter(|vector| vector.role() == Role::Build && vector.layer() == Layer::Request)
        .count();
    assert_eq!(selected.clone().count(), about_requests);
    assert!(selected.all(|record| record.outcome == skipped));
    assert_eq!(summary::gaps(&run), [("reference", Gap::Everything)]);
    assert_eq!(ExitCode::of_run(&run), ExitCode::NothingJudged);

    let run = judged(Arc::new(Lax), &only("bld-[fv]*"));
    assert_eq!(summary::gaps(&run), [("reference", Gap::NoRequestSeen)]);

    let run = judged(Arc::new(ReferenceBuilder), &filter);
    assert_eq!(ExitCode::of_run(&run), ExitCode::Expected);
}

/// A builder that declines everything.
struct Decliner;

impl Builder for Decliner {
    fn describe(&self) -> BuilderDescription {
        ReferenceBuilder.describe()
    }

    fn build(&self, _: &BuildRequest) -> BuildAnswer {
        BuildAnswer::decline("no")
    }
}

/// A builder that signs what it must decline.
struct Lax;

impl Builder for Lax {
    fn describe(&self) -> BuilderDescription {
        ReferenceBuilder.describe()
    }

    fn build(&self, request: &BuildRequest) -> BuildAnswer {
        match jwt_assay_core::builder::reference::compose(request, "public-test-jti") {
            Ok(unsigned) => BuildAnswer::Assertion(unsigned.sign()),
            Err(objection) => BuildAnswer::decline(objection),
        }
    }
}

fn only(pattern: &str) -> Filter {
    Filter {
        role: Role::Build,
        only: vec![pattern.parse().expect("what this test is made of")],
        ..Filter::default()
    }
}

fn judged(builder: Arc<dyn Builder>, filter: &Filter) -> Run {
    judged_with(builder, filter, Vec::new())
}

fn judged_with(builder: Arc<dyn Builder>, filter: &Filter, known: Vec<Divergences>) -> Run {
    let builders = vec![Implementation::builder(builder)];
    let plan = Plan::new(Suite::bundled(), filter, builders).expect("what this test is made of");
    let options = RunOptions {
        samples: Some(200),
        ..RunOptions::PLAIN
    };
    let header = session::begin(&plan, &options, Vec::new());
    session::judge(
        &plan,
        header,
        known,
        &options,
        |_| ControlFlow::Continue(()),
    )
}

fn shown(record: &Record) -> String {
    format!("{}: {} {:?}", record.vector, record.outcome, record.steps)
}
