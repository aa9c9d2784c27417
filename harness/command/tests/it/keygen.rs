//! `keygen`: keys in every form, which `mint` and `check` take, and nothing overwritten.

use jwt_assay_core::model::Algorithm;
use serde_json::Value;

use crate::session::Session;

const FILES: [&str; 4] = [
    "private.jwk.json",
    "private.pem",
    "public.jwks.json",
    "public.pem",
];

#[test]
fn keygen_writes_files_that_mint_and_check_take() {
    for algorithm in ["RS256", "PS256", "ES256", "ES384", "ES512", "EdDSA"] {
        let session = Session::new();
        let output = session.run(&["keygen", "--algorithm", algorithm, "--out", "keys"]);
        assert_eq!(
            (output.code, output.stdout.as_str()),
            (0, ""),
            "{}",
            output.stderr
        );
        let profile = if matches!(algorithm, "PS256" | "EdDSA") {
            "fapi2"
        } else {
            "rfc7523"
        };
        let server = [
            "--audience",
            "https://as.example/token",
            "--issuer",
            "https://as.example",
        ];
        for private in &FILES[..2] {
            let key = format!("keys/{private}");
            let arguments = [
                "mint",
                "--profile",
                profile,
                "--client-id",
                "a",
                "--key",
                &key,
            ];
            let algorithm = ["--algorithm", algorithm];
            let minted = session.run(&[&arguments[..], &server, &algorithm].concat());
            assert_eq!(minted.code, 0, "{}", minted.stderr);
            for public in &FILES[2..] {
                let registered = format!("keys/{public}");
                let arguments = ["check", "-", "--profile", profile, "--jwks", &registered];
                let arguments = [&arguments[..], &server].concat();
                let checked = session.run_with_input(&arguments, &minted.stdout);
                assert_eq!(checked.code, 0, "{algorithm:?}: {}", checked.stdout);
                assert!(
                    checked.stdout.contains("signature   valid"),
                    "{}",
                    checked.stdout
                );
            }
        }
        let jwk: Value = serde_json::from_str(&session.read("keys/private.jwk.json")).unwrap();
        let set: Value = serde_json::from_str(&session.read("keys/public.jwks.json")).unwrap();
        let public = &set["keys"][0];
        assert_eq!(
            (&public["alg"], &public["use"]),
            (&algorithm.into(), &"sig".into())
        );
        assert_eq!((&public["kid"], public.get("d")), (&jwk["kid"], None));
    }
}

#[test]
fn keygen_prints_the_private_key_in_the_form_asked_for() {
    let session = Session::new();
    let print = |options: &[&str]| {
        let output = session.run(&[&["keygen", "--algorithm"], options].concat());
        assert_eq!((output.code, output.stderr.as_str()), (0, ""));
        output.stdout
    };
    let jwk: Value = serde_json::from_str(&print(&["es256", "--kid", "2026-01"])).unwrap();
    assert_eq!(
        (&jwk["kid"], jwk["d"].as_str().unwrap().len()),
        (&"2026-01".into(), 43)
    );
    let set: Value = serde_json::from_str(&print(&["ES256", "--format", "jwks"])).unwrap();
    assert!(set["keys"][0]["d"].is_string());
    let pem = print(&["RS256", "--bits", "3072", "--format", "pem"]);
    assert!(pem.starts_with("-----BEGIN PRIVATE KEY-----\n"), "{pem}");
    assert_eq!(print(&["HS384"]).trim_end().len(), 64);
    let oct: Value = serde_json::from_str(&print(&["HS256", "--format", "jwk"])).unwrap();
    assert_eq!((&oct["kty"], &oct["alg"]), (&"oct".into(), &"HS256".into()));
}

