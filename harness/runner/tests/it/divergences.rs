//! Recorded divergences: expected where they happen, a failure where they do not.

use jwt_assay::{
    Answer, Description,
    divergences::{DivergenceError, Divergences},
    exit_code::ExitCode,
    model::Step,
    record::Run,
};

use crate::fakes::{Fake, accept, description, reject, rfc7523, run, suite};

fn judged(answer: impl Fn(&Step) -> Answer + Send + Sync + 'static, text: &str) -> Run {
    judged_with(None, answer, text)
}

fn judged_with(
    toolchain: Option<&str>,
    answer: impl Fn(&Step) -> Answer + Send + Sync + 'static,
    text: &str,
) -> Run {
    let suite = suite();
    let description = Description {
        toolchain: toolchain.map(str::to_owned),
        ..description("fake")
    };
    let divergences = Divergences::read("known.toml", text, &suite)
        .unwrap()
        .with_toolchain_of(&description);
    run(&suite, &rfc7523(), Fake(description, answer), divergences)
}

fn error(text: &str) -> DivergenceError {
    Divergences::read("known.toml", text, &suite()).unwrap_err()
}

fn entry(pattern: &str, seen: &str) -> String {
    format!(
        "[[divergence]]\nvectors = [\"{pattern}\"]\nseen = \"{seen}\"\nreason = \"known\"\n\
         clause = \"RFC 7523 3\"\n"
    )
}

#[test]
fn a_divergence_that_happens_is_expected_and_stays_visible() {
    let text = entry("{aud,iss}-missing*", "accepted") + &entry("same-token-twice", "accepted");
    let run = judged(accept, &text);
    let recorded: Vec<_> = run.records.iter().filter(|r| r.is_as_recorded()).collect();
    assert_eq!(recorded.len(), 3);
    let row = &jwt_assay::summary::by_implementation(&run)[0];
    assert_eq!((row.wrongly_accepted, row.recorded, row.stale), (3, 3, 0));
    assert_eq!(ExitCode::of_run(&run), ExitCode::Expected);
}

#[test]
fn a_divergence_that_does_not_happen_fails_the_run() {
    let all = entry("{aud,iss}-missing*", "accepted")
        + &entry("same-token-twice", "accepted")
        + &entry("pos-full", "rejected");
    let run = judged(accept, &all);
    let stale: Vec<_> = run
        .records
        .iter()
        .filter(|r| r.is_stale())
        .map(|r| &r.case)
        .collect();
    assert_eq!(
        stale.iter().map(|case| case.as_str()).collect::<Vec<_>>(),
        ["pos-full"]
    );
    assert_eq!(ExitCode::of_run(&run), ExitCode::Unexpected);
}

#[test]
fn a_divergence_that_happens_sometimes_may_agree_as_well() {
    let sometimes = |pattern, seen| entry(pattern, seen) + "sometimes = true\n";
    let wrong = entry("same-token-twice", "accepted") + &sometimes("aud-missing", "accepted");
    let all =
        wrong.clone() + &entry("iss-missing", "accepted") + &sometimes("pos-full", "rejected");
    let run = judged(accept, &all);
    let row = &jwt_assay::summary::by_implementation(&run)[0];
    assert_eq!((row.recorded, row.stale), (3, 0));
    assert_eq!(ExitCode::of_run(&run), ExitCode::Expected);
    // It excuses no other deviation than the recorded one.
    let run = judged(accept, &(wrong + &sometimes("iss-missing", "crashed")));
    assert_eq!(ExitCode::of_run(&run), ExitCode::Unexpected);
}

/// The deviations of `accept` besides `aud-missing`.
fn rest() -> String {
    entry("iss-missing", "accepted") + &entry("same-token-twice", "accepted")
}

fn bound(pattern: &str, seen: &str, toolchain: &str) -> String {
    entry(pattern, seen) + &format!("toolchain = \"{toolchain}\"\n")
}

#[test]
fn a_divergence_of_a_toolchain_is_in_force_with_it_alone() {
    let happens = rest() + &bound("aud-missing", "accepted", "Go < 1.20");
    let happens_not =
        rest() + &entry("aud-missing", "accepted") + &bound("pos-full", "rejected", "Go < 1.20");
    let counts = |toolchain, text: &str| {
        let run = judged_with(toolchain, accept, text);
        let row = &jwt_assay::summary::by_implementation(&run)[0];
        (row.recorded, row.stale, ExitCode::of_run(&run))
    };
    let in_force = Some("Go 1.19.8");
    assert_eq!(counts(in_force, &happens), (3, 0, ExitCode::Expected));
    assert_eq!(counts(in_force, &happens_not), (3, 1, ExitCode::Unexpected));
    // With any other it is as if it were not there: neither excused nor stale.
    for other in [Some("Go 1.26.8"), Some("Python 3.11.7, OpenSSL 3.0.19")] {
        assert_eq!(counts(other, &happens), (2, 0, ExitCode::Unexpected));
        assert_eq!(counts(other, &happens_not), (3, 0, ExitCode::Expected));
    }
    // An implementation that does not say may be either.
    let other_fault = rest() + &bound("aud-missing", "crashed", "Go < 1.20");
    for unknown in [None, Some("Go devel")] {
        assert_eq!(counts(unknown, &happens), (3, 0, ExitCode::Expected));
        assert_eq!(counts(unknown, &happens_not), (3, 0, ExitCode::Expected));
        assert_eq!(counts(unknown, &other_fault), (2, 0, ExitCode::Unexpected));
    }
}

