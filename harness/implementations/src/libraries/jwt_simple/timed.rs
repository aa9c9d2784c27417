//! `jwt-simple`: a key that is kept. `sign` and `authenticate` take claims by value, and
//! `verify_token` takes options by value, so that both are cloned for each call, as any user does.

use jwt_assay_core::model::Algorithm;
use jwt_simple::prelude::*;

use super::JwtSimple;
use crate::{
    libraries::adapter::{Call, Order, TimedLibrary, call::out_of_place, timed::jwk, words},
    timed::Work,
};

impl TimedLibrary for JwtSimple {
    fn signing(order: &Order<'_>) -> Result<Work, String> {
        let lifetime = Duration::from_secs(order.request.lifetime.into());
        let mut claims = Claims::create(lifetime)
            .with_issuer(order.client_id())
            .with_subject(order.client_id())
            .with_audience(&order.request.audience)
            .with_jwt_id(order.jti());
        claims.issued_at = Some(UnixTimeStamp::from_secs(order.iat()));
        claims.expires_at = Some(UnixTimeStamp::from_secs(order.exp()));
        claims.invalid_before = None;
        let kid = order.request.kid.clone().unwrap_or_default();
        macro_rules! pair {
            ($pair:ty) => {{
                let key = <$pair>::from_pem(order.pem()?)
                    .map_err(words)?
                    .with_key_id(&kid);
                Box::new(move || {
                    let assertion = key.sign(claims.clone()).map_err(words)?;
                    Ok(assertion.len())
                })
            }};
        }
        macro_rules! secret {
            ($key:ty) => {{
                let key = <$key>::from_bytes(order.secret()?).with_key_id(&kid);
                Box::new(move || {
                    let assertion = key.authenticate(claims.clone()).map_err(words)?;
                    Ok(assertion.len())
                })
            }};
        }
        Ok(signing_key!(order.algorithm, pair, secret))
    }

    fn verifying(call: &Call<'_>) -> Result<Work, String> {
        let assertion = call.text()?.to_owned();
        let options = VerificationOptions {
            time_tolerance: Some(Duration::from_secs(call.leeway().into())),
            allowed_issuers: Some(HashSet::from([call.client_id().to_owned()])),
            required_subject: Some(call.client_id().to_owned()),
            allowed_audiences: Some(call.policy.audience.iter().cloned().collect()),
            ..VerificationOptions::default()
        };
        macro_rules! verify_with {
            ($key:expr) => {{
                let key = $key;
                Box::new(move || {
                    let claims: JWTClaims<NoCustomClaims> = key
                        .verify_token(&assertion, Some(options.clone()))
                        .map_err(words)?;
                    Ok(claims.jwt_id.map_or(0, |jti| jti.len()))
                })
            }};
        }
        macro_rules! secret {
            ($key:ty) => {
                verify_with!(<$key>::from_bytes(call.secret()?))
            };
        }
        macro_rules! public {
            ($key:ty) => {
                verify_with!(<$key>::from_jwk(&jwk(call)?.to_string()).map_err(words)?)
            };
        }
        Ok(verifying_key!(call.algorithm(), public, secret))
    }
}
