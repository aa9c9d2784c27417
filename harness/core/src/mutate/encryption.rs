//! Encrypted assertions (JWE, RFC 7516), which prove nothing about their maker by being encrypted.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use serde::{Deserialize, Serialize};

use crate::{
    draft::Draft,
    encoding::base64url,
    keys::{self, TestKey},
    model::{Hash, Rule},
    sign,
};

/// A content to encrypt, and the key to encrypt it to.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "generate", derive(arbitrary::Arbitrary))]
#[serde(rename_all = "kebab-case")]
pub enum EncryptionEdit {
    /// The bare claims set, with the key that both sides derive from the client secret
    /// (OpenID Connect Core section 10.2).
    ClaimsWithSecret,
    /// The bare claims set, to the server's public key.
    ClaimsToServer,
    /// The signed assertion, to the server's public key.
    TokenToServer,
}

impl EncryptionEdit {
    pub(super) fn apply(self, draft: &mut Draft) {
        let derive = |what: &str| derive(what, &draft.seed);
        draft.token = match self {
            Self::ClaimsWithSecret => {
                let secret = draft.context.clients[0]
                    .secret
                    .as_deref()
                    .unwrap_or_default();
                let key = sign::hash(Hash::Sha256, secret.as_bytes());
                let header = r#"{"alg":"dir","enc":"A256GCM"}"#;
                compact(header, &[], &key, &draft.payload_text, &derive("iv"))
            }
            Self::ClaimsToServer | Self::TokenToServer => {
                let server = server_key();
                let (content, cty) = match self {
                    Self::TokenToServer => (draft.compact(), r#","cty":"JWT""#),
                    Self::ClaimsToServer | Self::ClaimsWithSecret => {
                        (draft.payload_text.clone(), "")
                    }
                };
                let header = format!(
                    r#"{{"alg":"RSA-OAEP-256","enc":"A256GCM","kid":"{}"{cty}}}"#,
                    server.kid()
                );
                let key = derive("content key");
                let wrapped = sign::rsa::encrypt_oaep(server, &key, &derive("oaep seed"));
                compact(&header, &wrapped, &key, &content, &derive("iv"))
            }
        };
    }

    pub(super) const fn breaks(self) -> Option<Rule> {
        match self {
            Self::ClaimsWithSecret | Self::ClaimsToServer => Some(Rule::CompactForm),
            // Support for encryption is optional.
            Self::TokenToServer => None,
        }
    }
}

/// The key that the server of the cases decrypts with.
pub(crate) fn server_key() -> &'static TestKey {
    keys::key("rsa-2048-server")
}

/// Octets that must not repeat among assertions, such as an initialisation vector: a hash of the seed,
/// so that equal recipes still give equal octets.
fn derive(what: &str, seed: &str) -> [u8; 32] {
    let octets = sign::hash(Hash::Sha256, format!("jwt-assay {what}: {seed}").as_bytes());
    octets.try_into().expect("a SHA-256 value has 32 octets")
}

/// The JWE Compact Serialization with AES-256-GCM (RFC 7516 section 5.1, RFC 7518 section 5.3).
fn compact(
    header: &str,
    encrypted_key: &[u8],
    key: &[u8],
    content: &[u8],
    iv_source: &[u8; 32],
) -> Vec<u8> {
    let header = base64url(header);
    let mut iv = [0; NONCE_LEN];
    iv.copy_from_slice(&iv_source[..NONCE_LEN]);
    let mut text = content.to_vec();
    let sealing = UnboundKey::new(&AES_256_GCM, key).map(LessSafeKey::new);
    let tag = sealing
        .and_then(|key| {
            let nonce = Nonce::assume_unique_for_key(iv);
            key.seal_in_place_separate_tag(nonce, Aad::from(header.as_bytes()), &mut text)
        })
        .expect("32 octets are a key, and a case is shorter than the limit of the cipher");
    let parts = [
        base64url(encrypted_key),
        base64url(iv),
        base64url(text),
        base64url(tag),
    ];
    format!("{header}.{}", parts.join(".")).into_bytes()
}
