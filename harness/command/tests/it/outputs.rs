//! Files that the command writes: each run has its own, whole, and where it was asked for.

use std::{
    fs::{self, File},
    os::unix::fs::symlink,
    thread,
    time::Duration,
};

use crate::{
    programs::REJECTS,
    session::{Ran, Session},
};

const WHOLE: &str = "assay-results/records.jsonl";
const PART: &str = "assay-results/records-partial.jsonl";
const FEW: [&str; 4] = ["run", "reference", "--only", "aud-missing/okta/*"];

fn run(session: &Session, more: &[&str]) -> Ran {
    session.run(&[&FEW[..], more].concat())
}

/// The records of a run that pretends to have had the whole suite.
fn whole_run(session: &Session) -> String {
    run(session, &[]);
    let records = session.read(WHOLE);
    let whole = records.replacen("\"is_whole\":false", "\"is_whole\":true", 1);
    assert_ne!(whole, records);
    session.write(WHOLE, &whole);
    whole
}

#[test]
fn a_second_run_does_not_write_into_the_records_of_a_first() {
    let session = Session::new();
    run(&session, &[]);
    let records = session.read(WHOLE);
    let first = File::open(session.folder().join(WHOLE)).unwrap();
    first.lock().unwrap();
    for more in [&[][..], &["--resume"]] {
        let second = run(&session, more);
        assert_eq!(second.code, 2, "{second:?}");
        let said = "another run writes its records there";
        assert!(second.stderr.contains(said), "{second:?}");
        assert_eq!(session.read(WHOLE), records);
    }
    first.unlock().unwrap();
    assert_eq!(run(&session, &[]).code, 0);
}

#[test]
fn two_runs_may_share_a_device() {
    let session = Session::new();
    let ran = run(
        &session,
        &["--records", "/dev/null", "--junit", "/dev/null"],
    );
    assert_eq!(ran.code, 0, "{ran:?}");
}

#[test]
fn records_that_a_program_removes_replaces_or_cuts_are_missed() {
    for (change, said) in [
        ("rm r.jsonl", "No such file"),
        ("cp r.jsonl c; mv c r.jsonl", "another file has its name"),
        (": > r.jsonl", "octets, and "),
    ] {
        let session = Session::new();
        // At the first request, since the harness asks for the hello before it begins its records.
        let script = REJECTS.replace(
            "while read -r line; do",
            &format!("read -r first; {change}\nset -- \"$first\"\nwhile line=$1; shift || read -r line; do"),
        );
        session.write("program.sh", &script);
        let few = ["run", "--only", "aud-missing", "--profile", "okta"];
        let program = ["--records", "r.jsonl", "--", "sh", "program.sh"];
        let ran = session.run(&[&few[..], &program].concat());
        assert_eq!(ran.code, 3, "{change}: {ran:?}");
        assert!(
            ran.stderr.contains("keep the records in `r.jsonl`"),
            "{ran:?}"
        );
        assert!(ran.stderr.contains(said), "{ran:?}");
    }
}

#[test]
fn two_outputs_in_one_file_are_an_error_before_anything_runs() {
    let session = Session::new();
    let at = |name: &str| session.folder().join(name);
    session.write("known.toml", "");
    session.write("there", "old");
    symlink("there", at("link")).unwrap();
    fs::hard_link(at("there"), at("hard")).unwrap();
    let absolute = at("absent").display().to_string();
    for two in [
        ["--records", "x", "--junit", "x"],
        ["--records", "x", "--markdown", "./y/../x"],
        ["--junit", "absent", "--markdown", &absolute],
        ["--junit", "there", "--markdown", "link"],
        ["--records", "hard", "--markdown", "there"],
        ["--divergences", "known.toml", "--markdown", "known.toml"],
    ] {
        let ran = run(&session, &two);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(
            ran.stderr.contains("it is one file; give each its own"),
            "{ran:?}"
        );
    }
    assert_eq!(session.read("there"), "old");
    assert!(!at("x").exists() && !at("absent").exists());

    run(&session, &["--records", "r.jsonl"]);
    let ran = session.run(&["report", "r.jsonl", "--output", "r.jsonl"]);
    assert_eq!(ran.code, 2, "{ran:?}");
}

