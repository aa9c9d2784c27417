//! Tests with every test key in every published form, and with files that are no keys.

use std::fs;

use jwt_assay_core::{
    keys::{self, TestKey},
    oracle::{Check, PublicKey, check_mac, check_signature},
};
use serde_json::json;

use super::*;

/// Reads a text as if it stood in a file called `key`.
fn read(text: &str, kid: Option<&str>) -> Result<Key, KeyFileError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    fs::write(&path, text).unwrap();
    Key::read(&path, kid)
}

/// The error about a text, without the folder of the file.
fn said_of(text: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    fs::write(&path, text).unwrap();
    let error = Key::read(&path, None).unwrap_err().to_string();
    error.replace(&path.display().to_string(), "key")
}

fn jwk_text(key: &TestKey) -> String {
    Value::Object(key.private_jwk.clone()).to_string()
}

/// The test keys that can sign: the weak ones are for other tests.
fn sound() -> impl Iterator<Item = &'static TestKey> {
    const UNSOUND: [&str; 5] = [
        "k256-a",
        "rsa-1024-a",
        "rsa-2047-a",
        "rsa-16384-a",
        "rsa-2048-e-huge",
    ];
    keys::all().filter(|key| !UNSOUND.contains(&key.id.as_str()) && key.id != "rsa-8192-a")
}

#[test]
fn every_private_form_of_a_key_reads_as_its_jwk() {
    for key in sound() {
        let mut bare = key.private_jwk.clone();
        bare.remove("kid");
        let forms = [Some(&key.pkcs8), key.pkcs1.as_ref(), key.sec1.as_ref()];
        for form in forms.into_iter().flatten() {
            let read = read(form, None).unwrap();
            assert_eq!(read.private_jwk().unwrap(), &bare, "{}", key.id);
        }
        let read = read(&jwk_text(key), None).unwrap();
        assert_eq!(read.private_jwk().unwrap(), &key.private_jwk, "{}", key.id);
        assert_eq!(read.public_jwk(), &key.public_jwk(), "{}", key.id);
    }
}

#[test]
fn every_public_form_of_a_key_reads_as_its_jwk() {
    for key in sound() {
        let mut bare = key.public_jwk();
        bare.remove("kid");
        for form in [Some(&key.spki), key.pkcs1_public.as_ref()]
            .into_iter()
            .flatten()
        {
            let read = read(form, None).unwrap();
            assert_eq!(read.public_jwk(), &bare, "{}", key.id);
            let error = read.private_jwk().unwrap_err().to_string();
            assert!(error.ends_with("it is a public key; give the private key that belongs to it"));
        }
    }
}

#[test]
fn signatures_of_every_key_and_algorithm_verify() {
    for test_key in sound() {
        let key = read(&test_key.pkcs8, None).unwrap();
        for &algorithm in key.key_type().algorithms() {
            let signature = Signer::of_key(&key, algorithm)
                .unwrap()
                .sign(b"input")
                .unwrap();
            let (public, _) = PublicKey::from_jwk(&test_key.public_jwk(), algorithm).unwrap();
            let check = check_signature(&public, b"input", &signature);
            assert_eq!(check, Check::Valid, "{} with {algorithm}", test_key.id);
        }
    }
}

#[test]
fn a_thumbprint_is_that_of_rfc_7638() {
    // RFC 7638 section 3.1.
    let jwk = json!({
        "kty": "RSA",
        "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6t\
              Soc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-\
              65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qN\
              Lyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awa\
              pJzKnqDKgw",
        "e": "AQAB",
        "alg": "RS256",
        "kid": "2011-04-29"
    });
    let key = read(&jwk.to_string(), None).unwrap();
    assert_eq!(
        key.thumbprint(),
        "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
    );
}

#[test]
fn pem_as_tools_and_editors_leave_it_reads() {
    let pem = &keys::key("p256-a").sec1.clone().unwrap();
    let expected = read(pem, None).unwrap().thumbprint();
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let forms = [
        pem.replace('\n', "\r\n"),
        format!("Bag Attributes\n    localKeyID: 01\n{pem}\n\n"),
        format!(
            "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n{pem}"
        ),
        format!("{pem}{}", keys::key("p256-a").certificate.clone().unwrap()),
        format!("{}{pem}", keys::key("p256-a").spki),
        format!("\u{feff}-----BEGIN EC PRIVATE KEY-----\n{body}  \n-----END EC PRIVATE KEY-----"),
    ];
    for form in forms {
        let key = read(&form, None).unwrap();
        assert_eq!(key.thumbprint(), expected, "{form}");
        assert!(key.private_jwk().is_ok(), "{form}");
    }
}

#[test]
fn the_operations_of_a_private_key_are_not_registered() {
    let mut jwk = keys::key("p256-a").private_jwk.clone();
    jwk.insert("key_ops".to_owned(), json!(["sign"]));
    let key = read(&Value::Object(jwk).to_string(), None).unwrap();
    assert_eq!(key.public_jwk(), &keys::key("p256-a").public_jwk());
}

