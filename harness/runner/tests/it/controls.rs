//! Controls, and the implementations that must never pass.

use jwt_assay::{
    Answer, Clock, Description,
    divergences::Divergences,
    exit_code::ExitCode,
    filter::Filter,
    model::{Layer, Step},
    outcome::{Deviation, Outcome, SkipReason},
    record::{AsControl, Run},
};

use crate::fakes::{Fake, accept, description, only, outcomes, reject, rfc7523, run, suite};

const CONTROL: &str = "pos-full/rfc7523/rs256";

fn judged(answer: impl Fn(&Step) -> Answer + Send + Sync + 'static) -> Run {
    run(
        &suite(),
        &rfc7523(),
        Fake(description("fake"), answer),
        Divergences::default(),
    )
}

fn judged_as(description: Description, filter: &Filter) -> Run {
    run(
        &suite(),
        filter,
        Fake(description, honest),
        Divergences::default(),
    )
}

/// Rejects exactly the assertions without `aud` or `iss`, and remembers no `jti`.
fn honest(step: &Step) -> Answer {
    let token = step
        .request
        .client_assertion
        .as_ref()
        .unwrap()
        .as_text()
        .unwrap();
    let payload =
        jwt_assay_core::encoding::read_base64url(token.split('.').nth(1).unwrap().as_bytes());
    let payload = String::from_utf8(payload.unwrap().octets).unwrap();
    if payload.contains("\"aud\"") && payload.contains("\"iss\"") {
        accept(step)
    } else {
        reject(step)
    }
}

fn not_accepted() -> Outcome {
    Outcome::Skipped(SkipReason::ControlNotAccepted(CONTROL.parse().unwrap()))
}

#[test]
fn accepting_everything_is_wrong_wherever_something_must_be_rejected() {
    let run = judged(accept);
    assert_eq!(
        outcomes(&run),
        [
            ("pos-full", Outcome::Agrees),
            ("aud-missing", Outcome::Wrong(Deviation::Accepted)),
            ("iss-missing", Outcome::Wrong(Deviation::Accepted)),
            ("jti-missing-open", Outcome::Open),
            ("same-token-twice", Outcome::Wrong(Deviation::Accepted)),
        ]
    );
    assert_eq!(ExitCode::of_run(&run), ExitCode::Unexpected);
}

#[test]
fn rejecting_everything_proves_nothing() {
    let run = judged(reject);
    assert_eq!(
        outcomes(&run),
        [
            ("pos-full", Outcome::Wrong(Deviation::Rejected)),
            ("aud-missing", not_accepted()),
            ("iss-missing", not_accepted()),
            ("jti-missing-open", Outcome::Open),
            // Its first step is valid, so its rejection is wrong by itself.
            ("same-token-twice", Outcome::Wrong(Deviation::Rejected)),
        ]
    );
    assert_eq!(ExitCode::of_run(&run), ExitCode::Fault);
}

#[test]
fn crashing_always_is_never_a_rejection() {
    let run = judged(|_| Answer::Error {
        reason: "segmentation fault".to_owned(),
    });
    let crashed = Outcome::Wrong(Deviation::Crashed);
    assert!(
        outcomes(&run)
            .iter()
            .all(|(_, outcome)| *outcome == crashed),
        "{run:?}"
    );
    assert_eq!(ExitCode::of_run(&run), ExitCode::Fault);
}

#[test]
fn unsupported_where_everything_is_promised_fails_everywhere() {
    let run = judged(|_| Answer::unsupported("not today"));
    let failed = Outcome::Wrong(Deviation::Unsupported);
    assert!(
        outcomes(&run).iter().all(|(_, outcome)| *outcome == failed),
        "{run:?}"
    );
    assert_eq!(ExitCode::of_run(&run), ExitCode::Fault);
}

#[test]
fn accepting_as_another_client_spoils_the_control() {
    let run = judged(|_| Answer::Accept {
        client_id: "somebody-else".to_owned(),
    });
    assert_eq!(run.records[0].outcome, Outcome::Wrong(Deviation::Accepted));
    assert_eq!(run.records[0].as_control, Some(AsControl::Wrong));
    assert_eq!(ExitCode::of_run(&run), ExitCode::Fault);
}

