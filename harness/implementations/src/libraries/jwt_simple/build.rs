//! `jwt-simple` as a builder.

use jwt_assay_core::model::{Algorithm, KeyFormat};
use jwt_simple::{common::HeaderOptions, prelude::*};
use serde_json::{Map, Value};

use super::JwtSimple;
use crate::libraries::adapter::{Order, SigningLibrary, call::out_of_place, words};

/// `sign_with_options` of the key pair that belongs to the algorithm, with the fields of
/// `JWTClaims` set. `typ` is JWT where the options name none; it cannot be left out.
impl SigningLibrary for JwtSimple {
    const KEY_FORMATS: &'static [KeyFormat] =
        &[KeyFormat::Pkcs1, KeyFormat::Pkcs8, KeyFormat::Secret];

    fn sign(&self, order: &Order<'_>) -> Result<String, String> {
        let signature_type = match &order.request.typ {
            None => None,
            Some(Some(typ)) => Some(typ.clone()),
            Some(None) => return Err("`typ` cannot be left out".to_owned()),
        };
        let options = HeaderOptions {
            signature_type,
            ..HeaderOptions::default()
        };
        macro_rules! pair {
            ($pair:ty) => {{
                let key = <$pair>::from_pem(order.pem()?).map_err(words)?;
                let key = match &order.request.kid {
                    Some(kid) => key.with_key_id(kid),
                    None => key,
                };
                key.sign_with_options(claims(order), &options)
            }};
        }
        macro_rules! secret {
            ($key:ty) => {{
                let key = <$key>::from_bytes(order.secret()?);
                let key = match &order.request.kid {
                    Some(kid) => key.with_key_id(kid),
                    None => key,
                };
                key.authenticate_with_options(claims(order), &options)
            }};
        }
        let signed = signing_key!(order.algorithm, pair, secret);
        signed.map_err(words)
    }
}

fn claims(order: &Order<'_>) -> JWTClaims<Map<String, Value>> {
    let lifetime = Duration::from_secs(order.request.lifetime.into());
    let mut claims = Claims::with_custom_claims(order.extra_claims(), lifetime)
        .with_issuer(order.client_id())
        .with_subject(order.client_id())
        .with_audience(&order.request.audience)
        .with_jwt_id(order.jti());
    // The constructor counts from the machine's clock.
    claims.issued_at = Some(UnixTimeStamp::from_secs(order.iat()));
    claims.expires_at = Some(UnixTimeStamp::from_secs(order.exp()));
    claims.invalid_before = None;
    claims
}
