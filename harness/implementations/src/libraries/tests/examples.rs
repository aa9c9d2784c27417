//! The worked examples of the RFCs.

use std::collections::BTreeMap;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use jwt_assay_core::{encoding::read_base64url, model::Algorithm};
use serde::Deserialize;
use serde_json::{Map, Value};

/// The examples of `vectors/third-party/rfc-examples.toml`.
pub(super) fn examples() -> Vec<Example> {
    #[derive(Deserialize)]
    struct File {
        payloads: BTreeMap<String, String>,
        keys: BTreeMap<String, String>,
        #[serde(rename = "example")]
        examples: Vec<Example>,
    }

    let text = include_str!("../../../../../vectors/third-party/rfc-examples.toml");
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
pub(crate) struct Example {
    pub(crate) clause: String,
    pub(crate) algorithm: Algorithm,
    key: String,
    header: String,
    payload: String,
    pub(crate) signature: String,
}

impl Example {
    pub(crate) fn input(&self) -> String {
        format!("{}.{}", unwrapped(&self.header), unwrapped(&self.payload))
    }

    pub(crate) fn jwk(&self) -> Map<String, Value> {
        serde_json::from_str(&unwrapped(&self.key)).unwrap()
    }

    /// The octets of a member of the JWK.
    pub(crate) fn octets(&self, name: &str) -> Vec<u8> {
        let jwk = self.jwk();
        let text = jwk[name].as_str().unwrap();
        read_base64url(text.as_bytes()).unwrap().octets
    }

    /// RSAPrivateKey (RFC 8017 appendix A.1.2).
    pub(crate) fn pkcs1(&self) -> Vec<u8> {
        let members = ["n", "e", "d", "p", "q", "dp", "dq", "qi"];
        let integers = members.map(|name| {
            let octets = self.octets(name);
            let sign: &[u8] = if octets[0] < 0x80 { &[] } else { &[0] };
            der(2, &[sign, &octets].concat())
        });
        der(0x30, &[der(2, &[0]), integers.concat()].concat())
    }

    /// A P-256 key as PKCS#8 (RFC 5958 section 2).
    pub(crate) fn p256_pkcs8(&self) -> Vec<u8> {
        let point = [&[4][..], &self.octets("x"), &self.octets("y")].concat();
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let pair =
            EcdsaKeyPair::from_private_key_and_public_key(algorithm, &self.octets("d"), &point);
        pair.unwrap().to_pkcs8v1().unwrap().as_ref().to_vec()
    }

    /// An Ed25519 key as PKCS#8 (RFC 8410 section 7).
    pub(crate) fn ed25519_pkcs8(&self) -> Vec<u8> {
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

pub(super) fn unwrapped(text: &str) -> String {
    text.split_whitespace().collect()
}
