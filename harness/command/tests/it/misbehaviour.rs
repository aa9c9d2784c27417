//! Programs that misbehave, as a user would judge them: each costs its own result, ends in bounded time,
//! and leaves nothing running.

mod grid;

use std::{
    fs,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::{
    programs::{REJECTS, is_running, wait_for},
    session::{Ran, Session},
};

/// Judges a script by a few vectors.
fn judged(session: &Session, script: &str, more: &[&str]) -> Ran {
    session.write("program.sh", script);
    let few = [
        "run",
        "--only",
        "aud-*",
        "--profile",
        "okta",
        "--timeout",
        "2",
    ];
    let program = ["--", "sh", "program.sh"];
    session.run(&[&few, more, &program].concat())
}

fn named(name: &str, script: &str) -> String {
    script.replace(r#""name":"no""#, &format!(r#""name":"{name}""#))
}

fn is_gone(pid: &str) -> bool {
    (0..200).any(|_| {
        thread::sleep(Duration::from_millis(10));
        !is_running(pid)
    })
}

#[test]
fn a_daemon_of_a_program_ends_with_it() {
    let session = Session::new();
    let starts =
        format!("setsid sleep 1000 >/dev/null 2>&1 </dev/null &\necho $! > pid\n{REJECTS}");
    judged(&session, &starts, &[]);
    let pid = session.read("pid");
    assert!(is_gone(pid.trim()), "{pid} is still running");
}

/// The shell that the harness knows dies with it; its child, which reads nothing any more, must as well.
#[test]
fn a_grandchild_ends_where_the_harness_is_killed() {
    let session = Session::new();
    let hangs = REJECTS.replace("while read", "echo $$ > pid; sleep 1000; while read");
    session.write("hangs.sh", &hangs);
    let mut harness = Command::new(env!("CARGO_BIN_EXE_jwt-assay"))
        .args(["run", "--no-records", "--", "sh", "-c", "sh hangs.sh; true"])
        .current_dir(session.folder())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let pid = wait_for(&session.folder().join("pid"));
    harness.kill().unwrap();
    harness.wait().unwrap();
    assert!(is_gone(&pid), "{pid} is still running");
}

/// In the process group of the harness a program cannot be killed with a group of its own.
#[test]
fn a_program_that_leaves_its_process_group_is_killed_all_the_same() {
    let session = Session::new();
    session.write(
        "leaves.py",
        r#"import os, sys, time
harness = os.getppid()
for _ in range(2):
    harness = int(open(f"/proc/{harness}/stat").read().rsplit(")", 1)[1].split()[1])
os.setpgid(0, os.getpgid(harness))
print('{"protocol":1,"implementation":{"name":"no","version":"1","language":"Python"},"roles":{"verify":{"layers":["jws"]}},"methods":["client_secret_jwt"],"algorithms":["HS256"],"clock":"given","key_formats":["secret"]}', flush=True)
open("pid", "w").write(str(os.getpid()))
time.sleep(1000)
"#,
    );
    if Command::new("python3").arg("-V").output().is_err() {
        println!("skipped: there is no python3 to leave a process group with");
        return;
    }
    let begun = Instant::now();
    let few = [
        "run",
        "--only",
        "aud-missing",
        "--profile",
        "okta",
        "--timeout",
        "1",
    ];
    let run = session.run(&[&few[..], &["--", "python3", "leaves.py"]].concat());
    assert_ne!(run.code, 0, "{run:?}");
    assert!(begun.elapsed() < Duration::from_secs(60), "{run:?}");
    if let Ok(pid) = fs::read_to_string(session.folder().join("pid")) {
        assert!(is_gone(&pid), "{pid} is still running");
    }
}

#[test]
fn a_program_that_answers_for_ever_is_stopped() {
    let session = Session::new();
    let floods = REJECTS.replace(
        "\"reason\":\"no\"}'",
        "\"reason\":\"no\"}'; while :; do echo '{\"seq\":'$seq',\"verdict\":\"reject\",\"reason\":\"no\"}'; done",
    );
    assert_ne!(floods, REJECTS);
    let run = judged(&session, &floods, &[]);
    assert_eq!(run.code, 3, "{run:?}");
    assert!(
        run.stdout
            .contains("it answered 100 requests a second time"),
        "{run:?}"
    );
}

#[test]
fn a_program_that_describes_itself_otherwise_after_a_restart_is_stopped() {
    let session = Session::new();
    let changes = REJECTS
        .replace("read -r hello;", "read -r hello; date +%N > n; n=$(cat n);")
        .replace(r#""version":"1""#, r#""version":"'$n'""#)
        .replace("seq=${line#", "exit 3; seq=${line#");
    let run = judged(&session, &changes, &[]);
    assert_ne!(run.code, 0, "{run:?}");
    assert!(
        run.stdout
            .contains("after a restart its hello is another one"),
        "{run:?}"
    );
}

#[test]
fn arguments_reach_a_program_untouched() {
    let session = Session::new();
    session.write("echo.sh", "printf '%s\\n' \"$@\" > arguments; exit 9");
    for argument in ["--help", "-h", "--", "--version", "run"] {
        let run = session.run(&["run", "--", "sh", "echo.sh", argument, "x"]);
        assert_eq!(run.code, 3, "{run:?}");
        assert_eq!(session.read("arguments"), format!("{argument}\nx\n"));
    }
}

#[test]
fn no_program_is_excused_by_the_divergences_of_a_library_whose_name_it_has() {
    let accepts = REJECTS.replace(
        "reject\",\"reason\":\"no",
        "accept\",\"client_id\":\"assay-client-a",
    );
    // What the bundled file of PyJWT records as accepted.
    let recorded = |name: &str| {
        let session = Session::new();
        let run = judged(&session, &named(name, &accepts), &["--only", "b64-padding"]);
        assert_eq!(run.code, 1, "{run:?}");
        session
            .read("assay-results/records.jsonl")
            .matches("\"divergence\"")
            .count()
    };
    assert_eq!(recorded("pyjwt"), 0);
}

#[test]
fn two_implementations_of_one_name_are_an_error() {
    let session = Session::new();
    let run = judged(&session, &named("jsonwebtoken", REJECTS), &["jsonwebtoken"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(
        run.stderr
            .contains("two implementations called `jsonwebtoken`"),
        "{run:?}"
    );
}

#[test]
fn nothing_behind_the_dashes_is_an_error() {
    let session = Session::new();
    let run = session.run(&["run", "--"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains("nothing stands there"), "{run:?}");
}
