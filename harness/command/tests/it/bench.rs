//! `bench` as a process: its measurements, its formats, and its errors.

use std::{fs, os::unix::fs::PermissionsExt};

use serde_json::Value;

use crate::session::{Ran, Session};

/// The least effort, since the tests read no times.
const QUICK: [&str; 9] = [
    "bench",
    "--algorithm",
    "HS256",
    "--processes",
    "2",
    "--rounds",
    "3",
    "--slice",
    "50",
];

fn bench(session: &Session, more: &[&str]) -> Ran {
    session.run(&[&QUICK[..], more].concat())
}

#[test]
fn everyone_who_is_named_is_measured_and_has_a_ratio_to_the_primitive() {
    let session = Session::new();
    let ran = bench(&session, &["reference", "jsonwebtoken", "--format", "json"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let throughput: Value = serde_json::from_str(&ran.stdout).unwrap();
    let cells = throughput["cells"].as_array().unwrap();
    let names: Vec<_> = cells
        .iter()
        .map(|cell| format!("{} {}", cell["name"], cell["operation"]).replace('"', ""))
        .collect();
    let expected = [
        "reference sign",
        "jsonwebtoken sign",
        "reference verify",
        "jsonwebtoken verify",
    ];
    assert_eq!(names, expected);
    session.write("t.json", &ran.stdout);
    let again = session.run(&["bench", "--from", "t.json", "--format", "json"]);
    assert_eq!(again.stdout, ran.stdout);
    for cell in cells {
        let [least, ratio, most] =
            ["least", "ratio", "most"].map(|name| cell["times"][name].as_f64().unwrap());
        assert!(0.0 < least && least <= ratio && ratio <= most, "{cell}");
    }
}

#[test]
fn every_library_signs_and_verifies_with_every_algorithm_that_it_names() {
    let session = Session::new();
    let quick = ["bench", "--processes", "1", "--rounds", "1", "--slice", "1"];
    let ran = session.run(&[&quick[..], &["--format", "json"]].concat());
    let throughput: Value = serde_json::from_str(&ran.stdout).unwrap();
    let cells = throughput["cells"].as_array().unwrap();
    assert!(cells.len() > 80, "{}", cells.len());
    let declined: Vec<&Value> = cells
        .iter()
        .filter(|cell| !cell["refused"].is_null())
        .collect();
    assert_eq!(declined, Vec::<&Value>::new());
}

#[test]
fn the_table_goes_into_a_page_between_its_markers() {
    let session = Session::new();
    let page = "# a\n<!-- BEGIN: throughput -->\nold\n<!-- END: throughput -->\nb\n";
    session.write("page.md", page);
    session.write("bare.md", "# a\n");
    let ran = bench(
        &session,
        &["reference", "--operation", "sign", "--splice", "page.md"],
    );
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let written = session.read("page.md");
    assert!(written.contains("| reference "), "{written}");
    assert!(!written.contains("old"), "{written}");
    let ran = bench(
        &session,
        &["reference", "--operation", "sign", "--splice", "bare.md"],
    );
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(
        ran.stderr
            .contains("it has no line `<!-- BEGIN: throughput -->`"),
        "{}",
        ran.stderr
    );
}

#[test]
fn an_unknown_implementation_is_an_error_that_names_the_nearest() {
    let ran = bench(&Session::new(), &["jsonwebtokem"]);
    assert_eq!(ran.code, 2, "{}", ran.stdout);
    assert!(
        ran.stderr.contains("the nearest is `jsonwebtoken`"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_program_that_is_none_of_the_gates_says_what_it_must_be() {
    let session = Session::new();
    program(&session, "silent", "exit 0");
    program(&session, "wordy", "echo hello");
    program(&session, "failing", "echo no such thing >&2; exit 5");
    for (name, words) in [
        ("./silent", "it watches nothing"),
        (
            "./wordy",
            "it must be built with the version of jwt-assay-gate",
        ),
        ("./failing", "no such thing"),
        ("./missing", "No such file or directory"),
    ] {
        let ran = session.run(&["bench", "--gate", "--programs", name, name]);
        assert_eq!(ran.code, 3, "{}", ran.stdout);
        assert!(ran.stderr.contains(words), "{}", ran.stderr);
    }
}

#[test]
fn a_revision_or_a_tree_that_is_not_there_is_an_error() {
    let ran = Session::new().run(&["bench", "--gate", "--base", "HEAD"]);
    assert_eq!(ran.code, 2, "{}", ran.stdout);
    assert!(
        ran.stderr.contains("run `git rev-parse --show-toplevel`"),
        "{}",
        ran.stderr
    );
}

fn program(session: &Session, name: &str, body: &str) {
    session.write(name, &format!("#!/bin/sh\n{body}\n"));
    let path = session.folder().join(name);
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}
