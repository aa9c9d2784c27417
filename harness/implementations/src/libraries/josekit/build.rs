//! `josekit` as a builder.

use josekit::{
    JoseError,
    jwk::Jwk,
    jws::{
        ES256, ES256K, ES384, ES512, EdDSA, HS256, HS384, HS512, JwsHeader, JwsSigner, PS256,
        PS384, PS512, RS256, RS384, RS512,
    },
    jwt::{JwtPayload, encode_with_signer},
};
use jwt_assay_core::model::{Algorithm, BuildKey, KeyFormat};

use super::Josekit;
use crate::libraries::adapter::{Order, SigningLibrary, call::out_of_place, words};

/// `jwt::encode_with_signer`. A signer from a JWK writes the JWK's own `kid`.
impl SigningLibrary for Josekit {
    const KEY_FORMATS: &'static [KeyFormat] = &[
        KeyFormat::Jwk,
        KeyFormat::Pkcs1,
        KeyFormat::Pkcs8,
        KeyFormat::Sec1,
        KeyFormat::Secret,
    ];

    fn sign(&self, order: &Order<'_>) -> Result<String, String> {
        let mut header = JwsHeader::new();
        if let Some(Some(typ)) = &order.request.typ {
            header.set_token_type(typ);
        }
        if let Some(kid) = &order.request.kid {
            header.set_key_id(kid);
        }
        let payload = JwtPayload::from_map(order.claims()).map_err(words)?;
        let signer = signer(order)?;
        encode_with_signer(&payload, &header, signer.as_ref()).map_err(words)
    }
}

pub(super) fn signer(order: &Order<'_>) -> Result<Box<dyn JwsSigner>, String> {
    macro_rules! secret {
        ($algorithm:ident) => {
            match &order.request.key {
                BuildKey::Jwk(jwk) => Jwk::from_map(jwk.clone())
                    .and_then(|jwk| $algorithm.signer_from_jwk(&jwk))
                    .map(|signer| Box::new(signer) as Box<dyn JwsSigner>),
                BuildKey::Pem(_) | BuildKey::Secret(_) => $algorithm
                    .signer_from_bytes(order.secret()?)
                    .map(|signer| Box::new(signer) as Box<dyn JwsSigner>),
            }
        };
    }
    macro_rules! pair {
        ($algorithm:ident) => {
            match &order.request.key {
                BuildKey::Jwk(jwk) => Jwk::from_map(jwk.clone()).and_then(|jwk| {
                    let mut signer = $algorithm.signer_from_jwk(&jwk)?;
                    // The one that is asked for wins over the JWK's.
                    if let Some(kid) = &order.request.kid {
                        signer.set_key_id(kid);
                    }
                    Ok(Box::new(signer) as Box<dyn JwsSigner>)
                }),
                BuildKey::Pem(_) | BuildKey::Secret(_) => $algorithm
                    .signer_from_pem(order.pem()?)
                    .map(|signer| Box::new(signer) as Box<dyn JwsSigner>),
            }
        };
    }
    let signer: Result<Box<dyn JwsSigner>, JoseError> = match order.algorithm {
        Algorithm::HS256 => secret!(HS256),
        Algorithm::HS384 => secret!(HS384),
        Algorithm::HS512 => secret!(HS512),
        Algorithm::RS256 => pair!(RS256),
        Algorithm::RS384 => pair!(RS384),
        Algorithm::RS512 => pair!(RS512),
        Algorithm::PS256 => pair!(PS256),
        Algorithm::PS384 => pair!(PS384),
        Algorithm::PS512 => pair!(PS512),
        Algorithm::ES256 => pair!(ES256),
        Algorithm::ES384 => pair!(ES384),
        Algorithm::ES512 => pair!(ES512),
        Algorithm::ES256K => pair!(ES256K),
        Algorithm::EdDsa => pair!(EdDSA),
        #[expect(
            unreachable_patterns,
            reason = "a new algorithm is none of this library's until it is listed"
        )]
        other => return Err(out_of_place(other)),
    };
    signer.map_err(words)
}
