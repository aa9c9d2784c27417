//! Signatures with a user's key, by AWS-LC with fresh randomness. [`jwt_assay_core::sign`], in
//! contrast, is deterministic and signs with test keys only.

use aws_lc_rs::{
    hmac,
    rand::SystemRandom,
    rsa::{KeyPairComponents, PublicKeyComponents},
    signature::{EcdsaKeyPair, Ed25519KeyPair, RsaEncoding, RsaKeyPair},
};
use jwt_assay_core::{
    encoding::read_base64url,
    model::Algorithm,
    sign::{mac_algorithm, rsa_encoding},
};
use serde_json::{Map, Value};

use super::{Key, KeyFileError, KeyType, Secret, der::signing_algorithm};

/// A private key or a secret that is ready to sign.
#[derive(Debug)]
pub struct Signer(Primitive);

impl Signer {
    /// A signer with a private key.
    ///
    /// # Errors
    ///
    /// If the key does not fit the algorithm, is public, too short or inconsistent.
    pub fn of_key(key: &Key, algorithm: Algorithm) -> Result<Self, KeyFileError> {
        key.check_fit(algorithm)?;
        let jwk = key.private_jwk()?;
        let inconsistent = || KeyFileError::Inconsistent {
            path: key.path.clone(),
        };
        Ok(Self(match key.key_type {
            KeyType::Rsa { .. } => {
                let encoding = rsa_encoding(algorithm).ok_or_else(inconsistent)?;
                Primitive::Rsa(Box::new(rsa(key, jwk)?), encoding)
            }
            KeyType::P256 | KeyType::P384 | KeyType::P521 => {
                let curve = signing_algorithm(key.key_type).ok_or_else(inconsistent)?;
                let point = [&[4][..], &octets(jwk, "x"), &octets(jwk, "y")].concat();
                let scalar = octets(jwk, "d");
                let pair = EcdsaKeyPair::from_private_key_and_public_key(curve, &scalar, &point);
                Primitive::Ecdsa(Box::new(pair.map_err(|_| inconsistent())?))
            }
            KeyType::Ed25519 => {
                let (seed, public) = (octets(jwk, "d"), octets(jwk, "x"));
                let pair = Ed25519KeyPair::from_seed_and_public_key(&seed, &public);
                Primitive::Ed25519(Box::new(pair.map_err(|_| inconsistent())?))
            }
        }))
    }

    /// A signer with a client secret: HMAC with the algorithm's hash.
    #[must_use]
    pub fn of_secret(secret: &Secret, algorithm: Algorithm) -> Self {
        let algorithm = mac_algorithm(algorithm.hash());
        let key = hmac::Key::new(algorithm, secret.text().as_bytes());
        Self(Primitive::Mac(Box::new(key)))
    }

    /// Signs octets; returns the signature as a JWS encodes it.
    ///
    /// # Errors
    ///
    /// If the library lacks randomness or memory.
    pub fn sign(&self, input: &[u8]) -> Result<Vec<u8>, SigningFailed> {
        let random = SystemRandom::new();
        match &self.0 {
            Primitive::Ecdsa(pair) => {
                let signature = pair.sign(&random, input).map_err(|_| SigningFailed)?;
                Ok(signature.as_ref().to_vec())
            }
            Primitive::Ed25519(pair) => {
                let signature = pair.try_sign(input).map_err(|_| SigningFailed)?;
                Ok(signature.as_ref().to_vec())
            }
            Primitive::Mac(key) => Ok(hmac::sign(key, input).as_ref().to_vec()),
            Primitive::Rsa(pair, encoding) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(*encoding, &random, input, &mut signature)
                    .map_err(|_| SigningFailed)?;
                Ok(signature)
            }
        }
    }
}

/// A failure of the library to sign with a valid key.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("sign the assertion: the cryptographic library gave up without a reason")]
pub struct SigningFailed;

/// A key of the library. Their `Debug` texts show no private part.
#[derive(Debug)]
enum Primitive {
    Ecdsa(Box<EcdsaKeyPair>),
    Ed25519(Box<Ed25519KeyPair>),
    Mac(Box<hmac::Key>),
    Rsa(Box<RsaKeyPair>, &'static dyn RsaEncoding),
}

fn rsa(key: &Key, jwk: &Map<String, Value>) -> Result<RsaKeyPair, KeyFileError> {
    let path = || key.path.clone();
    let missing = ["p", "q", "dp", "dq", "qi"]
        .into_iter()
        .find(|name| !jwk.contains_key(*name));
    if let Some(member) = missing {
        return Err(KeyFileError::RsaWithoutPrimes {
            path: path(),
            member,
        });
    }
    let integer = |name| {
        let octets = octets(jwk, name);
        let zeros = octets.iter().take_while(|octet| **octet == 0).count();
        octets[zeros..].to_vec()
    };
    let components = KeyPairComponents {
        public_key: PublicKeyComponents {
            n: integer("n"),
            e: integer("e"),
        },
        d: integer("d"),
        p: integer("p"),
        q: integer("q"),
        dP: integer("dp"),
        dQ: integer("dq"),
        qInv: integer("qi"),
    };
    RsaKeyPair::from_components(&components)
        .map_err(|_| KeyFileError::InconsistentRsa { path: path() })
}

/// The octets of a member, which the reader of the key has checked to be base64url; public members
/// may have padding.
fn octets(jwk: &Map<String, Value>, name: &str) -> Vec<u8> {
    let text = jwk
        .get(name)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .trim_end_matches('=');
    read_base64url(text.as_bytes())
        .map(|segment| segment.octets)
        .unwrap_or_default()
}
