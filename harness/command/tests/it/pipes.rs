//! Pipes that nobody reads: they end nothing, and change no exit code.

use std::{
    fs::{self, File},
    io,
    process::{Command, Stdio},
};

use crate::session::Session;

/// The output that goes to a pipe whose reader is gone. The other goes to the file `other`.
#[derive(Clone, Copy)]
enum Closed {
    Diagnostics,
    Output,
}

/// The exit code of a command.
fn code(session: &Session, arguments: &str, closed: Closed) -> i32 {
    let (reader, writer) = io::pipe().unwrap();
    drop(reader);
    let other = File::create(session.folder().join("other")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_jwt-assay"));
    command
        .args(arguments.split(' '))
        .current_dir(session.folder())
        .stdin(Stdio::null());
    match closed {
        Closed::Diagnostics => command.stderr(writer).stdout(other),
        Closed::Output => command.stdout(writer).stderr(other),
    };
    command.status().unwrap().code().unwrap()
}

const RUN: &str = "run reference --only aud-missing/okta/*";

#[test]
fn diagnostics_that_cannot_be_written_change_nothing() {
    let session = Session::new();
    let code = |arguments| code(&session, arguments, Closed::Diagnostics);
    assert_eq!(code(RUN), 0);
    let shown = session.read("other");
    assert!(
        shown.starts_with("Everything came out as expected."),
        "{shown}"
    );
    assert_eq!(code("report"), 0);
    assert_eq!(code("divergences update known.toml"), 0);
    assert_eq!(code("new-adapter python"), 0);
    assert_eq!(code("run no-such-implementation"), 2);

    assert_eq!(code("keygen --algorithm ES256 --out keys"), 0);
    let files = fs::read_dir(session.folder().join("keys")).unwrap();
    assert_eq!(files.count(), 4);

    session.write("token", "a.b.c\n");
    let rejects = session.run(&["check", "@token"]).code;
    assert_eq!(code("check @token"), rejects);
}

#[test]
fn an_output_that_nobody_reads_ends_quietly_with_the_code_of_the_command() {
    let session = Session::new();
    let code = |arguments| code(&session, arguments, Closed::Output);
    assert_eq!(code("list --vectors"), 0);
    assert_eq!(session.read("other"), "");
    assert_eq!(code(RUN), 0);
    assert_eq!(
        session.read("other"),
        "records: assay-results/records.jsonl\n"
    );
    // Records are not a page for people, and a part of them is no run.
    assert_eq!(code(&format!("{RUN} --records /dev/stdout")), 3);
}
