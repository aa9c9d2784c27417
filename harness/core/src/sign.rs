//! Deterministic signatures with the test keys: HMAC, PKCS#1 v1.5 and Ed25519 by nature, ECDSA by
//! RFC 6979, PSS by a salt that the caller derives.
//!
//! [`sign`] is the signer of the vectors: repeatable, not fast. [`AssertionSigner`] signs whole
//! assertions, with [`sign`] or with the throughput of the primitive.

mod again;
mod assertion;
mod ecdsa;
mod fast;
pub(crate) mod rsa;

use aws_lc_rs::{digest, hmac, signature::RsaEncoding};

pub(crate) use self::again::{signature_len, verifies_again};
pub use self::{
    assertion::{AssertionBuffer, AssertionClaims, AssertionSigner, SigningFailed},
    ecdsa::sign_prehash as ecdsa_sign_prehash,
    fast::{FastKey, LONGEST},
};
use crate::{
    keys::TestKey,
    model::{Algorithm, Family, Hash},
};

/// Signs an input with the primitive that an algorithm names.
///
/// `pss_seed` decides the salt of RSASSA-PSS and nothing else.
///
/// # Errors
///
/// If the key's type or curve does not fit the algorithm.
pub fn sign(
    algorithm: Algorithm,
    key: SigningKey<'_>,
    input: &[u8],
    pss_seed: &str,
) -> Result<Vec<u8>, KeyMismatch> {
    let mismatch = || KeyMismatch {
        algorithm,
        key: key.name(),
    };
    match (algorithm.family(), key) {
        (Family::Hmac, SigningKey::Secret(secret)) => Ok(mac(algorithm.hash(), secret, input)),
        (Family::RsaPkcs1, SigningKey::Pair(pair)) if pair.is_type("RSA") => {
            Ok(rsa::sign_pkcs1(pair, algorithm.hash(), input))
        }
        (Family::RsaPss, SigningKey::Pair(pair)) if pair.is_type("RSA") => {
            Ok(rsa::sign_pss(pair, algorithm.hash(), input, pss_seed))
        }
        (Family::Ecdsa, SigningKey::Pair(pair)) => {
            let curve = algorithm.curve().filter(|curve| pair.is_curve(curve.name));
            let prehash = hash(algorithm.hash(), input);
            curve
                .and_then(|_| ecdsa_sign_prehash(pair, &prehash))
                .ok_or_else(mismatch)
        }
        (Family::EdDsa, SigningKey::Pair(pair)) if pair.is_curve("Ed25519") => {
            let prepared = pair.prepared.ed25519(pair).ok_or_else(mismatch)?;
            Ok(prepared.sign(input).as_ref().to_vec())
        }
        (
            Family::Hmac | Family::RsaPkcs1 | Family::RsaPss | Family::Ecdsa | Family::EdDsa,
            SigningKey::Pair(_) | SigningKey::Secret(_),
        ) => Err(mismatch()),
    }
}

/// A key to sign with.
#[derive(Clone, Copy, Debug)]
pub enum SigningKey<'a> {
    /// A test key pair.
    Pair(&'a TestKey),
    /// The octets of a MAC key.
    Secret(&'a [u8]),
}

impl SigningKey<'_> {
    fn name(self) -> String {
        match self {
            Self::Pair(pair) => format!("key `{}`", pair.id),
            Self::Secret(_) => "a secret".to_owned(),
        }
    }
}

/// A key that an algorithm cannot use.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("sign with {algorithm}: {key} does not fit it")]
pub struct KeyMismatch {
    algorithm: Algorithm,
    key: String,
}

/// Signs with the key's own primitive and another hash; `None` where the primitive has one hash
/// only, as Ed25519 has.
pub(crate) fn with_hash(pair: &TestKey, other: Hash, input: &[u8]) -> Option<Vec<u8>> {
    let rsa = || {
        pair.is_type("RSA")
            .then(|| rsa::sign_pkcs1(pair, other, input))
    };
    ecdsa_sign_prehash(pair, &hash(other, input)).or_else(rsa)
}

/// Signs with the key's own primitive, for RSASSA-PKCS1-v1_5 under the name of another hash;
/// `None` for Ed25519, which names none.
pub(crate) fn with_digest_info(
    pair: &TestKey,
    own: Hash,
    named: Hash,
    input: &[u8],
) -> Option<Vec<u8>> {
    let prehash = hash(own, input);
    let rsa = || {
        pair.is_type("RSA")
            .then(|| rsa::sign_mislabelled(pair, named, &prehash))
    };
    ecdsa_sign_prehash(pair, &prehash).or_else(rsa)
}

/// The padding and the hash of an algorithm as the library names them (RFC 7518 sections 3.3 and
/// 3.5); nothing where it is none of RSA's.
#[must_use]
pub fn rsa_encoding(algorithm: Algorithm) -> Option<&'static dyn RsaEncoding> {
    rsa::encoding(algorithm.family(), algorithm.hash())
}

/// HMAC with any key, of any length.
#[must_use]
pub fn mac(hash: Hash, key: &[u8], input: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(mac_algorithm(hash), key), input)
        .as_ref()
        .to_vec()
}

/// HMAC with a hash as the library names it (RFC 7518 section 3.2).
#[must_use]
pub fn mac_algorithm(hash: Hash) -> hmac::Algorithm {
    match hash {
        Hash::Sha1 => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
        Hash::Sha256 => hmac::HMAC_SHA256,
        Hash::Sha384 => hmac::HMAC_SHA384,
        Hash::Sha512 => hmac::HMAC_SHA512,
    }
}

/// A hash value.
#[must_use]
pub fn hash(hash: Hash, input: &[u8]) -> Vec<u8> {
    let algorithm = match hash {
        Hash::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
        Hash::Sha256 => &digest::SHA256,
        Hash::Sha384 => &digest::SHA384,
        Hash::Sha512 => &digest::SHA512,
    };
    digest::digest(algorithm, input).as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys;

    #[test]
    fn every_algorithm_signs_the_same_twice() {
        for (algorithm, key) in [
            (Algorithm::RS256, "rsa-2048-a"),
            (Algorithm::RS512, "rsa-1024-a"),
            (Algorithm::PS384, "rsa-2048-a"),
            (Algorithm::ES256, "p256-a"),
            (Algorithm::ES384, "p384-a"),
            (Algorithm::ES512, "p521-a"),
            (Algorithm::ES256K, "k256-a"),
            (Algorithm::EdDsa, "ed25519-a"),
        ] {
            let key = SigningKey::Pair(keys::key(key));
            let once = sign(algorithm, key, b"input", "seed").unwrap();
            assert_eq!(
                sign(algorithm, key, b"input", "seed").unwrap(),
                once,
                "{algorithm}"
            );
        }
    }

    #[test]
    fn a_key_of_another_curve_does_not_fit() {
        let key = SigningKey::Pair(keys::key("p384-a"));
        let error = sign(Algorithm::ES256, key, b"", "").unwrap_err();
        assert_eq!(
            error.to_string(),
            "sign with ES256: key `p384-a` does not fit it"
        );
    }

    #[test]
    fn pkcs1_by_integer_arithmetic_equals_the_library() {
        let key = keys::key("rsa-2048-a");
        for hash in [Hash::Sha256, Hash::Sha384, Hash::Sha512] {
            let by_hand = rsa::raw_private(key, &rsa::pkcs1_block(hash, b"input", 256));
            assert_eq!(rsa::sign_pkcs1(key, hash, b"input"), by_hand);
        }
    }
}
