//! A part of a run never reads as the whole, whatever the format and however the run was stopped.

use jwt_assay::report::FORMATS;

use crate::session::Session;

const RECORDS: &str = "assay-results/records.jsonl";

/// A run that was killed after its first records, all of them as expected.
fn killed() -> Session {
    let session = Session::new();
    let ran = session.run(&["run", "reference", "--only", "crit-*"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let records = session.read(RECORDS);
    assert!(records.lines().count() > 100);
    let kept: String = records.split_inclusive('\n').take(50).collect();
    session.write(RECORDS, &kept);
    session
}

#[test]
fn a_killed_run_is_reported_as_incomplete_in_every_format() {
    let session = killed();
    for format in FORMATS {
        let ran = session.run(&["report", "--format", format.name]);
        assert_eq!(ran.code, 3, "{}: {ran:?}", format.name);
        let head: String = ran.stdout.lines().take(5).collect();
        assert!(
            head.contains("INCOMPLETE: the run was stopped at "),
            "{head}"
        );
        assert!(!ran.stdout.contains("as expected"), "{}", ran.stdout);

        let file = format!("out.{}", format.name);
        let ran = session.run(&["report", "--format", format.name, "--output", &file]);
        assert_eq!(ran.code, 3, "{}: {ran:?}", format.name);
        assert!(
            session.read(&file).contains("INCOMPLETE: "),
            "{}",
            format.name
        );
    }
}

#[test]
fn a_killed_run_is_not_spliced_into_a_page_as_a_whole_one() {
    let session = killed();
    session.write("page.md", "<!-- BEGIN: run -->\n<!-- END: run -->\n");
    assert_eq!(session.run(&["report", "--splice", "page.md"]).code, 3);
    assert!(session.read("page.md").contains("**INCOMPLETE: "));
}

/// The records that a report wrote are resumed like those of the run, and their header is not believed.
#[test]
fn a_resumed_run_is_whole_again() {
    let session = killed();
    let part = session.run(&["report", "--format", "jsonl"]).stdout;
    session.write(RECORDS, &part);
    let resumed = session.run(&["run", "reference", "--only", "crit-*", "--resume"]);
    assert_eq!(resumed.code, 0, "{resumed:?}");
    assert!(
        resumed
            .stdout
            .starts_with("Everything came out as expected.\n")
    );
    let whole = session.run(&["report", "--format", "jsonl"]);
    assert_eq!(whole.code, 0);
    assert!(!whole.stdout.contains("INCOMPLETE"));
}

#[test]
fn a_run_that_stops_at_its_first_unexpected_result_is_incomplete() {
    let session = Session::new();
    let stopped = [
        "run",
        "jsonwebtoken",
        "--no-divergences",
        "--fail-fast",
        "--only",
        "crit-*",
        "--junit",
        "r.xml",
        "--markdown",
        "r.md",
    ];
    let ran = session.run(&stopped);
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(ran.stdout.starts_with("INCOMPLETE: "), "{}", ran.stdout);
    assert!(
        session
            .read("r.xml")
            .contains("<error message=\"INCOMPLETE: ")
    );
    assert!(session.read("r.md").contains("**INCOMPLETE: "));
}

#[test]
fn the_files_that_excuse_results_are_named_and_counted() {
    let session = Session::new();
    let few = [
        "run",
        "jsonwebtoken",
        "--only",
        "crit-*",
        "--profile",
        "rfc7523",
    ];
    let ran = session.run(&few);
    let excused = "by harness/divergences/jsonwebtoken.toml.";
    assert!(ran.stdout.contains(excused), "{}", ran.stdout);

    session.run(&[&few[..], &["--no-divergences"]].concat());
    session.run(&["divergences", "update", "mine.toml"]);
    let ran = session.run(&[&few[..], &["--divergences", "mine.toml"]].concat());
    assert_eq!(ran.code, 0, "{ran:?}");
    let said = ran.stdout.lines().find(|it| it.starts_with("Excused"));
    let said = said.unwrap();
    assert!(said.contains("by mine.toml; "), "{said}");
    assert!(said.ends_with(" of them not explained yet."), "{said}");
}
