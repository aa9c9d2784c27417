//! The signature algorithms of the field. What stands in a token's `alg` stays text, since odd
//! values are test data; this type names the algorithms the harness can compute.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A JWS algorithm the harness signs and verifies with (RFC 7518 section 3.1, RFC 8037, RFC 8812).
#[derive(
    Clone,
    Copy,
    Debug,
    Deserialize,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd,
    Serialize,
    schemars::JsonSchema,
)]
pub enum Algorithm {
    /// HMAC with SHA-256.
    HS256,
    /// HMAC with SHA-384.
    HS384,
    /// HMAC with SHA-512.
    HS512,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    RS256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    RS384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    RS512,
    /// ECDSA on P-256 with SHA-256.
    ES256,
    /// ECDSA on P-384 with SHA-384.
    ES384,
    /// ECDSA on P-521 with SHA-512.
    ES512,
    /// RSASSA-PSS with SHA-256.
    PS256,
    /// RSASSA-PSS with SHA-384.
    PS384,
    /// RSASSA-PSS with SHA-512.
    PS512,
    /// Ed25519, under the name that RFC 8037 gives it.
    #[serde(rename = "EdDSA")]
    EdDsa,
    /// ECDSA on secp256k1 with SHA-256 (RFC 8812): known so that it can be refused.
    ES256K,
}

impl Algorithm {
    /// The nine algorithms every profile but `fapi2` is tested with.
    pub const CORE: [Self; 9] = [
        Self::HS256,
        Self::HS384,
        Self::HS512,
        Self::RS256,
        Self::RS384,
        Self::RS512,
        Self::ES256,
        Self::ES384,
        Self::ES512,
    ];

    /// Every algorithm, in the order reports show them.
    pub const ALL: [Self; 14] = [
        Self::HS256,
        Self::HS384,
        Self::HS512,
        Self::RS256,
        Self::RS384,
        Self::RS512,
        Self::ES256,
        Self::ES384,
        Self::ES512,
        Self::PS256,
        Self::PS384,
        Self::PS512,
        Self::EdDsa,
        Self::ES256K,
    ];

    /// The name as it stands in a JOSE header.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::HS256 => "HS256",
            Self::HS384 => "HS384",
            Self::HS512 => "HS512",
            Self::RS256 => "RS256",
            Self::RS384 => "RS384",
            Self::RS512 => "RS512",
            Self::ES256 => "ES256",
            Self::ES384 => "ES384",
            Self::ES512 => "ES512",
            Self::PS256 => "PS256",
            Self::PS384 => "PS384",
            Self::PS512 => "PS512",
            Self::EdDsa => "EdDSA",
            Self::ES256K => "ES256K",
        }
    }

    /// The name in lower case, as it stands in a vector id.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::HS256 => "hs256",
            Self::HS384 => "hs384",
            Self::HS512 => "hs512",
            Self::RS256 => "rs256",
            Self::RS384 => "rs384",
            Self::RS512 => "rs512",
            Self::ES256 => "es256",
            Self::ES384 => "es384",
            Self::ES512 => "es512",
            Self::PS256 => "ps256",
            Self::PS384 => "ps384",
            Self::PS512 => "ps512",
            Self::EdDsa => "eddsa",
            Self::ES256K => "es256k",
        }
    }

    /// The kind of key and signature scheme.
    #[must_use]
    pub const fn family(self) -> Family {
        match self {
            Self::HS256 | Self::HS384 | Self::HS512 => Family::Hmac,
            Self::RS256 | Self::RS384 | Self::RS512 => Family::RsaPkcs1,
            Self::ES256 | Self::ES384 | Self::ES512 | Self::ES256K => Family::Ecdsa,
            Self::PS256 | Self::PS384 | Self::PS512 => Family::RsaPss,
            Self::EdDsa => Family::EdDsa,
        }
    }

    /// The hash function the algorithm names; for Ed25519 the one it uses inside.
    #[must_use]
    pub const fn hash(self) -> Hash {
        match self {
            Self::HS256 | Self::RS256 | Self::ES256 | Self::PS256 | Self::ES256K => Hash::Sha256,
            Self::HS384 | Self::RS384 | Self::ES384 | Self::PS384 => Hash::Sha384,
            Self::HS512 | Self::RS512 | Self::ES512 | Self::PS512 | Self::EdDsa => Hash::Sha512,
        }
    }

    /// Octets of one coordinate or scalar, for ECDSA (RFC 7518 section 3.4: 32, 48 or 66).
    #[must_use]
    pub const fn scalar_len(self) -> Option<usize> {
        match self {
            Self::ES256 | Self::ES256K => Some(32),
            Self::ES384 => Some(48),
            Self::ES512 => Some(66),
            Self::HS256
            | Self::HS384
            | Self::HS512
            | Self::RS256
            | Self::RS384
            | Self::RS512
            | Self::PS256
            | Self::PS384
            | Self::PS512
            | Self::EdDsa => None,
        }
    }

    /// Whether the key is a secret that both sides hold.
    #[must_use]
    pub const fn is_symmetric(self) -> bool {
        matches!(self.family(), Family::Hmac)
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Compares verbatim: algorithm names are case-sensitive (RFC 7515 section 4.1.1).
impl FromStr for Algorithm {
    type Err = UnknownAlgorithm;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|algorithm| algorithm.name() == text)
            .ok_or_else(|| UnknownAlgorithm {
                given: text.to_owned(),
            })
    }
}

/// A name that no supported algorithm has.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "find algorithm `{given}`: the known ones are HS256, HS384, HS512, RS256, RS384, RS512, \
     ES256, ES384, ES512, PS256, PS384, PS512, EdDSA and ES256K"
)]
pub struct UnknownAlgorithm {
    given: String,
}

/// A signature scheme together with its kind of key.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Family {
    /// HMAC over the client secret.
    Hmac,
    /// RSASSA-PKCS1-v1_5.
    RsaPkcs1,
    /// ECDSA, signature as r and s of fixed width.
    Ecdsa,
    /// RSASSA-PSS, salt as long as the hash.
    RsaPss,
    /// Ed25519.
    EdDsa,
}

/// A hash function of the SHA-2 family, and SHA-1 for what must be refused.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hash {
    /// 20 octets; only in signatures that must not be accepted.
    Sha1,
    /// 32 octets.
    Sha256,
    /// 48 octets.
    Sha384,
    /// 64 octets.
    Sha512,
}

impl Hash {
    /// Octets of output.
    #[must_use]
    pub const fn output_len(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}
