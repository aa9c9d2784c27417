//! ECDSA by RFC 6979, signatures as r and s of fixed width (RFC 7518 section 3.4).

use p256::ecdsa::signature::hazmat::PrehashSigner;

use crate::keys::{
    TestKey,
    prepared::{self, Ecdsa},
};

/// Signs a hash value of any SHA-2 length with the key's own curve; `None` where the key is not
/// an EC key. The nonce follows RFC 6979 with the hash that the curve's own algorithm has.
#[must_use]
pub fn sign_prehash(pair: &TestKey, prehash: &[u8]) -> Option<Vec<u8>> {
    if let Some(signature) = prepared::randomised(pair, prehash) {
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
