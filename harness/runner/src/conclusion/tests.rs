//! The sentences of each kind of run.

use super::*;
use crate::{outcome::Deviation, record::Incident, report::tests::run};

fn said(run: &Run) -> String {
    Conclusion::of(run).sentences(str::to_owned).join("\n")
}

#[test]
fn a_whole_run_says_what_was_judged_skipped_and_excused() {
    insta::assert_snapshot!(said(&run()), @r"
    Not as expected: 5 unexpected results (hasty 5), 1 incident.
    Presented to 2 verifiers (careful 1.2.3, hasty 1.2.3): 6 vectors, the whole suite.
    9 of 12 results are judged, 3 are skipped (2: the control was not accepted; 1: layer key is not claimed).
    Not judged: 1 vector of must rules (careful 1), since a control that the specifications leave open was not accepted: expired.
    Absent: 1 known implementation (missing).
    Excused as recorded divergences: 1 result, 1 by known.toml.
    ");
}

#[test]
fn a_run_without_a_fault_is_as_expected() {
    let mut run = run();
    run.records.retain(|it| it.implementation == "careful");
    run.header.implementations.truncate(1);
    run.header.is_whole = false;
    run.incidents.clear();
    let mut unexplained = run.records[1].clone();
    assert!(said(&run).starts_with("Everything came out as expected."));
    assert!(said(&run).contains("a part of the suite"));

    unexplained.outcome = Outcome::Wrong(Deviation::Accepted);
    unexplained.divergence = run.records.iter().find_map(|it| it.divergence.clone());
    if let Some(recorded) = &mut unexplained.divergence {
        recorded.reason = format!("{UNEXPLAINED}accepted");
    }
    run.records[1] = unexplained;
    let excused = "Excused as recorded divergences: 2 results, 2 by known.toml; 1 of them not \
                   explained yet.";
    assert!(said(&run).contains(excused), "{}", said(&run));
}

#[test]
fn a_control_that_was_not_selected_counts_where_it_fails() {
    let mut run = run();
    run.records.retain(|it| it.implementation == "careful");
    run.header.implementations.truncate(1);
    run.incidents.clear();
    let asked = summary::by_implementation(&run)[0].asked;
    let support = run.records.iter_mut().find(|it| it.is_support);
    support.expect("the run has one").outcome = Outcome::Wrong(Deviation::Rejected);
    assert!(said(&run).starts_with("Not as expected: 1 unexpected result (careful 1)"));
    let row = &summary::by_implementation(&run)[0];
    assert_eq!((row.wrongly_rejected, row.asked), (1, asked));
}

#[test]
fn every_state_has_its_sentence() {
    let state = |change: fn(&mut Run)| {
        let mut run = run();
        change(&mut run);
        Conclusion::of(&run).state
    };
    let all = [
        state(|run| run.records.truncate(2)),
        state(|run| run.records[0].as_control = Some(crate::record::AsControl::Wrong)),
        state(|run| {
            run.incidents = vec![Incident {
                implementation: "hasty".to_owned(),
                text: "it wrote after goodbye".to_owned(),
            }];
        }),
        state(|run| {
            run.header.implementations.clear();
            run.records.clear();
            run.incidents.clear();
        }),
    ];
    insta::assert_snapshot!(all.join("\n"), @r"
    INCOMPLETE: the run was stopped at 2 of 12 results (careful 2 of 6, hasty 0 of 6) and proves nothing; the same command with --resume presents the rest.
    The run proves nothing: no control came out right (careful).
    Not as expected: 5 unexpected results (hasty 5), 1 incident.
    Nothing was judged: there is no implementation.
    ");
}

#[test]
fn a_long_list_names_the_first_and_counts_the_others() {
    let names: Vec<String> = (1..=9).map(|n| n.to_string()).collect();
    assert_eq!(listed(&names), "1, 2, 3, 4, 5, 6, and 3 more");
    assert_eq!(listed(&names[..6]), "1, 2, 3, 4, 5, 6");
}
