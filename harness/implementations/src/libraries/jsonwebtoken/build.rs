//! `jsonwebtoken` as a builder.

use jsonwebtoken::{EncodingKey, Header, encode};
use jwt_assay_core::model::{Family, KeyFormat};

use super::JsonWebToken;
use crate::libraries::adapter::{Order, SigningLibrary, words};

/// `jsonwebtoken::encode`, with keys as DER: its feature `use_pem` is not on here, and it reads no
/// private JWK.
impl SigningLibrary for JsonWebToken {
    const KEY_FORMATS: &'static [KeyFormat] =
        &[KeyFormat::Pkcs1, KeyFormat::Pkcs8, KeyFormat::Secret];

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
