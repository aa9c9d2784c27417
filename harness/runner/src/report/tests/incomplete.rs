//! A part of a run in every format.

use super::*;
use crate::exit_code::ExitCode;

/// Whatever the format, a part must not pass for the whole. A later format is tested by being listed.
#[test]
fn every_format_says_first_that_a_run_is_incomplete() {
    let whole = run();
    // The first implementation has all its results, all good ones, and the other has none.
    let mut part = whole.clone();
    part.records.retain(|it| it.implementation == "careful");
    part.incidents.clear();
    for format in FORMATS {
        let text = |run: &Run| format.render(run, BRIEF).unwrap();
        let (whole, part) = (text(&whole), text(&part));
        assert!(!whole.contains("INCOMPLETE"), "{}: {whole}", format.name);
        let said = "INCOMPLETE: the run was stopped at 6 of 12 results (hasty 0 of 6)";
        let before = part.split(said).next().unwrap();
        assert_ne!(before, part, "{} does not say it: {part}", format.name);
        // Nothing of the results stands before it.
        for word in ["careful ", "expired", "judged"] {
            let first = before.split("\"implementations\"").next().unwrap();
            assert!(!first.contains(word), "{}: {before}", format.name);
        }
        assert!(!part.contains("as expected"), "{}: {part}", format.name);
    }
    assert_eq!(ExitCode::of_run(&part), ExitCode::Fault);
}

#[test]
fn the_junit_report_of_an_incomplete_run_is_red() {
    let mut part = run();
    part.records.retain(|it| it.implementation == "careful");
    part.incidents.clear();
    let text = junit::render(&part).unwrap();
    assert!(text.contains("failures=\"0\" errors=\"1\""), "{text}");
    assert!(text.contains("<error message=\"INCOMPLETE: "), "{text}");
}

#[test]
fn a_table_of_an_incomplete_run_that_is_spliced_into_a_page_says_so() {
    let mut part = run();
    part.records.truncate(3);
    let page =
        "<!-- BEGIN: run -->\n<!-- END: run -->\n<!-- BEGIN: matrix -->\n<!-- END: matrix -->\n";
    let (text, _) = splice::splice(page, &part, BRIEF, "x").unwrap();
    assert_eq!(text.matches("**INCOMPLETE: ").count(), 2, "{text}");
}
