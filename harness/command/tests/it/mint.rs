//! `mint`: `check` accepts its assertions for each profile; assertions that a profile rejects are
//! errors.

use jwt_assay_core::{
    encoding::read_base64url,
    keys::{self, TestKey},
    model::{Algorithm, Family, Method, Profile, ProfileId},
};
use serde_json::{Value, json};

use crate::session::Session;

const CLIENT: &str = "assay-client-a";
const TOKEN_ENDPOINT: &str = "https://as.example/oauth2/v1/token";
const ISSUER: &str = "https://as.example";
const NOW: &str = "1700000000";
const SERVER: [&str; 6] = [
    "--audience",
    TOKEN_ENDPOINT,
    "--issuer",
    ISSUER,
    "--client-id",
    CLIENT,
];

fn test_key(algorithm: Algorithm) -> &'static TestKey {
    keys::key(match (algorithm.family(), algorithm) {
        (Family::RsaPkcs1 | Family::RsaPss, _) => "rsa-2048-a",
        (Family::EdDsa, _) => "ed25519-a",
        (_, Algorithm::ES256) => "p256-a",
        (_, Algorithm::ES384) => "p384-a",
        (_, Algorithm::ES512) => "p521-a",
        other => panic!("no key for {other:?}"),
    })
}

/// A private key in every form that files have.
fn forms(key: &TestKey) -> Vec<(&'static str, String)> {
    let jwk = Value::Object(key.private_jwk.clone());
    let set = json!({ "keys": [jwk] });
    let mut forms = vec![
        ("pkcs8.pem", key.pkcs8.clone()),
        ("jwk.json", jwk.to_string()),
        ("jwks.json", set.to_string()),
    ];
    forms.extend(key.pkcs1.clone().map(|text| ("pkcs1.pem", text)));
    forms.extend(key.sec1.clone().map(|text| ("sec1.pem", text)));
    forms
}

/// Mints an assertion, checks it with the registered key, and returns the report on the profile.
fn round_trip(session: &Session, profile: ProfileId, mint: &[&str], check: &[&str]) -> Value {
    let common = [&["--profile", profile.name(), "--now", NOW][..], &SERVER].concat();
    let minted = session.run(&[&["mint"][..], &common, mint].concat());
    assert_eq!(minted.code, 0, "{profile} {mint:?}: {}", minted.stderr);
    let arguments = ["check", "-", "--format", "json"];
    let checked =
        session.run_with_input(&[&arguments[..], &common, check].concat(), &minted.stdout);
    let report: Value = serde_json::from_str(&checked.stdout).unwrap();
    assert_eq!(
        report["signature"], "valid",
        "{profile} {mint:?}: {report:#}"
    );
    assert_eq!(checked.code, 0, "{profile} {mint:?}: {report:#}");
    report["profiles"][0].clone()
}

fn round_trips(profile: ProfileId) {
    let session = Session::new();
    session.write("secret.txt", &format!("{}\n", keys::secret("secret-a")));
    let table = &Profile::get(profile).algorithms;
    let mut count = 0;
    for &algorithm in table.required.iter().chain(&table.optional) {
        let option = ["--algorithm", algorithm.name()];
        if Method::of(algorithm) == Method::ClientSecretJwt {
            let secret = ["--secret-file", "secret.txt"];
            let said = round_trip(&session, profile, &[option, secret].concat(), &secret);
            assert_eq!(said["answer"], answer(profile, "secret.txt"), "{said:#}");
            count += 1;
            continue;
        }
        let key = test_key(algorithm);
        session.write("public.pem", &key.spki);
        for (name, text) in forms(key) {
            session.write(name, &text);
            let mint = [option, ["--key", name]].concat();
            let said = round_trip(&session, profile, &mint, &["--key", "public.pem"]);
            assert_eq!(said["answer"], answer(profile, name), "{said:#}");
            count += 1;
        }
    }
    assert!(count >= 11, "{profile}: {count}");
}

/// The expected answer. Okta and PingOne do not document whether they accept a MAC without `kid`,
/// nor PingOne a signature, and keys in PEM have none.
fn answer(profile: ProfileId, file: &str) -> &'static str {
    match (profile, file) {
        (ProfileId::Okta | ProfileId::Pingone, "secret.txt") => "may-leaning-to-accept",
        (ProfileId::Pingone, pem) if pem.ends_with(".pem") => "may-leaning-to-accept",
        _ => "accept",
    }
}

