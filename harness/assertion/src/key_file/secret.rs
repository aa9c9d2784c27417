//! Client secrets: text, whose UTF-8 octets are the HMAC key (OpenID Connect Core section 10.1).

use std::{fmt, path::Path};

use jwt_assay_core::encoding::read_base64url;
use serde_json::{Map, Value};

use super::{KeyFileError, file_exists, read_octets};

/// A client secret.
#[derive(Clone, Eq, PartialEq)]
pub struct Secret {
    text: String,
    had_newline: bool,
}

impl Secret {
    /// Reads the secret of a file: its text without line breaks at the end, or the `k` of a
    /// symmetric JWK.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, is empty, is no UTF-8, or holds a key pair.
    pub fn read(path: &Path) -> Result<Self, KeyFileError> {
        // The name of a missing file might be the secret itself, which messages must not repeat.
        let octets = read_octets(path).map_err(|error| match error {
            KeyFileError::Read { source, .. } if !file_exists(&source) => KeyFileError::NotAName {
                option: "--secret-file",
                source,
            },
            KeyFileError::NotAName { source, .. } => KeyFileError::NotAName {
                option: "--secret-file",
                source,
            },
            other => other,
        })?;
        let path = || path.display().to_string();
        let not_text = || KeyFileError::SecretNotText { path: path() };
        let is_key = |seems| KeyFileError::SecretIsKey {
            path: path(),
            seems,
        };
        let text = String::from_utf8(octets).map_err(|_| not_text())?;
        if text.contains("-----BEGIN ") {
            return Err(is_key("a key in PEM"));
        }
        let bare = text.trim_end_matches(['\r', '\n']);
        let had_newline = bare.len() < text.len();
        let Some(jwk) = jwk_of(bare) else {
            return Ok(Self {
                text: bare.to_owned(),
                had_newline,
            });
        };
        if jwk.contains_key("keys") {
            return Err(is_key("a JWK Set"));
        }
        match jwk.get("k").and_then(Value::as_str) {
            None => Err(is_key("a JWK")),
            Some(k) => {
                let octets = read_base64url(k.as_bytes()).map_err(|_| {
                    KeyFileError::malformed(&path(), "a symmetric JWK", "`k` is not base64url")
                })?;
                let text = String::from_utf8(octets.octets).map_err(|_| not_text())?;
                Ok(Self {
                    text,
                    had_newline: false,
                })
            }
        }
    }

    /// A generated secret, which no file holds.
    pub(super) const fn new(text: String) -> Self {
        Self {
            text,
            had_newline: false,
        }
    }

    /// The text of the secret.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// True where the file ended in a line break, which is not part of the secret.
    #[must_use]
    pub const fn had_newline(&self) -> bool {
        self.had_newline
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secret")
            .field("octets", &self.text.len())
            .finish_non_exhaustive()
    }
}

/// The JWK or JWK Set that a text holds; such a text is not itself the secret.
fn jwk_of(text: &str) -> Option<Map<String, Value>> {
    let json: Map<String, Value> = serde_json::from_str(text).ok()?;
    (json.contains_key("kty") || json.contains_key("keys")).then_some(json)
}
