//! Key files in PEM or JSON, public or private, read into one form, a JWK, which signs. Client
//! secrets are text, and have a type of their own.
//!
//! No error and no `Debug` text of this module shows a private member or a secret.

mod der;
mod error;
mod generate;
mod jwk;
mod key_type;
mod pem;
mod secret;
mod signer;

use std::{fmt, io, path::Path};

use jwt_assay_core::{
    encoding::base64url,
    model::{Algorithm, Hash},
    sign,
};
use serde_json::{Map, Value};

use crate::input::read_file;

pub use self::key_type::one_of;
pub use self::{
    error::KeyFileError,
    generate::{GenerateError, Generated, RsaBits, generate, generate_secret},
    key_type::KeyType,
    secret::Secret,
    signer::{Signer, SigningFailed},
};

/// A key from a file, public or private.
#[derive(Clone)]
pub struct Key {
    /// The name of the file, for messages.
    path: String,
    key_type: KeyType,
    /// The JWK without its private members.
    public: Map<String, Value>,
    /// The whole JWK of a private key.
    private: Option<Map<String, Value>>,
}

impl Key {
    /// Reads the key of a file: PEM (SubjectPublicKeyInfo, PKCS#8, PKCS#1, SEC1), a JWK, or a JWK
    /// Set, of which `kid` names one.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, holds no key, or several keys and `kid` names none; the
    /// message guesses the content and names a remedy.
    pub fn read(path: &Path, kid: Option<&str>) -> Result<Self, KeyFileError> {
        Self::read_octets(&path.display().to_string(), &read_octets(path)?, kid)
    }

    /// Reads the key from octets. Messages write `name` in place of a path.
    ///
    /// # Errors
    ///
    /// If the octets hold no key, or several keys and `kid` names none.
    pub fn read_octets(name: &str, octets: &[u8], kid: Option<&str>) -> Result<Self, KeyFileError> {
        match Content::of(name, octets)? {
            Content::Json(json) if json.contains_key("keys") => jwk::choose(name, &json, kid),
            Content::Json(json) => jwk::read(name, json),
            Content::Pem(text) => pem::read(name, text),
        }
    }

    /// Reads a client's registered keys: a JWK Set unchanged, with its faults, or the public part
    /// of one key in any form.
    ///
    /// # Errors
    ///
    /// If the file cannot be read or holds no key.
    pub fn read_registered(path: &Path) -> Result<Value, KeyFileError> {
        let octets = read_octets(path)?;
        let path = path.display().to_string();
        let key = match Content::of(&path, &octets)? {
            Content::Json(json) if json.contains_key("keys") => return Ok(Value::Object(json)),
            Content::Json(json) => jwk::read(&path, json)?,
            Content::Pem(text) => pem::read(&path, text)?,
        };
        Ok(serde_json::json!({ "keys": [key.public] }))
    }

    /// The type of the key.
    #[must_use]
    pub const fn key_type(&self) -> KeyType {
        self.key_type
    }

    /// The public key as JWK, with its other members: `kid`, `alg`, `use`.
    #[must_use]
    pub const fn public_jwk(&self) -> &Map<String, Value> {
        &self.public
    }

    /// The private key as JWK.
    ///
    /// # Errors
    ///
    /// If the file holds the public key only.
    pub fn private_jwk(&self) -> Result<&Map<String, Value>, KeyFileError> {
        self.private
            .as_ref()
            .ok_or_else(|| KeyFileError::PublicOnly {
                path: self.path.clone(),
            })
    }

