//! `jsonwebtoken` as a builder.

use jsonwebtoken::{EncodingKey, Header, encode};
use jwt_assay_core::model::{Algorithm, Family, KeyFormat};

use super::{About, Order, SigningLibrary, words};
use crate::in_process::jsonwebtoken::JsonWebToken;

/// `jsonwebtoken::encode`, with keys as DER: its feature `use_pem` is not on here, and it reads no
/// private JWK.
impl SigningLibrary for JsonWebToken {
    const ABOUT: About = About {
        name: "jsonwebtoken",
        version: "11.1.0",
        url: "https://crates.io/crates/jsonwebtoken",
        algorithms: &[
            Algorithm::HS256,
            Algorithm::HS384,
            Algorithm::HS512,
            Algorithm::RS256,
            Algorithm::RS384,
            Algorithm::RS512,
            Algorithm::ES256,
            Algorithm::ES384,
            Algorithm::PS256,
            Algorithm::PS384,
            Algorithm::PS512,
            Algorithm::EdDsa,
        ],
        key_formats: &[KeyFormat::Pkcs1, KeyFormat::Pkcs8, KeyFormat::Secret],
    };

    fn sign(&self, order: &Order<'_>) -> Result<String, String> {
        let mut header = Header::new(order.algorithm.name().parse().map_err(words)?);
        header.kid.clone_from(&order.request.kid);
        if let Some(typ) = &order.request.typ {
            header.typ.clone_from(typ);
        }
        let key = match order.algorithm.family() {
            Family::Hmac => EncodingKey::from_secret(order.secret()?),
            Family::Ecdsa => EncodingKey::from_ec_der(&order.der()?),
            Family::EdDsa => EncodingKey::from_ed_der(&order.der()?),
            Family::RsaPkcs1 | Family::RsaPss => EncodingKey::from_rsa_der(&order.der()?),
        };
        encode(&header, &order.claims(), &key).map_err(words)
    }
}
