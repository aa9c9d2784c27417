//! `jwtk` signs: the worked examples of the RFCs, and assertions with every algorithm.

use jwt_assay_core::model::{Algorithm, Family};
use jwtk::{
    SigningKey,
    hmac::{HmacAlgorithm, HmacKey},
    jwk::Jwk,
    rsa::RsaAlgorithm,
};
use serde::Deserialize;
use serde_json::Value;

use super::Jwtk;
use crate::libraries::tests::{Answers, Example, Examples, TestedLibrary};

impl TestedLibrary for Jwtk {
    const EXAMPLES: Option<Examples> = Some((
        signature,
        Answers {
            printed: &[
                "RFC 7515 A.1",
                "RFC 7515 A.2",
                "RFC 7520 4.1",
                "RFC 7520 4.4",
                "RFC 8037 A.4",
            ],
            verified: &[
                "RFC 7515 A.3",
                "RFC 7515 A.4",
                "RFC 7520 4.2",
                "RFC 7520 4.3",
            ],
            without_algorithm: &[],
        },
    ));
}

fn signature(example: &Example) -> Vec<u8> {
    let input = example.input();
    let signed = match example.algorithm.family() {
        Family::Hmac => {
            HmacKey::from_bytes(&example.octets("k"), HmacAlgorithm::HS256).sign(input.as_bytes())
        }
        Family::RsaPkcs1 | Family::RsaPss | Family::Ecdsa | Family::EdDsa => {
            let jwk = Jwk::deserialize(Value::from(example.jwk())).unwrap();
            let if_rsa = match example.algorithm {
                Algorithm::PS384 => RsaAlgorithm::PS384,
                _ => RsaAlgorithm::RS256,
            };
            jwk.to_signing_key(if_rsa).unwrap().sign(input.as_bytes())
        }
    };
    signed.unwrap().to_vec()
}
