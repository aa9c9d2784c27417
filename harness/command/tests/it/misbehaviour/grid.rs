//! Every act of `misbehaving.py` at every moment that it has: what a user sees of it, that the run ends,
//! and that nothing is left running.
//!
//! The whole table takes a minute of two processors; it is run where `JWT_ASSAY_WHOLE` is set, as CI does,
//! and each fifteenth row of it otherwise.

use std::{
    collections::BTreeSet,
    env, fs,
    process::Command,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use super::is_gone;
use crate::session::{Ran, Session};

const HERE: &str = env!("CARGO_MANIFEST_DIR");

/// Judges the honest verifier, which misbehaves in one way.
fn judged(session: &Session, act: &str, moment: &str) -> Ran {
    let (script, verifier) = (
        format!("{HERE}/tests/misbehaving.py"),
        format!("{HERE}/../../vectors/consumers"),
    );
    session.run(&[
        "run",
        "--only",
        "exp-{past,no}*",
        "--profile",
        "rfc7523",
        "--algorithm",
        "HS256",
        "--timeout",
        "1",
        "--",
        "python3",
        "-B",
        &script,
        &verifier,
        act,
        moment,
    ])
}

/// Every act with a moment, as the program lists them; `None` without Python.
fn grid() -> Option<Vec<(String, String)>> {
    let listed = Command::new("python3")
        .args(["-B", &format!("{HERE}/tests/misbehaving.py")])
        .args([&format!("{HERE}/../../vectors/consumers"), "--list"])
        .output()
        .ok()?;
    let text = String::from_utf8(listed.stdout).unwrap();
    let pair = |line: &str| {
        let (act, moment) = line.split_once(' ').unwrap();
        (act.to_owned(), moment.to_owned())
    };
    Some(text.lines().map(pair).collect())
}

/// What the outputs say, of what they can say. Numbers of requests and exit codes between 1 and 3 hang on
/// how far the pipeline was.
fn seen(run: &Ran) -> String {
    const SAYINGS: [&str; 15] = [
        "failed to start",
        "does not answer hello",
        "ended before it said hello",
        "crashed",
        "answered nonsense",
        "timed out",
        "twice",
        "wrongly accepted",
        "wrongly rejected",
        "has no role",
        "unsupported",
        "nothing was judged",
        "after goodbye",
        "could not be killed",
        "failed to keep the records",
    ];
    if run.code == 0 {
        return "everything as expected".to_owned();
    }
    let text = run.stdout.clone() + &run.stderr;
    // The headings of two columns have these words in every run.
    let (text, headings) = (text.as_str(), ["wrongly accepted", "wrongly rejected"]);
    let text = headings
        .iter()
        .fold(text.to_owned(), |it, heading| it.replacen(heading, "", 1));
    let said: Vec<&str> = SAYINGS
        .into_iter()
        .filter(|saying| text.contains(saying))
        .collect();
    said.join(", ")
}

/// Faults that hold for every act: raw control characters, torn records, and processes that are left.
fn faults(session: &Session, run: &Ran) -> Vec<String> {
    let mut faults = Vec::new();
    let is_raw = |it: char| it.is_control() && it != '\n';
    for (name, text) in [("stdout", &run.stdout), ("stderr", &run.stderr)] {
        if let Some(raw) = text.chars().find(|it| is_raw(*it)) {
            faults.push(format!("{name} has {raw:?}"));
        }
        if text
            .lines()
            .any(|it| it.starts_with("::") || it.starts_with("##["))
        {
            faults.push(format!("{name} has a command of a CI service"));
        }
    }
    if !(0..=4).contains(&run.code) {
        faults.push(format!("exit code {}", run.code));
    }
    let records = session.folder().join("assay-results/records.jsonl");
    for line in fs::read_to_string(records).unwrap_or_default().lines() {
        if serde_json::from_str::<serde_json::Value>(line).is_err() {
            faults.push(format!("a torn record: {line}"));
        }
    }
    let pids = fs::read_to_string(session.folder().join("pids")).unwrap_or_default();
    let left = pids.lines().filter(|pid| !is_gone(pid));
    faults.extend(left.map(|pid| format!("process {pid} is left")));
    faults
}

/// The table of misbehaviours: an act, its moment, and what is seen of it.
const TABLE: &str =
    "tests/it/misbehaviour/snapshots/command__misbehaviour__grid__misbehaviours.snap";

#[test]
fn every_misbehaviour_is_seen_and_leaves_nothing() {
    let Some(grid) = grid() else {
        println!("skipped: there is no python3 to misbehave");
        return;
    };
    assert!(grid.len() >= 130, "{}", grid.len());
    let session = Session::new();
    let honest = judged(&session, "none", "never");
    assert_eq!(honest.code, 0, "{honest:?}");

    let is_whole = env::var_os("JWT_ASSAY_WHOLE").is_some();
    let chosen: Vec<_> = grid
        .iter()
        .enumerate()
        .filter(|(place, _)| is_whole || place % 15 == 0)
        .map(|(_, row)| row)
        .collect();
    let next = AtomicUsize::new(0);
    let table = Mutex::new(BTreeSet::new());
    let wrong = Mutex::new(Vec::new());
    thread::scope(|scope| {
        // Most wait for a deadline, so there are more of them than processors.
        for _ in 0..12 {
            scope.spawn(|| {
                while let Some((act, moment)) = chosen.get(next.fetch_add(1, Ordering::SeqCst)) {
                    let session = Session::new();
                    let run = judged(&session, act, moment);
                    let row = format!("{act:<24} {moment:<6} {}", seen(&run));
                    table.lock().unwrap().insert(row);
                    let faults = faults(&session, &run);
                    if !faults.is_empty() {
                        let faults = format!("{act} {moment}: {faults:?}");
                        wrong.lock().unwrap().push(faults);
                    }
                }
            });
        }
    });
    assert_eq!(wrong.into_inner().unwrap(), Vec::<String>::new());
    let table: Vec<String> = table.into_inner().unwrap().into_iter().collect();
    if is_whole {
        insta::assert_snapshot!("misbehaviours", table.join("\n"));
    } else {
        let whole = fs::read_to_string(format!("{HERE}/{TABLE}")).unwrap();
        let differs = |row: &&String| !whole.lines().any(|known| known == *row);
        let other: Vec<&String> = table.iter().filter(differs).collect();
        assert!(other.is_empty(), "not in {TABLE}: {other:#?}");
    }
}
