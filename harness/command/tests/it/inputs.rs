//! Files that the command reads: up to a limit, once each, and without waiting for ever.

use std::{
    fs::{self, File},
    process::Command,
    thread,
};

use crate::session::Session;

fn pipe(session: &Session, name: &str) -> std::path::PathBuf {
    let path = session.folder().join(name);
    assert!(
        Command::new("mkfifo")
            .arg(&path)
            .status()
            .unwrap()
            .success()
    );
    path
}

#[test]
fn a_named_pipe_that_no_program_writes_to_is_an_error() {
    let session = Session::new();
    pipe(&session, "pipe");
    let ran = session.run(&["check", "@pipe"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(
        ran.stderr
            .contains("it is a pipe that no program writes to"),
        "{ran:?}"
    );
}

#[test]
fn a_named_pipe_is_read_where_a_program_writes_to_it() {
    let session = Session::new();
    session.run(&["run", "reference", "--only", "aud-missing/okta/*"]);
    let records = session.read("assay-results/records.jsonl");
    let expected = session.run(&["report"]).stdout;
    let path = pipe(&session, "pipe");
    let writer = thread::spawn(move || fs::write(path, records).unwrap());
    let ran = session.run(&["report", "pipe"]);
    writer.join().unwrap();
    assert_eq!((ran.code, ran.stdout), (0, expected));
}

#[test]
fn files_are_read_up_to_a_limit_that_the_error_names() {
    let session = Session::new();
    session.run(&["run", "reference", "--only", "aud-missing/okta/*"]);
    // Files without contents, which take no room.
    let large = |name: &str, octets: u64| {
        let file = File::create(session.folder().join(name)).unwrap();
        file.set_len(octets).unwrap();
    };
    large("records", (2 << 30) + 1);
    large("known.toml", (16 << 20) + 1);
    large("token.jwt", (16 << 20) + 1);
    large("key.pem", (1 << 20) + 1);
    for (arguments, limit) in [
        (&["report", "records"][..], "2147483648"),
        (&["divergences", "update", "known.toml"], "16777216"),
        (
            &["run", "reference", "--divergences", "known.toml"],
            "16777216",
        ),
        (
            &["replay", "known.toml", "--target", "raw_octets"],
            "16777216",
        ),
        (&["check", "token.jwt"], "16777216"),
        (&["mint", "--client-id", "a", "--key", "key.pem"], "1048576"),
    ] {
        let ran = session.run(arguments);
        assert_eq!(ran.code, 2, "{arguments:?}: {ran:?}");
        let said = format!("it is larger than the limit of {limit} octets");
        assert!(ran.stderr.contains(&said), "{arguments:?}: {ran:?}");
    }
}

#[test]
fn a_record_that_stands_twice_is_an_error_and_counts_in_no_report() {
    let session = Session::new();
    session.run(&["run", "reference", "--only", "aud-missing/okta/*"]);
    let records = session.read("assay-results/records.jsonl");
    let last = records.lines().next_back().unwrap();
    session.write("twice.jsonl", &format!("{records}{last}\n"));
    for command in [
        "report twice.jsonl",
        "divergences update known.toml --records twice.jsonl",
    ] {
        let arguments: Vec<&str> = command.split(' ').collect();
        let ran = session.run(&arguments);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.stderr.contains(": a second record of `"), "{ran:?}");
    }
}
