//! `jwtk` as a builder.

use std::{borrow::Cow, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jwt_assay_core::model::{Algorithm, BuildKey, Family, KeyFormat};
use jwtk::{
    HeaderAndClaims, OneOrMany, SigningKey, SomePrivateKey, hmac::HmacKey, jwk::Jwk,
    rsa::RsaAlgorithm, sign,
};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Jwtk, verify::hmac_algorithm};
use crate::libraries::adapter::{Order, SigningLibrary, words};

/// `jwtk::sign`, with the fields of `Claims` set.
impl SigningLibrary for Jwtk {
    const KEY_FORMATS: &'static [KeyFormat] = &[
        KeyFormat::Jwk,
        KeyFormat::Pkcs1,
        KeyFormat::Pkcs8,
        KeyFormat::Sec1,
        KeyFormat::Secret,
    ];

    fn sign(&self, order: &Order<'_>) -> Result<String, String> {
        let mut token: HeaderAndClaims<Map<String, Value>> =
            HeaderAndClaims::with_claims(order.extra_claims());
        token
            .set_iss(order.client_id())
            .set_sub(order.client_id())
            .set_jti(order.jti());
        let claims = token.claims_mut();
        claims.aud = OneOrMany::One(order.request.audience.clone());
        claims.iat = Some(Duration::from_secs(order.iat()));
        claims.exp = Some(Duration::from_secs(order.exp()));
        let header = token.header_mut();
        header.kid.clone_from(&order.request.kid);
        if let Some(typ) = &order.request.typ {
            header.typ.clone_from(typ);
        }
        match order.algorithm.family() {
            Family::Hmac => {
                let algorithm = hmac_algorithm(order.algorithm)?;
                let key = HmacKey::from_bytes(&octets(order)?, algorithm);
                sign(&mut token, &key).map_err(words)
            }
            Family::RsaPkcs1 | Family::RsaPss | Family::Ecdsa | Family::EdDsa => {
                let key = key(order)?;
                // What the key is for decides the algorithm.
                if key.alg() != order.algorithm.name() {
                    return Err(format!("the key is for {}", key.alg()));
                }
                sign(&mut token, &key).map_err(words)
            }
        }
    }
}

/// The octets of a secret; a symmetric JWK is read by the library's user.
pub(super) fn octets<'a>(order: &'a Order<'_>) -> Result<Cow<'a, [u8]>, String> {
    match &order.request.key {
        BuildKey::Jwk(jwk) => {
            let k = jwk.get("k").and_then(Value::as_str);
            let k = k.ok_or("the key is no secret")?;
            URL_SAFE_NO_PAD.decode(k).map(Cow::Owned).map_err(words)
        }
        BuildKey::Pem(_) | BuildKey::Secret(_) => order.secret().map(Cow::Borrowed),
    }
}

pub(super) fn key(order: &Order<'_>) -> Result<SomePrivateKey, String> {
    // For keys of other types it has no meaning.
    let if_rsa = match order.algorithm {
        Algorithm::RS384 => RsaAlgorithm::RS384,
        Algorithm::RS512 => RsaAlgorithm::RS512,
        Algorithm::PS256 => RsaAlgorithm::PS256,
        Algorithm::PS384 => RsaAlgorithm::PS384,
        Algorithm::PS512 => RsaAlgorithm::PS512,
        _ => RsaAlgorithm::RS256,
    };
    match &order.request.key {
        BuildKey::Jwk(jwk) => {
            let jwk = Jwk::deserialize(Value::from(jwk.clone())).map_err(words)?;
            jwk.to_signing_key(if_rsa).map_err(words)
        }
        BuildKey::Pem(_) | BuildKey::Secret(_) => {
            SomePrivateKey::from_pem(order.pem()?.as_bytes(), if_rsa).map_err(words)
        }
    }
}
