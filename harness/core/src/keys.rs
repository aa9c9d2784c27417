//! The fixed test keys. They are public: every reader of this project has them.

pub(crate) mod key_pair;
pub(crate) mod prepared;

use std::{collections::BTreeMap, fmt, str::FromStr, sync::LazyLock};

use num_bigint::BigUint;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub(crate) use self::prepared::Prepared;
use crate::encoding::read_base64url;

/// The text of `vectors/keys.json`.
pub const KEYS_JSON: &str = include_str!("../../../vectors/keys.json");

/// A key pair in every form that implementations read.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestKey {
    /// The permanent name.
    pub id: String,
    /// The use that it is made for.
    pub about: String,
    /// The private key as JWK, without `use`, `alg` and `key_ops`.
    pub private_jwk: Map<String, Value>,
    /// The private key as PKCS#8 PEM.
    pub pkcs8: String,
    /// The private key as PKCS#1 PEM (RSA).
    pub pkcs1: Option<String>,
    /// The private key as SEC1 PEM (EC).
    pub sec1: Option<String>,
    /// The public key as SubjectPublicKeyInfo PEM.
    pub spki: String,
    /// The public key as PKCS#1 PEM (RSA).
    pub pkcs1_public: Option<String>,
    /// A self-signed certificate as PEM.
    pub certificate: Option<String>,
    /// The public key as OpenSSH writes it.
    pub openssh: Option<String>,
    /// The forms that the primitives sign with, made when they are first needed.
    #[serde(skip)]
    pub(crate) prepared: Prepared,
}

impl TestKey {
    /// The public key as JWK, with its `kid` and nothing that restricts it.
    #[must_use]
    pub fn public_jwk(&self) -> Map<String, Value> {
        const PUBLIC: [&str; 7] = ["kty", "kid", "crv", "n", "e", "x", "y"];
        let is_public = |name: &str| PUBLIC.contains(&name);
        let members = self.private_jwk.iter().filter(|(name, _)| is_public(name));
        members
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }

    /// The `kid`, which says that the key is public.
    #[must_use]
    pub fn kid(&self) -> &str {
        self.private_jwk
            .get("kid")
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// The octets of a base64url member of the private JWK; none where it has no such member.
    pub(crate) fn octets(&self, name: &str) -> Vec<u8> {
        let text = self.private_jwk.get(name).and_then(Value::as_str);
        read_base64url(text.unwrap_or_default().as_bytes())
            .expect("the test keys are base64url, tested")
            .octets
    }

    /// A member of the private JWK as an integer.
    pub(crate) fn integer(&self, name: &str) -> BigUint {
        BigUint::from_bytes_be(&self.octets(name))
    }

    /// Octets of the modulus.
    pub(crate) fn modulus_octets(&self) -> usize {
        self.octets("n").len()
    }

    pub(crate) fn is_type(&self, kty: &str) -> bool {
        self.private_jwk.get("kty").and_then(Value::as_str) == Some(kty)
    }

    pub(crate) fn is_curve(&self, crv: &str) -> bool {
        self.private_jwk.get("crv").and_then(Value::as_str) == Some(crv)
    }
}

/// A client secret.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestSecret {
    /// The permanent name.
    pub id: String,
    /// The use that it is made for.
    pub about: String,
    /// The secret; the HMAC key is its UTF-8 octets.
    pub text: String,
}

/// The name of a test key that exists.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct KeyId(String);

impl KeyId {
    /// The key of that name.
    #[must_use]
    pub fn key(&self) -> &'static TestKey {
        &TABLE.keys[&self.0]
    }
}

impl FromStr for KeyId {
    type Err = UnknownKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if TABLE.keys.contains_key(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(UnknownKey::new(text, TABLE.keys.keys()))
        }
    }
}

/// The name of a test secret that exists.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct SecretId(String);

impl SecretId {
    /// The secret of that name.
    #[must_use]
    pub fn text(&self) -> &'static str {
        &TABLE.secrets[&self.0].text
    }
}

impl FromStr for SecretId {
    type Err = UnknownKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if TABLE.secrets.contains_key(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(UnknownKey::new(text, TABLE.secrets.keys()))
        }
    }
}

macro_rules! text_forms {
    ($($name:ident),+) => { $(
        impl $name {
            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = UnknownKey;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+ };
}

text_forms!(KeyId, SecretId);

/// A name that no test key or secret has.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("find test key `{given}`: the nearest is `{nearest}`; the known ones are {known}")]
pub struct UnknownKey {
    given: String,
    nearest: String,
    known: String,
}

impl UnknownKey {
    fn new<'a>(given: &str, known: impl Iterator<Item = &'a String> + Clone) -> Self {
        Self {
            given: given.to_owned(),
            nearest: crate::nearest(given, known.clone().map(String::as_str)),
            known: known.cloned().collect::<Vec<_>>().join(", "),
        }
    }
}

/// All test keys, by name.
pub fn all() -> impl Iterator<Item = &'static TestKey> {
    TABLE.keys.values()
}

/// The names of all test secrets.
pub fn secret_ids() -> impl Iterator<Item = SecretId> {
    TABLE.secrets.keys().map(|id| SecretId(id.clone()))
}

/// The key of a name that stands in this crate's own code.
///
/// # Panics
///
/// If there is no such key.
#[must_use]
pub fn key(id: &str) -> &'static TestKey {
    TABLE
        .keys
        .get(id)
        .unwrap_or_else(|| panic!("no test key `{id}`"))
}

/// The secret of a name that stands in this crate's own code.
///
/// # Panics
///
/// If there is no such secret.
#[must_use]
pub fn secret(id: &str) -> &'static str {
    &TABLE
        .secrets
        .get(id)
        .unwrap_or_else(|| panic!("no test secret `{id}`"))
        .text
}

struct Table {
    keys: BTreeMap<String, TestKey>,
    secrets: BTreeMap<String, TestSecret>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        #[serde(rename = "notice")]
        _notice: String,
        keys: Vec<TestKey>,
        secrets: Vec<TestSecret>,
    }

    let file: File = serde_json::from_str(KEYS_JSON).expect("a file of this project, tested");
    Table {
        keys: file
            .keys
            .into_iter()
            .map(|key| (key.id.clone(), key))
            .collect(),
        secrets: file
            .secrets
            .into_iter()
            .map(|secret| (secret.id.clone(), secret))
            .collect(),
    }
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kid_says_that_the_key_is_public() {
        for key in all() {
            assert_eq!(key.kid(), format!("public-test-key-{}", key.id));
        }
    }

    #[test]
    fn a_public_jwk_holds_nothing_private() {
        for key in all() {
            let jwk = key.public_jwk();
            for name in ["d", "p", "q", "dp", "dq", "qi", "k"] {
                assert!(!jwk.contains_key(name), "{} of {}", name, key.id);
            }
        }
    }

    #[test]
    fn an_unknown_key_names_the_nearest() {
        let error = "rsa-2048-x".parse::<KeyId>().unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("find test key `rsa-2048-x`: the nearest is `rsa-2048-")
        );
    }
}