#[test]
fn check_accepts_an_assertion_minted_for_rfc7523() {
    round_trips(ProfileId::Rfc7523);
}

#[test]
fn check_accepts_an_assertion_minted_for_oidc_core() {
    round_trips(ProfileId::OidcCore);
}

#[test]
fn check_accepts_an_assertion_minted_for_okta() {
    round_trips(ProfileId::Okta);
}

#[test]
fn check_accepts_an_assertion_minted_for_pingone() {
    round_trips(ProfileId::Pingone);
}

#[test]
fn check_accepts_an_assertion_minted_for_fapi2() {
    round_trips(ProfileId::Fapi2);
}

#[test]
fn check_accepts_an_assertion_minted_for_rfc10070() {
    round_trips(ProfileId::Rfc10070);
}

/// The header and claims of a minted assertion.
fn decoded(token: &str) -> (Value, Value) {
    let parts: Vec<&str> = token.trim_end().split('.').collect();
    let json = |part: &str| {
        serde_json::from_slice(&read_base64url(part.as_bytes()).unwrap().octets).unwrap()
    };
    (json(parts[0]), json(parts[1]))
}

#[test]
fn mint_chooses_what_the_profile_needs() {
    let session = Session::new();
    session.write("key.pem", &keys::key("p256-a").pkcs8);
    let mint = |profile: &str| {
        let common = [
            "mint",
            "--profile",
            profile,
            "--key",
            "key.pem",
            "--now",
            NOW,
        ];
        let output = session.run(&[&common[..], &SERVER].concat());
        assert_eq!(output.code, 0, "{}", output.stderr);
        decoded(&output.stdout)
    };
    let (header, claims) = mint("okta");
    // Okta asks for a `kid` and PEM has none, so it is the RFC 7638 thumbprint.
    assert_eq!(header["kid"].as_str().unwrap().len(), 43);
    assert_eq!(header.get("typ"), None);
    assert_eq!(
        (&claims["aud"], &claims["iat"]),
        (&json!(TOKEN_ENDPOINT), &json!(1_699_999_999))
    );
    assert_eq!(
        (&claims["exp"], claims.get("nbf")),
        (&json!(1_700_000_060), None)
    );
    assert_eq!(
        (&claims["iss"], &claims["sub"]),
        (&json!(CLIENT), &json!(CLIENT))
    );
    assert_eq!(claims["jti"].as_str().unwrap().len(), 22);

    let (header, claims) = mint("rfc10070");
    assert_eq!(header["typ"], "client-authentication+jwt");
    assert_eq!(header.get("kid"), None);
    assert_eq!(
        (&claims["aud"], &claims["iat"]),
        (&json!(ISSUER), &json!(1_700_000_000))
    );

    let (_, again) = mint("rfc10070");
    assert_ne!(claims["jti"], again["jti"]);
}