#[test]
fn two_divergences_of_one_vector_may_be_of_toolchains_that_exclude_one_another() {
    let both = |one, other| {
        bound("aud-missing", "accepted", one) + &bound("aud-missing", "crashed", other)
    };
    let text = rest() + &both("Go < 1.20", "Go >= 1.20");
    let code = |toolchain| ExitCode::of_run(&judged_with(toolchain, accept, &text));
    assert_eq!(code(Some("Go 1.19")), ExitCode::Expected);
    assert_eq!(code(Some("Go 1.20")), ExitCode::Unexpected);
    assert_eq!(code(None), ExitCode::Expected);
    for (one, other) in [
        ("Go < 1.20", "Go < 1.20"),
        ("Go < 1.20", "Go >= 1.19"),
        ("Go < 1.20", "Go >= 1.21"),
        ("Go < 1.20", "OpenSSL >= 1.20"),
    ] {
        assert!(matches!(
            error(&both(one, other)),
            DivergenceError::Overlap { .. }
        ));
    }
    let one_is_of_all =
        entry("aud-missing", "accepted") + &bound("aud-missing", "crashed", "Go < 2");
    assert!(matches!(
        error(&one_is_of_all),
        DivergenceError::Overlap { .. }
    ));
}

#[test]
fn a_toolchain_that_is_no_bound_is_an_error_that_names_the_file_and_the_remedy() {
    insta::assert_snapshot!(error(&bound("aud-missing", "accepted", "Go <= 1.19")), @r#"
    read divergences `known.toml`: TOML parse error at line 6, column 13
      |
    6 | toolchain = "Go <= 1.19"
      |             ^^^^^^^^^^^^
    `Go <= 1.19` bounds no toolchain: write the name of a part, `<` or `>=`, and a version of numbers, with a space between, such as `Go < 1.20`
    "#);
}

#[test]
fn a_recorded_rejection_does_not_excuse_an_acceptance() {
    let run = judged(accept, &entry("aud-missing", "rejected"));
    let record = run
        .records
        .iter()
        .find(|r| r.case.as_str() == "aud-missing")
        .unwrap();
    assert!(record.is_stale() && record.is_unexpected());
}

#[test]
fn a_divergence_of_a_skipped_vector_is_not_stale() {
    // The control is rejected, so the rejection of `aud-missing` has no weight.
    let run = judged(reject, &entry("aud-missing", "accepted"));
    let record = run
        .records
        .iter()
        .find(|r| r.case.as_str() == "aud-missing")
        .unwrap();
    assert!(!record.is_stale() && !record.is_judged());
}

#[test]
fn a_pattern_may_take_in_questions_that_a_profile_leaves_open() {
    let happens = judged(accept, &entry("jti-missing-open", "accepted"));
    assert!(happens.records.iter().all(|record| !record.is_stale()));
    let happens_not = judged(accept, &entry("jti-missing-open", "rejected"));
    assert_eq!(
        happens_not
            .records
            .iter()
            .filter(|record| record.is_stale())
            .count(),
        1
    );
}

#[test]
fn a_pattern_that_fits_nothing_is_an_error_with_the_nearest() {
    insta::assert_snapshot!(error(&entry("aud-mising", "accepted")), @"read divergences `known.toml`: no vector fits `aud-mising`; the nearest is `aud-missing`; correct the pattern, or drop it");
}

#[test]
fn two_divergences_of_one_vector_are_an_error() {
    let text = entry("aud-missing", "accepted") + &entry("*/rfc7523/*", "accepted");
    insta::assert_snapshot!(error(&text), @"read divergences `known.toml`: two of them speak of `aud-missing/rfc7523/rs256`; narrow one down, or bind them to toolchains that exclude one another");
}

#[test]
fn a_divergence_without_reason_is_an_error() {
    let text = entry("aud-missing", "accepted").replace("known", " ");
    insta::assert_snapshot!(error(&text), @"read divergences `known.toml`: `aud-missing` needs a reason and a clause");
}

#[test]
fn an_unknown_member_is_an_error_that_names_the_place() {
    let text = entry("aud-missing", "accepted") + "because = \"typo\"\n";
    insta::assert_snapshot!(error(&text), @r#"
    read divergences `known.toml`: TOML parse error at line 6, column 1
      |
    6 | because = "typo"
      | ^^^^^^^
    unknown field `because`, expected one of `vectors`, `seen`, `reason`, `clause`, `link`, `severity`, `sometimes`, `toolchain`
    "#);
}
