//! Types of keys, and the algorithms that each fits.

use std::fmt;

use jwt_assay_core::model::Algorithm;

/// A type of key that signs assertions.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum KeyType {
    /// RSA.
    Rsa {
        /// The length of the modulus in bits.
        bits: u32,
    },
    /// EC on P-256.
    P256,
    /// EC on P-384.
    P384,
    /// EC on P-521.
    P521,
    /// EdDSA on edwards25519.
    Ed25519,
}

impl KeyType {
    /// The least length that RFC 7518 section 3.3 allows.
    pub const LEAST_RSA_BITS: u32 = 2048;
    /// The greatest length that AWS-LC signs with.
    pub const MOST_RSA_BITS: u32 = 8192;

    /// The algorithms that the key fits, the most common first.
    #[must_use]
    pub const fn algorithms(self) -> &'static [Algorithm] {
        match self {
            Self::Rsa { .. } => &[
                Algorithm::RS256,
                Algorithm::RS384,
                Algorithm::RS512,
                Algorithm::PS256,
                Algorithm::PS384,
                Algorithm::PS512,
            ],
            Self::P256 => &[Algorithm::ES256],
            Self::P384 => &[Algorithm::ES384],
            Self::P521 => &[Algorithm::ES512],
            Self::Ed25519 => &[Algorithm::EdDsa],
        }
    }

    /// `crv` of the JWK; RSA keys have none.
    #[must_use]
    pub const fn curve(self) -> Option<&'static str> {
        match self {
            Self::Rsa { .. } => None,
            Self::P256 => Some("P-256"),
            Self::P384 => Some("P-384"),
            Self::P521 => Some("P-521"),
            Self::Ed25519 => Some("Ed25519"),
        }
    }

    /// The members that an RFC 7638 thumbprint hashes, in order (section 3.2; RFC 8037 section 2).
    pub(super) const fn public_members(self) -> &'static [&'static str] {
        match self {
            Self::Rsa { .. } => &["e", "kty", "n"],
            Self::P256 | Self::P384 | Self::P521 => &["crv", "kty", "x", "y"],
            Self::Ed25519 => &["crv", "kty", "x"],
        }
    }
}

impl fmt::Display for KeyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rsa { bits } => write!(f, "an RSA key of {bits} bits"),
            Self::P256 => f.write_str("an EC key on P-256"),
            Self::P384 => f.write_str("an EC key on P-384"),
            Self::P521 => f.write_str("an EC key on P-521"),
            Self::Ed25519 => f.write_str("an Ed25519 key"),
        }
    }
}

/// Joins names for a sentence: `a`, `a or b`, `a, b or c`.
pub fn one_of<T: fmt::Display>(names: &[T]) -> String {
    match names {
        [] => "none".to_owned(),
        [only] => only.to_string(),
        [rest @ .., last] => {
            let rest: Vec<String> = rest.iter().map(ToString::to_string).collect();
            format!("{} or {last}", rest.join(", "))
        }
    }
}
