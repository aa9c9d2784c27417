//! `divergences update` as a process, with `run` before and after it.

use crate::session::{Ran, Session};

const FILE: &str = "known.toml";

/// A selection that takes seconds, in which `jsonwebtoken` has known faults.
fn run(session: &Session, more: &[&str]) -> Ran {
    let few = ["run", "--only", "crit-*", "--profile", "rfc7523"];
    session.run(&[&few[..], more].concat())
}

fn run_with_file(session: &Session) -> i32 {
    run(session, &["jsonwebtoken", "--divergences", FILE]).code
}

/// A session after a run of `jsonwebtoken`.
fn judged() -> Session {
    let session = Session::new();
    run(&session, &["jsonwebtoken"]);
    session
}

fn update(session: &Session) -> Ran {
    session.run(&["divergences", "update", FILE])
}

#[test]
fn a_file_that_was_made_from_a_run_makes_it_green_and_any_change_red() {
    let session = judged();
    assert_eq!(run(&session, &["jsonwebtoken", "--no-divergences"]).code, 1);
    let made = update(&session);
    assert_eq!(
        (made.code, made.stdout.as_str()),
        (
            0,
            "0 entries kept, 0 narrowed, 0 removed, 2 new (7 vectors)\n"
        )
    );
    assert_eq!(run_with_file(&session), 0);

    // The file has neither less nor more than the run: either makes the exit code 1.
    let text = session.read(FILE);
    let known = "    \"crit-dup/rfc7523/rs256\",\n";
    assert!(text.contains(known), "{text}");
    session.write(FILE, &text.replace(known, ""));
    assert_eq!(run_with_file(&session), 1);
    let more = format!("{known}    \"crit-nonstring/rfc7523/rs256\",\n");
    session.write(FILE, &text.replace(known, &more));
    assert_eq!(run_with_file(&session), 1);

    assert_eq!(
        update(&session).stdout,
        "1 entry kept, 1 narrowed, 0 removed, 0 new\n"
    );
    assert_eq!(session.read(FILE), text);
    assert_eq!(run_with_file(&session), 0);
}

