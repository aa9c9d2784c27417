//! Keys and secrets to sign with, and the parties that they belong to.

use serde_json::Value;

use super::Place;
use crate::{
    keys::TestKey,
    model::{Algorithm, Family},
    sign::SigningKey,
};

/// The party that a key belongs to.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Deserialize, serde::Serialize)]
#[cfg_attr(feature = "generate", derive(arbitrary::Arbitrary))]
#[serde(rename_all = "kebab-case")]
pub enum KeyRole {
    /// The attacker's: registered nowhere.
    Attacker,
    /// The second registered client's.
    OtherClient,
    /// The client's first key.
    Own,
    /// The client's second key, registered where a case says so.
    Second,
}

impl KeyRole {
    /// The end of the names of the test keys that the party has, as in `rsa-2048-a2`.
    pub(super) const fn suffix(self) -> &'static str {
        match self {
            Self::Attacker => "attacker",
            Self::OtherClient => "b",
            Self::Own => "a",
            Self::Second => "a2",
        }
    }
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
    /// The key that a party has for an algorithm at the test server.
    #[must_use]
    pub fn of(algorithm: Algorithm, role: KeyRole) -> Self {
        Place::test().material(algorithm, role)
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
            (Some(_), Some(crv)) => {
                let is_of_curve =
                    |own: &Algorithm| own.curve().is_some_and(|curve| curve.name == crv);
                let mut all = Algorithm::ALL.into_iter();
                all.find(is_of_curve).unwrap_or(Algorithm::EdDsa)
            }
            (Some(_), None) => Algorithm::EdDsa,
        }
    }
}
