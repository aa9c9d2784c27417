//! `jwt-simple` as a verifier.

use jwt_assay_core::model::{Algorithm, Method};
use jwt_simple::{Error, prelude::*};
use serde_json::Value;

use super::JwtSimple;
use crate::libraries::adapter::{
    Call, VerifyingLibrary,
    call::{any_passes, out_of_place},
};

/// `verify_token` of the key type that belongs to the algorithm. Claimed: layer `key`, since
/// `from_jwk` enforces `kty`, `crv`, `use`, `key_ops`, `alg` and the size, and
/// `required_key_id` the `kid`.
impl VerifyingLibrary for JwtSimple {
    fn check(&self, call: &Call<'_>) -> Result<(), String> {
        match call.client.method {
            Method::ClientSecretJwt => check_with_secret(call),
            Method::PrivateKeyJwt => {
                let keys = call.jwks()?.get("keys").and_then(Value::as_array);
                let keys = keys.ok_or("the JWK Set has no array of keys")?;
                let binds_kid = call.binds_kid(keys.len());
                let candidates = call.choose(keys, |jwk| jwk.get("kid").and_then(Value::as_str));
                any_passes(candidates, |jwk| {
                    check_with_jwk(call, &jwk.to_string(), binds_kid)
                })
            }
        }
    }
}

fn check_with_secret(call: &Call<'_>) -> Result<(), String> {
    let (secret, token, options) = (call.secret()?, call.text()?, Some(options(call)));
    accept(match call.algorithm() {
        Algorithm::HS256 => HS256Key::from_bytes(secret).verify_token(token, options),
        Algorithm::HS384 => HS384Key::from_bytes(secret).verify_token(token, options),
        Algorithm::HS512 => HS512Key::from_bytes(secret).verify_token(token, options),
        other => return Err(out_of_place(other)),
    })
}

fn check_with_jwk(call: &Call<'_>, jwk: &str, binds_kid: bool) -> Result<(), String> {
    let (token, options) = (call.text()?, options(call));
    macro_rules! verify_with {
        ($key:ty) => {
            <$key>::from_jwk(jwk).and_then(|key| {
                let required_key_id = key.key_id().clone().filter(|_| binds_kid);
                key.verify_token(
                    token,
                    Some(VerificationOptions {
                        required_key_id,
                        ..options
                    }),
                )
            })
        };
    }
    accept(match call.algorithm() {
        Algorithm::RS256 => verify_with!(RS256PublicKey),
        Algorithm::RS384 => verify_with!(RS384PublicKey),
        Algorithm::RS512 => verify_with!(RS512PublicKey),
        Algorithm::ES256 => verify_with!(ES256PublicKey),
        Algorithm::ES384 => verify_with!(ES384PublicKey),
        Algorithm::PS256 => verify_with!(PS256PublicKey),
        Algorithm::PS384 => verify_with!(PS384PublicKey),
        Algorithm::PS512 => verify_with!(PS512PublicKey),
        Algorithm::EdDsa => verify_with!(Ed25519PublicKey),
        Algorithm::ES256K => verify_with!(ES256kPublicKey),
        other => return Err(out_of_place(other)),
    })
}

/// The library rejects an `iat` that lies ahead whatever the policy says of `iat`: its one switch
/// for that, `accept_future`, would switch off `nbf` as well.
fn options(call: &Call<'_>) -> VerificationOptions {
    let now = u64::try_from(call.now.0).unwrap_or_default();
    VerificationOptions {
        artificial_time: Some(UnixTimeStamp::from_secs(now)),
        time_tolerance: Some(Duration::from_secs(call.leeway().into())),
        allowed_issuers: Some(HashSet::from([call.client_id().to_owned()])),
        required_subject: Some(call.client_id().to_owned()),
        allowed_audiences: Some(call.policy.audience.iter().cloned().collect()),
        ..VerificationOptions::default()
    }
}

/// No option requires `exp`; the claims that come back say whether there was one.
fn accept(verified: Result<JWTClaims<NoCustomClaims>, Error>) -> Result<(), String> {
    match verified {
        Ok(claims) if claims.expires_at.is_some() => Ok(()),
        Ok(_) => Err("exp is missing".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}