#[test]
fn text_of_a_person_stays_and_a_second_update_changes_nothing() {
    let session = judged();
    let explained = "\
# Everything here is as of version 11.

# Reported.
[[divergence]]
vectors = [
    \"crit-unknown*\",            # both
    \"crit-{nonstring,dup}\",
]
clause = \"RFC 7515 4.1.11\"
seen   = \"accepted\"
reason = '''reads no `crit`'''
link   = \"https://example.org/1\"
";
    session.write(FILE, explained);
    insta::assert_snapshot!(session.transcript(&["divergences", "update", FILE]), @r#"
    $ jwt-assay divergences update known.toml
    exit code 0
    --- stdout
    0 entries kept, 1 narrowed, 0 removed, 2 new (2 vectors)
    --- stderr
    "#);
    let text = session.read(FILE);
    insta::assert_snapshot!("a_file_that_a_person_explained", text);
    assert_eq!(
        update(&session).stdout,
        "3 entries kept, 0 narrowed, 0 removed, 0 new\n"
    );
    assert_eq!(session.read(FILE), text);
}

#[test]
fn records_of_several_implementations_need_a_name() {
    let session = Session::new();
    run(&session, &["jsonwebtoken", "reference"]);
    insta::assert_snapshot!(session.transcript(&["divergences", "update", FILE]), @r#"
    $ jwt-assay divergences update known.toml
    exit code 2
    --- stdout
    --- stderr
    error: failed to choose the implementation that divergences `known.toml` are of: the records are of `jsonwebtoken`, `reference`; add `--implementation NAME`
    "#);
    let of = |name| session.transcript(&["divergences", "update", FILE, "--implementation", name]);
    insta::assert_snapshot!(of("jsonwebtokn"), @r#"
    $ jwt-assay divergences update known.toml --implementation jsonwebtokn
    exit code 2
    --- stdout
    --- stderr
    error: failed to find implementation `jsonwebtokn` in the records: they are of `jsonwebtoken`, `reference`
    "#);
    assert!(!session.folder().join(FILE).exists());
    insta::assert_snapshot!(of("jsonwebtoken"), @r#"
    $ jwt-assay divergences update known.toml --implementation jsonwebtoken
    exit code 0
    --- stdout
    0 entries kept, 0 narrowed, 0 removed, 2 new (7 vectors)
    --- stderr
    "#);
}

#[test]
fn records_that_cannot_be_used_leave_the_file_alone() {
    let session = judged();
    session.write(FILE, "# mine\n");
    let records = session.read("assay-results/records.jsonl");
    let header = records.lines().next().unwrap();
    session.write(
        "broken.jsonl",
        &records.replacen("\"case\":", "\"cas\":", 3),
    );
    session.write("header.jsonl", header);
    session.write(
        "newer.jsonl",
        &records.replace("\"format\":1", "\"format\":2"),
    );
    let of = |records| session.transcript(&["divergences", "update", FILE, "--records", records]);
    insta::assert_snapshot!(of("missing.jsonl"), @r#"
    $ jwt-assay divergences update known.toml --records missing.jsonl
    exit code 2
    --- stdout
    --- stderr
    error: failed to read records `missing.jsonl`: there is no such file; `jwt-assay run` writes one
    "#);
    insta::assert_snapshot!(of("header.jsonl"), @r#"
    $ jwt-assay divergences update known.toml --records header.jsonl
    exit code 4
    --- stdout
    --- stderr
    error: failed to read records `header.jsonl`: a header and no record, so nothing was judged; let `jwt-assay run` finish
    "#);
    insta::assert_snapshot!(of("newer.jsonl"), @r#"
    $ jwt-assay divergences update known.toml --records newer.jsonl
    exit code 2
    --- stdout
    --- stderr
    error: failed to read records `newer.jsonl`, line 1: they are in format 2, and this jwt-assay reads format 1; `jwt-assay run` writes them anew
    "#);
    let broken = of("broken.jsonl");
    assert!(
        broken.contains("exit code 2") && broken.contains("line 2: missing field `case`"),
        "{broken}"
    );
    assert_eq!(session.read(FILE), "# mine\n");
}

#[test]
fn a_file_that_cannot_be_read_is_left_alone() {
    let session = judged();
    for text in [
        "divergence",
        "[[divergence]]\nvectors = [\"no-such-case\"]\nseen = \"accepted\"\nreason = \"a\"\nclause = \"b\"\n",
    ] {
        session.write(FILE, text);
        let Ran { code, stderr, .. } = update(&session);
        assert_eq!(code, 2);
        assert!(
            stderr.starts_with("error: failed to read divergences `known.toml`: "),
            "{stderr}"
        );
        assert_eq!(session.read(FILE), text);
    }
}

#[test]
fn an_answer_that_does_not_come_is_said_and_not_recorded() {
    let session = judged();
    let records = session.read("assay-results/records.jsonl");
    let times_out = |line: &str| {
        if line.contains("\"crit-dup/rfc7523/rs256\"") {
            line.replace("\"wrongly-accepted\"", "{\"failed\":\"timed-out\"}") + "\n"
        } else {
            line.to_owned() + "\n"
        }
    };
    let records: String = records.lines().map(times_out).collect();
    session.write("assay-results/records.jsonl", &records);
    insta::assert_snapshot!(session.transcript(&["divergences", "update", FILE]), @r#"
    $ jwt-assay divergences update known.toml
    exit code 1
    --- stdout
    0 entries kept, 0 narrowed, 0 removed, 2 new (6 vectors)
    --- stderr
    1 cannot be recorded:
      crit-dup/rfc7523/rs256 failed: timed out; see `jwt-assay run jsonwebtoken --only crit-dup/rfc7523/rs256`
    "#);
    assert!(!session.read(FILE).contains("crit-dup"));
}

#[test]
fn a_run_that_was_stopped_is_said() {
    let session = judged();
    let records = session.read("assay-results/records.jsonl");
    let stopped: String = records
        .lines()
        .take(12)
        .map(|line| line.to_owned() + "\n")
        .collect();
    session.write("assay-results/records.jsonl", &stopped);
    let Ran { code, stderr, .. } = update(&session);
    assert_eq!(code, 0);
    assert!(
        stderr.contains("of 18 vectors; divergences of the others stay as they are"),
        "{stderr}"
    );
}

#[cfg(unix)]
#[test]
fn the_file_keeps_its_permissions_and_stays_a_link() {
    use std::{fs, os::unix::fs::PermissionsExt};

    let session = judged();
    let (file, target) = (
        session.folder().join(FILE),
        session.folder().join("target.toml"),
    );
    session.write("target.toml", "");
    fs::set_permissions(&target, fs::Permissions::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink("target.toml", &file).unwrap();
    assert_eq!(update(&session).code, 0);
    assert!(file.is_symlink() && session.read("target.toml").contains("crit-dup"));
    assert_eq!(
        fs::metadata(&target).unwrap().permissions().mode() & 0o777,
        0o640
    );
}
