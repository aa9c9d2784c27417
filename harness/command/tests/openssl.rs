//! OpenSSL's command as the other side: it verifies signatures of the harness, and the oracle
//! verifies its. Without OpenSSL 3 the tests are skipped, with a line on standard error.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has to stop"
)]

use std::{
    fs,
    io::{self, Write},
    process::{Command, Output},
};

use jwt_assay_core::{
    keys::{self, TestKey},
    model::{Algorithm, Family, Hash},
    oracle::{Check, PublicKey, check_mac, check_signature},
    sign::{SigningKey, sign},
};
use tempfile::TempDir;

#[test]
fn openssl_verifies_what_the_harness_signs_and_not_with_an_octet_changed() {
    let Some(openssl) = OpenSsl::or_skip() else {
        return;
    };
    let mut verified = 0;
    for (algorithm, pair) in key_pairs() {
        for input in INPUTS {
            let mut signature = sign(algorithm, SigningKey::Pair(pair), input, "openssl").unwrap();
            let verifies = |signature: &[u8]| openssl.verifies(algorithm, pair, input, signature);
            assert!(verifies(&signature), "{algorithm} with {}", pair.id);
            signature[10] ^= 1;
            assert!(
                !verifies(&signature),
                "{algorithm} with {}, changed",
                pair.id
            );
            verified += 1;
        }
    }
    assert_eq!(verified, SIGNATURES);
}

#[test]
fn the_oracle_verifies_what_openssl_signs_and_not_with_an_octet_changed() {
    let Some(openssl) = OpenSsl::or_skip() else {
        return;
    };
    let mut verified = 0;
    for (algorithm, pair) in key_pairs() {
        let (key, _) = PublicKey::from_jwk(&pair.public_jwk(), algorithm).unwrap();
        for input in INPUTS {
            let mut signature = openssl.sign(algorithm, pair, input);
            let check = |signature: &[u8]| check_signature(&key, input, signature);
            assert_eq!(
                check(&signature),
                Check::Valid,
                "{algorithm} with {}",
                pair.id
            );
            signature[10] ^= 1;
            assert_eq!(
                check(&signature),
                Check::Invalid,
                "{algorithm} with {}",
                pair.id
            );
            verified += 1;
        }
    }
    assert_eq!(verified, SIGNATURES);
}

#[test]
fn openssl_and_the_harness_make_the_same_macs() {
    let Some(openssl) = OpenSsl::or_skip() else {
        return;
    };
    // HMAC hashes a key that is longer than a block, so there is one below and one above.
    let secrets = [keys::secret("secret-a").as_bytes(), &[0xa5; 200]];
    for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
        for secret in secrets {
            for input in INPUTS {
                let mut tag = openssl.mac(algorithm, secret, input);
                let ours = sign(algorithm, SigningKey::Secret(secret), input, "").unwrap();
                assert_eq!(ours, tag, "{algorithm}");
                let check = |tag: &[u8]| check_mac(algorithm.hash(), secret, input, tag);
                assert_eq!(check(&tag), Check::Valid, "{algorithm}");
                tag[10] ^= 1;
                assert_eq!(check(&tag), Check::Invalid, "{algorithm}");
            }
        }
    }
}

#[test]
fn a_machine_without_openssl_3_is_told_apart() {
    let missing = OpenSsl::of_program("no-such-openssl").err().unwrap();
    assert!(
        missing.starts_with("`no-such-openssl` cannot be run: "),
        "{missing}"
    );
    let other = OpenSsl::of_program(env!("CARGO_BIN_EXE_jwt-assay"))
        .err()
        .unwrap();
    assert!(other.contains("is not OpenSSL 3 or later"), "{other}");
}

