//! ECDSA by RFC 6979, signatures as r and s of fixed width (RFC 7518 section 3.4).

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use p256::ecdsa::signature::hazmat::PrehashSigner;

use super::member;
use crate::{keys::TestKey, model::Algorithm};

/// The curve that an algorithm is bound to (RFC 7518 section 3.4, RFC 8812 section 3.2).
pub(crate) const fn curve_of(algorithm: Algorithm) -> Option<&'static str> {
    match algorithm {
        Algorithm::ES256 => Some("P-256"),
        Algorithm::ES384 => Some("P-384"),
        Algorithm::ES512 => Some("P-521"),
        Algorithm::ES256K => Some("secp256k1"),
        Algorithm::HS256
        | Algorithm::HS384
        | Algorithm::HS512
        | Algorithm::RS256
        | Algorithm::RS384
        | Algorithm::RS512
        | Algorithm::PS256
        | Algorithm::PS384
        | Algorithm::PS512
        | Algorithm::EdDsa => None,
    }
}

/// Signs a hash value of any SHA-2 length with the key's own curve; `None` where the key is not
/// an EC key. The nonce follows RFC 6979 with the hash that the curve's own algorithm has.
#[must_use]
pub fn sign_prehash(pair: &TestKey, prehash: &[u8]) -> Option<Vec<u8>> {
    match &*prepared(pair)? {
        Prepared::P256(key) => {
            let signature: p256::ecdsa::Signature = key.sign_prehash(prehash).ok()?;
            Some(signature.to_bytes().to_vec())
        }
        Prepared::P384(key) => {
            let signature: p384::ecdsa::Signature = key.sign_prehash(prehash).ok()?;
            Some(signature.to_bytes().to_vec())
        }
        Prepared::P521(key) => {
            let signature: p521::ecdsa::Signature = key.sign_prehash(prehash).ok()?;
            Some(signature.to_bytes().to_vec())
        }
        Prepared::K256(key) => {
            let signature: k256::ecdsa::Signature = key.sign_prehash(prehash).ok()?;
            Some(signature.to_bytes().to_vec())
        }
    }
}

/// A key in the library's form, with its public half, which takes longer to find than a signature.
enum Prepared {
    P256(p256::ecdsa::SigningKey),
    P384(p384::ecdsa::SigningKey),
    P521(p521::ecdsa::SigningKey),
    K256(k256::ecdsa::SigningKey),
}

/// The library's form of a key, made once; `None` where the key is not an EC key.
fn prepared(pair: &TestKey) -> Option<Arc<Prepared>> {
    type Known = Mutex<HashMap<(String, Vec<u8>), Option<Arc<Prepared>>>>;
    static KNOWN: LazyLock<Known> = LazyLock::new(Mutex::default);

    let crv = pair.private_jwk.get("crv")?.as_str()?;
    let scalar = member(pair, "d");
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let prepare = || {
        let prepared = match crv {
            "P-256" => p256::ecdsa::SigningKey::from_slice(&scalar).map(Prepared::P256),
            "P-384" => p384::ecdsa::SigningKey::from_slice(&scalar).map(Prepared::P384),
            "P-521" => p521::ecdsa::SigningKey::from_slice(&scalar).map(Prepared::P521),
            "secp256k1" => k256::ecdsa::SigningKey::from_slice(&scalar).map(Prepared::K256),
            _ => return None,
        };
        prepared.ok().map(Arc::new)
    };
    let name = (crv.to_owned(), scalar.clone());
    known.entry(name).or_insert_with(prepare).clone()
}
