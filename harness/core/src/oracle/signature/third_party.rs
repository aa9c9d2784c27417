//! The signature stage against vectors that other people made; `vectors/third-party.md` says whose.

mod rfc6979;
mod rfc_examples;
mod wycheproof;

use serde_json::{Map, Value, json};

use crate::{encoding::base64url, keys::Prepared, keys::TestKey};

/// An RSA key as JWK. RFC 7518 section 6.3.1: integers without leading zeros.
fn rsa_jwk(n: &[u8], e: &[u8]) -> Map<String, Value> {
    let integer = |octets: &[u8]| {
        let start = octets.iter().position(|octet| *octet != 0).unwrap();
        base64url(&octets[start..])
    };
    members(json!({ "kty": "RSA", "n": integer(n), "e": integer(e) }))
}

/// A key on a curve as JWK, from its two coordinates in full width.
fn point_jwk(crv: &str, coordinates: &[u8]) -> Map<String, Value> {
    let (x, y) = coordinates.split_at(coordinates.len() / 2);
    members(json!({ "kty": "EC", "crv": crv, "x": base64url(x), "y": base64url(y) }))
}

/// A key pair to sign with, of which only the JWK is known.
fn key_pair(id: &str, private_jwk: Map<String, Value>) -> TestKey {
    TestKey {
        id: id.to_owned(),
        about: String::new(),
        private_jwk,
        pkcs8: String::new(),
        pkcs1: None,
        sec1: None,
        spki: String::new(),
        pkcs1_public: None,
        certificate: None,
        openssh: None,
        prepared: Prepared::default(),
    }
}

fn members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        other => panic!("not an object: {other}"),
    }
}
