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

use super::{KeyMismatch, SigningKey, assertion::SigningFailed, mac_algorithm};
use crate::{
    encoding::append_base64url,
    keys::key_pair,
    model::{Algorithm, Family},
};

/// A key in the library's own form.
pub struct FastKey(Prepared);

enum Prepared {
    /// The state of HMAC after the key and the constant beginning of the input, so that each
    /// assertion costs only the hash of the rest.
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
    /// If the key's type or curve does not fit the algorithm, or the library does not take the key.
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
            (Family::RsaPkcs1 | Family::RsaPss, SigningKey::Pair(pair)) if pair.is_type("RSA") => {
                super::rsa_encoding(algorithm)
                    .zip(key_pair::rsa(pair))
                    .map(|(encoding, pair)| Prepared::Rsa {
                        octets: pair.public_modulus_len(),
                        pair,
                        encoding,
                    })
            }
            (Family::Ecdsa, SigningKey::Pair(pair)) => {
                let curve = algorithm.curve().filter(|curve| pair.is_curve(curve.name));
                let scheme = curve.and_then(|curve| match curve.name {
                    "P-256" => Some(&ECDSA_P256_SHA256_FIXED_SIGNING),
                    "P-384" => Some(&ECDSA_P384_SHA384_FIXED_SIGNING),
                    "P-521" => Some(&ECDSA_P521_SHA512_FIXED_SIGNING),
                    "secp256k1" => Some(&ECDSA_P256K1_SHA256_FIXED_SIGNING),
                    _ => None,
                });
                let key = scheme.and_then(|scheme| key_pair::ecdsa(pair, scheme));
                key.map(Prepared::Ecdsa)
            }
            (Family::EdDsa, SigningKey::Pair(pair)) if pair.is_curve("Ed25519") => {
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
    /// If the primitive fails.
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
    /// If the primitive fails.
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
