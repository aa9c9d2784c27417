//! Vectors newer than the version of their profile: a report has them, and no run fails.

use jwt_assay::{exit_code::ExitCode, report, summary};
use jwt_assay_core::{
    model::ProfileId,
    suite::{Frozen, Suite},
};

use crate::fakes::{Fake, accept, description, rfc7523, run, suite};

/// The suite of the fakes, with all but one vector frozen under a release or a draft.
fn suite_where_aud_missing_is_new(head: &str) -> Suite {
    let draft = Frozen::read("draft", ProfileId::Rfc7523, "# draft\n").unwrap();
    let lines = draft
        .text(&suite().verdict_texts().collect())
        .replace("# draft", head);
    let kept = lines
        .lines()
        .filter(|line| !line.starts_with("aud-missing/"));
    let text = kept.collect::<Vec<_>>().join("\n");
    let frozen = Frozen::read("frozen", ProfileId::Rfc7523, &text).unwrap();
    suite().against(&[frozen])
}

#[test]
fn a_wrong_answer_to_a_newer_vector_is_reported_and_fails_no_run() {
    for (head, newer) in [("# released in 0.1.0", true), ("# draft", false)] {
        let suite = suite_where_aud_missing_is_new(head);
        let fake = Fake(description("fake"), accept);
        let run = run(&suite, &rfc7523(), fake, Default::default());
        let unexpected: Vec<_> = summary::unexpected(&run, "fake")
            .map(|record| record.case.as_str())
            .collect();
        assert_eq!(unexpected.contains(&"aud-missing"), !newer, "{head}");
        assert_eq!(ExitCode::of_run(&run), ExitCode::Unexpected);
        let text = report::terminal::render(
            &run,
            report::Options {
                by_profile: false,
                all: false,
            },
        );
        assert_eq!(
            text.contains("newer than their profile's version"),
            newer,
            "{text}"
        );
    }
}
