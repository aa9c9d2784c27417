//! `jwtk`: a key, a set of keys and a token that are kept; `sign` writes `alg` and `kid` into the
//! token itself.

use std::time::Duration;

use jwt_assay_core::model::{Family, Method};
use jwtk::{HeaderAndClaims, OneOrMany, hmac::HmacKey, jwk::JwkSet, sign, verify};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{
    Jwtk,
    build::{key, octets},
    verify::hmac_algorithm,
};
use crate::{
    libraries::adapter::{Call, Order, TimedLibrary, words},
    timed::Work,
};

impl TimedLibrary for Jwtk {
    fn signing(order: &Order<'_>) -> Result<Work, String> {
        let mut token: HeaderAndClaims<Map<String, Value>> =
            HeaderAndClaims::with_claims(Map::new());
        token
            .set_iss(order.client_id())
            .set_sub(order.client_id())
            .set_jti(order.jti());
        let claims = token.claims_mut();
        claims.aud = OneOrMany::One(order.request.audience.clone());
        claims.iat = Some(Duration::from_secs(order.iat()));
        claims.exp = Some(Duration::from_secs(order.exp()));
        token.header_mut().kid.clone_from(&order.request.kid);
        Ok(match order.algorithm.family() {
            Family::Hmac => {
                let key = HmacKey::from_bytes(&octets(order)?, hmac_algorithm(order.algorithm)?);
                Box::new(move || Ok(sign(&mut token, &key).map_err(words)?.len()))
            }
            Family::RsaPkcs1 | Family::RsaPss | Family::Ecdsa | Family::EdDsa => {
                let key = key(order)?;
                Box::new(move || Ok(sign(&mut token, &key).map_err(words)?.len()))
            }
        })
    }

    fn verifying(call: &Call<'_>) -> Result<Work, String> {
        let assertion = call.text()?.to_owned();
        let expected = Expected::of(call);
        match call.client.method {
            Method::ClientSecretJwt => {
                let key = HmacKey::from_bytes(call.secret()?, hmac_algorithm(call.algorithm())?);
                Ok(Box::new(move || {
                    let verified = verify::<Map<String, Value>>(&assertion, &key);
                    expected.compare(&verified.map_err(words)?)
                }))
            }
            Method::PrivateKeyJwt => {
                let set = JwkSet::deserialize(call.jwks()?).map_err(words)?;
                let mut verifier = set.verifier();
                verifier.set_require_kid(true);
                Ok(Box::new(move || {
                    let verified = verifier.verify::<Map<String, Value>>(&assertion);
                    expected.compare(&verified.map_err(words)?)
                }))
            }
        }
    }
}

/// The claims that the library leaves to its user.
struct Expected {
    client_id: String,
    audience: Vec<String>,
}

impl Expected {
    fn of(call: &Call<'_>) -> Self {
        Self {
            client_id: call.client_id().to_owned(),
            audience: call.policy.audience.clone(),
        }
    }

    fn compare(&self, verified: &HeaderAndClaims<Map<String, Value>>) -> Result<usize, String> {
        let claims = verified.claims();
        let is_client = |value: &Option<String>| value.as_deref() == Some(&self.client_id);
        let is_here = claims.aud.iter().any(|own| self.audience.contains(own));
        if is_client(&claims.iss) && is_client(&claims.sub) && is_here {
            Ok(claims.jti.as_ref().map_or(0, String::len))
        } else {
            Err("iss, sub or aud is not the expected one".to_owned())
        }
    }
}
