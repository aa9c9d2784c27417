//! What signs: the test keys and secrets, by whose they are.

use serde_json::Value;

use crate::{
    keys::{self, TestKey},
    model::{Algorithm, Family},
    sign::SigningKey,
};

/// Whose key it is.
#[derive(
    Clone, Copy, Debug, Eq, PartialEq, serde::Deserialize, serde::Serialize, arbitrary::Arbitrary,
)]
#[serde(rename_all = "kebab-case")]
pub enum KeyRole {
    /// Nobody's: registered nowhere.
    Attacker,
    /// The second registered client's.
    OtherClient,
    /// The client's first key.
    Own,
    /// The client's second key, registered where a case says so.
    Second,
}

/// A key or a secret.
#[derive(Clone, Debug)]
pub enum Material {
    /// A key pair.
    Pair(&'static TestKey),
    /// The text of a secret.
    Secret(String),
}

impl Material {
    /// The key that a role has for an algorithm.
    #[must_use]
    pub fn of(algorithm: Algorithm, role: KeyRole) -> Self {
        let suffix = match role {
            KeyRole::Attacker => "attacker",
            KeyRole::OtherClient => "b",
            KeyRole::Own => "a",
            KeyRole::Second => "a2",
        };
        let prefix = match algorithm {
            Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512 => {
                return Self::Secret(keys::secret(&format!("secret-{suffix}")).to_owned());
            }
            Algorithm::RS256
            | Algorithm::RS384
            | Algorithm::RS512
            | Algorithm::PS256
            | Algorithm::PS384
            | Algorithm::PS512 => "rsa-2048",
            Algorithm::ES256 => "p256",
            Algorithm::ES384 => "p384",
            Algorithm::ES512 => "p521",
            Algorithm::EdDsa => "ed25519",
            // There is one such key, since no profile accepts it.
            Algorithm::ES256K => return Self::Pair(keys::key("k256-a")),
        };
        Self::Pair(keys::key(&format!("{prefix}-{suffix}")))
    }

    /// The key pair, where it is one.
    pub(crate) fn pair(&self) -> Option<&'static TestKey> {
        match self {
            Self::Pair(pair) => Some(pair),
            Self::Secret(_) => None,
        }
    }

    /// The `kid` of the header.
    pub(crate) fn kid(&self) -> &'static str {
        match self {
            Self::Pair(pair) => pair.kid(),
            Self::Secret(_) => "public-test-secret",
        }
    }

    pub(crate) fn signing_key(&self) -> SigningKey<'_> {
        match self {
            Self::Pair(pair) => SigningKey::Pair(pair),
            Self::Secret(text) => SigningKey::Secret(text.as_bytes()),
        }
    }

    /// The algorithm itself where the key fits it, else the first that the key fits.
    pub(crate) fn fitting(&self, algorithm: Algorithm) -> Algorithm {
        let text = |name| match self {
            Self::Pair(pair) => pair.private_jwk.get(name).and_then(Value::as_str),
            Self::Secret(_) => None,
        };
        let family = algorithm.family();
        match (text("kty"), text("crv")) {
            (None, _) if family == Family::Hmac => algorithm,
            (None, _) => Algorithm::HS256,
            (Some("RSA"), _) if matches!(family, Family::RsaPkcs1 | Family::RsaPss) => algorithm,
            (Some("RSA"), _) => Algorithm::RS256,
            (Some(_), Some("P-256")) => Algorithm::ES256,
            (Some(_), Some("P-384")) => Algorithm::ES384,
            (Some(_), Some("P-521")) => Algorithm::ES512,
            (Some(_), Some("secp256k1")) => Algorithm::ES256K,
            (Some(_), _) => Algorithm::EdDsa,
        }
    }
}
