//! `jwtk` as a verifier.

use jwt_assay_core::model::{Algorithm, Method};
use jwtk::{
    HeaderAndClaims,
    hmac::{HmacAlgorithm, HmacKey},
    jwk::JwkSet,
    verify,
};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::Jwtk;
use crate::libraries::adapter::{Call, VerifyingLibrary, call::out_of_place};

/// `verify` and `JwkSetVerifier::verify`. Claimed: layer `key`, since `to_verification_key`
/// enforces `kty`, `crv`, `use`, `key_ops`, RSA sizes and the `alg` of RSA keys, and the verifier
/// of a set the `kid`.
///
/// The library checks `exp` and `nbf`, without leeway; its README leaves the other claims to the
/// caller, who compares them in [`accept`].
impl VerifyingLibrary for Jwtk {
    fn check(&self, call: &Call<'_>) -> Result<(), String> {
        let verified = match call.client.method {
            Method::ClientSecretJwt => {
                let key = HmacKey::from_bytes(call.secret()?, hmac_algorithm(call.algorithm())?);
                verify(call.text()?, &key)
            }
            Method::PrivateKeyJwt => {
                let set = JwkSet::deserialize(call.jwks()?).map_err(|error| error.to_string())?;
                let mut verifier = set.verifier();
                verifier.set_require_kid(call.binds_kid(set.keys.len()));
                verifier.verify(call.text()?)
            }
        };
        accept(call, &verified.map_err(|error| error.to_string())?)
    }
}

fn accept(call: &Call<'_>, verified: &HeaderAndClaims<Map<String, Value>>) -> Result<(), String> {
    let (header, claims) = (verified.header(), verified.claims());
    // A key without `alg` verifies every algorithm of its type.
    if !call
        .algorithms
        .iter()
        .any(|algorithm| algorithm.name() == header.alg)
    {
        return Err("alg is not allowed".to_owned());
    }
    if claims.exp.is_none() {
        return Err("exp is missing".to_owned());
    }
    if claims.iss.as_deref() != Some(call.client_id()) {
        return Err("iss is not the expected one".to_owned());
    }
    if claims.sub.as_deref() != Some(call.client_id()) {
        return Err("sub is not the expected one".to_owned());
    }
    if !claims
        .aud
        .iter()
        .any(|audience| call.policy.audience.contains(audience))
    {
        return Err("aud names none of the expected ones".to_owned());
    }
    Ok(())
}

pub(super) fn hmac_algorithm(algorithm: Algorithm) -> Result<HmacAlgorithm, String> {
    match algorithm {
        Algorithm::HS256 => Ok(HmacAlgorithm::HS256),
        Algorithm::HS384 => Ok(HmacAlgorithm::HS384),
        Algorithm::HS512 => Ok(HmacAlgorithm::HS512),
        other => Err(out_of_place(other)),
    }
}
