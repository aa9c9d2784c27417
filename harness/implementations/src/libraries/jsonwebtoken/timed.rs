//! `jsonwebtoken`: `encode` with an `EncodingKey` and a `Header` that are kept, `decode` with a
//! `DecodingKey` and a `Validation` that are kept.

use jsonwebtoken::{DecodingKey, EncodingKey, Header, Validation, decode, encode, jwk::Jwk};
use jwt_assay_core::model::{Family, KeyFormat, Method};
use serde::Deserialize;

use super::JsonWebToken;
use crate::{
    libraries::adapter::{
        Call, Order, TimedLibrary,
        timed::{Claims, jwk},
        words,
    },
    timed::Work,
};

impl TimedLibrary for JsonWebToken {
    const RSA_FORMAT: KeyFormat = KeyFormat::Pkcs1;

    fn signing(order: &Order<'_>) -> Result<Work, String> {
        let mut header = Header::new(order.algorithm.name().parse().map_err(words)?);
        header.kid.clone_from(&order.request.kid);
        let key = match order.algorithm.family() {
            Family::Hmac => EncodingKey::from_secret(order.secret()?),
            Family::Ecdsa => EncodingKey::from_ec_der(&order.der()?),
            Family::EdDsa => EncodingKey::from_ed_der(&order.der()?),
            Family::RsaPkcs1 | Family::RsaPss => EncodingKey::from_rsa_der(&order.der()?),
        };
        let claims = Claims::of(order);
        Ok(Box::new(move || {
            let assertion = encode(&header, &claims, &key).map_err(words)?;
            Ok(assertion.len())
        }))
    }

    fn verifying(call: &Call<'_>) -> Result<Work, String> {
        let key = match call.client.method {
            Method::ClientSecretJwt => DecodingKey::from_secret(call.secret()?),
            Method::PrivateKeyJwt => {
                let jwk = Jwk::deserialize(jwk(call)?).map_err(words)?;
                DecodingKey::from_jwk(&jwk).map_err(words)?
            }
        };
        let mut validation = Validation::new(call.algorithm().name().parse().map_err(words)?);
        validation.leeway = call.leeway().into();
        validation.validate_nbf = true;
        validation.sub = Some(call.client_id().to_owned());
        validation.set_audience(&call.policy.audience);
        validation.set_issuer(&[call.client_id()]);
        validation.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
        let assertion = call.text()?.to_owned();
        Ok(Box::new(move || {
            let decoded = decode::<Claims>(&assertion, &key, &validation).map_err(words)?;
            Ok(decoded.claims.jti.len())
        }))
    }
}