    /// `kid` of the JWK.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.public.get("kid").and_then(Value::as_str)
    }

    /// `alg` of the JWK, the algorithm that it is bound to.
    #[must_use]
    pub fn alg(&self) -> Option<&str> {
        self.public.get("alg").and_then(Value::as_str)
    }

    /// The RFC 7638 thumbprint: a hash of the members that make the key, in lexicographic order.
    #[must_use]
    pub fn thumbprint(&self) -> String {
        let member = |name: &&str| format!("\"{name}\":{}", self.public[*name]);
        let members: Vec<String> = self.key_type.public_members().iter().map(member).collect();
        base64url(sign::hash(
            Hash::Sha256,
            format!("{{{}}}", members.join(",")).as_bytes(),
        ))
    }

    /// Checks that the key fits an algorithm, and that its length allows signing.
    ///
    /// # Errors
    ///
    /// If the key does not fit; the message names the algorithms that it fits.
    pub fn check_fit(&self, algorithm: Algorithm) -> Result<(), KeyFileError> {
        let path = || self.path.clone();
        if !self.key_type.algorithms().contains(&algorithm) {
            return Err(KeyFileError::Mismatch {
                path: path(),
                algorithm,
                key_type: self.key_type,
            });
        }
        match self.key_type {
            KeyType::Rsa { bits } if bits < KeyType::LEAST_RSA_BITS => {
                Err(KeyFileError::TooShort { path: path(), bits })
            }
            KeyType::Rsa { bits } if bits > KeyType::MOST_RSA_BITS => {
                Err(KeyFileError::TooLong { path: path(), bits })
            }
            KeyType::Rsa { .. }
            | KeyType::P256
            | KeyType::P384
            | KeyType::P521
            | KeyType::Ed25519 => Ok(()),
        }
    }

    /// Separates the public members of a JWK from the private ones.
    fn new(path: &str, key_type: KeyType, jwk: Map<String, Value>) -> Self {
        let is_private = jwk.contains_key("d");
        // The operations of a private key are not those of its public key (RFC 7517 section 4.3).
        let is_apart =
            |name: &str| PRIVATE_MEMBERS.contains(&name) || (is_private && name == "key_ops");
        let public = jwk.iter().filter(|(name, _)| !is_apart(name));
        let public = public
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        let private = is_private.then_some(jwk);
        Self {
            path: path.to_owned(),
            key_type,
            public,
            private,
        }
    }

    /// Adds the members of a registered key: `kid`, `alg` and `use`.
    fn named(mut self, kid: Option<&str>, algorithm: Algorithm) -> Self {
        let kid = kid.map_or_else(|| self.thumbprint(), str::to_owned);
        for jwk in std::iter::once(&mut self.public).chain(&mut self.private) {
            jwk.insert("kid".to_owned(), kid.clone().into());
            jwk.insert("alg".to_owned(), algorithm.name().into());
            jwk.insert("use".to_owned(), "sig".into());
        }
        self
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            path,
            key_type,
            public,
            private,
        } = self;
        let private = private.as_ref().map(|_| "…");
        f.debug_struct("Key")
            .field("path", path)
            .field("key_type", key_type)
            .field("public", public)
            .field("private", &private)
            .finish()
    }
}

/// The format of a key file's content.
enum Content<'t> {
    Json(Map<String, Value>),
    Pem(&'t str),
}

impl<'t> Content<'t> {
    fn of(path: &str, octets: &'t [u8]) -> Result<Self, KeyFileError> {
        let foreign = |seems, remedy: &str| KeyFileError::foreign(path, seems, remedy);
        let Ok(text) = std::str::from_utf8(octets) else {
            return Err(match octets {
                [0x30, ..] => foreign("DER", "openssl pkey -inform DER -in FILE"),
                [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => foreign("UTF-16 text", "save it as UTF-8"),
                _ => foreign("binary data", ""),
            });
        };
        let text = text.trim_start_matches('\u{feff}').trim();
        if text.contains("-----BEGIN ") {
            return Ok(Self::Pem(text));
        }
        match text.as_bytes() {
            [] => Err(KeyFileError::Empty {
                path: path.to_owned(),
            }),
            [b'{', ..] => {
                let malformed = |error: serde_json::Error| {
                    KeyFileError::malformed(path, "JSON", error.to_string())
                };
                serde_json::from_str(text)
                    .map(Self::Json)
                    .map_err(malformed)
            }
            [b'[', ..] => Err(KeyFileError::malformed(
                path,
                "a JSON array",
                "a JWK Set is an object with the member `keys`",
            )),
            _ if ["ssh-", "ecdsa-sha2-"]
                .iter()
                .any(|start| text.starts_with(start)) =>
            {
                Err(foreign(
                    "a public key of OpenSSH",
                    "ssh-keygen -e -m PKCS8 -f FILE",
                ))
            }
            _ if text.starts_with("eyJ") => Err(foreign("a JWT", "")),
            _ if text.starts_with("MI") => Err(foreign(
                "the inside of a PEM file",
                "put the lines `-----BEGIN …-----` and `-----END …-----` back",
            )),
            _ => Err(foreign(
                "other text",
                "a client secret is given with --secret-file",
            )),
        }
    }
}

fn read_octets(path: &Path) -> Result<Vec<u8>, KeyFileError> {
    let shown = || path.display().to_string();
    let failed = |source: io::Error| {
        if file_exists(&source) || !seems_material(&shown()) {
            KeyFileError::Read {
                path: shown(),
                source,
            }
        } else {
            KeyFileError::NotAName {
                option: "--key or --jwks",
                source,
            }
        }
    };
    let octets = read_file(path, LARGEST_KEY_FILE).map_err(failed)?;
    if octets.iter().all(u8::is_ascii_whitespace) {
        return Err(KeyFileError::Empty { path: shown() });
    }
    Ok(octets)
}

/// True where the error is of an existing file, so that its name is safe to show.
fn file_exists(error: &io::Error) -> bool {
    !matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::InvalidFilename
    )
}

/// Recognizes key material in the place of a file name, which messages must not repeat.
fn seems_material(name: &str) -> bool {
    let is_long = name.len() >= 40 && !name.contains('.');
    is_long || name.len() > 255 || name.contains(['{', '\n']) || name.contains("-----")
}

/// The private members of RFC 7518 sections 6.2.2, 6.3.2 and 6.4, and RFC 8037 section 2.
const PRIVATE_MEMBERS: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
/// The limit of 1 MiB holds hundreds of keys.
const LARGEST_KEY_FILE: u64 = 1 << 20;

#[cfg(test)]
mod tests;
