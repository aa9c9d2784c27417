//! Signed by `jsonwebtoken`.

use base64::{Engine, engine::general_purpose::STANDARD};
use jsonwebtoken::{EncodingKey, Header, encode};
use jwt_assay_core::model::{Algorithm, Family};

use super::{every_algorithm, secret};
use crate::presented::{Presented, key_of};

#[test]
fn the_oracle_accepts_what_jsonwebtoken_signs() {
    assert_eq!(every_algorithm("jsonwebtoken", sign), 12);
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