#[test]
fn a_set_of_several_keys_needs_a_name() {
    let [first, second] = ["p256-a", "rsa-2048-a"].map(keys::key);
    let set = json!({ "keys": [first.private_jwk, second.public_jwk()] }).to_string();
    let key = read(&set, Some("public-test-key-rsa-2048-a")).unwrap();
    assert_eq!(key.key_type(), KeyType::Rsa { bits: 2048 });
    assert!(said_of(&set).ends_with(
        "it is a JWK Set of 2 keys; name one with --kid: \"public-test-key-p256-a\", \
         \"public-test-key-rsa-2048-a\""
    ));
    assert!(matches!(
        read(&set, Some("other")),
        Err(KeyFileError::UnknownKid { .. })
    ));

    let only = json!({ "keys": [first.private_jwk] }).to_string();
    assert_eq!(
        read(&only, None).unwrap().kid(),
        Some("public-test-key-p256-a")
    );
}

#[test]
fn the_error_for_other_files_guesses_their_content() {
    let key = keys::key("p256-a");
    let body: String = key
        .pkcs8
        .lines()
        .filter(|line| !line.starts_with('-'))
        .collect();
    let mut without_y = key.public_jwk();
    without_y.remove("y");
    let mut off_curve = key.public_jwk();
    off_curve.insert(
        "x".to_owned(),
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".into(),
    );
    let texts = [
        String::new(),
        " \n".to_owned(),
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----\n".into(),
        "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nMIIB\n\
         -----END RSA PRIVATE KEY-----\n"
            .into(),
        key.certificate.clone().unwrap(),
        key.openssh.clone().unwrap(),
        "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY-----\n".into(),
        "-----BEGIN DH PARAMETERS-----\nMIIB\n-----END DH PARAMETERS-----\n".into(),
        key.pkcs8.replace('\n', "\\n"),
        key.pkcs8.replace("-----END", "----END"),
        key.pkcs8.replacen("\nM", "\n!", 1),
        format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----", &body[..64]),
        body,
        COMPRESSED.into(),
        keys::key("k256-a").pkcs8.clone(),
        jwk_text(keys::key("k256-a")),
        r#"{"kty":"oct","k":"c2VjcmV0"}"#.into(),
        r#"{"kty":"EC","crv":"P-256","x":"#.into(),
        r#"{"alg":"ES256"}"#.into(),
        r#"{"kty":"OKP","crv":"X25519","x":"AA"}"#.into(),
        r#"{"keys":[]}"#.into(),
        r#"{"keys":{}}"#.into(),
        "[]".into(),
        Value::Object(without_y).to_string(),
        Value::Object(off_curve).to_string(),
        "eyJhbGciOiJFUzI1NiJ9.e30.".into(),
        keys::secret("secret-a").into(),
    ];
    let said: Vec<String> = texts.iter().map(|text| said_of(text)).collect();
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn the_error_for_a_key_that_does_not_fit_names_its_algorithms() {
    let say = |key: &str, algorithm| {
        let key = read(&jwk_text(keys::key(key)), None).unwrap();
        let error = Signer::of_key(&key, algorithm).unwrap_err().to_string();
        error.replace(&key.path, "key")
    };
    insta::assert_snapshot!(
        [
            say("rsa-2048-a", Algorithm::ES256),
            say("p384-a", Algorithm::ES256),
            say("ed25519-a", Algorithm::HS256),
            say("rsa-1024-a", Algorithm::RS256),
            say("rsa-2047-a", Algorithm::PS256),
            say("rsa-16384-a", Algorithm::RS256),
        ]
        .join("\n")
    );
}

#[test]
fn a_private_part_of_another_public_key_is_an_error() {
    for (own, other) in [
        ("p256-a", "p256-b"),
        ("ed25519-a", "ed25519-b"),
        ("rsa-2048-a", "rsa-2048-b"),
    ] {
        let mut jwk = keys::key(own).private_jwk.clone();
        jwk.insert("d".to_owned(), keys::key(other).private_jwk["d"].clone());
        let key = read(&Value::Object(jwk).to_string(), None).unwrap();
        let algorithm = key.key_type().algorithms()[0];
        let error = Signer::of_key(&key, algorithm).unwrap_err();
        let is_expected = matches!(
            error,
            KeyFileError::Inconsistent { .. } | KeyFileError::InconsistentRsa { .. }
        );
        assert!(is_expected, "{error}");
    }
    let mut jwk = keys::key("rsa-2048-a").private_jwk.clone();
    jwk.remove("dq");
    let key = read(&Value::Object(jwk).to_string(), None).unwrap();
    let error = Signer::of_key(&key, Algorithm::RS256).unwrap_err();
    assert!(
        matches!(error, KeyFileError::RsaWithoutPrimes { member: "dq", .. }),
        "{error}"
    );
}

#[test]
fn neither_debug_texts_nor_errors_show_private_members() {
    let test_key = keys::key("rsa-2048-a");
    let key = read(&jwk_text(test_key), None).unwrap();
    let signer = Signer::of_key(&key, Algorithm::RS256).unwrap();
    let mut broken = test_key.private_jwk.clone();
    broken.insert(
        "p".to_owned(),
        format!("{}!", broken["p"].as_str().unwrap()).into(),
    );
    let error = read(&Value::Object(broken).to_string(), None).unwrap_err();
    let text = format!("{key:?} {signer:?} {error} {error:?}");
    for name in ["d", "p", "q", "dp", "dq", "qi"] {
        let member = test_key.private_jwk[name].as_str().unwrap();
        assert!(!text.contains(&member[..16]), "{name} in {text}");
    }
    let secret = read_secret("a very long secret that nobody may see").unwrap();
    assert_eq!(format!("{secret:?}"), "Secret { octets: 38, .. }");
}

fn read_secret(text: impl AsRef<[u8]>) -> Result<Secret, KeyFileError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    fs::write(&path, text).unwrap();
    Secret::read(&path)
}

