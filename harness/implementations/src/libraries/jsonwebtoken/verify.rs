//! `jsonwebtoken` as a verifier.

use jsonwebtoken::{
    Algorithm as Alg, DecodingKey, Validation, decode,
    jwk::{Jwk, JwkSet},
};
use jwt_assay_core::model::Method;
use serde::Deserialize;
use serde_json::Value;

use super::JsonWebToken;
use crate::libraries::adapter::{Call, VerifyingLibrary, call::any_passes};

/// `jsonwebtoken::decode`. Not claimed: layer `key`, since `DecodingKey::from_jwk` looks at the
/// key material and at nothing else of the JWK, not even its curve.
impl VerifyingLibrary for JsonWebToken {
    fn check(&self, call: &Call<'_>) -> Result<(), String> {
        match call.client.method {
            Method::ClientSecretJwt => check_with(call, &DecodingKey::from_secret(call.secret()?)),
            Method::PrivateKeyJwt => {
                let set = JwkSet::deserialize(call.jwks()?).map_err(|error| error.to_string())?;
                let keys = call.choose(&set.keys, |jwk| jwk.common.key_id.as_deref());
                any_passes(keys, |jwk: &Jwk| {
                    let key = DecodingKey::from_jwk(jwk).map_err(|error| error.to_string())?;
                    check_with(call, &key)
                })
            }
        }
    }
}

fn check_with(call: &Call<'_>, key: &DecodingKey) -> Result<(), String> {
    // `decode` wants all algorithms to be of the key's family.
    let algorithms: Vec<Alg> = call
        .algorithms
        .iter()
        .filter_map(|algorithm| algorithm.name().parse().ok())
        .filter(|algorithm: &Alg| algorithm.family() == key.family())
        .collect();
    let mut validation = Validation {
        algorithms,
        leeway: call.leeway().into(),
        validate_nbf: true,
        sub: Some(call.client_id().to_owned()),
        ..Validation::default()
    };
    validation.set_audience(&call.policy.audience);
    validation.set_issuer(&[call.client_id()]);
    validation.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
    decode::<Value>(call.octets(), key, &validation)
        .map(drop)
        .map_err(|error| error.to_string())
}
