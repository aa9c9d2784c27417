//! A builder as a user would write one, and the line that makes a test of every vector: HS256 by hand,
//! in the token request that carries it. `cargo test --test users_own_builder`.

use aws_lc_rs::{hmac, rand};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jwt_assay::{
    BuildAnswer, Builder, BuilderDescription, Clock, Description, KeyFormat,
    model::{Algorithm, Assertion, BuildKey, BuildRequest, Fixed, Layer, Method, TokenRequest},
};
use serde_json::json;

struct Mine;

impl Builder for Mine {
    fn describe(&self) -> BuilderDescription {
        BuilderDescription {
            about: Description {
                name: "mine".to_owned(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
                language: "Rust".to_owned(),
                toolchain: None,
                url: String::new(),
                layers: vec![
                    Layer::Request,
                    Layer::Jws,
                    Layer::Key,
                    Layer::Jwt,
                    Layer::Assertion,
                ],
                methods: vec![Method::ClientSecretJwt],
                algorithms: vec![Algorithm::HS256],
                clock: Clock::Given,
                key_formats: vec![KeyFormat::Secret],
                lacks: Vec::new(),
            },
            // What it cannot be told.
            fixed: vec![Fixed::Claims, Fixed::Jti, Fixed::Kid, Fixed::Typ],
        }
    }

    fn build(&self, request: &BuildRequest) -> BuildAnswer {
        match assertion(request) {
            Ok(assertion) => BuildAnswer::Request(TokenRequest {
                client_assertion_type: Some(TYPE.to_owned()),
                client_assertion: Some(Assertion(assertion.into_bytes())),
                client_id: Some(request.client_id.0.clone()),
            }),
            Err(reason) => BuildAnswer::decline(reason),
        }
    }
}

/// RFC 10070 asks for it; the other profiles do not mind.
const TYP: &str = "client-authentication+jwt";

/// RFC 7523 section 2.2.
const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

fn assertion(request: &BuildRequest) -> Result<String, &'static str> {
    let BuildKey::Secret(secret) = &request.key else {
        return Err("the key is no client secret");
    };
    if request.algorithm != "HS256" {
        return Err("not an algorithm that is supported");
    }
    // RFC 10070 section 4: the token endpoint is no audience any more.
    if !request.policy.audience.contains(&request.audience) {
        return Err("the server does not go by that name");
    }
    // RFC 7518 section 3.2: not shorter than the hash.
    if secret.len() < 32 {
        return Err("the client secret is too short");
    }
    let mut jti = [0; 16];
    rand::fill(&mut jti).map_err(|_| "the machine has no randomness")?;
    let encoded = |octets: &[u8]| URL_SAFE_NO_PAD.encode(octets);
    let claims = json!({
        "iss": request.client_id.0,
        "sub": request.client_id.0,
        "aud": request.audience,
        "iat": request.now.0,
        "exp": request.now.0 + i64::from(request.lifetime),
        "jti": encoded(&jti),
    });
    let (header, claims) = (
        json!({ "alg": "HS256", "typ": TYP }).to_string(),
        claims.to_string(),
    );
    let signed = format!(
        "{}.{}",
        encoded(header.as_bytes()),
        encoded(claims.as_bytes())
    );
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let mac = hmac::sign(&key, signed.as_bytes());
    Ok(format!("{signed}.{}", encoded(mac.as_ref())))
}

jwt_assay::builder_tests!(Mine);