#[test]
fn a_secret_is_its_text_without_the_line_break_of_the_file() {
    let secret = read_secret("line\nand line \r\n\n").unwrap();
    assert_eq!(
        (secret.text(), secret.had_newline()),
        ("line\nand line ", true)
    );
    let secret = read_secret(r#"{"kty":"oct","k":"c2VjcmV0"}"#).unwrap();
    assert_eq!((secret.text(), secret.had_newline()), ("secret", false));
    // An object without `kty` and `keys` is a secret that happens to be JSON.
    assert_eq!(read_secret("{}").unwrap().text(), "{}");

    let error = |text: &[u8]| read_secret(text).unwrap_err();
    assert!(matches!(error(b"\n"), KeyFileError::Empty { .. }));
    assert!(matches!(error(b"\xff"), KeyFileError::SecretNotText { .. }));
    let pem = keys::key("p256-a").pkcs8.as_bytes();
    assert!(matches!(
        error(pem),
        KeyFileError::SecretIsKey {
            seems: "a key in PEM",
            ..
        }
    ));
    let jwk = jwk_text(keys::key("p256-a"));
    assert!(matches!(
        error(jwk.as_bytes()),
        KeyFileError::SecretIsKey { seems: "a JWK", .. }
    ));
}

#[test]
fn a_secret_makes_the_mac_of_its_octets() {
    let secret = read_secret(keys::secret("secret-non-ascii")).unwrap();
    for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
        let tag = Signer::of_secret(&secret, algorithm)
            .sign(b"input")
            .unwrap();
        let octets = secret.text().as_bytes();
        assert_eq!(
            check_mac(algorithm.hash(), octets, b"input", &tag),
            Check::Valid
        );
    }
}

#[test]
fn generated_keys_read_back_in_every_form_and_sign() {
    for algorithm in [
        Algorithm::PS256,
        Algorithm::ES256,
        Algorithm::ES384,
        Algorithm::ES512,
        Algorithm::EdDsa,
    ] {
        let generated = generate(algorithm, RsaBits::B2048, None).unwrap();
        let jwk = generated.key.private_jwk().unwrap();
        assert_eq!(jwk["kid"], generated.key.thumbprint());
        assert_eq!(
            (&jwk["alg"], &jwk["use"]),
            (&algorithm.name().into(), &"sig".into())
        );
        let private = read(generated.private_pem(), None).unwrap();
        let public = read(generated.public_pem(), None).unwrap();
        assert_eq!(private.thumbprint(), generated.key.thumbprint());
        assert_eq!(public.thumbprint(), generated.key.thumbprint());

        let signature = Signer::of_key(&generated.key, algorithm)
            .unwrap()
            .sign(b"input")
            .unwrap();
        let (public, _) = PublicKey::from_jwk(public.public_jwk(), algorithm).unwrap();
        assert_eq!(check_signature(&public, b"input", &signature), Check::Valid);
        assert_ne!(
            generate(algorithm, RsaBits::B2048, None)
                .unwrap()
                .key
                .thumbprint(),
            jwk["kid"]
        );
    }
    for algorithm in [Algorithm::HS256, Algorithm::ES256K] {
        let error = generate(algorithm, RsaBits::B2048, None).unwrap_err();
        assert_eq!(error, GenerateError::NoKeyPair { algorithm });
    }
}

#[test]
fn a_generated_secret_is_long_enough_for_its_algorithm() {
    for (algorithm, len) in [
        (Algorithm::HS256, 43),
        (Algorithm::HS384, 64),
        (Algorithm::HS512, 86),
    ] {
        let secret = generate_secret(algorithm).unwrap();
        assert_eq!(secret.text().len(), len);
        assert_ne!(generate_secret(algorithm).unwrap(), secret);
    }
}

/// A public key on P-256 as `openssl ec -conv_form compressed` writes it.
const COMPRESSED: &str = "\
-----BEGIN PUBLIC KEY-----
MDkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDIgADWv723FuyS7RmJ43EEqUyTnbG16sW
TJNXaUGYda9uDyQ=
-----END PUBLIC KEY-----
";
