//! Programs of a user's own, judged by `run`.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use crate::session::Session;

/// A verifier that rejects everything, and claims every layer.
pub(crate) const REJECTS: &str = r#"read -r hello; echo '{"protocol":1,"implementation":{"name":"no","version":"1","language":"sh"},"roles":{"verify":{"layers":["jws","jwt"]}},"methods":["client_secret_jwt","private_key_jwt"],"algorithms":["HS256","RS256"],"clock":"given","key_formats":["jwk"]}'
while read -r line; do
    case $line in *'"op":"bye"'*) break;; esac
    seq=${line#*'"seq":'}; seq=${seq%%,*}
    echo '{"seq":'$seq',"verdict":"reject","reason":"no"}'
done"#;

#[test]
fn a_program_that_rejects_everything_proves_nothing() {
    let session = Session::new();
    let run = session.run(&[
        "run",
        "--only",
        "aud-*",
        "--profile",
        "okta",
        "--",
        "sh",
        "-c",
        REJECTS,
    ]);
    assert_eq!(run.code, 3, "{run:?}");
    assert!(
        run.stdout.contains("no: not one control came out right"),
        "{run:?}"
    );
}

#[test]
fn a_program_that_is_not_there_is_said_with_code_3() {
    let session = Session::new();
    let run = session.run(&["run", "--", "./no-such-program", "--flag"]);
    assert_eq!(run.code, 3, "{run:?}");
    assert!(
        run.stderr.contains("failed to start `no-such-program …`"),
        "{run:?}"
    );
}

#[test]
fn the_command_to_run_one_vector_alone_names_the_program() {
    let session = Session::new();
    let accepts = REJECTS.replace(
        "reject\",\"reason\":\"no",
        "accept\",\"client_id\":\"assay-client-a",
    );
    session.write("accepts.sh", &accepts);
    let run = session.run(&[
        "run",
        "--only",
        "iss-case",
        "--profile",
        "okta",
        "--",
        "sh",
        "accepts.sh",
    ]);
    assert_eq!(run.code, 1, "{run:?}");
    let rerun = "jwt-assay run --only iss-case/okta/hs256 -- sh …";
    assert!(run.stdout.contains(rerun), "{run:?}");
}

/// A builder in the shell that gives one answer to all requests.
fn builder(answer: &str) -> String {
    REJECTS
        .replace(r#""verify":{"layers":["jws","jwt"]}"#, r#""build":{}"#)
        .replace(r#""verdict":"reject","reason":"no""#, answer)
        .replace(r#"["jwk"]"#, r#"["secret","pkcs8"]"#)
}

#[test]
fn a_builder_that_declines_everything_proves_nothing() {
    let session = Session::new();
    session.write(
        "builder.sh",
        &builder(r#""verdict":"refused","reason":"no""#),
    );
    let run = session.run(&["run", "--role", "build", "--", "sh", "builder.sh"]);
    assert_eq!(run.code, 3, "{run:?}");
    assert!(
        run.stdout.contains("no: not one control came out right"),
        "{run:?}"
    );
}

#[test]
fn the_assertion_of_a_program_is_read_and_the_request_that_crashes_it_is_named() {
    let session = Session::new();
    let crashes = builder(r#""assertion":"a.b.c""#).replace(
        "seq=${line",
        "case $line in *'\"lifetime\":3600'*) exit 9;; esac; seq=${line",
    );
    session.write("builder.sh", &crashes);
    let only = [
        "run",
        "--role",
        "build",
        "--profile",
        "okta",
        "--all",
        "--only",
        "bld-valid",
        "--only",
        "bld-exp-cap",
        "--",
        "sh",
        "builder.sh",
    ];
    let run = session.run(&only);
    assert_ne!(run.code, 0, "{run:?}");
    let rerun = "jwt-assay run --role build --only bld-valid/okta/hs256 -- sh …";
    assert!(run.stdout.contains(rerun), "{run:?}");
    assert!(run.stdout.contains("base64url"), "{run:?}");
    assert!(run.stdout.contains("crashed: exit status: 9"), "{run:?}");
}

#[test]
fn a_program_is_not_asked_for_what_its_hello_does_not_name() {
    let session = Session::new();
    session.write("verifier.sh", REJECTS);
    let run = session.run(&["run", "--role", "build", "--", "sh", "verifier.sh"]);
    assert_eq!(run.code, 2, "{run:?}");
    insta::assert_snapshot!(run.stderr, @"error: failed to ask `sh …`: its hello has no role `build`");
}

#[test]
fn a_mistyped_language_does_not_go_unnoticed_beside_others() {
    let session = Session::new();
    let run = session.run(&["run", "--language", "rust", "--language", "Rusty"]);
    assert_eq!(run.code, 2, "{run:?}");
    insta::assert_snapshot!(run.stderr, @"error: failed to find an implementation in `Rusty`: the known languages are Rust");
}

#[test]
fn verifiers_are_not_asked_for_samples() {
    let session = Session::new();
    let run = session.run(&["run", "reference", "--samples", "10"]);
    assert_eq!(run.code, 2);
    insta::assert_snapshot!(run.stderr, @"error: failed to ask verifiers for samples: only builders give them; add `--role build`");
}

/// Kills the harness in the middle of a run: the program, which reads no more and would sleep for
/// minutes, must not outlive it.
#[test]
fn nothing_is_left_running_where_the_harness_is_killed() {
    let session = Session::new();
    let sleeps = REJECTS.replace("while read", "echo $$ > pid; exec sleep 1000; while read");
    session.write("sleeps.sh", &sleeps);
    let mut harness = Command::new(env!("CARGO_BIN_EXE_jwt-assay"))
        .args(["run", "--no-records", "--", "sh", "sleeps.sh"])
        .current_dir(session.folder())
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let pid = wait_for(&session.folder().join("pid"));
    assert!(is_running(&pid), "{pid} has not begun");
    harness.kill().unwrap();
    harness.wait().unwrap();
    let is_gone = (0..200).any(|_| {
        thread::sleep(Duration::from_millis(10));
        !is_running(&pid)
    });
    assert!(is_gone, "{pid} is still running");
}

pub(crate) fn wait_for(path: &Path) -> String {
    for _ in 0..1000 {
        let first = fs::File::open(path)
            .ok()
            .and_then(|file| BufReader::new(file).lines().next());
        if let Some(Ok(line)) = first {
            return line;
        }
        thread::sleep(Duration::from_millis(10));
    }
    panic!("{} was never written", path.display());
}

pub(crate) fn is_running(pid: &str) -> bool {
    let stat = fs::read_to_string(Path::new("/proc").join(pid).join("stat"));
    // A zombie has ended; its parent has not collected it yet.
    stat.is_ok_and(|text| !text.contains(") Z "))
}

/// A command line often holds a secret of the implementation under test.
#[test]
fn the_arguments_of_a_program_stand_in_no_file_and_no_output_unless_asked_for() {
    let accepts = REJECTS.replace(
        "reject\",\"reason\":\"no",
        "accept\",\"client_id\":\"assay-client-a",
    );
    let judged = |more: &[&str]| {
        let session = Session::new();
        session.write("accepts.sh", &accepts);
        let few = ["run", "--only", "iss-case", "--profile", "okta"];
        let reports = ["--junit", "r.xml", "--markdown", "r.md"];
        let program = ["--", "sh", "accepts.sh", "--client-secret=hidden-word"];
        let run = session.run(&[&few[..], &reports, more, &program].concat());
        assert_eq!(run.code, 1, "{run:?}");
        let mut texts = vec![run.stdout, run.stderr];
        let records = "assay-results/records.jsonl";
        texts.extend([records, "r.xml", "r.md"].map(|file| session.read(file)));
        for format in jwt_assay::report::FORMATS {
            let shown = session.run(&["report", "--format", format.name]);
            texts.extend([shown.stdout, shown.stderr]);
        }
        texts
    };
    let has_it = |text: &String| text.contains("hidden-word");
    assert_eq!(judged(&[]).iter().find(|text| has_it(text)), None);
    assert!(
        judged(&["--show-arguments"])
            .iter()
            .filter(|text| has_it(text))
            .count()
            > 4
    );
}
