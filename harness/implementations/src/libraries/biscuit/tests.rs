//! `biscuit` signs: the worked examples of the RFCs, and assertions with every algorithm.

use std::sync::Arc;

use biscuit::{jwa::SignatureAlgorithm, jws::Secret};
use jwt_assay_core::model::Family;
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RsaKeyPair},
};

use super::Biscuit;
use crate::libraries::tests::{Answers, Example, Examples, TestedLibrary};

impl TestedLibrary for Biscuit {
    const EXAMPLES: Option<Examples> = Some((
        signature,
        Answers {
            printed: &[
                "RFC 7515 A.1",
                "RFC 7515 A.2",
                "RFC 7520 4.1",
                "RFC 7520 4.4",
            ],
            verified: &["RFC 7515 A.3", "RFC 7520 4.2"],
            without_algorithm: &["RFC 7515 A.4", "RFC 7520 4.3", "RFC 8037 A.4"],
        },
    ));
}

fn signature(example: &Example) -> Vec<u8> {
    let secret = match example.algorithm.family() {
        Family::Hmac => Secret::Bytes(example.octets("k")),
        Family::RsaPkcs1 | Family::RsaPss => {
            let pair = RsaKeyPair::from_der(&example.pkcs1()).unwrap();
            Secret::RsaKeyPair(Arc::new(pair))
        }
        Family::Ecdsa | Family::EdDsa => {
            let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
            let random = SystemRandom::new();
            let pair = EcdsaKeyPair::from_pkcs8(algorithm, &example.p256_pkcs8(), &random);
            Secret::EcdsaKeyPair(Arc::new(pair.unwrap()))
        }
    };
    let name = serde_json::json!(example.algorithm);
    let algorithm: SignatureAlgorithm = serde_json::from_value(name).unwrap();
    algorithm.sign(example.input().as_bytes(), &secret).unwrap()
}