/// Every algorithm with a key pair, and keys of different sizes for it. For RSA of 2047 bits and
/// with the exponent 3 the oracle uses its own arithmetic. Keys above 4096 bits are left out, since
/// that arithmetic takes seconds to sign with them, and 1024 bits hold no PS512.
fn key_pairs() -> impl Iterator<Item = (Algorithm, &'static TestKey)> {
    let ids = |algorithm: Algorithm| -> &[&str] {
        match (algorithm.family(), algorithm) {
            (Family::Hmac, _) => &[],
            (Family::RsaPkcs1 | Family::RsaPss, _) => &[
                "rsa-2047-a",
                "rsa-2048-a",
                "rsa-2048-e3",
                "rsa-3072-a",
                "rsa-4096-a",
            ],
            (Family::EdDsa, _) => &["ed25519-a"],
            (Family::Ecdsa, Algorithm::ES384) => &["p384-a"],
            (Family::Ecdsa, Algorithm::ES512) => &["p521-a"],
            (Family::Ecdsa, Algorithm::ES256K) => &["k256-a"],
            (Family::Ecdsa, _) => &["p256-a", "p256-short-x"],
        }
    };
    let with_keys = move |algorithm| {
        ids(algorithm)
            .iter()
            .map(move |id| (algorithm, keys::key(id)))
    };
    Algorithm::ALL.into_iter().flat_map(with_keys)
}

/// OpenSSL's command, in a folder of its own.
struct OpenSsl {
    program: String,
    folder: TempDir,
}

impl OpenSsl {
    /// The system's OpenSSL, or the reason on standard error. libtest hides `eprintln` of passing
    /// tests, so the reason is written around it.
    fn or_skip() -> Option<Self> {
        match Self::of_program("openssl") {
            Ok(openssl) => Some(openssl),
            Err(reason) => {
                let line = format!("skipped: signatures against OpenSSL: {reason}\n");
                io::stderr().write_all(line.as_bytes()).unwrap();
                None
            }
        }
    }

    fn of_program(program: &str) -> Result<Self, String> {
        let ran = Command::new(program).arg("version").output();
        let ran = ran.map_err(|error| format!("`{program}` cannot be run: {error}"))?;
        let version = String::from_utf8_lossy(&ran.stdout).into_owned();
        let major = version
            .strip_prefix("OpenSSL ")
            .and_then(|rest| rest.split('.').next());
        // Ed25519 needs `pkeyutl -rawin`, which came with version 3.
        match major.and_then(|major| major.parse().ok()) {
            Some(3_u32..) => Ok(Self {
                program: program.to_owned(),
                folder: tempfile::tempdir().unwrap(),
            }),
            _ => Err(format!(
                "`{program}` is not OpenSSL 3 or later but {version:?}"
            )),
        }
    }

    fn verifies(
        &self,
        algorithm: Algorithm,
        pair: &TestKey,
        input: &[u8],
        signature: &[u8],
    ) -> bool {
        let signature = match algorithm.family() {
            Family::Ecdsa => der_signature(signature),
            Family::Hmac | Family::RsaPkcs1 | Family::RsaPss | Family::EdDsa => signature.to_vec(),
        };
        self.write("input", input);
        self.write("signature", &signature);
        self.write("key", pair.spki.as_bytes());
        let ran = match algorithm.family() {
            Family::EdDsa => {
                self.run("pkeyutl -verify -pubin -inkey key -rawin -in input -sigfile signature")
            }
            _ => self.run(&format!(
                "dgst {} -verify key -signature signature input",
                digest_options(algorithm)
            )),
        };
        // The exit code 1 has two meanings: a bad signature, and options that OpenSSL does not
        // know.
        let said = String::from_utf8_lossy(&ran.stdout).trim().to_owned();
        match said.as_str() {
            "Verified OK" | "Signature Verified Successfully" => ran.status.success(),
            "Verification failure" | "Verification Failure" | "Signature Verification Failure" => {
                false
            }
            _ => panic!("{algorithm} with {}: {ran:?}", pair.id),
        }
    }

