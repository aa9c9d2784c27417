//! One end-to-end test per subcommand, and the errors of mistyped command lines.

use std::{
    path::Path,
    process::{Command, Output},
};

fn assay(arguments: &[&str], folder: &Path) -> Output {
    let command = env!("CARGO_BIN_EXE_jwt-assay");
    Command::new(command)
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap()
}

/// The exit code, standard output and standard error, as a terminal shows them.
fn transcript(arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let output = assay(arguments, folder.path());
    let text = |octets: &[u8]| String::from_utf8(octets.to_vec()).unwrap();
    format!(
        "$ jwt-assay {}\nexit code {}\n--- stdout\n{}--- stderr\n{}",
        arguments.join(" "),
        output.status.code().unwrap(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

#[test]
fn run_judges_the_reference_and_writes_records() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = [
        "run",
        "reference",
        "--only",
        "pos-full",
        "--profile",
        "okta",
        "--junit",
        "r/j.xml",
    ];
    let output = assay(
        &[&arguments[..], &["--markdown", "r/m.md"]].concat(),
        folder.path(),
    );
    insta::assert_snapshot!(String::from_utf8(output.stdout).unwrap());
    assert_eq!(output.status.code(), Some(0));

    let records =
        std::fs::read_to_string(folder.path().join("assay-results/records.jsonl")).unwrap();
    assert!(records.starts_with("{\"run\":{\"format\":1,"), "{records}");
    assert_eq!(
        records
            .lines()
            .filter(|line| line.starts_with("{\"record\":{"))
            .count(),
        9
    );
    assert!(folder.path().join("r/j.xml").exists() && folder.path().join("r/m.md").exists());
}

#[test]
fn run_writes_records_to_stdout_where_asked_and_nowhere_where_not() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = [
        "run",
        "reference",
        "--only",
        "pos-full/okta/hs256",
        "--no-records",
    ];
    let output = assay(
        &[&arguments[..], &["--format", "jsonl"]].concat(),
        folder.path(),
    );
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 2);
    assert!(output.stderr.is_empty());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn list_shows_cases_and_verdicts() {
    insta::assert_snapshot!(transcript(&["list", "--only", "pos-{full,min}"]));
}

#[test]
fn list_shows_vectors() {
    let arguments = [
        "list",
        "--vectors",
        "--only",
        "pos-min",
        "--profile",
        "okta,oidc-core",
    ];
    insta::assert_snapshot!(transcript(
        &[&arguments[..], &["--algorithm", "es256"]].concat()
    ));
}

#[test]
fn list_shows_profiles() {
    insta::assert_snapshot!(transcript(&["list", "--profiles"]));
}

#[test]
fn list_shows_every_rule_of_a_profile() {
    let text = transcript(&["list", "--rules", "--profile", "okta"]);
    assert_eq!(
        text.lines().count(),
        jwt_assay::model::Rule::ALL.len() + 5,
        "{text}"
    );
}

#[test]
fn list_is_data_for_scripts_where_asked() {
    let arguments = [
        "list",
        "--only",
        "pos-full",
        "--profile",
        "okta",
        "--format",
        "json",
    ];
    insta::assert_snapshot!(transcript(&arguments));
}

#[test]
fn show_explains_a_case_and_decodes_a_token() {
    insta::assert_snapshot!(transcript(&["show", "pos-min", "--profile", "okta"]));
}

#[test]
fn show_writes_the_request_for_a_program_to_read() {
    insta::assert_snapshot!(transcript(&["show", "pos-full/rfc7523/hs256", "--json"]));
}

#[test]
fn list_shows_the_cases_and_vectors_of_builders() {
    let only = ["--role", "build", "--only", "bld-{rsa-min,secret-min}"];
    let cases = transcript(&[&["list"], &only[..]].concat());
    let of_okta = ["--profile", "okta", "--algorithm", "rs256"];
    let vectors = transcript(&[&["list", "--vectors"], &only[..], &of_okta].concat());
    insta::assert_snapshot!([cases, vectors].join("\n\n"));
}

#[test]
fn list_shows_builders_and_the_rules_that_bind_only_them() {
    let text = transcript(&["list", "--rules", "--role", "build", "--profile", "okta"]);
    let rules = jwt_assay::model::Rule::BUILD.len();
    assert_eq!(text.lines().count(), rules + 5, "{text}");
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = assay(&["list", "--implementations", "--role", "build"], checkout);
    let text = String::from_utf8(output.stdout).unwrap();
    let names: Vec<&str> = text
        .lines()
        .filter_map(|line| line.split(' ').next())
        .collect();
    assert!(names.contains(&"reference") && names.contains(&"oauth4webapi"));
    // This library only verifies.
    assert!(!names.contains(&"authlib"), "{text}");
}

#[test]
fn show_explains_a_case_of_builders() {
    let declined = transcript(&["show", "bld-secret-min", "--profile", "oidc-core"]);
    let built = transcript(&["show", "bld-valid/okta/hs256"]);
    insta::assert_snapshot!([declined, built].join("\n\n"));
}

#[test]
fn show_writes_the_request_for_a_builder_to_read() {
    insta::assert_snapshot!(transcript(&["show", "bld-valid/rfc7523/hs256", "--json"]));
}

#[test]
fn a_pattern_on_the_other_role_says_which() {
    let transcripts = [
        &["list", "--only", "bld-rsa-*"][..],
        &["list", "--role", "build", "--only", "pos-*"],
        &["run", "reference", "--only", "bld-valid/okta/*"],
        &[
            "run",
            "reference",
            "--role",
            "build",
            "--skip",
            "aud-missing",
        ],
        &["list", "--role", "build", "--only", "bld-ras-min"],
        &["show", "bld-rsa-minn"],
    ]
    .map(transcript);
    insta::assert_snapshot!(transcripts.join("\n\n"));
}

#[test]
fn mistyped_names_are_usage_errors_that_suggest_the_nearest() {
    let mistyped: [&[&str]; 8] = [
        &["run", "jsonwebtokn"],
        &["run", "reference", "--only", "pos-ful"],
        &["run", "reference", "--profile", "oktaa"],
        &["run", "reference", "--algorithm", "ES257"],
        &["run", "reference", "--layer", "jvt"],
        &["run", "reference", "--shard", "9/8"],
        &["show", "pos-ful"],
        &["show", "pos-full/okta/es257"],
    ];
    let transcripts = mistyped.map(transcript);
    for transcript in &transcripts {
        assert!(transcript.contains("\nexit code 2\n"), "{transcript}");
    }
    insta::assert_snapshot!(transcripts.join("\n\n"));
}

#[test]
fn filters_that_exclude_one_another_judge_nothing() {
    let arguments = [
        "run",
        "reference",
        "--only",
        "pos-hs-no-kid",
        "--algorithm",
        "ES256",
    ];
    insta::assert_snapshot!(transcript(&arguments));
}

#[test]
fn a_run_that_was_not_run_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    assay(
        &["run", "reference", "--only", "no-such-case"],
        folder.path(),
    );
    assay(
        &["run", "reference", "--divergences", "no-such-file.toml"],
        folder.path(),
    );
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
