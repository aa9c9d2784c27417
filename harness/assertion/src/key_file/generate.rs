//! New keys and secrets.

use std::{fmt, str::FromStr};

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der},
    error::Unspecified,
    rand,
    rsa::KeySize,
    signature::{EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair, RsaKeyPair},
};
use jwt_assay_core::{
    encoding::base64url,
    model::{Algorithm, Family},
};
use pem_rfc7468::LineEnding;

use super::{
    Key, Secret,
    der::{self, signing_algorithm},
    key_type::KeyType,
};

/// A new key pair as JWK and PEM.
#[derive(Clone)]
pub struct Generated {
    /// The key as JWK, with `kid`, `alg` and `use`.
    pub key: Key,
    private_pem: String,
    public_pem: String,
}

impl Generated {
    /// The private key as PKCS#8 PEM.
    #[must_use]
    pub fn private_pem(&self) -> &str {
        &self.private_pem
    }

    /// The public key as SubjectPublicKeyInfo PEM.
    #[must_use]
    pub fn public_pem(&self) -> &str {
        &self.public_pem
    }
}

impl fmt::Debug for Generated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Generated")
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

/// Generates a key pair for an algorithm with the system's randomness. `kid` is the RFC 7638
/// thumbprint where none is given.
///
/// # Errors
///
/// For HMAC, which has no key pairs, and for ES256K, which no profile accepts; where the system has
/// no randomness.
pub fn generate(
    algorithm: Algorithm,
    bits: RsaBits,
    kid: Option<&str>,
) -> Result<Generated, GenerateError> {
    let (pkcs8, spki) = match algorithm.family() {
        Family::RsaPkcs1 | Family::RsaPss => {
            let pair = RsaKeyPair::generate(bits.size())?;
            let private: Pkcs8V1Der<'_> = pair.as_der()?;
            (private.as_ref().to_vec(), pair.public_key().as_der()?)
        }
        Family::Ecdsa => {
            let pair = EcdsaKeyPair::generate(curve_of(algorithm)?)?;
            (
                pair.to_pkcs8v1()?.as_ref().to_vec(),
                pair.public_key().as_der()?,
            )
        }
        Family::EdDsa => {
            let pair = Ed25519KeyPair::generate()?;
            let private: Pkcs8V1Der<'_> = pair.as_der()?;
            (private.as_ref().to_vec(), pair.public_key().as_der()?)
        }
        Family::Hmac => return Err(GenerateError::NoKeyPair { algorithm }),
    };
    let spki: PublicKeyX509Der<'_> = spki;
    let (key_type, jwk) = der::private_from_pkcs8(&pkcs8).map_err(|_| GenerateError::Library)?;
    Ok(Generated {
        key: Key::new("the new key", key_type, jwk).named(kid, algorithm),
        private_pem: pem("PRIVATE KEY", &pkcs8)?,
        public_pem: pem("PUBLIC KEY", spki.as_ref())?,
    })
}

/// Generates a client secret: random octets of the length of the algorithm's hash, as base64url
/// text.
///
/// # Errors
///
/// If the system has no randomness.
pub fn generate_secret(algorithm: Algorithm) -> Result<Secret, GenerateError> {
    let mut octets = vec![0; algorithm.hash().output_len()];
    rand::fill(&mut octets)?;
    Ok(Secret::new(base64url(octets)))
}

/// An error of key generation.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum GenerateError {
    /// An unexplained failure of the cryptographic library.
    #[error("generate a key: the cryptographic library gave up without a reason")]
    Library,
    /// An algorithm without key pairs, or one that no profile accepts.
    #[error(
        "generate a key pair for {algorithm}: no profile signs with one; the algorithms are RS256, \
         RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512 and EdDSA"
    )]
    NoKeyPair {
        /// The algorithm that was asked for.
        algorithm: Algorithm,
    },
}

impl From<Unspecified> for GenerateError {
    fn from(_: Unspecified) -> Self {
        Self::Library
    }
}

/// The length of an RSA modulus to generate, in bits.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum RsaBits {
    /// 2048 bits, the least that RFC 7518 section 3.3 allows.
    #[default]
    B2048,
    /// 3072 bits.
    B3072,
    /// 4096 bits.
    B4096,
    /// 8192 bits, more than some servers accept (RFC 7518 section 8.6).
    B8192,
}

impl RsaBits {
    const fn size(self) -> KeySize {
        match self {
            Self::B2048 => KeySize::Rsa2048,
            Self::B3072 => KeySize::Rsa3072,
            Self::B4096 => KeySize::Rsa4096,
            Self::B8192 => KeySize::Rsa8192,
        }
    }
}

impl fmt::Display for RsaBits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::B2048 => "2048",
            Self::B3072 => "3072",
            Self::B4096 => "4096",
            Self::B8192 => "8192",
        })
    }
}

impl FromStr for RsaBits {
    type Err = RsaBitsError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.parse::<u32>() {
            Ok(2048) => Ok(Self::B2048),
            Ok(3072) => Ok(Self::B3072),
            Ok(4096) => Ok(Self::B4096),
            Ok(8192) => Ok(Self::B8192),
            Ok(bits) if bits < KeyType::LEAST_RSA_BITS => Err(RsaBitsError::TooShort { bits }),
            Ok(_) | Err(_) => Err(RsaBitsError::Unknown {
                given: text.to_owned(),
            }),
        }
    }
}

/// A length of RSA moduli that is not offered.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum RsaBitsError {
    /// A length below the least that any algorithm allows.
    #[error("{bits} bits are too few: every algorithm needs 2048 or more (RFC 7518 section 3.3)")]
    TooShort {
        /// The length that was asked for.
        bits: u32,
    },
    /// Another number, or a text that is none.
    #[error("generate {given:?} bits: expected 2048, 3072, 4096 or 8192")]
    Unknown {
        /// The text as the user gave it.
        given: String,
    },
}

fn curve_of(algorithm: Algorithm) -> Result<&'static EcdsaSigningAlgorithm, GenerateError> {
    let curves = [KeyType::P256, KeyType::P384, KeyType::P521];
    let curve = curves
        .into_iter()
        .find(|curve| curve.algorithms().contains(&algorithm));
    curve
        .and_then(signing_algorithm)
        .ok_or(GenerateError::NoKeyPair { algorithm })
}

fn pem(label: &str, der: &[u8]) -> Result<String, GenerateError> {
    pem_rfc7468::encode_string(label, LineEnding::LF, der).map_err(|_| GenerateError::Library)
}