#[test]
fn an_honest_verifier_fails_only_where_it_is_wrong() {
    let run = judged(honest);
    assert_eq!(
        outcomes(&run),
        [
            ("pos-full", Outcome::Agrees),
            ("aud-missing", Outcome::Agrees),
            ("iss-missing", Outcome::Agrees),
            ("jti-missing-open", Outcome::Open),
            ("same-token-twice", Outcome::Wrong(Deviation::Accepted)),
        ]
    );
    let replay = &run.records[4];
    let steps: Vec<_> = replay
        .steps
        .iter()
        .map(|step| step.outcome.clone())
        .collect();
    assert_eq!(
        steps,
        [Outcome::Agrees, Outcome::Wrong(Deviation::Accepted)]
    );
    assert_eq!(ExitCode::of_run(&run), ExitCode::Unexpected);
}

#[test]
fn a_control_that_was_not_selected_is_judged_and_does_not_count() {
    let run = judged_as(description("fake"), &only("aud-missing"));
    assert_eq!(
        outcomes(&run),
        [
            ("pos-full", Outcome::Agrees),
            ("aud-missing", Outcome::Agrees)
        ]
    );
    assert_eq!(
        run.records.iter().map(|r| r.is_support).collect::<Vec<_>>(),
        [true, false]
    );
    assert_eq!(jwt_assay::summary::by_implementation(&run)[0].asked, 1);
    assert_eq!(ExitCode::of_run(&run), ExitCode::Expected);
}

#[test]
fn an_unclaimed_layer_is_skipped_and_its_control_is_presented_all_the_same() {
    let layers = vec![Layer::Assertion];
    let run = judged_as(
        Description {
            layers,
            ..description("fake")
        },
        &rfc7523(),
    );
    assert_eq!(
        outcomes(&run),
        [
            (
                "pos-full",
                Outcome::Skipped(SkipReason::LayerNotClaimed(Layer::Jws))
            ),
            ("aud-missing", Outcome::Agrees),
            ("iss-missing", Outcome::Agrees),
            ("jti-missing-open", Outcome::Open),
            (
                "same-token-twice",
                Outcome::Skipped(SkipReason::LayerNotClaimed(Layer::State))
            ),
        ]
    );
    assert_eq!(run.records[0].as_control, Some(AsControl::Right));
}

#[test]
fn a_run_that_promises_nothing_judged_is_never_green() {
    let algorithms = Vec::new();
    let run = judged_as(
        Description {
            algorithms,
            ..description("fake")
        },
        &rfc7523(),
    );
    assert!(
        run.records.iter().all(|record| !record.is_judged()),
        "{run:?}"
    );
    assert_eq!(ExitCode::of_run(&run), ExitCode::NothingJudged);
}

#[test]
fn a_claimed_layer_without_a_judged_rejection_is_never_green() {
    let suite = suite();
    let layers = vec![Layer::Jws, Layer::Assertion];
    let verifier = Fake(
        Description {
            layers,
            ..description("fake")
        },
        honest,
    );
    let run = run(&suite, &Filter::default(), verifier, Divergences::default());
    // The suite has rejections in `assertion` and none in `jws`, so nothing is missing.
    assert_eq!(ExitCode::of_run(&run), ExitCode::Expected);

    let mut hidden = run;
    for record in hidden
        .records
        .iter_mut()
        .filter(|record| record.layer == Layer::Assertion)
    {
        record.outcome = Outcome::Skipped(SkipReason::NeedsGivenClock);
    }
    assert_eq!(ExitCode::of_run(&hidden), ExitCode::NothingJudged);
}

#[test]
fn a_clock_of_its_own_gets_tokens_of_its_own_time() {
    let clock = Clock::System;
    let verifier = Fake(
        Description {
            clock,
            ..description("fake")
        },
        |step: &Step| {
            let age = jwt_assay::run::machine_time() - step.now;
            if (0..60).contains(&age) {
                accept(step)
            } else {
                reject(step)
            }
        },
    );
    let run = run(
        &suite(),
        &only("pos-full"),
        verifier,
        Divergences::default(),
    );
    assert_eq!(run.records[0].outcome, Outcome::Agrees);
    assert!(run.records[0].is_live);
}
