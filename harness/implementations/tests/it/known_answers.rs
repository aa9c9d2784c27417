//! The worked examples of the RFCs, signed by the crates under test. A crate that signs the octets it is
//! given makes the printed signature where one input has one, else one that the oracle takes.

#[cfg(feature = "biscuit")]
mod biscuit;
#[cfg(feature = "openssl")]
mod josekit;
#[cfg(feature = "jsonwebtoken")]
mod jsonwebtoken;
#[cfg(feature = "openssl")]
mod jwtk;

use std::collections::BTreeMap;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use jwt_assay_core::{
    build::inspect::without_private_members,
    encoding::{base64url, read_base64url},
    model::{Algorithm, Family},
    oracle::{Memory, SignatureCheck, explain},
};
use jwt_assay_implementations::registry::{self, KNOWN};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::presented::{CLIENT, Presented};

/// What a crate made of the examples, by clause.
#[derive(Debug, Default, Eq, PartialEq)]
struct Answers {
    /// It made the printed signature.
    printed: Vec<String>,
    /// Their nonce or their salt was drawn; the oracle takes the signature that it made.
    verified: Vec<String>,
    /// It does not have the algorithm.
    without_algorithm: Vec<String>,
}

/// Crates that sign what they serialize themselves and take no octets.
const WITHOUT_OCTETS: [&str; 1] = ["jwt-simple"];
/// Crates whose answers are in a file beside this one.
const ASKED: [&str; 4] = ["biscuit", "josekit", "jsonwebtoken", "jwtk"];

#[test]
fn every_crate_is_asked_for_the_examples_or_named_as_one_that_takes_no_octets() {
    let mut known = KNOWN.map(|known| known.name);
    let mut named = [&ASKED[..], &WITHOUT_OCTETS].concat();
    known.sort_unstable();
    named.sort_unstable();
    assert_eq!(known[..], named[..]);
    for name in WITHOUT_OCTETS {
        eprintln!("skipped: the examples of the RFCs with {name}, which takes no octets to sign");
    }
}

/// Has every example signed whose algorithm the crate's description names.
fn answers(library: &str, sign: impl Fn(&Example) -> Vec<u8>) -> Answers {
    let to = registry::builder_named(library).unwrap().describe().about;
    let mut answers = Answers::default();
    for example in examples() {
        if !to.algorithms.contains(&example.algorithm) {
            answers.without_algorithm.push(example.clause);
            continue;
        }
        let signature = base64url(sign(&example));
        match example.algorithm.family() {
            Family::Ecdsa | Family::RsaPss => {
                let mut presented = Presented::valid(example.algorithm, &to);
                let public = without_private_members(&example.jwk());
                presented.client["jwks"] = json!({ "keys": [public] });
                // Not all of them name their key, and none names a client.
                presented.policy["kid"] = "hint".into();
                let mut step = presented.request(&format!("{}.{signature}", example.input()));
                step.request.client_id = Some(CLIENT.to_owned());
                let explanation = explain(&mut Memory::default(), &step).unwrap();
                assert_eq!(
                    explanation.signature,
                    SignatureCheck::Valid,
                    "{library}: {}",
                    example.clause
                );
                answers.verified.push(example.clause);
            }
            Family::Hmac | Family::RsaPkcs1 | Family::EdDsa => {
                let printed = unwrapped(&example.signature);
                assert_eq!(signature, printed, "{library}: {}", example.clause);
                answers.printed.push(example.clause);
            }
        }
    }
    answers
}

/// The examples of `vectors/third-party/rfc-examples.toml`.
fn examples() -> Vec<Example> {
    #[derive(Deserialize)]
    struct File {
        payloads: BTreeMap<String, String>,
        keys: BTreeMap<String, String>,
        #[serde(rename = "example")]
        examples: Vec<Example>,
    }

    let text = include_str!("../../../../vectors/third-party/rfc-examples.toml");
    let file: File = toml::from_str(text).unwrap();
    let named = |mut example: Example| {
        example.key = file.keys[&example.key].clone();
        example.payload = file.payloads[&example.payload].clone();
        example
    };
    file.examples.into_iter().map(named).collect()
}

/// A JWS in the compact serialization, and its private key as JWK.
#[derive(Deserialize)]
struct Example {
    clause: String,
    algorithm: Algorithm,
    key: String,
    header: String,
    payload: String,
    signature: String,
}

impl Example {
    fn input(&self) -> String {
        format!("{}.{}", unwrapped(&self.header), unwrapped(&self.payload))
    }

    fn jwk(&self) -> Map<String, Value> {
        serde_json::from_str(&unwrapped(&self.key)).unwrap()
    }

    /// The octets of a member of the JWK.
    fn octets(&self, name: &str) -> Vec<u8> {
        let jwk = self.jwk();
        let text = jwk[name].as_str().unwrap();
        read_base64url(text.as_bytes()).unwrap().octets
    }

    /// RSAPrivateKey (RFC 8017 appendix A.1.2).
    fn pkcs1(&self) -> Vec<u8> {
        let members = ["n", "e", "d", "p", "q", "dp", "dq", "qi"];
        let integers = members.map(|name| {
            let octets = self.octets(name);
            let sign: &[u8] = if octets[0] < 0x80 { &[] } else { &[0] };
            der(2, &[sign, &octets].concat())
        });
        der(0x30, &[der(2, &[0]), integers.concat()].concat())
    }

    /// A P-256 key as PKCS#8 (RFC 5958 section 2).
    fn p256_pkcs8(&self) -> Vec<u8> {
        let point = [&[4][..], &self.octets("x"), &self.octets("y")].concat();
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let pair =
            EcdsaKeyPair::from_private_key_and_public_key(algorithm, &self.octets("d"), &point);
        pair.unwrap().to_pkcs8v1().unwrap().as_ref().to_vec()
    }

    /// An Ed25519 key as PKCS#8 (RFC 8410 section 7).
    fn ed25519_pkcs8(&self) -> Vec<u8> {
        let key = der(4, &der(4, &self.octets("d")));
        let algorithm = der(0x30, b"\x06\x03\x2b\x65\x70");
        der(0x30, &[der(2, &[0]), algorithm, key].concat())
    }
}

fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let [.., high, low] = content.len().to_be_bytes();
    let length: &[u8] = match (high, low) {
        (0, 0..0x80) => &[low],
        (0, _) => &[0x81, low],
        _ => &[0x82, high, low],
    };
    [&[tag], length, content].concat()
}

fn unwrapped(text: &str) -> String {
    text.split_whitespace().collect()
}

fn clauses<const N: usize>(these: [&str; N]) -> Vec<String> {
    these.map(str::to_owned).to_vec()
}