#[test]
fn mint_prints_an_assertion_or_a_whole_form() {
    let session = Session::new();
    session.write("secret.txt", keys::secret("secret-32"));
    let mut arguments = vec![
        "mint",
        "--client-id",
        "my client",
        "--secret-file",
        "secret.txt",
    ];
    arguments.extend([
        "--audience",
        TOKEN_ENDPOINT,
        "--now",
        NOW,
        "--jti",
        "a",
        "--lifetime",
        "30",
    ]);
    arguments.extend(["--typ", "JWT", "--kid", "k1", "--claim", r#"acr="2""#]);
    let alone = session.transcript(&arguments);
    arguments.push("--form");
    insta::assert_snapshot!(format!("{alone}\n\n{}", session.transcript(&arguments)));
}

#[test]
fn an_assertion_that_a_profile_leaves_open_is_minted_with_a_note() {
    let session = Session::new();
    session.write("secret.txt", keys::secret("secret-31"));
    let arguments = [
        "mint",
        "--profile",
        "okta",
        "--secret-file",
        "secret.txt",
        "--now",
        NOW,
    ];
    let output = session.run(&[&arguments[..], &SERVER].concat());
    assert_eq!(output.code, 0);
    insta::assert_snapshot!(output.stderr);
}

#[test]
fn an_assertion_that_a_profile_rejects_is_not_minted() {
    let session = Session::new();
    let write = |id: &str| session.write(&format!("{id}.pem"), &keys::key(id).pkcs8);
    for id in ["rsa-2048-a", "rsa-1024-a", "p256-a", "p384-a", "ed25519-a"] {
        write(id);
    }
    session.write("public.pem", &keys::key("p256-a").spki);
    session.write("secret-31", keys::secret("secret-31"));
    session.write("secret-1", keys::secret("secret-1"));
    session.write("secret-64", keys::secret("secret-64"));
    let jwk = |id: &str, name: &str, value: Value| {
        let mut jwk = keys::key(id).private_jwk.clone();
        jwk.insert(name.to_owned(), value);
        Value::Object(jwk)
    };
    session.write(
        "rs512.json",
        &jwk("rsa-2048-a", "alg", "RS512".into()).to_string(),
    );
    session.write("enc.json", &jwk("p256-a", "use", "enc".into()).to_string());
    let set =
        json!({ "keys": [keys::key("p256-a").private_jwk, keys::key("p256-a2").private_jwk] });
    session.write("set.json", &set.to_string());

    let impossible: [&[&str]; 24] = [
        &["--key", "rsa-2048-a.pem", "--algorithm", "HS256"],
        &["--secret-file", "secret-64", "--algorithm", "RS256"],
        &["--secret-file", "secret-31"],
        &["--secret-file", "secret-1", "--profile", "okta"],
        &["--secret-file", "secret-64", "--profile", "fapi2"],
        &["--key", "rsa-1024-a.pem"],
        &["--key", "rsa-2048-a.pem", "--algorithm", "ES256"],
        &["--key", "p384-a.pem", "--algorithm", "ES256"],
        &[
            "--key",
            "rsa-2048-a.pem",
            "--algorithm",
            "PS256",
            "--profile",
            "okta",
        ],
        &["--key", "p384-a.pem", "--profile", "fapi2"],
        &["--key", "ed25519-a.pem"],
        &["--key", "rs512.json", "--algorithm", "RS256"],
        &["--key", "enc.json"],
        &["--key", "public.pem"],
        &["--key", "set.json"],
        &["--key", "set.json", "--kid", "other"],
        &[
            "--key",
            "p256-a.pem",
            "--lifetime",
            "3601",
            "--profile",
            "okta",
        ],
        &["--key", "p256-a.pem", "--lifetime", "0"],
        &["--key", "p256-a.pem", "--jti", "", "--profile", "fapi2"],
        &["--key", "p256-a.pem", "--claim", "aud=1"],
        &[
            "--key",
            "p256-a.pem",
            "--claim",
            "acr=2",
            "--claim",
            "acr=3",
        ],
        &["--key", "p256-a.pem", "--claim", "acr=two"],
        &["--key", "p256-a.pem", "--algorithm", "ES257"],
        &[],
    ];
    let mut transcripts: Vec<String> = Vec::new();
    for arguments in impossible {
        let output = session.run(&[&["mint"][..], &SERVER, arguments].concat());
        assert_eq!(
            (output.code, output.stdout.as_str()),
            (2, ""),
            "{arguments:?}"
        );
        transcripts.push(format!(
            "$ jwt-assay mint … {}\n{}",
            arguments.join(" "),
            output.stderr
        ));
    }
    for (profile, option) in [("okta", "--issuer"), ("rfc10070", "--audience")] {
        let arguments = [
            "mint",
            "--profile",
            profile,
            "--client-id",
            CLIENT,
            "--key",
            "p256-a.pem",
        ];
        let output = session.run(&[&arguments[..], &[option, ISSUER]].concat());
        assert_eq!(output.code, 2);
        transcripts.push(format!(
            "$ jwt-assay mint … --profile {profile} {option} …\n{}",
            output.stderr
        ));
    }
    insta::assert_snapshot!(transcripts.join("\n"));
    for secret in ["secret-31", "secret-1", "secret-64"] {
        let text = keys::secret(secret);
        assert!(text.len() < 8 || !transcripts.concat().contains(text));
    }
}

#[test]
fn text_that_would_break_out_of_json_stays_text() {
    let session = Session::new();
    session.write("secret.txt", keys::secret("secret-64"));
    let client = "a\",\"sub\":\"victim\\";
    let arguments = [
        "mint",
        "--client-id",
        client,
        "--audience",
        "https://as/\u{2028}\",\"x\":\"y",
    ];
    let output = session.run(&[&arguments[..], &["--secret-file", "secret.txt"]].concat());
    assert_eq!(output.code, 0, "{}", output.stderr);
    let (_, claims) = decoded(&output.stdout);
    assert_eq!(
        (&claims["iss"], &claims["sub"]),
        (&json!(client), &json!(client))
    );
    assert_eq!(claims.as_object().unwrap().len(), 6);
}
