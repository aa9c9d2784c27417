//! `run --resume`: a resumed run has the results of an uninterrupted one.

use std::{
    fs,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::session::{Ran, Session};

const RECORDS: &str = "assay-results/records.jsonl";

/// A small selection, with controls outside of it, and known faults. One thread keeps the records
/// in one order.
const FEW: [&str; 8] = [
    "run",
    "jsonwebtoken",
    "--only",
    "{crit,aud}-*",
    "--profile",
    "rfc7523",
    "--jobs",
    "1",
];

fn run(session: &Session, more: &[&str]) -> Ran {
    session.run(&[&FEW[..], more].concat())
}

/// The records without the members of one run alone, sorted.
fn records(session: &Session) -> Vec<String> {
    let text = session.read(RECORDS);
    let mut records: Vec<String> = text
        .lines()
        .skip(1)
        .map(|line| {
            let mut line: Value = serde_json::from_str(line).unwrap();
            line["record"]["run"].take();
            line.to_string()
        })
        .collect();
    records.sort();
    records
}

/// Writes the records of a run that was killed within the line after `lines`.
fn cut(session: &Session, whole: &str, lines: usize) {
    let kept: String = whole.split_inclusive('\n').take(lines).collect();
    let half = whole[kept.len()..].get(..25).unwrap_or_default();
    session.write(RECORDS, &(kept + half));
}

#[test]
fn a_resumed_run_has_the_records_of_an_uninterrupted_one() {
    let session = Session::new();
    let uninterrupted = run(&session, &[]);
    let (whole, expected) = (session.read(RECORDS), records(&session));
    let lines = whole.lines().count();
    assert!(
        lines > 60 && whole.contains("\"is_support\":true"),
        "{lines}"
    );
    for kept in [1, 2, 7, lines / 2, lines - 1, lines] {
        cut(&session, &whole, kept);
        let resumed = run(&session, &["--resume"]);
        assert_eq!(resumed.stdout, uninterrupted.stdout, "after {kept} lines");
        assert_eq!(resumed.code, uninterrupted.code);
        assert_eq!(records(&session), expected, "after {kept} lines");
        let begins: String = whole.split_inclusive('\n').take(kept).collect();
        assert!(session.read(RECORDS).starts_with(&begins));
    }
}

#[test]
fn a_run_of_builders_that_was_cut_ends_as_if_it_had_not_been() {
    let session = Session::new();
    let few = |more: &[&str]| {
        let few = "run --role build jsonwebtoken --profile rfc7523 --samples 20 --jobs 1";
        let arguments: Vec<&str> = few.split(' ').chain(["--records", RECORDS]).collect();
        session.run(&[&arguments[..], more].concat())
    };
    let uninterrupted = few(&[]);
    let (whole, expected) = (session.read(RECORDS), records(&session));
    let lines = whole.lines().count();
    assert!(lines > 60 && whole.contains("\"as_control\""), "{lines}");
    for kept in [1, 9, lines / 2, lines] {
        cut(&session, &whole, kept);
        let resumed = few(&["--resume"]);
        assert_eq!(resumed.stdout, uninterrupted.stdout, "after {kept} lines");
        assert_eq!(resumed.code, uninterrupted.code);
        assert_eq!(records(&session), expected, "after {kept} lines");
    }
    let Ran { code, stderr, .. } = few(&["--resume", "--skip", "bld-aud-*"]);
    assert_eq!(code, 2, "{stderr}");
}

#[test]
fn results_from_before_the_stop_count_for_the_exit_code() {
    let session = Session::new();
    let ran = run(&session, &["--no-divergences"]);
    assert_eq!(ran.code, 1);
    assert_eq!(run(&session, &["--no-divergences", "--resume"]).code, 1);
}

#[cfg(unix)]
#[test]
fn a_run_that_was_killed_goes_on() {
    let session = Session::new();
    let okta = ["run", "reference", "--profile", "okta", "--jobs", "1"];
    session.run(&okta);
    let expected = records(&session);
    fs::remove_file(session.folder().join(RECORDS)).unwrap();

    let mut child = Command::new(env!("CARGO_BIN_EXE_jwt-assay"))
        .args(okta)
        .current_dir(session.folder())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    let lines = || {
        let text = fs::read(session.folder().join(RECORDS)).unwrap_or_default();
        text.iter().filter(|octet| **octet == b'\n').count()
    };
    while lines() < 20 && Instant::now() < deadline {
        thread::sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let killed = lines();
    assert!((20..expected.len()).contains(&killed), "{killed}");

    let resumed = session.run(&[&okta[..], &["--resume"]].concat());
    assert_eq!(resumed.code, 0, "{}", resumed.stdout);
    assert_eq!(records(&session), expected);
}

#[test]
fn the_records_of_another_run_are_not_resumed_and_stay() {
    let session = Session::new();
    run(&session, &[]);
    let whole = session.read(RECORDS);
    let begun: String = whole.split_inclusive('\n').take(120).collect();
    let half = begun.clone() + "{\"record\":{";
    let failure = |records: &str, arguments: &[&str]| {
        session.write(RECORDS, records);
        let Ran { code, stderr, .. } = session.run(&[arguments, &["--resume"]].concat());
        assert_eq!(code, 2, "{arguments:?}: {stderr}");
        assert_eq!(session.read(RECORDS), records);
        stderr
    };
    let mut said = vec![
        failure(&half, &[&FEW[..], &["--skip", "aud-missing"]].concat()),
        failure(
            &half,
            &[
                "run",
                "reference",
                "--only",
                "{crit,aud}-*",
                "--profile",
                "rfc7523",
            ],
        ),
        failure(&half, &[&FEW[..], &["--no-divergences"]].concat()),
        failure(&half.replace("11.1.0", "11.0.0"), &FEW),
        failure(&half.replace("rfc7523@1", "rfc7523@0"), &FEW),
        failure(
            &half.replace("\"clock\":\"system\"", "\"clock\":\"given\""),
            &FEW,
        ),
        failure("{\"run\":{\"form", &FEW),
    ];
    // The same record twice.
    let last = begun.split_inclusive('\n').next_back().unwrap();
    said.push(failure(&(begun.clone() + last), &FEW));
    // Another run with the same number of vectors.
    session.run(&["run", "reference", "--only", "crit-dup/rfc7523/rs256"]);
    let header = session.read(RECORDS).lines().next().unwrap().to_owned() + "\n";
    let other = ["run", "reference", "--only", "crit-nonstring/rfc7523/rs256"];
    said.push(failure(&header, &other));
    let said: String = said.into_iter().map(|text| shortened(&text)).collect();
    insta::assert_snapshot!(said);
}

/// A message without hashes and versions, which change with every library.
fn shortened(text: &str) -> String {
    let mut text = text.to_owned();
    if let Some((before, _)) = text.split_once("the selection: ") {
        text = format!("{before}the selection: …\n");
    }
    if let Some((before, _)) = text.split_once("says of itself: ") {
        text = format!("{before}says of itself: …\n");
    }
    text
}

/// A run that was killed before its first line left nothing, and the same command goes on anew.
#[test]
fn a_run_without_records_begins_anew_and_says_so() {
    let session = Session::new();
    let Ran { code, stderr, .. } = run(&session, &["--resume"]);
    assert!(
        stderr.contains("no records yet, a new run begins"),
        "{stderr}"
    );
    let whole = run(&session, &[]);
    assert_eq!(code, whole.code);
}
