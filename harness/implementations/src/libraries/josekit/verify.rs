//! `josekit` as a verifier.

use std::time::{Duration, SystemTime};

use josekit::{
    JoseError,
    jwk::{Jwk, JwkSet},
    jws::{
        ES256, ES256K, ES384, ES512, EdDSA, HS256, HS384, HS512, JwsVerifier, PS256, PS384, PS512,
        RS256, RS384, RS512,
    },
    jwt::{self, JwtPayload, JwtPayloadValidator},
};
use jwt_assay_core::model::{Algorithm, IatPolicy, Method};

use super::Josekit;
use crate::libraries::adapter::{
    Call, VerifyingLibrary,
    call::{any_passes, out_of_place},
};

/// `jwt::decode_with_verifier` and `JwtPayloadValidator`. Claimed: layer `key`, since
/// `verifier_from_jwk` enforces `kty`, `crv`, `use`, `key_ops`, `alg` and sizes, and a verifier
/// the `kid` of its key.
///
/// The validator has no leeway, so a policy with one is not followed; one base time serves `exp`
/// and `nbf`, so it cannot be had by moving that either.
impl VerifyingLibrary for Josekit {
    fn check(&self, call: &Call<'_>) -> Result<(), String> {
        let payload = match call.client.method {
            Method::ClientSecretJwt => decode(call, secret_verifier(call)?.as_ref())?,
            Method::PrivateKeyJwt => decode_with_set(call)?,
        };
        // The validator passes a token without these two.
        if payload.expires_at().is_none() {
            return Err("exp is missing".to_owned());
        }
        if payload.audience().is_none() {
            return Err("aud is missing".to_owned());
        }
        // It takes one audience; a server with several names asks for each.
        any_passes(&call.policy.audience, |audience| {
            validator(call, audience)
                .validate(&payload)
                .map_err(|error| error.to_string())
        })
    }
}

fn decode(call: &Call<'_>, verifier: &dyn JwsVerifier) -> Result<JwtPayload, String> {
    let decoded = jwt::decode_with_verifier(call.octets(), verifier);
    decoded
        .map(|(payload, _)| payload)
        .map_err(|error| error.to_string())
}

fn decode_with_set(call: &Call<'_>) -> Result<JwtPayload, String> {
    let set = call.jwks()?.as_object().ok_or("the JWK Set is no object")?;
    let set = JwkSet::from_map(set.clone()).map_err(|error| error.to_string())?;
    let keys = set.keys();
    let binds_kid = call.binds_kid(keys.len());
    let mut payload = None;
    any_passes(call.choose(&keys, |jwk| jwk.key_id()), |jwk| {
        let verifier = key_verifier(call.algorithm(), jwk, binds_kid)?;
        payload = Some(decode(call, verifier.as_ref())?);
        Ok(())
    })?;
    payload.ok_or_else(|| "there is nothing to check with".to_owned())
}

pub(super) fn validator(call: &Call<'_>, audience: &str) -> JwtPayloadValidator {
    let now =
        SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(call.now.0).unwrap_or_default());
    let mut validator = JwtPayloadValidator::new();
    validator.set_base_time(now);
    // Left alone, it would be the machine's clock.
    validator.set_max_issued_time(match call.policy.iat {
        IatPolicy::Past => now + Duration::from_secs(call.leeway().into()),
        IatPolicy::Ignored | IatPolicy::Number => SystemTime::UNIX_EPOCH + END_OF_TIME,
    });
    validator.set_issuer(call.client_id());
    validator.set_subject(call.client_id());
    validator.set_audience(audience);
    validator
}

pub(super) fn secret_verifier(call: &Call<'_>) -> Result<Box<dyn JwsVerifier>, String> {
    let algorithm = match call.algorithm() {
        Algorithm::HS256 => HS256,
        Algorithm::HS384 => HS384,
        Algorithm::HS512 => HS512,
        other => return Err(out_of_place(other)),
    };
    let verifier = algorithm.verifier_from_bytes(call.secret()?);
    verifier
        .map(|verifier| Box::new(verifier) as Box<_>)
        .map_err(|error| error.to_string())
}

pub(super) fn key_verifier(
    algorithm: Algorithm,
    jwk: &Jwk,
    binds_kid: bool,
) -> Result<Box<dyn JwsVerifier>, String> {
    macro_rules! verifier {
        ($algorithm:ident) => {
            $algorithm.verifier_from_jwk(jwk).map(|mut verifier| {
                if !binds_kid {
                    verifier.remove_key_id();
                }
                Box::new(verifier) as Box<dyn JwsVerifier>
            })
        };
    }
    let verifier: Result<Box<dyn JwsVerifier>, JoseError> = match algorithm {
        Algorithm::RS256 => verifier!(RS256),
        Algorithm::RS384 => verifier!(RS384),
        Algorithm::RS512 => verifier!(RS512),
        Algorithm::ES256 => verifier!(ES256),
        Algorithm::ES384 => verifier!(ES384),
        Algorithm::ES512 => verifier!(ES512),
        Algorithm::PS256 => verifier!(PS256),
        Algorithm::PS384 => verifier!(PS384),
        Algorithm::PS512 => verifier!(PS512),
        Algorithm::EdDsa => verifier!(EdDSA),
        Algorithm::ES256K => verifier!(ES256K),
        other => return Err(out_of_place(other)),
    };
    verifier.map_err(|error| error.to_string())
}

/// The last second of the year 9999, after the epoch.
const END_OF_TIME: Duration = Duration::from_secs(253_402_300_799);