#[test]
fn a_part_does_not_take_the_place_of_the_whole_suite() {
    let session = Session::new();
    let whole = whole_run(&session);
    let ran = run(&session, &[]);
    assert!(ran.stderr.contains(&format!("records: {PART}")), "{ran:?}");
    assert_eq!(session.read(WHOLE), whole);
    assert!(session.read(PART).contains("\"is_whole\":false"));
    // `--resume` goes on in the file of the part.
    let cut: String = session.read(PART).split_inclusive('\n').take(2).collect();
    session.write(PART, &cut);
    let ran = run(&session, &["--resume"]);
    assert_eq!((ran.code, session.read(WHOLE)), (0, whole));
    assert!(ran.stderr.contains(&format!("records: {PART}")), "{ran:?}");
}

#[test]
fn the_last_run_is_read_where_no_records_are_named() {
    let session = Session::new();
    whole_run(&session);
    thread::sleep(Duration::from_millis(20));
    let shown = run(&session, &["--no-divergences"]).stdout;
    let ran = session.run(&["report"]);
    assert_eq!(ran.stdout, shown);
    assert!(ran.stderr.contains(PART), "{ran:?}");
    thread::sleep(Duration::from_millis(20));
    session.write(WHOLE, &session.read(WHOLE));
    assert_eq!(session.run(&["report"]).stderr, "");
}

/// Fewer implementations, and a run that stops at its first unexpected result.
#[test]
fn less_than_the_whole_suite_of_all_implementations_is_a_part() {
    let session = Session::new();
    let whole = whole_run(&session);
    let other = session.run(&["run", "jsonwebtoken", "--only", "crit-dup/okta/*"]);
    assert!(other.stderr.contains(PART), "{other:?}");
    assert_eq!(session.read(WHOLE), whole);

    // What is no whole suite is replaced, and so is what is no file of records.
    for other in [
        whole.replacen("\"is_whole\":true", "\"is_whole\":false", 1),
        "x".to_owned(),
    ] {
        session.write(WHOLE, &other);
        let ran = run(&session, &[]);
        assert!(ran.stderr.contains(&format!("records: {WHOLE}")), "{ran:?}");
    }
}

#[test]
fn a_path_that_cannot_be_written_is_a_usage_error_before_anything_runs() {
    let session = Session::new();
    session.write("file", "");
    for output in [
        ["--junit", "file/r.xml"],
        ["--markdown", "."],
        ["--records", "file/r.jsonl"],
        ["--records", "."],
    ] {
        let ran = run(&session, &output);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{ran:?}");
        assert!(ran.stderr.contains("failed to write `"), "{ran:?}");
    }
    assert!(!session.folder().join(WHOLE).exists());
    run(&session, &[]);
    assert_eq!(session.run(&["report", "--output", "file/x"]).code, 2);
    let full = session.run(&["report", "--output", "/dev/full"]);
    assert_eq!(full.code, 3, "{full:?}");
}

#[test]
fn a_report_goes_to_standard_output_under_each_of_its_names() {
    let session = Session::new();
    run(&session, &[]);
    let expected = session.run(&["report", "--format", "jsonl"]).stdout;
    for name in ["-", "/dev/stdout", "/dev/fd/1"] {
        let ran = session.run(&["report", "--format", "jsonl", "--output", name]);
        assert_eq!(ran.stdout, expected, "{name}: {ran:?}");
    }
    assert!(!session.folder().join("-").exists());
}

#[test]
fn the_target_of_a_link_is_replaced() {
    let session = Session::new();
    session.write("page", "old");
    symlink("page", session.folder().join("link")).unwrap();
    run(&session, &["--markdown", "link"]);
    assert!(session.folder().join("link").is_symlink());
    assert!(session.read("page").starts_with("<!-- GENERATED"));
}
