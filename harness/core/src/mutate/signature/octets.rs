//! Octets that careless verifiers take for a MAC key: forms of the public key, above all, for verifiers
//! that let the token choose HMAC and pass what they have registered (CVE-2015-9235).

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    draft::{Draft, Material, Template},
    encoding::{base64url, pem_octets, read_base64url},
    keys::TestKey,
    model::Hash,
    sign,
};

/// A form of the registered public key, of the secret, or of something that an attacker knows.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Octets {
    /// SubjectPublicKeyInfo PEM with line feeds and a final one.
    SpkiPem,
    /// The same without the final line feed.
    SpkiPemNoNewline,
    /// The same with carriage returns.
    SpkiPemCrlf,
    /// The same after a blank.
    SpkiPemAfterBlank,
    /// `RSA PUBLIC KEY` PEM.
    Pkcs1Pem,
    /// A certificate as PEM.
    CertificatePem,
    /// SubjectPublicKeyInfo DER.
    SpkiDer,
    /// PKCS#1 DER.
    Pkcs1Der,
    /// The base64 text of the SubjectPublicKeyInfo, without armour.
    SpkiBase64,
    /// The line that OpenSSH writes.
    Openssh,
    /// The JWK without `kid` and other metadata, without white space.
    JwkMinimal,
    /// The JWK as registered.
    JwkRegistered,
    /// The JWK Set as registered.
    Jwks,
    /// The octets of `n`.
    Modulus,
    /// The base64url text of `n`.
    ModulusText,
    /// An uncompressed point: 04, x, y.
    Point,
    /// x and y.
    Coordinates,
    /// x.
    CoordinateX,
    /// The JWK thumbprint with SHA-256 (RFC 7638).
    Thumbprint,
    /// Its base64url text.
    ThumbprintText,
    /// This text.
    Text(Template),
    /// The secret, decoded as base64url.
    SecretFromBase64,
    /// The secret, decoded as hexadecimal.
    SecretFromHex,
    /// The secret as a form would encode it.
    SecretFormEncoded,
    /// The secret with something in front and behind; `${json}` is the secret.
    SecretWrapped(String, String),
    /// The secret in UTF-16, little-endian.
    SecretUtf16,
    /// The secret in Latin-1.
    SecretLatin1,
    /// The SHA-256 of the secret.
    SecretHashed,
    /// The SHA-256 of the secret as hexadecimal text.
    SecretHashedHex,
    /// The secret without white space at either end.
    SecretTrimmed,
    /// The secret up to its first NUL.
    SecretToNul,
}

