//! `biscuit` as a builder.

use std::sync::Arc;

use biscuit::{
    ClaimsSet, JWT, RegisteredClaims, SingleOrMultiple,
    jwa::SignatureAlgorithm,
    jws::{RegisteredHeader, Secret},
};
use chrono::DateTime;
use jwt_assay_core::model::{Algorithm, Family, KeyFormat};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, RsaKeyPair,
};
use serde::{
    Deserialize,
    de::{
        IntoDeserializer,
        value::{Error as ValueError, StrDeserializer},
    },
};
use serde_json::{Map, Value};

use super::Biscuit;
use crate::libraries::adapter::{Order, SigningLibrary, call::out_of_place, words};

/// `JWT::new_decoded` and `into_encoded`, with key pairs of ring, as its documentation has it.
impl SigningLibrary for Biscuit {
    const KEY_FORMATS: &'static [KeyFormat] =
        &[KeyFormat::Pkcs1, KeyFormat::Pkcs8, KeyFormat::Secret];

    fn sign(&self, order: &Order<'_>) -> Result<String, String> {
        let name: StrDeserializer<'_, ValueError> = order.algorithm.name().into_deserializer();
        let mut header = RegisteredHeader {
            algorithm: SignatureAlgorithm::deserialize(name).map_err(words)?,
            key_id: order.request.kid.clone(),
            ..RegisteredHeader::default()
        };
        if let Some(typ) = &order.request.typ {
            header.media_type.clone_from(typ);
        }
        let time = |seconds: u64| {
            let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
            DateTime::from_timestamp(seconds, 0).map(Into::into)
        };
        let claims: ClaimsSet<Map<String, Value>> = ClaimsSet {
            registered: RegisteredClaims {
                issuer: Some(order.client_id().to_owned()),
                subject: Some(order.client_id().to_owned()),
                audience: Some(SingleOrMultiple::Single(order.request.audience.clone())),
                expiry: time(order.exp()),
                issued_at: time(order.iat()),
                id: Some(order.jti()),
                not_before: None,
            },
            private: order.extra_claims(),
        };
        let token = JWT::new_decoded(header.into(), claims)
            .into_encoded(&secret(order)?)
            .map_err(words)?;
        Ok(token.unwrap_encoded().to_string())
    }
}

pub(super) fn secret(order: &Order<'_>) -> Result<Secret, String> {
    Ok(match order.algorithm.family() {
        Family::Hmac => Secret::Bytes(order.secret()?.to_vec()),
        Family::RsaPkcs1 | Family::RsaPss => {
            let der = order.der()?;
            let is_pkcs8 = order.pem()?.contains("-----BEGIN PRIVATE KEY-----");
            let pair = if is_pkcs8 {
                RsaKeyPair::from_pkcs8(&der)
            } else {
                RsaKeyPair::from_der(&der)
            };
            Secret::RsaKeyPair(Arc::new(pair.map_err(words)?))
        }
        Family::Ecdsa | Family::EdDsa => {
            let algorithm = match order.algorithm {
                Algorithm::ES256 => &ECDSA_P256_SHA256_FIXED_SIGNING,
                Algorithm::ES384 => &ECDSA_P384_SHA384_FIXED_SIGNING,
                other => return Err(out_of_place(other)),
            };
            let random = ring::rand::SystemRandom::new();
            let pair = EcdsaKeyPair::from_pkcs8(algorithm, &order.der()?, &random);
            Secret::EcdsaKeyPair(Arc::new(pair.map_err(words)?))
        }
    })
}
