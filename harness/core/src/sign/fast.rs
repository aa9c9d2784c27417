//! The primitives of `aws-lc-rs` with keys that are prepared once: the signer for throughput, and
//! the one whose ECDSA and PSS signatures are random. No vector is made with it.

use aws_lc_rs::{
    hmac,
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P256K1_SHA256_FIXED_SIGNING,
        ECDSA_P384_SHA384_FIXED_SIGNING, ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair,
        Ed25519KeyPair, RsaEncoding, RsaKeyPair,
    },
};

use super::{
    KeyMismatch, SigningKey, assertion::SigningFailed, curve_of, is_curve, is_type, key_pair,
    mac_algorithm,
};
use crate::{
    encoding::append_base64url,
    model::{Algorithm, Family},
};

/// A key in the library's own form.
pub struct FastKey(Prepared);

enum Prepared {
    /// Has taken in the key and the constant beginning of the input.
    Mac(Box<hmac::Context>),
    Rsa {
        pair: RsaKeyPair,
        encoding: &'static dyn RsaEncoding,
        octets: usize,
    },
    Ecdsa(EcdsaKeyPair),
    EdDsa(Ed25519KeyPair),
}

impl FastKey {
    /// Prepares a key to sign inputs that all begin with the same octets.
    ///
    /// # Errors
    ///
    /// Where the key's type or curve does not fit the algorithm, or the library refuses the key.
    pub fn prepare(
        algorithm: Algorithm,
        key: SigningKey<'_>,
        beginning: &[u8],
    ) -> Result<Self, KeyMismatch> {
        let mismatch = || KeyMismatch {
            algorithm,
            key: key.name(),
        };
        let prepared = match (algorithm.family(), key) {
            (Family::Hmac, SigningKey::Secret(secret)) => {
                let key = hmac::Key::new(mac_algorithm(algorithm.hash()), secret);
                let mut context = hmac::Context::with_key(&key);
                context.update(beginning);
                Some(Prepared::Mac(Box::new(context)))
            }
            (Family::RsaPkcs1 | Family::RsaPss, SigningKey::Pair(pair)) if is_type(pair, "RSA") => {
                super::rsa_encoding(algorithm)
                    .zip(key_pair::rsa(pair))
                    .map(|(encoding, pair)| Prepared::Rsa {
                        octets: pair.public_modulus_len(),
                        pair,
                        encoding,
                    })
            }
            (Family::Ecdsa, SigningKey::Pair(pair)) => {
                let curve = curve_of(algorithm).filter(|&crv| is_curve(pair, crv));
                let curve = curve.and(match algorithm {
                    Algorithm::ES256 => Some(&ECDSA_P256_SHA256_FIXED_SIGNING),
                    Algorithm::ES384 => Some(&ECDSA_P384_SHA384_FIXED_SIGNING),
                    Algorithm::ES512 => Some(&ECDSA_P521_SHA512_FIXED_SIGNING),
                    Algorithm::ES256K => Some(&ECDSA_P256K1_SHA256_FIXED_SIGNING),
                    _ => None,
                });
                let key = curve.and_then(|curve| key_pair::ecdsa(pair, curve));
                key.map(Prepared::Ecdsa)
            }
            (Family::EdDsa, SigningKey::Pair(pair)) if is_curve(pair, "Ed25519") => {
                key_pair::ed25519(pair).map(Prepared::EdDsa)
            }
            (
                Family::Hmac | Family::RsaPkcs1 | Family::RsaPss | Family::Ecdsa | Family::EdDsa,
                SigningKey::Pair(_) | SigningKey::Secret(_),
            ) => None,
        };
        prepared.map(Self).ok_or_else(mismatch)
    }

    /// Appends a period and the signature over what stands there, of which the first `beginning`
    /// octets are those that the key was prepared for.
    ///
    /// # Errors
    ///
    /// Where the primitive fails.
    pub(super) fn append_signature(
        &self,
        beginning: usize,
        assertion: &mut Vec<u8>,
    ) -> Result<(), SigningFailed> {
        let mut signature = [0; LONGEST];
        let octets = self.primitive(beginning, assertion, &mut signature)?;
        assertion.push(b'.');
        append_base64url(assertion, &signature[..octets]);
        Ok(())
    }

    /// The signature over an input, and how many octets it has. It is a function of its own in
    /// the program too, so that its cost can be told from that of everything around it.
    ///
    /// # Errors
    ///
    /// Where the primitive fails.
    #[inline(never)]
    pub fn primitive(
        &self,
        beginning: usize,
        input: &[u8],
        signature: &mut [u8; LONGEST],
    ) -> Result<usize, SigningFailed> {
        let random = SystemRandom::new();
        let mut take = |octets: &[u8]| {
            signature[..octets.len()].copy_from_slice(octets);
            octets.len()
        };
        match &self.0 {
            Prepared::Mac(context) => {
                let mut context = hmac::Context::clone(context);
                context.update(&input[beginning..]);
                Ok(take(context.sign().as_ref()))
            }
            Prepared::Rsa {
                pair,
                encoding,
                octets,
            } => {
                let place = signature.get_mut(..*octets).ok_or(SigningFailed)?;
                let signed = pair.sign(*encoding, &random, input, place);
                signed.map(|()| *octets).map_err(|_| SigningFailed)
            }
            Prepared::Ecdsa(pair) => {
                let signed = pair.sign(&random, input).map_err(|_| SigningFailed)?;
                Ok(take(signed.as_ref()))
            }
            Prepared::EdDsa(pair) => Ok(take(pair.sign(input).as_ref())),
        }
    }
}

/// Octets of the longest signature: RSA with a modulus of 8192 bits.
pub const LONGEST: usize = 1024;
