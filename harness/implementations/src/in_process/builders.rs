//! Libraries as builders: each signs what its user composes.
//!
//! None of them knows what a client assertion is. The claims are the user's part, and are composed
//! here once for all; the adapter hands them over in the types that the library has for them, takes
//! the key in the forms that the library reads, and adds no objection of its own. So none claims
//! layer `assertion`.

#[cfg(feature = "biscuit")]
pub(crate) mod biscuit;
#[cfg(feature = "openssl")]
pub(crate) mod josekit;
#[cfg(feature = "jsonwebtoken")]
pub(crate) mod jsonwebtoken;
#[cfg(feature = "jwt-simple")]
pub(crate) mod jwt_simple;
#[cfg(feature = "openssl")]
pub(crate) mod jwtk;

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jwt_assay_core::model::{Algorithm, BuildKey, BuildRequest, KeyFormat, Layer};
use serde_json::{Map, Value};

use super::library::Library;
use crate::{BuildAnswer, Builder, BuilderDescription, Clock, Description};

/// A library that signs JWTs, with the algorithms that it verifies them with.
pub(crate) trait SigningLibrary: Library {
    /// The forms in which it takes private keys and secrets.
    const KEY_FORMATS: &'static [KeyFormat];

    /// Hands the claims and the key to the library.
    ///
    /// # Errors
    ///
    /// The library's reason to decline, in its own words.
    fn sign(&self, order: &Order<'_>) -> Result<String, String>;
}

/// A library as a builder.
pub(crate) struct Signer<L>(pub(crate) L);

impl<L: SigningLibrary> Builder for Signer<L> {
    fn describe(&self) -> BuilderDescription {
        BuilderDescription {
            about: Description {
                layers: vec![Layer::Jws, Layer::Key, Layer::Jwt],
                // The moment is a claim like the others.
                clock: Clock::Given,
                key_formats: L::KEY_FORMATS.to_vec(),
                ..L::ABOUT.description()
            },
            fixed: Vec::new(),
        }
    }

    fn build(&self, request: &BuildRequest) -> BuildAnswer {
        let named = L::ABOUT
            .algorithms
            .iter()
            .find(|algorithm| algorithm.name() == request.algorithm);
        let Some(&algorithm) = named else {
            return BuildAnswer::Unsupported {
                reason: format!("it has no algorithm {:?}", request.algorithm),
            };
        };
        match self.0.sign(&Order { request, algorithm }) {
            Ok(assertion) => BuildAnswer::Assertion(assertion),
            Err(reason) => BuildAnswer::Refused { reason },
        }
    }
}

/// What is to be signed, and how.
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

/// What an error says.
pub(crate) fn words(error: impl std::fmt::Display) -> String {
    error.to_string()
}

const REGISTERED: [&str; 7] = ["iss", "sub", "aud", "exp", "iat", "nbf", "jti"];
