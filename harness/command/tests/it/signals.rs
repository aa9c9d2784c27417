//! Signals: what is there is kept, counted and said, and the exit code is that of the signal.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    os::unix::process::CommandExt,
    process::{Child, Command, Output, Stdio},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::Duration,
};

use crate::{
    programs::REJECTS,
    session::{Session, interruptible},
};

/// Starts the command, in a process that nobody waits for yet.
fn start(session: &Session, arguments: &[&str]) -> Child {
    interruptible()
        .args(arguments)
        .current_dir(session.folder())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn signal(child: &Child, name: &str) {
    let pid = child.id().to_string();
    let sent = Command::new("kill").args(["-s", name, &pid]).status();
    assert!(sent.unwrap().success());
}

/// Waits until a condition holds, for a minute at most.
fn until(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..6000 {
        if holds() {
            return;
        }
        thread::sleep(Duration::from_millis(10));
    }
    panic!("it never came: {what}");
}

/// Waits until the command handles signals, by its line in `/proc` (`proc_pid_status(5)`).
fn until_it_handles_signals(child: &Child) {
    let status = format!("/proc/{}/status", child.id());
    until("a handler", || {
        let status = fs::read_to_string(&status).unwrap();
        let mask = status.lines().find_map(|it| it.strip_prefix("SigCgt:"));
        let mask = u64::from_str_radix(mask.unwrap().trim(), 16).unwrap();
        // SIGTERM is the last to be registered.
        mask & (1 << 14) != 0
    });
}

/// The exit code and the outputs of a command that ends within two minutes, or is killed.
fn said(child: Child) -> (i32, String, String) {
    let pid = child.id().to_string();
    let (has_ended, ended) = mpsc::channel::<()>();
    let guard = thread::spawn(move || {
        if ended.recv_timeout(Duration::from_secs(120)) == Err(RecvTimeoutError::Timeout) {
            // OK to ignore: it may have ended in this moment.
            Command::new("kill")
                .args(["-s", "KILL", &pid])
                .status()
                .ok();
        }
    });
    let Output {
        status,
        stdout,
        stderr,
    } = child.wait_with_output().unwrap();
    drop(has_ended);
    guard.join().unwrap();
    let text = |octets| String::from_utf8(octets).unwrap();
    let code = status.code().expect("it ends by itself after a signal");
    (code, text(stdout), text(stderr))
}

fn lines(session: &Session, name: &str) -> usize {
    let octets = fs::read(session.folder().join(name)).unwrap_or_default();
    octets.iter().filter(|octet| **octet == b'\n').count()
}

#[test]
fn a_run_that_is_interrupted_keeps_its_records_and_names_the_command_that_goes_on() {
    for (name, code) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
        let session = Session::new();
        let whole = ["run", "reference", "--jobs", "1", "--junit", "r.xml"];
        let child = start(&session, &whole);
        until("records", || {
            lines(&session, "assay-results/records.jsonl") > 20
        });
        signal(&child, name);
        let (ended, stdout, stderr) = said(child);
        assert_eq!(ended, code, "{name}: {stderr}");
        assert!(stdout.starts_with("INCOMPLETE: "), "{stdout}");
        assert!(
            session
                .read("r.xml")
                .contains("<error message=\"INCOMPLETE: ")
        );

        let records = session.read("assay-results/records.jsonl");
        assert!(records.ends_with("}\n"));
        let results = records.lines().count() - 1;
        let stopped = format!("stopped by SIG{name} after {results} of ");
        assert!(stderr.contains(&stopped), "{stderr}");
        let command =
            "`jwt-assay run reference --jobs 1 --junit r.xml --resume` presents the others";
        assert!(stderr.contains(command), "{stderr}");
        let report = session.run(&["report"]);
        assert_eq!((report.code, report.stdout), (3, stdout));
    }
}

/// A program that does not answer holds the run up; the run ends all the same, and the program with it.
#[test]
fn a_run_ends_though_a_program_does_not_answer() {
    let session = Session::new();
    let hangs = REJECTS.replace("while read", "echo $$ > pid; sleep 1000; while read");
    session.write("hangs.sh", &hangs);
    let run = ["run", "--junit", "r.xml", "--timeout", "900"];
    let child = start(&session, &[&run[..], &["--", "sh", "hangs.sh"]].concat());
    until("the program", || lines(&session, "pid") > 0);
    signal(&child, "INT");
    let (ended, stdout, stderr) = said(child);
    assert_eq!(ended, 130, "{stderr}");
    assert!(stdout.starts_with("INCOMPLETE: "), "{stdout}");
    assert!(stderr.contains("stopped by SIGINT after "), "{stderr}");
    let junit = session.read("r.xml");
    assert!(junit.contains("<error message=\"INCOMPLETE: "), "{junit}");
    let records = session.read("assay-results/records.jsonl");
    assert!(!records.contains("crashed"), "{records}");
    let program = session.read("pid");
    until("its end", || !crate::programs::is_running(program.trim()));
}

