//! The worked examples of RFC 7515 appendix A, RFC 7520 section 4 and RFC 8037 appendix A.
//!
//! Not here, since a client assertion is the compact serialization with its payload: RFC 7515
//! appendices A.6 and A.7 and RFC 7520 sections 4.6 to 4.8 (JSON serializations, unprotected
//! headers), and RFC 7520 section 4.5 (detached payload), whose octets but for the payload are
//! those of section 4.4.

use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};

use aws_lc_rs::signature::RsaKeyPair;
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Deserialize;
use serde_json::json;

use crate::{
    encoding::{base64url, read_base64url},
    keys::TestKey,
    model::{
        Algorithm::{self, *},
        Assertion, Family, ProfileId, Rule, Step,
    },
    oracle::{
        Explanation, Memory, PublicKey, SignatureCheck, explain,
        signature::{Check, check_mac, check_signature},
    },
    recipe::{EVALUATION_TIME, Recipe},
    sign::{SigningKey, rsa, sign},
};

#[test]
fn every_example_is_valid_and_none_is_with_any_octet_changed() {
    for example in &*EXAMPLES {
        let (input, signature) = (example.input(), example.signature());
        let checked = example.check(input.as_bytes(), &signature);
        assert_eq!(checked, Check::Valid, "{}", example.clause);
        for at in 0..signature.len() {
            let mut other = signature.clone();
            other[at] ^= 1;
            let checked = example.check(input.as_bytes(), &other);
            assert_eq!(
                checked,
                Check::Invalid,
                "{}: signature[{at}]",
                example.clause
            );
        }
        for at in 0..input.len() {
            let mut other = input.clone().into_bytes();
            other[at] ^= 1;
            let checked = example.check(&other, &signature);
            assert_eq!(checked, Check::Invalid, "{}: input[{at}]", example.clause);
        }
    }
}

#[test]
fn every_example_with_a_key_pair_passes_the_stages_up_to_the_signature() {
    let mut checked = Vec::new();
    for example in EXAMPLES.iter().filter(|example| !example.has_secret()) {
        let mut signature = example.signature();
        let explanation = example.explain(&signature);
        assert_eq!(
            explanation.signature,
            SignatureCheck::Valid,
            "{}",
            example.clause
        );
        let about_signature = |explanation: &Explanation| {
            let mut found = explanation.findings.iter();
            found.any(|finding| finding.rule == Rule::Signature)
        };
        assert!(!about_signature(&explanation));
        signature[0] ^= 1;
        let explanation = example.explain(&signature);
        assert_eq!(
            explanation.signature,
            SignatureCheck::Invalid,
            "{}",
            example.clause
        );
        assert!(about_signature(&explanation));
        checked.push(example.algorithm);
    }
    assert_eq!(checked, [RS256, ES256, ES512, RS256, PS384, ES512, EdDsa]);
}

#[test]
fn the_deterministic_examples_are_signed_again_octet_for_octet() {
    let mut signed = Vec::new();
    for example in &*EXAMPLES {
        let (key, secret) = (example.key_pair(), example.secret());
        let key = match example.algorithm.family() {
            Family::Hmac => SigningKey::Secret(&secret),
            Family::RsaPkcs1 | Family::EdDsa => SigningKey::Pair(&key),
            // Their nonce and their salt were drawn.
            Family::Ecdsa | Family::RsaPss => continue,
        };
        let signature = sign(example.algorithm, key, example.input().as_bytes(), "").unwrap();
        assert_eq!(
            base64url(signature),
            unwrapped(&example.signature),
            "{}",
            example.clause
        );
        signed.push(example.clause.as_str());
    }
    let expected = [
        "RFC 7515 A.1",
        "RFC 7515 A.2",
        "RFC 7520 4.1",
        "RFC 7520 4.4",
        "RFC 8037 A.4",
    ];
    assert_eq!(signed, expected);
}

#[test]
fn the_rs256_examples_are_signed_again_by_integer_arithmetic() {
    for example in EXAMPLES.iter().filter(|example| example.algorithm == RS256) {
        let block = rsa::pkcs1_block(RS256.hash(), example.input().as_bytes(), 256);
        let signature = rsa::raw_private(&example.key_pair(), &block);
        assert_eq!(
            base64url(signature),
            unwrapped(&example.signature),
            "{}",
            example.clause
        );
    }
}

