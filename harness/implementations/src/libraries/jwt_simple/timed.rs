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
        Ok(match order.algorithm {
            Algorithm::HS256 => secret!(HS256Key),
            Algorithm::HS384 => secret!(HS384Key),
            Algorithm::HS512 => secret!(HS512Key),
            Algorithm::RS256 => pair!(RS256KeyPair),
            Algorithm::RS384 => pair!(RS384KeyPair),
            Algorithm::RS512 => pair!(RS512KeyPair),
            Algorithm::PS256 => pair!(PS256KeyPair),
            Algorithm::PS384 => pair!(PS384KeyPair),
            Algorithm::PS512 => pair!(PS512KeyPair),
            Algorithm::ES256 => pair!(ES256KeyPair),
            Algorithm::ES384 => pair!(ES384KeyPair),
            Algorithm::EdDsa => pair!(Ed25519KeyPair),
            Algorithm::ES256K => pair!(ES256kKeyPair),
            other @ Algorithm::ES512 => return Err(out_of_place(other)),
        })
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
        macro_rules! public {
            ($key:ty) => {
                verify_with!(<$key>::from_jwk(&jwk(call)?.to_string()).map_err(words)?)
            };
        }
        Ok(match call.algorithm() {
            Algorithm::HS256 => verify_with!(HS256Key::from_bytes(call.secret()?)),
            Algorithm::HS384 => verify_with!(HS384Key::from_bytes(call.secret()?)),
            Algorithm::HS512 => verify_with!(HS512Key::from_bytes(call.secret()?)),
            Algorithm::RS256 => public!(RS256PublicKey),
            Algorithm::RS384 => public!(RS384PublicKey),
            Algorithm::RS512 => public!(RS512PublicKey),
            Algorithm::PS256 => public!(PS256PublicKey),
            Algorithm::PS384 => public!(PS384PublicKey),
            Algorithm::PS512 => public!(PS512PublicKey),
            Algorithm::ES256 => public!(ES256PublicKey),
            Algorithm::ES384 => public!(ES384PublicKey),
            Algorithm::EdDsa => public!(Ed25519PublicKey),
            Algorithm::ES256K => public!(ES256kPublicKey),
            other @ Algorithm::ES512 => return Err(out_of_place(other)),
        })
    }
}
