//! `biscuit` as a verifier.

use biscuit::{
    ClaimPresenceOptions, Empty, JWT, Presence, TemporalOptions, Validation, ValidationOptions,
    errors::{Error, ValidationError},
    jwa::SignatureAlgorithm,
    jwk::JWKSet,
    jws::Secret,
};
use chrono::{DateTime, Duration};
use jwt_assay_core::model::{IatPolicy, Method};
use serde::{
    Deserialize,
    de::{
        IntoDeserializer,
        value::{Error as ValueError, StrDeserializer},
    },
};

use super::Biscuit;
use crate::libraries::adapter::{Call, VerifyingLibrary, call::any_passes};

/// `JWT::decode` and `validate`. Not claimed: layer `key`, since of a JWK `biscuit` enforces
/// `alg` but neither `use` nor `key_ops`. There is no option for the value of `sub`.
impl VerifyingLibrary for Biscuit {
    fn check(&self, call: &Call<'_>) -> Result<(), String> {
        let encoded = JWT::<Empty, Empty>::new_encoded(call.text()?);
        let algorithm = algorithm(call)?;
        let decoded = match call.client.method {
            Method::ClientSecretJwt => {
                encoded.into_decoded(&Secret::Bytes(call.secret()?.to_vec()), algorithm)
            }
            Method::PrivateKeyJwt => {
                let set = JWKSet::deserialize(call.jwks()?).map_err(|error| error.to_string())?;
                decode_with_set(&encoded, &set, algorithm)
            }
        };
        let decoded = decoded.map_err(|error| error.to_string())?;
        // The option takes one audience; a server with several names asks for each.
        any_passes(&call.policy.audience, |audience| {
            decoded
                .validate(options(call, audience))
                .map_err(|error| error.to_string())
        })
    }
}

/// `decode_with_jwks` needs a `kid`; its sibling for tokens without one takes the algorithm from
/// the header, which must be compared with the allowed ones before.
pub(super) fn decode_with_set(
    encoded: &JWT<Empty, Empty>,
    set: &JWKSet<Empty>,
    algorithm: SignatureAlgorithm,
) -> Result<JWT<Empty, Empty>, Error> {
    let header = encoded.unverified_header()?.registered;
    if header.key_id.is_some() {
        encoded.decode_with_jwks(set, Some(algorithm))
    } else if header.algorithm == algorithm {
        encoded.decode_with_jwks_ignore_kid(set)
    } else {
        Err(ValidationError::WrongAlgorithmHeader.into())
    }
}

pub(super) fn options(call: &Call<'_>, audience: &str) -> ValidationOptions {
    ValidationOptions {
        claim_presence_options: ClaimPresenceOptions {
            expiry: Presence::Required,
            issuer: Presence::Required,
            audience: Presence::Required,
            subject: Presence::Required,
            ..ClaimPresenceOptions::default()
        },
        temporal_options: TemporalOptions {
            epsilon: Duration::seconds(call.leeway().into()),
            now: DateTime::from_timestamp(call.now.0, 0),
        },
        issued_at: match call.policy.iat {
            IatPolicy::Past => Validation::Validate(Duration::MAX),
            IatPolicy::Ignored | IatPolicy::Number => Validation::Ignored,
        },
        not_before: Validation::Validate(()),
        expiry: Validation::Validate(()),
        issuer: Validation::Validate(call.client_id().to_owned()),
        audience: Validation::Validate(audience.to_owned()),
    }
}

fn algorithm(call: &Call<'_>) -> Result<SignatureAlgorithm, String> {
    let name: StrDeserializer<'_, ValueError> = call.algorithm().name().into_deserializer();
    SignatureAlgorithm::deserialize(name).map_err(|error| error.to_string())
}