    fn sign(&self, algorithm: Algorithm, pair: &TestKey, input: &[u8]) -> Vec<u8> {
        self.write("input", input);
        self.write("key", pair.pkcs8.as_bytes());
        let ran = match algorithm.family() {
            Family::EdDsa => self.run("pkeyutl -sign -inkey key -rawin -in input"),
            _ => self.run(&format!(
                "dgst {} -sign key input",
                digest_options(algorithm)
            )),
        };
        assert!(
            ran.status.success(),
            "{algorithm} with {}: {ran:?}",
            pair.id
        );
        match algorithm.scalar_len() {
            Some(len) => fixed_width_signature(&ran.stdout, len),
            None => ran.stdout,
        }
    }

    fn mac(&self, algorithm: Algorithm, secret: &[u8], input: &[u8]) -> Vec<u8> {
        let key: String = secret.iter().map(|octet| format!("{octet:02x}")).collect();
        self.write("input", input);
        let ran = self.run(&format!(
            "mac -digest {} -macopt hexkey:{key} -in input -binary HMAC",
            digest(algorithm.hash())
        ));
        assert!(ran.status.success(), "{algorithm}: {ran:?}");
        ran.stdout
    }

    fn write(&self, name: &str, octets: &[u8]) {
        fs::write(self.folder.path().join(name), octets).unwrap();
    }

    fn run(&self, arguments: &str) -> Output {
        Command::new(&self.program)
            .args(arguments.split_whitespace())
            .current_dir(self.folder.path())
            .output()
            .unwrap()
    }
}

/// The PSS options of RFC 7518 section 3.5: MGF1 with the message's hash, a salt of the hash's
/// length.
fn digest_options(algorithm: Algorithm) -> String {
    let digest = digest(algorithm.hash());
    match algorithm.family() {
        Family::RsaPss => format!(
            "-{digest} -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest \
             -sigopt rsa_mgf1_md:{digest}"
        ),
        Family::Hmac | Family::RsaPkcs1 | Family::Ecdsa | Family::EdDsa => format!("-{digest}"),
    }
}

fn digest(hash: Hash) -> &'static str {
    match hash {
        Hash::Sha1 => "sha1",
        Hash::Sha256 => "sha256",
        Hash::Sha384 => "sha384",
        Hash::Sha512 => "sha512",
    }
}

/// Encodes r and s in full width as Ecdsa-Sig-Value (RFC 3279 section 2.2.3).
fn der_signature(signature: &[u8]) -> Vec<u8> {
    let integer = |octets: &[u8]| {
        let start = octets.iter().position(|octet| *octet != 0).unwrap();
        let sign: &[u8] = if octets[start] < 0x80 { &[] } else { &[0] };
        let content = [sign, &octets[start..]].concat();
        [&[0x02, u8::try_from(content.len()).unwrap()], &content[..]].concat()
    };
    let (r, s) = signature.split_at(signature.len() / 2);
    let content = [integer(r), integer(s)].concat();
    let len = u8::try_from(content.len()).unwrap();
    let head: &[u8] = if len < 0x80 {
        &[0x30, len]
    } else {
        &[0x30, 0x81, len]
    };
    [head, &content].concat()
}

/// Decodes Ecdsa-Sig-Value to r and s in full width.
fn fixed_width_signature(der: &[u8], width: usize) -> Vec<u8> {
    let content = if der[1] == 0x81 { &der[3..] } else { &der[2..] };
    let (r, s) = content.split_at(2 + usize::from(content[1]));
    let padded = |integer: &[u8]| {
        let octets = &integer[2..];
        let start = octets.len().saturating_sub(width);
        let mut padded = vec![0; width - octets[start..].len()];
        padded.extend_from_slice(&octets[start..]);
        padded
    };
    [padded(r), padded(s)].concat()
}

const INPUTS: [&[u8]; 2] = [b"eyJhbGciOiJub25lIn0.e30", b"another"];

/// Six RSA algorithms with five keys, five with a curve's key and one of them with two, each over
/// both inputs.
const SIGNATURES: usize = (6 * 5 + 6) * INPUTS.len();
