//! `check`: explanations of one assertion, and the errors where there is none.

use std::{fs, path::Path};

use jwt_assay_core::keys;
use serde_json::{Value, json};

use crate::session::Session;

/// The evaluation time of most tests.
const NOW: &str = "1700000000";

/// An assertion of the RS256 test key: deterministic, and `edit` may change its claims.
fn assertion(session: &Session, options: &[&str]) -> String {
    session.write("private.pem", &keys::key("rsa-2048-a").pkcs8);
    let fixed = [
        "mint",
        "--client-id",
        "assay-client-a",
        "--audience",
        "https://as.example/oauth2/v1/token",
        "--key",
        "private.pem",
        "--now",
        NOW,
        "--jti",
        "public-test-jti",
    ];
    let output = session.run(&[&fixed[..], options].concat());
    assert_eq!(output.code, 0, "{}", output.stderr);
    output.stdout.trim_end().to_owned()
}

fn register(session: &Session) {
    let keys = [
        keys::key("rsa-2048-a").public_jwk(),
        keys::key("p256-a").public_jwk(),
    ];
    session.write("jwks.json", &json!({ "keys": keys }).to_string());
}

#[test]
fn check_explains_an_assertion_by_every_profile() {
    let session = Session::new();
    register(&session);
    let kid = keys::key("rsa-2048-a").kid();
    let token = assertion(&session, &["--kid", kid, "--lifetime", "4000"]);
    session.write("assertion.jwt", &format!("{token}\n"));
    let transcript = session.transcript(&[
        "check",
        "assertion.jwt",
        "--jwks",
        "jwks.json",
        "--client-id",
        "assay-client-a",
        "--audience",
        "https://as.example/oauth2/v1/token",
        "--issuer",
        "https://as.example",
        "--now",
        "2023-11-14T22:13:20Z",
    ]);
    insta::assert_snapshot!(transcript);
}

#[test]
fn without_a_key_the_signature_is_not_checked_and_never_valid() {
    let session = Session::new();
    let token = assertion(&session, &[]);
    let output = session.run(&["check", &token, "--now", NOW, "--profile", "rfc7523,okta"]);
    assert_eq!((output.code, output.stderr.as_str()), (0, ""));
    insta::assert_snapshot!(output.stdout);

    let forged = format!("{}.{}", token.rsplit_once('.').unwrap().0, "AAAA");
    for token in [token, forged] {
        let report = json(
            &session,
            &["check", &token, "--now", NOW, "--profile", "rfc7523"],
        );
        assert_eq!(report["signature"], "not-checked");
        assert_eq!(report["profiles"][0]["answer"], "undetermined");
        assert_eq!(
            report["profiles"][0]["not_checked"],
            json!(["signature", "audience"])
        );
    }
}

fn json(session: &Session, arguments: &[&str]) -> Value {
    let output = session.run(&[arguments, &["--format", "json"]].concat());
    serde_json::from_str(&output.stdout).unwrap()
}

#[test]
fn every_profile_rejects_a_forged_signature() {
    let session = Session::new();
    register(&session);
    let token = assertion(&session, &[]);
    let forged = token.replace(".e", ".f");
    let signed_by_other = {
        session.write("private.pem", &keys::key("rsa-2048-attacker").pkcs8);
        let mut options = vec![
            "mint",
            "--client-id",
            "assay-client-a",
            "--key",
            "private.pem",
        ];
        options.extend(["--audience", "https://as.example/token", "--now", NOW]);
        session.run(&options).stdout.trim_end().to_owned()
    };
    for token in [forged, signed_by_other] {
        let report = json(
            &session,
            &["check", &token, "--jwks", "jwks.json", "--now", NOW],
        );
        assert_eq!(report["signature"], "invalid");
        assert_eq!(report["refused"], true);
        for profile in report["profiles"].as_array().unwrap() {
            assert_eq!(profile["answer"], "refuse", "{profile}");
        }
    }
}

#[test]
fn the_report_for_programs_is_one_object() {
    let session = Session::new();
    let token = assertion(&session, &["--typ", "client-authentication+jwt"]);
    let arguments = ["check", &token, "--key", "private.pem", "--now", NOW];
    let options = ["--profile", "rfc10070", "--issuer", "https://as.example"];
    let output = session.run(&[&arguments[..], &options, &["--format", "json"]].concat());
    assert_eq!(output.code, 1);
    insta::assert_snapshot!(output.stdout);
}

