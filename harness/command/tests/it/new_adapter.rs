//! `new-adapter`: each template works as written, and no file is overwritten.

use std::process::{Command, Output};

use serde_json::Value;

use crate::session::{Ran, Session};

/// Finds a program. Without it the test passes, with a line on standard error.
fn is_there(program: &str) -> bool {
    let is_there = Command::new(program).arg(version(program)).output().is_ok();
    if !is_there {
        println!("skipped: there is no {program}");
    }
    is_there
}

fn version(program: &str) -> &'static str {
    match program {
        "go" => "version",
        _ => "--version",
    }
}

fn in_shell(session: &Session, line: &str) -> Output {
    Command::new("sh")
        .args(["-c", line])
        .current_dir(session.folder())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .unwrap()
}

/// Runs the printed next steps, and checks their results.
fn works_as_it_stands(language: &str, program: &str) {
    if !is_there(program) {
        return;
    }
    let session = Session::new();
    let made = session.run(&["new-adapter", language, "my adapter"]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    let step = |what: &str| -> Option<String> {
        let line = made.stdout.lines().find_map(|line| line.strip_prefix(what));
        line.map(|line| line.trim().to_owned())
    };
    for what in ["to build it:", "to test it:"] {
        if let Some(line) = step(what) {
            let ran = in_shell(&session, &line);
            let said = String::from_utf8_lossy(&ran.stderr);
            assert!(ran.status.success(), "{line}: {said}");
        }
    }

    let by_hand = step("to try it by hand:").unwrap();
    let (show, adapter) = by_hand.split_once(" | ").unwrap();
    let words: Vec<&str> = show.split(' ').skip(1).collect();
    session.write("request.jsonl", &session.run(&words).stdout);
    let answer = in_shell(&session, &format!("{adapter} < request.jsonl"));
    let answer: Value = serde_json::from_slice(&answer.stdout).unwrap();
    assert_eq!(answer["verdict"], "accept", "{answer}");

    let judge = step("to judge it:").unwrap();
    assert_eq!(judge, format!("jwt-assay run -- {adapter}"));
    let words: Vec<String> = adapter
        .split(" '")
        .map(|it| it.trim_matches('\'').to_owned())
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let okta = ["run", "--profile", "okta", "--algorithm", "HS256", "--"];
    let Ran { code, stdout, .. } = session.run(&[&okta[..], &words].concat());
    assert_eq!(code, 0, "{stdout}");
    let (row, judged) = counts(&stdout);
    assert!(row.contains("my-adapter 0.1.0") && judged > 200, "{stdout}");

    let judge = step("and as a builder:").unwrap();
    assert_eq!(judge, format!("jwt-assay run --role build -- {adapter}"));
    // Few samples: the thousands of a whole run try the randomness of a library that is the language's own.
    let few = ["--algorithm", "HS256", "--samples", "200", "--"];
    let build = [&["run", "--role", "build"], &few[..], &words].concat();
    let Ran { code, stdout, .. } = session.run(&build);
    assert_eq!(code, 0, "{stdout}");
    let (row, judged) = counts(&stdout);
    assert!(row.contains("my-adapter 0.1.0") && judged > 100, "{stdout}");
}

/// The adapter's row in the report, with the number of judged vectors.
fn counts(report: &str) -> (&str, usize) {
    let row = report
        .lines()
        .find(|line| line.starts_with("my-adapter"))
        .unwrap();
    let (before, _) = row.split_once(" of ").unwrap();
    let judged = before.rsplit(' ').next().unwrap();
    (row, judged.parse().unwrap())
}

#[cfg(unix)]
#[test]
fn the_adapter_in_python_passes_its_test_and_every_vector_that_it_promises() {
    works_as_it_stands("python", "python3");
}

#[cfg(unix)]
#[test]
fn the_adapter_in_node_passes_its_test_and_every_vector_that_it_promises() {
    works_as_it_stands("node", "node");
}

#[cfg(unix)]
#[test]
fn the_adapter_in_go_passes_its_test_and_every_vector_that_it_promises() {
    works_as_it_stands("go", "go");
}

#[test]
fn nothing_that_is_there_is_replaced() {
    let session = Session::new();
    std::fs::create_dir(session.folder().join("adapter")).unwrap();
    session.write("adapter/test_adapter.py", "mine");
    insta::assert_snapshot!(session.transcript(&["new-adapter", "python"]), @r"
    $ jwt-assay new-adapter python
    exit code 2
    --- stdout
    --- stderr
    error: failed to write an adapter to `adapter`: `test_adapter.py` would be replaced; choose another folder
    ");
    assert_eq!(session.read("adapter/test_adapter.py"), "mine");
    assert!(!session.folder().join("adapter/adapter.py").exists());
}

#[test]
fn the_next_steps_are_printed() {
    let session = Session::new();
    insta::assert_snapshot!(session.transcript(&["new-adapter", "python"]), @r"
    $ jwt-assay new-adapter python
    exit code 0
    --- stdout
    to test it:         python3 adapter/test_adapter.py
    to try it by hand:  jwt-assay show pos-full/rfc7523/hs256 --json | python3 adapter/adapter.py
    to judge it:        jwt-assay run -- python3 adapter/adapter.py
    and as a builder:   jwt-assay run --role build -- python3 adapter/adapter.py
    --- stderr
    wrote adapter/adapter.py
    wrote adapter/test_adapter.py
    ");
    insta::assert_snapshot!(session.transcript(&["new-adapter", "go", "shims/it"]), @r"
    $ jwt-assay new-adapter go shims/it
    exit code 0
    --- stdout
    to build it:        (cd shims/it && go build -o adapter)
    to test it:         (cd shims/it && go test)
    to try it by hand:  jwt-assay show pos-full/rfc7523/hs256 --json | shims/it/adapter
    to judge it:        jwt-assay run -- shims/it/adapter
    and as a builder:   jwt-assay run --role build -- shims/it/adapter
    --- stderr
    wrote shims/it/go.mod
    wrote shims/it/main.go
    wrote shims/it/main_test.go
    ");
}
