//! Orders: an assertion to sign, as a library's user composes it.

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jwt_assay_core::model::{Algorithm, BuildKey, BuildRequest};
use serde_json::{Map, Value};

/// An order: an assertion to sign, and the algorithm.
pub(crate) struct Order<'a> {
    pub(crate) request: &'a BuildRequest,
    pub(crate) algorithm: Algorithm,
}

impl Order<'_> {
    /// The claims beside the registered ones, of which only a `jti` may be chosen.
    pub(crate) fn extra_claims(&self) -> Map<String, Value> {
        let is_extra = |name: &str| !REGISTERED.contains(&name);
        let claims = self.request.claims.iter();
        claims
            .filter(|(name, _)| is_extra(name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }

    /// All claims as one object. What makes it a client assertion is set last.
    pub(crate) fn claims(&self) -> Map<String, Value> {
        let mut claims = self.extra_claims();
        claims.insert("iss".to_owned(), self.client_id().into());
        claims.insert("sub".to_owned(), self.client_id().into());
        claims.insert("aud".to_owned(), self.request.audience.clone().into());
        claims.insert("jti".to_owned(), self.jti().into());
        claims.insert("iat".to_owned(), self.iat().into());
        claims.insert("exp".to_owned(), self.exp().into());
        claims
    }

    pub(crate) fn client_id(&self) -> &str {
        &self.request.client_id.0
    }

    /// The `jti` that is asked for, else 128 random bits.
    pub(crate) fn jti(&self) -> String {
        if let Some(jti) = self.request.claims.get("jti").and_then(Value::as_str) {
            return jti.to_owned();
        }
        let mut octets = [0; 16];
        SystemRandom::new()
            .fill(&mut octets)
            .expect("the machine has a source of randomness");
        URL_SAFE_NO_PAD.encode(octets)
    }

    /// A second back, since some servers want a moment before they receive it.
    pub(crate) fn iat(&self) -> u64 {
        u64::try_from(self.request.now.0 - 1).unwrap_or_default()
    }

    pub(crate) fn exp(&self) -> u64 {
        let exp = self.request.now + i64::from(self.request.lifetime);
        u64::try_from(exp.0).unwrap_or_default()
    }

    /// The octets of a secret.
    pub(crate) fn secret(&self) -> Result<&[u8], String> {
        match &self.request.key {
            BuildKey::Secret(text) => Ok(text.as_bytes()),
            BuildKey::Jwk(_) | BuildKey::Pem(_) => Err("the key is no secret".to_owned()),
        }
    }

    /// The text of a PEM.
    pub(crate) fn pem(&self) -> Result<&str, String> {
        match &self.request.key {
            BuildKey::Pem(text) => Ok(text),
            BuildKey::Jwk(_) | BuildKey::Secret(_) => Err("the key is no PEM".to_owned()),
        }
    }

    /// The DER inside the first block of a PEM.
    pub(crate) fn der(&self) -> Result<Vec<u8>, String> {
        let from_begin = self
            .pem()?
            .lines()
            .skip_while(|line| !line.starts_with("-----BEGIN"));
        let block = from_begin
            .skip(1)
            .take_while(|line| !line.starts_with("-----END"));
        let body: String = block.collect();
        STANDARD.decode(body).map_err(|error| error.to_string())
    }
}

/// The words of an error.
pub(crate) fn words(error: impl std::fmt::Display) -> String {
    error.to_string()
}

const REGISTERED: [&str; 7] = ["iss", "sub", "aud", "exp", "iat", "nbf", "jti"];
