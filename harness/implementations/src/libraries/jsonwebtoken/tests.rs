//! `jsonwebtoken` signs: the worked examples of the RFCs, and assertions with every algorithm.

use base64::{Engine, engine::general_purpose::STANDARD};
use jsonwebtoken::{EncodingKey, Header, crypto, encode};
use jwt_assay_core::{
    encoding::read_base64url,
    model::{Algorithm, Family},
};

use super::JsonWebToken;
use crate::libraries::tests::{
    Answers, Example, Examples, Signing, TestedLibrary,
    presented::{Presented, key_of},
    secret,
};

impl TestedLibrary for JsonWebToken {
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
            verified: &["RFC 7515 A.3", "RFC 7520 4.2"],
            without_algorithm: &["RFC 7515 A.4", "RFC 7520 4.3"],
        },
    ));
    const SIGNING: Option<Signing> = Some((sign, 12));
}

fn signature(example: &Example) -> Vec<u8> {
    let key = match example.algorithm.family() {
        Family::Hmac => EncodingKey::from_secret(&example.octets("k")),
        Family::RsaPkcs1 | Family::RsaPss => EncodingKey::from_rsa_der(&example.pkcs1()),
        Family::Ecdsa => EncodingKey::from_ec_der(&example.p256_pkcs8()),
        Family::EdDsa => EncodingKey::from_ed_der(&example.ed25519_pkcs8()),
    };
    let algorithm = example.algorithm.name().parse().unwrap();
    let text = crypto::sign(example.input().as_bytes(), &key, algorithm).unwrap();
    read_base64url(text.as_bytes()).unwrap().octets
}

fn sign(algorithm: Algorithm, presented: &Presented) -> String {
    let mut header = Header::new(algorithm.name().parse().unwrap());
    let key = match key_of(algorithm) {
        None => EncodingKey::from_secret(secret()),
        Some(pair) => {
            header.kid = Some(pair.kid().to_owned());
            match algorithm.family() {
                Family::Ecdsa => EncodingKey::from_ec_der(&der(&pair.pkcs8)),
                Family::EdDsa => EncodingKey::from_ed_der(&der(&pair.pkcs8)),
                Family::Hmac | Family::RsaPkcs1 | Family::RsaPss => {
                    EncodingKey::from_rsa_der(&der(pair.pkcs1.as_ref().unwrap()))
                }
            }
        }
    };
    encode(&header, &presented.claims, &key).unwrap()
}

fn der(pem: &str) -> Vec<u8> {
    let body: String = pem
        .lines()
        .filter(|line| !line.starts_with("-----"))
        .collect();
    STANDARD.decode(body).unwrap()
}
