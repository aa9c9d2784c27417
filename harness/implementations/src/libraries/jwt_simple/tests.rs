//! `jwt-simple` signs: the worked examples of the RFCs, and assertions with every algorithm.

use jwt_assay_core::model::Algorithm;
use jwt_simple::prelude::*;
use serde_json::Value;

use super::JwtSimple;
use crate::libraries::tests::{
    Signing, TestedLibrary,
    presented::{Presented, key_of},
    secret,
};

impl TestedLibrary for JwtSimple {
    const SIGNING: Option<Signing> = Some((sign, 13));
}

fn sign(algorithm: Algorithm, presented: &Presented) -> String {
    let claims = Value::from(presented.claims.clone());
    let claims: JWTClaims<NoCustomClaims> = serde_json::from_value(claims).unwrap();
    macro_rules! sign_with {
        ($pair:ty) => {{
            let pair = key_of(algorithm).unwrap();
            let key = <$pair>::from_pem(&pair.pkcs8).unwrap();
            key.with_key_id(pair.kid()).sign(claims)
        }};
    }
    let token = match algorithm {
        Algorithm::HS256 => HS256Key::from_bytes(secret()).authenticate(claims),
        Algorithm::HS384 => HS384Key::from_bytes(secret()).authenticate(claims),
        Algorithm::HS512 => HS512Key::from_bytes(secret()).authenticate(claims),
        Algorithm::RS256 => sign_with!(RS256KeyPair),
        Algorithm::RS384 => sign_with!(RS384KeyPair),
        Algorithm::RS512 => sign_with!(RS512KeyPair),
        Algorithm::PS256 => sign_with!(PS256KeyPair),
        Algorithm::PS384 => sign_with!(PS384KeyPair),
        Algorithm::PS512 => sign_with!(PS512KeyPair),
        Algorithm::ES256 => sign_with!(ES256KeyPair),
        Algorithm::ES384 => sign_with!(ES384KeyPair),
        Algorithm::EdDsa => sign_with!(Ed25519KeyPair),
        Algorithm::ES256K => sign_with!(ES256kKeyPair),
        Algorithm::ES512 => panic!("jwt-simple has no {algorithm}"),
    };
    token.unwrap()
}
