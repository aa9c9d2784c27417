//! ECDSA by RFC 6979, signatures as r and s of fixed width (RFC 7518 section 3.4).

use p256::ecdsa::signature::hazmat::PrehashSigner;

use super::prepared::Ecdsa;
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
    if let Some(signature) = super::prepared::randomised(pair, prehash) {
        return Some(signature);
    }
    match pair.prepared.ecdsa(pair)? {
        Ecdsa::P256(key) => {
            let signature: p256::ecdsa::Signature = key.sign_prehash(prehash).ok()?;
            Some(signature.to_bytes().to_vec())
        }
        Ecdsa::P384(key) => {
            let signature: p384::ecdsa::Signature = key.sign_prehash(prehash).ok()?;
            Some(signature.to_bytes().to_vec())
        }
        Ecdsa::P521(key) => {
            let signature: p521::ecdsa::Signature = key.sign_prehash(prehash).ok()?;
            Some(signature.to_bytes().to_vec())
        }
        Ecdsa::K256(key) => {
            let signature: k256::ecdsa::Signature = key.sign_prehash(prehash).ok()?;
            Some(signature.to_bytes().to_vec())
        }
    }
}