#[test]
fn the_audience_counts_as_far_as_the_server_s_names_are_given() {
    let session = Session::new();
    let token = assertion(&session, &[]);
    let answer = |profile: &str, options: &[&str]| {
        let arguments = ["check", &token, "--key", "private.pem", "--now", NOW];
        let report = json(
            &session,
            &[&arguments[..], &["--profile", profile], options].concat(),
        );
        report["profiles"][0]["answer"].as_str().unwrap().to_owned()
    };
    let endpoint = ["--audience", "https://as.example/oauth2/v1/token"];
    let other = ["--audience", "https://as.example/oauth2/v1/token/"];
    let issuer = ["--issuer", "https://as.example"];
    assert_eq!(answer("rfc7523", &[]), "undetermined");
    assert_eq!(answer("rfc7523", &endpoint), "accept");
    assert_eq!(answer("rfc7523", &other), "refuse");
    assert_eq!(answer("rfc7523", &issuer), "undetermined");
    assert_eq!(answer("rfc10070", &[]), "undetermined");
    // The known token endpoint cannot be the issuer, even where that is unknown.
    assert_eq!(answer("rfc10070", &endpoint), "refuse");
    assert_eq!(answer("rfc10070", &issuer), "refuse");
}

#[test]
fn a_client_of_another_name_or_method_is_told_apart() {
    let session = Session::new();
    let token = assertion(&session, &[]);
    session.write("secret.txt", keys::secret("secret-a"));
    let rules = |options: &[&str]| {
        let arguments = ["check", &token, "--now", NOW, "--profile", "rfc7523"];
        let report = json(&session, &[&arguments[..], options].concat());
        let findings = report["profiles"][0]["findings"]
            .as_array()
            .unwrap()
            .clone();
        let rejections = findings
            .into_iter()
            .filter(|finding| finding["level"] == "refuse");
        rejections
            .map(|finding| finding["rule"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let other = rules(&["--key", "private.pem", "--client-id", "assay-client-b"]);
    assert_eq!(other, ["iss-mismatch", "sub-mismatch"]);
    assert_eq!(rules(&["--secret-file", "secret.txt"]), ["alg-not-allowed"]);
    session.write("ec.pem", &keys::key("p256-a").spki);
    assert_eq!(rules(&["--key", "ec.pem"]), ["key-type"]);
}

#[test]
fn text_with_periods_is_explained_even_where_it_is_no_assertion() {
    let session = Session::new();
    let mut transcripts = Vec::new();
    for token in [
        "eyJhbGciOiJub25lIn0.e30.",
        "a.b.c.d.e",
        "ey\u{1b}[31m.\u{202e}e30=.",
        "..",
        "eyJhbGciOiJIUzI1NiJ9.",
    ] {
        let output = session.run(&["check", token, "--profile", "rfc7523", "--now", NOW]);
        assert_eq!(output.code, 1, "{token:?}: {}", output.stderr);
        assert!(!output.stdout.contains('\u{1b}'), "{token:?}");
        transcripts.push(output.stdout);
    }
    insta::assert_snapshot!(transcripts.join("\n----\n\n"));
}

#[test]
fn standard_input_and_files_lose_their_last_line_break() {
    let session = Session::new();
    let token = assertion(&session, &[]);
    let piped = session.run_with_input(&["check", "-", "--now", NOW], &format!("{token}\r\n"));
    assert_eq!(
        piped.stderr,
        "note: the line break at the end of standard input is not part of the assertion\n"
    );
    session.write("token", &token);
    let from_file = session.run(&["check", "@token", "--now", NOW]);
    assert_eq!(from_file.stderr, "");
    assert_eq!(piped.stdout, from_file.stdout);
}

#[test]
fn bad_input_is_a_usage_error_that_shows_no_secret() {
    let session = Session::new();
    let key = &keys::key("ed25519-a").pkcs8;
    session.write("key.pem", key);
    session.write(
        "key.json",
        &Value::Object(keys::key("p256-a").private_jwk.clone()).to_string(),
    );
    session.write("empty.jwt", "\n");
    session.write("text", "no periods here");
    session.write("oct.json", r#"{"kty":"oct","k":"c2VjcmV0"}"#);
    session.write("broken.json", r#"{"keys":["#);
    fs::create_dir(Path::new(session.folder()).join("folder.jwt")).unwrap();
    let token = "eyJhbGciOiJub25lIn0.e30.";
    let commands: Vec<Vec<&str>> = vec![
        vec!["check", ""],
        vec!["check", "nothing"],
        vec!["check", "--profle"],
        vec!["check", "missing.jwt"],
        vec!["check", "@missing"],
        vec!["check", "empty.jwt"],
        vec!["check", "folder.jwt"],
        vec!["check", "text"],
        vec!["check", "key.pem"],
        vec!["check", "key.json"],
        vec!["check", token, "--key", "missing.pem"],
        vec!["check", token, "--key", "text"],
        vec!["check", token, "--key", "oct.json"],
        vec!["check", token, "--jwks", "broken.json"],
        vec!["check", token, "--secret-file", "key.pem"],
        vec!["check", token, "--key", "key.pem", "--secret-file", "text"],
        vec!["check", token, "--now", "tomorrow"],
        vec!["check", token, "--profile", "octa"],
    ];
    let transcripts: Vec<String> = commands
        .iter()
        .map(|arguments| session.transcript(arguments))
        .collect();
    for transcript in &transcripts {
        assert!(transcript.contains("\nexit code 2\n"), "{transcript}");
    }
    insta::assert_snapshot!(transcripts.join("\n\n"));

    // A secret in place of its file's name must not be repeated.
    let inside = key.lines().nth(1).unwrap();
    let secret = "correct-horse-battery-staple";
    for arguments in [
        ["check", key, "--profile", "okta"],
        ["check", inside, "--profile", "okta"],
        ["check", token, "--key", key],
        ["check", token, "--key", inside],
        ["check", token, "--secret-file", secret],
    ] {
        let output = session.run(&arguments);
        assert_eq!(output.code, 2);
        for private in [inside, secret] {
            assert!(!output.stderr.contains(private), "{}", output.stderr);
        }
    }
}

#[test]
fn help_teaches_by_examples() {
    for command in ["check", "mint", "keygen"] {
        let output = Session::new().run(&[command, "--help"]);
        let examples = output.stdout.split_once("Examples:\n").unwrap().1;
        let own = format!("jwt-assay {command} ");
        assert!(examples.matches(&own).count() >= 2, "{examples}");
    }
}

/// An exponent of 256 kbit takes a modular power many seconds.
#[test]
fn a_key_beyond_the_limits_is_not_checked_and_the_report_has_the_numbers() {
    let session = Session::new();
    let token = assertion(&session, &[]);
    let mut jwk = keys::key("rsa-2048-a").public_jwk();
    jwk.insert("e".to_owned(), "_".repeat(42_668).into());
    session.write("jwks.json", &json!({ "keys": [&jwk] }).to_string());
    let arguments = ["check", &token, "--now", NOW, "--jwks", "jwks.json"];
    let report = json(&session, &arguments);
    assert_eq!(report["signature"], "not-checked");
    assert_eq!(
        report["not_checked"][0],
        json!({
            "what": "signature",
            "why": "the exponent has 256008 bits, the limit is 2048",
        })
    );
    for profile in report["profiles"].as_array().unwrap() {
        assert_eq!(profile["not_checked"][0], "signature", "{profile}");
        assert_ne!(profile["answer"], "accept", "{profile}");
    }

    session.write("key.json", &Value::Object(jwk).to_string());
    for command in [
        vec!["check", &token, "--key", "key.json"],
        vec![
            "mint",
            "--client-id",
            "c",
            "--audience",
            "https://as.example",
            "--key",
            "key.json",
        ],
    ] {
        let output = session.run(&command);
        assert_eq!(output.code, 2);
        assert!(
            output
                .stderr
                .contains("not checked: the exponent has 256008 bits, the limit is 2048"),
            "{}",
            output.stderr
        );
    }
}