/// RFC 7515 appendix A.5.
#[test]
fn the_unsecured_example_is_rejected_for_its_algorithm() {
    let example = &EXAMPLES[1];
    let token = format!("eyJhbGciOiJub25lIn0.{}.", unwrapped(&example.payload));
    let explanation = explain(&mut Memory::default(), &example.presented(token)).unwrap();
    assert_eq!(explanation.signature, SignatureCheck::NotChecked);
    let mut rejections = explanation.rejections().map(|finding| finding.rule);
    assert_eq!(rejections.next(), Some(Rule::AlgNone));
}

/// The examples, in the order of the file.
static EXAMPLES: LazyLock<Vec<Example>> = LazyLock::new(|| {
    let file: File = toml::from_str(TEXT).expect("the file is TOML");
    let named = |mut example: Example| {
        example.key = file.keys[&example.key].clone();
        example.payload = file.payloads[&example.payload].clone();
        example
    };
    file.examples.into_iter().map(named).collect()
});

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    payloads: BTreeMap<String, String>,
    keys: BTreeMap<String, String>,
    #[serde(rename = "example")]
    examples: Vec<Example>,
}

/// A JWS in the compact serialization, and its key.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    clause: String,
    algorithm: Algorithm,
    /// The private key as JWK; in the file, its name.
    key: String,
    header: String,
    /// In the file, its name.
    payload: String,
    signature: String,
}

impl Example {
    /// RFC 7515 section 5.1, step 8: the JWS Signing Input.
    fn input(&self) -> String {
        format!("{}.{}", unwrapped(&self.header), unwrapped(&self.payload))
    }

    fn signature(&self) -> Vec<u8> {
        octets(&unwrapped(&self.signature))
    }

    fn check(&self, input: &[u8], signature: &[u8]) -> Check {
        let algorithm = self.algorithm;
        if self.has_secret() {
            return check_mac(algorithm.hash(), &self.secret(), input, signature);
        }
        let (key, problems) =
            PublicKey::from_jwk(&self.key_pair().public_jwk(), algorithm).unwrap();
        assert_eq!(problems, [], "{}", self.clause);
        check_signature(&key, input, signature)
    }

    fn explain(&self, signature: &[u8]) -> Explanation {
        let token = format!("{}.{}", self.input(), base64url(signature));
        explain(&mut Memory::default(), &self.presented(token)).unwrap()
    }

    /// The token, sent by a client that has registered the key.
    fn presented(&self, token: String) -> Step {
        let valid = Recipe::valid(ProfileId::Rfc7523, self.algorithm).present_at(EVALUATION_TIME);
        let mut step = valid.steps.into_iter().next().unwrap();
        let client = &mut Arc::make_mut(&mut step.context).clients[0];
        client.jwks = Some(json!({ "keys": [self.key_pair().public_jwk()] }));
        step.request.client_id = Some(client.client_id.0.clone());
        step.request.client_assertion = Some(Assertion(token.into_bytes()));
        step
    }

    /// Those of the RFCs are octets, not text, and so no client secret (RFC 6749 appendix A.2).
    fn has_secret(&self) -> bool {
        self.algorithm.is_symmetric()
    }

    fn secret(&self) -> Vec<u8> {
        let jwk = self.key_pair().private_jwk;
        jwk.get("k")
            .map_or_else(Vec::new, |k| octets(k.as_str().unwrap()))
    }

    fn key_pair(&self) -> TestKey {
        let private_jwk = serde_json::from_str(&unwrapped(&self.key)).unwrap();
        let mut pair = super::key_pair(&self.clause, private_jwk);
        if self.algorithm.family() == Family::RsaPkcs1 {
            let pkcs8 = pkcs8(&pair);
            RsaKeyPair::from_pkcs8(&pkcs8).expect("the library takes the key, and signs with it");
            pair.pkcs8 = STANDARD.encode(pkcs8);
        }
        pair
    }
}

/// RFC 5958 section 2 around RFC 8017 appendix A.1.2: the form in which the library takes a key.
fn pkcs8(pair: &TestKey) -> Vec<u8> {
    const RSA_ENCRYPTION: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00";
    let zero = der(0x02, &[0]);
    let members = ["n", "e", "d", "p", "q", "dp", "dq", "qi"];
    let integers = members.map(|name| {
        let octets = pair.integer(name).to_bytes_be();
        let sign: &[u8] = if octets[0] < 0x80 { &[] } else { &[0] };
        der(0x02, &[sign, &octets].concat())
    });
    let key = der(0x30, &[&zero[..], &integers.concat()].concat());
    let algorithm = der(0x30, RSA_ENCRYPTION);
    der(0x30, &[zero, algorithm, der(0x04, &key)].concat())
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

fn octets(text: &str) -> Vec<u8> {
    read_base64url(text.as_bytes()).unwrap().octets
}

const TEXT: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../vectors/third-party/rfc-examples.toml"
));