#[test]
fn a_generated_secret_makes_assertions_that_check_accepts() {
    for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
        let session = Session::new();
        let option = ["--algorithm", algorithm.name()];
        let output = session.run(&[&["keygen", "--out", "."][..], &option].concat());
        assert_eq!(output.code, 0, "{}", output.stderr);
        let secret = [
            "--secret-file",
            "secret.txt",
            "--audience",
            "https://as.example/token",
        ];
        let mint = [&["mint", "--client-id", "a"][..], &secret, &option].concat();
        let minted = session.run(&mint);
        assert_eq!(minted.code, 0, "{}", minted.stderr);
        let check = [&["check", "-", "--profile", "rfc7523"][..], &secret].concat();
        let checked = session.run_with_input(&check, &minted.stdout);
        assert_eq!(checked.code, 0, "{}", checked.stdout);
        assert!(
            checked.stdout.contains("signature   valid"),
            "{}",
            checked.stdout
        );
    }
}

#[cfg(unix)]
#[test]
fn private_files_are_for_their_owner_alone() {
    use std::{fs, os::unix::fs::PermissionsExt};

    let session = Session::new();
    session.run(&["keygen", "--algorithm", "ES256", "--out", "keys"]);
    session.run(&["keygen", "--algorithm", "HS256", "--out", "keys"]);
    let mode = |name: &str| {
        let path = session.folder().join("keys").join(name);
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    };
    // The umask may remove permissions of other users.
    let [jwk, pem, jwks, spki] = FILES.map(mode);
    assert_eq!(
        [jwk, pem, jwks & !0o644, spki & !0o644],
        [0o600, 0o600, 0, 0]
    );
    assert_eq!(mode("secret.txt"), 0o600);
}

#[test]
fn keygen_replaces_files_only_by_force() {
    let session = Session::new();
    let keygen = ["keygen", "--algorithm", "ES256", "--out", "keys"];
    session.run(&keygen);
    let before = FILES.map(|name| session.read(&format!("keys/{name}")));
    let rejected = session.run(&keygen);
    assert_eq!(rejected.code, 2);
    assert_eq!(
        FILES.map(|name| session.read(&format!("keys/{name}"))),
        before
    );

    let forced = session.run(&[&keygen[..], &["--force"]].concat());
    assert_eq!(forced.code, 0, "{}", forced.stderr);
    assert_ne!(
        FILES.map(|name| session.read(&format!("keys/{name}"))),
        before
    );
    let count = std::fs::read_dir(session.folder().join("keys"))
        .unwrap()
        .count();
    assert_eq!(count, FILES.len());
}

#[test]
fn impossible_keys_are_errors_that_name_a_remedy() {
    let session = Session::new();
    session.run(&["keygen", "--algorithm", "ES256", "--out", "keys"]);
    session.write("file", "");
    let commands: [&[&str]; 12] = [
        &["keygen"],
        &["keygen", "--algorithm", "ES256K"],
        &["keygen", "--algorithm", "RS256", "--bits", "1024"],
        &["keygen", "--algorithm", "RS256", "--bits", "2500"],
        &["keygen", "--algorithm", "ES256", "--bits", "2048"],
        &["keygen", "--algorithm", "HS256", "--format", "pem"],
        &["keygen", "--algorithm", "HS256", "--kid", "a"],
        &["keygen", "--algorithm", "ES256", "--out", "keys"],
        &[
            "keygen",
            "--algorithm",
            "ES256",
            "--out",
            "keys",
            "--format",
            "pem",
        ],
        &["keygen", "--algorithm", "ES256", "--force"],
        &["keygen", "--algorithm", "ES256", "--kid", ""],
        &[
            "keygen",
            "--algorithm",
            "HS256",
            "--kid",
            "a",
            "--out",
            "keys",
        ],
    ];
    let transcripts = commands.map(|arguments| session.transcript(arguments));
    for transcript in &transcripts {
        assert!(transcript.contains("\nexit code 2\n"), "{transcript}");
    }
    insta::assert_snapshot!(transcripts.join("\n\n"));
    let unwritable = session.run(&["keygen", "--algorithm", "ES256", "--out", "file/keys"]);
    assert_eq!(unwritable.code, 2, "{}", unwritable.stderr);
}
