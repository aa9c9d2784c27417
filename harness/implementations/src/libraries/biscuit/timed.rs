//! `biscuit`: a `Secret` and a `JWKSet` that are kept. `JWT::new_decoded` takes header and claims by
//! value, so that they are cloned for each call, as any user does.

use biscuit::{
    ClaimsSet, Empty, JWT, RegisteredClaims, SingleOrMultiple, ValidationOptions,
    jwa::SignatureAlgorithm,
    jwk::JWKSet,
    jws::{Header, RegisteredHeader, Secret},
};
use chrono::DateTime;
use jwt_assay_core::model::Method;
use serde::Deserialize;

use super::{
    Biscuit,
    build::secret,
    verify::{decode_with_set, options},
};
use crate::{
    libraries::adapter::{Call, Order, TimedLibrary, words},
    timed::Work,
};

impl TimedLibrary for Biscuit {
    fn signing(order: &Order<'_>) -> Result<Work, String> {
        let algorithm = order.algorithm.name();
        let header: Header<Empty> = RegisteredHeader {
            algorithm: named(algorithm)?,
            key_id: order.request.kid.clone(),
            ..RegisteredHeader::default()
        }
        .into();
        let time = |seconds: u64| {
            let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
            DateTime::from_timestamp(seconds, 0).map(Into::into)
        };
        let claims: ClaimsSet<Empty> = ClaimsSet {
            registered: RegisteredClaims {
                issuer: Some(order.client_id().to_owned()),
                subject: Some(order.client_id().to_owned()),
                audience: Some(SingleOrMultiple::Single(order.request.audience.clone())),
                expiry: time(order.exp()),
                issued_at: time(order.iat()),
                id: Some(order.jti()),
                not_before: None,
            },
            private: Empty {},
        };
        let secret = secret(order)?;
        Ok(Box::new(move || {
            let assertion = JWT::new_decoded(header.clone(), claims.clone())
                .into_encoded(&secret)
                .map_err(words)?;
            Ok(assertion.unwrap_encoded().to_string().len())
        }))
    }

    fn verifying(call: &Call<'_>) -> Result<Work, String> {
        let assertion = call.text()?.to_owned();
        let algorithm = named(call.algorithm().name())?;
        let audience = call.policy.audience.first().ok_or("there is no audience")?;
        let options: ValidationOptions = options(call, audience);
        let key = match call.client.method {
            Method::ClientSecretJwt => Err(Secret::Bytes(call.secret()?.to_vec())),
            Method::PrivateKeyJwt => Ok(JWKSet::<Empty>::deserialize(call.jwks()?).map_err(words)?),
        };
        Ok(Box::new(move || {
            let encoded = JWT::<Empty, Empty>::new_encoded(&assertion);
            let decoded = match &key {
                Err(secret) => encoded.into_decoded(secret, algorithm),
                Ok(set) => decode_with_set(&encoded, set, algorithm),
            };
            let decoded = decoded.map_err(words)?;
            decoded.validate(options.clone()).map_err(words)?;
            let claims = &decoded.payload().map_err(words)?.registered;
            Ok(claims.id.as_ref().map_or(0, String::len))
        }))
    }
}

fn named(algorithm: &str) -> Result<SignatureAlgorithm, String> {
    SignatureAlgorithm::deserialize(serde_json::Value::from(algorithm)).map_err(words)
}
