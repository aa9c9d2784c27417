//! `josekit`: a signer, a verifier and a validator that are kept.

use josekit::{
    jwk::Jwk,
    jws::JwsHeader,
    jwt::{self, JwtPayload},
};
use jwt_assay_core::model::{KeyFormat, Method};

use super::{
    Josekit,
    build::signer,
    verify::{key_verifier, secret_verifier, validator},
};
use crate::{
    libraries::adapter::{Call, Order, TimedLibrary, timed::jwk, words},
    timed::Work,
};

impl TimedLibrary for Josekit {
    /// Of PKCS#8 it wants one kind for PKCS#1 v1.5 and another for PSS.
    const RSA_FORMAT: KeyFormat = KeyFormat::Jwk;

    fn signing(order: &Order<'_>) -> Result<Work, String> {
        let mut header = JwsHeader::new();
        if let Some(kid) = &order.request.kid {
            header.set_key_id(kid);
        }
        let payload = JwtPayload::from_map(order.claims()).map_err(words)?;
        let signer = signer(order)?;
        Ok(Box::new(move || {
            let signed = jwt::encode_with_signer(&payload, &header, signer.as_ref());
            Ok(signed.map_err(words)?.len())
        }))
    }

    fn verifying(call: &Call<'_>) -> Result<Work, String> {
        let verifier = match call.client.method {
            Method::ClientSecretJwt => secret_verifier(call)?,
            Method::PrivateKeyJwt => {
                let jwk = jwk(call)?.as_object().ok_or("the JWK is no object")?;
                let jwk = Jwk::from_map(jwk.clone()).map_err(words)?;
                key_verifier(call.algorithm(), &jwk, true)?
            }
        };
        let audience = call.policy.audience.first().ok_or("there is no audience")?;
        let validator = validator(call, audience);
        let assertion = call.octets().to_vec();
        Ok(Box::new(move || {
            let decoded = jwt::decode_with_verifier(&assertion, verifier.as_ref());
            let (payload, _) = decoded.map_err(words)?;
            validator.validate(&payload).map_err(words)?;
            Ok(payload.jwt_id().map_or(0, str::len))
        }))
    }
}