/// A terminal sends it to the programs as well, and what they die of is none of their results.
#[test]
fn an_interrupt_from_a_terminal_is_no_crash_of_the_program() {
    let session = Session::new();
    session.write("program.sh", REJECTS);
    let run = ["run", "--profile", "okta", "--", "sh", "program.sh"];
    let child = interruptible()
        .args(run)
        .current_dir(session.folder())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()
        .unwrap();
    until("records", || {
        lines(&session, "assay-results/records.jsonl") > 20
    });
    let group = format!("-{}", child.id());
    let sent = Command::new("kill")
        .args(["-s", "INT", "--", &group])
        .status();
    assert!(sent.unwrap().success());
    let (ended, stdout, stderr) = said(child);
    assert_eq!(ended, 130, "{stderr}");
    assert!(stdout.starts_with("INCOMPLETE: "), "{stdout}");
    let records = session.read("assay-results/records.jsonl");
    assert!(
        !records.contains("crashed") && !records.contains("incident"),
        "{records}"
    );

    let resumed = session.run(&[&["run", "--resume"], &run[1..]].concat());
    let fresh = Session::new();
    fresh.write("program.sh", REJECTS);
    let whole = fresh.run(&run);
    assert_eq!((resumed.code, resumed.stdout), (whole.code, whole.stdout));
}

#[test]
fn a_second_signal_ends_the_command_at_once() {
    let session = Session::new();
    let hangs = REJECTS.replace("while read", "echo $$ > pid; sleep 1000; while read");
    session.write("hangs.sh", &hangs);
    let child = start(
        &session,
        &["run", "--timeout", "900", "--", "sh", "hangs.sh"],
    );
    until("the program", || lines(&session, "pid") > 0);
    signal(&child, "INT");
    signal(&child, "TERM");
    let (ended, _, stderr) = said(child);
    // Either may be handled first. Nothing was said: one alone would have waited for the program.
    assert!([130, 143].contains(&ended), "{ended}");
    assert!(!stderr.contains("stopped by"), "{stderr}");
}

#[test]
fn a_hunt_that_is_interrupted_says_how_far_it_came() {
    let session = Session::new();
    // There is nothing to see before its end, so the time grows until an input was tried.
    for seconds in [1, 2, 4, 8, 16, 32] {
        let child = start(&session, &["fuzz", "reference", "--cases", "100000000"]);
        until_it_handles_signals(&child);
        thread::sleep(Duration::from_secs(seconds));
        signal(&child, "INT");
        let (ended, stdout, stderr) = said(child);
        assert_eq!(ended, 130, "{stderr}");
        let tried = stderr.strip_prefix("stopped by SIGINT after ").unwrap();
        let (tried, _) = tried.split_once(" of 100000000 inputs").unwrap();
        let summary = format!("{tried} inputs of seed 1, ");
        assert!(stdout.starts_with(&summary), "{stdout}");
        if tried != "0" {
            return;
        }
    }
    panic!("no input was tried");
}

#[test]
fn a_measurement_that_is_interrupted_is_printed_and_goes_into_no_file() {
    let session = Session::new();
    session.write("t.json", "old");
    let mut child = start(
        &session,
        &[
            "bench",
            "reference",
            "--algorithm",
            "HS256",
            "--processes",
            "1000",
            "--rounds",
            "1",
            "--format",
            "json",
            "--output",
            "t.json",
        ],
    );
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("process 2 of 1000") {
        assert_ne!(stderr.read_line(&mut line).unwrap(), 0, "{line}");
    }
    signal(&child, "TERM");
    let mut rest = String::new();
    stderr.read_to_string(&mut rest).unwrap();
    let (ended, stdout, _) = said(child);
    let stderr = rest;
    assert_eq!(ended, 143, "{stderr}");
    assert!(
        stderr.contains("stopped by SIGTERM in process "),
        "{stderr}"
    );
    assert!(stdout.contains("\"name\": \"reference\""), "{stdout}");
    assert_eq!(session.read("t.json"), "old");
}

#[test]
fn work_without_a_part_to_keep_says_that_nothing_was_written() {
    for arguments in [
        &["sabotage"][..],
        &["fuzz", "--self-test"],
        &[
            "keygen",
            "--algorithm",
            "RS512",
            "--bits",
            "8192",
            "--out",
            "keys",
        ],
    ] {
        let session = Session::new();
        let child = start(&session, arguments);
        until_it_handles_signals(&child);
        signal(&child, "INT");
        let (ended, _, stderr) = said(child);
        assert_eq!(ended, 130, "{arguments:?}: {stderr}");
        // A key is sometimes found at once, and then all its files are there.
        let is_whole = session.folder().join("keys").exists();
        let files = if is_whole {
            "4 files were written"
        } else {
            "no file was written"
        };
        assert!(
            is_whole || stderr.contains(files),
            "{arguments:?}: {stderr}"
        );
        if is_whole {
            assert_eq!(
                fs::read_dir(session.folder().join("keys")).unwrap().count(),
                4
            );
        }
    }
}

/// `nohup` asks for it.
#[test]
fn a_signal_that_is_ignored_stays_ignored() {
    let session = Session::new();
    session.write(
        "script.sh",
        "trap '' HUP; \"$JA\" run reference --jobs 1 --only '*/okta/*' & \
         pid=$!; sleep 1; kill -HUP $pid; wait $pid",
    );
    let status = Command::new("bash")
        .arg("script.sh")
        .env("JA", env!("CARGO_BIN_EXE_jwt-assay"))
        .current_dir(session.folder())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    assert_eq!(status.unwrap().code(), Some(0));
}
