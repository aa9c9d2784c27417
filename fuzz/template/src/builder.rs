//! An example of a builder to be fuzzed: HS256 by hand. It has a bug on purpose, which is in the writing of
//! the claims.

use std::sync::atomic::{AtomicU64, Ordering};

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jwt_assay::{
    Clock, Description, KeyFormat,
    model::{Algorithm, BuildKey, BuildRequest, Fixed, Layer, Method},
};
use jwt_assay_fuzzing::{BuildAnswer, Builder, BuilderDescription};
use serde_json::Value;

/// A builder of HS256, with its bug or without.
#[derive(Debug)]
pub struct ExampleBuilder {
    escapes_names: bool,
    built: AtomicU64,
}

impl ExampleBuilder {
    /// A builder that writes names between quotation marks as they are.
    #[must_use]
    pub const fn with_a_planted_bug() -> Self {
        Self {
            escapes_names: false,
            built: AtomicU64::new(0),
        }
    }

    /// A builder that writes names as JSON.
    #[must_use]
    pub const fn mended() -> Self {
        Self {
            escapes_names: true,
            built: AtomicU64::new(0),
        }
    }

    fn quoted(&self, name: &str) -> String {
        if self.escapes_names {
            return Value::from(name).to_string();
        }
        // The planted bug.
        format!("\"{name}\"")
    }
}

impl Builder for ExampleBuilder {
    fn describe(&self) -> BuilderDescription {
        BuilderDescription {
            about: Description {
                name: "example-builder".to_owned(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
                language: "Rust".to_owned(),
                toolchain: None,
                url: String::new(),
                // The rules that it keeps by itself; it is blamed for no others.
                layers: vec![Layer::Jws, Layer::Jwt],
                methods: vec![Method::ClientSecretJwt],
                algorithms: vec![Algorithm::HS256],
                clock: Clock::Given,
                key_formats: vec![KeyFormat::Secret],
                lacks: Vec::new(),
            },
            // It cannot be told these.
            fixed: vec![Fixed::Claims, Fixed::Jti, Fixed::Kid, Fixed::Typ],
        }
    }

    fn build(&self, request: &BuildRequest) -> BuildAnswer {
        let BuildKey::Secret(secret) = &request.key else {
            return BuildAnswer::decline("the key is no secret");
        };
        if request.algorithm != "HS256" {
            return BuildAnswer::decline("not HS256");
        }
        if secret.len() < 32 {
            return BuildAnswer::decline("the secret is shorter than the hash");
        }
        let (now, client) = (request.now.0, self.quoted(&request.client_id.0));
        let claims = format!(
            "{{\"iss\":{client},\"sub\":{client},\"aud\":{},\"iat\":{now},\"exp\":{},\"jti\":\"{now}-{}\"}}",
            self.quoted(&request.audience),
            now + i64::from(request.lifetime),
            self.built.fetch_add(1, Ordering::Relaxed)
        );
        let encoded = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let signed = format!("{}.{}", encoded("{\"alg\":\"HS256\"}"), encoded(&claims));
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        let mac = hmac::sign(&key, signed.as_bytes());
        BuildAnswer::Assertion(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac)))
    }
}