impl Octets {
    pub(super) fn of(&self, draft: &Draft) -> Vec<u8> {
        let secret = || draft.context.clients[0].secret.clone().unwrap_or_default();
        match self {
            Self::Text(text) => text.fill(draft),
            Self::SecretFromBase64 => read_base64url(secret().as_bytes())
                .map(|s| s.octets)
                .unwrap_or_default(),
            Self::SecretFromHex => from_hex(&secret()),
            Self::SecretFormEncoded => form_encoded(&secret()).into_bytes(),
            Self::SecretWrapped(before, after) => {
                format!("{before}{}{after}", secret()).into_bytes()
            }
            Self::SecretUtf16 => secret().encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Self::SecretLatin1 => secret()
                .chars()
                .map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?'))
                .collect(),
            Self::SecretHashed => sign::hash(Hash::Sha256, secret().as_bytes()),
            Self::SecretHashedHex => {
                let hash = sign::hash(Hash::Sha256, secret().as_bytes());
                hash.iter()
                    .map(|octet| format!("{octet:02x}"))
                    .collect::<String>()
                    .into_bytes()
            }
            Self::SecretTrimmed => secret().trim().into(),
            Self::SecretToNul => secret().split('\0').next().unwrap_or_default().into(),
            Self::Jwks => {
                let keys: Vec<Value> = draft
                    .registered
                    .iter()
                    .map(|(_, jwk)| Value::Object(jwk.clone()))
                    .collect();
                serde_json::json!({ "keys": keys }).to_string().into_bytes()
            }
            Self::JwkRegistered => {
                let jwk = draft.registered.first().map(|(_, jwk)| jwk.clone());
                Value::Object(jwk.unwrap_or_default())
                    .to_string()
                    .into_bytes()
            }
            Self::SpkiPem
            | Self::SpkiPemNoNewline
            | Self::SpkiPemCrlf
            | Self::SpkiPemAfterBlank
            | Self::Pkcs1Pem
            | Self::CertificatePem
            | Self::SpkiDer
            | Self::Pkcs1Der
            | Self::SpkiBase64
            | Self::Openssh
            | Self::JwkMinimal
            | Self::Modulus
            | Self::ModulusText
            | Self::Point
            | Self::Coordinates
            | Self::CoordinateX
            | Self::Thumbprint
            | Self::ThumbprintText => {
                let Some((Material::Pair(pair), _)) = draft.registered.first() else {
                    return Vec::new();
                };
                let pkcs1 = pair.pkcs1_public.as_deref().unwrap_or(&pair.spki);
                let certificate = pair.certificate.as_deref().unwrap_or(&pair.spki);
                match self {
                    Self::SpkiPemNoNewline => pair.spki.trim_end().into(),
                    Self::SpkiPemCrlf => pair.spki.replace('\n', "\r\n").into(),
                    Self::SpkiPemAfterBlank => format!(" {}", pair.spki).into(),
                    Self::Pkcs1Pem => pkcs1.into(),
                    Self::CertificatePem => certificate.into(),
                    Self::SpkiDer => pem_octets(&pair.spki),
                    Self::Pkcs1Der => pem_octets(pkcs1),
                    Self::SpkiBase64 => STANDARD.encode(pem_octets(&pair.spki)).into(),
                    Self::Openssh => pair.openssh.clone().unwrap_or_default().into(),
                    Self::JwkMinimal => Value::Object(required_members(pair)).to_string().into(),
                    Self::Modulus => pair.octets("n"),
                    Self::ModulusText => text_member(pair, "n").into(),
                    Self::Point => [&[4], &pair.octets("x")[..], &pair.octets("y")].concat(),
                    Self::Coordinates => [pair.octets("x"), pair.octets("y")].concat(),
                    Self::CoordinateX => pair.octets("x"),
                    Self::Thumbprint => thumbprint(pair),
                    Self::ThumbprintText => base64url(thumbprint(pair)).into(),
                    _ => pair.spki.clone().into(),
                }
            }
        }
    }
}

/// RFC 7638 section 3: the required members in lexicographic order.
fn thumbprint(pair: &TestKey) -> Vec<u8> {
    let members: BTreeMap<String, Value> = required_members(pair).into_iter().collect();
    sign::hash(
        Hash::Sha256,
        &serde_json::to_vec(&members).expect("members are data"),
    )
}

fn required_members(pair: &TestKey) -> Map<String, Value> {
    let mut jwk = pair.public_jwk();
    jwk.remove("kid");
    jwk
}

fn text_member<'a>(pair: &'a TestKey, name: &str) -> &'a str {
    pair.private_jwk
        .get(name)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn from_hex(text: &str) -> Vec<u8> {
    let pair = |at: usize| {
        text.get(at..at + 2)
            .and_then(|two| u8::from_str_radix(two, 16).ok())
    };
    (0..text.len()).step_by(2).filter_map(pair).collect()
}

/// `application/x-www-form-urlencoded`, as RFC 6749 appendix B asks of Basic credentials.
fn form_encoded(text: &str) -> String {
    text.bytes()
        .map(|octet| match octet {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'*' => {
                char::from(octet).to_string()
            }
            b' ' => "+".to_owned(),
            _ => format!("%{octet:02X}"),
        })
        .collect()
}
