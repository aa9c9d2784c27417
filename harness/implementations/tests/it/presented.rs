//! Token requests to present, each a valid default with edits.

use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use jwt_assay_core::{
    encoding::base64url,
    keys,
    model::{
        ASSERTION_TYPE, Algorithm, Assertion, Context, Family, Method, Step, TokenRequest,
        UnixSeconds,
    },
    sign::{SigningKey, sign},
};
use jwt_assay_implementations::{Clock, Description};
use serde_json::{Map, Value, json};

pub(crate) const CLIENT: &str = "client-a";
pub(crate) const AUDIENCE: &str = "https://as.example/token";

/// A request whose parts a test edits before it is signed.
pub(crate) struct Presented {
    pub(crate) now: i64,
    pub(crate) header: Map<String, Value>,
    pub(crate) claims: Map<String, Value>,
    pub(crate) policy: Map<String, Value>,
    pub(crate) client: Map<String, Value>,
    algorithm: Algorithm,
}

impl Presented {
    /// A request that every implementation with the algorithm must accept.
    pub(crate) fn valid(algorithm: Algorithm, to: &Description) -> Self {
        let now = match to.clock {
            Clock::Given => 1_700_000_000,
            Clock::System => system_now(),
        };
        let method = Method::of(algorithm);
        let mut client = object(json!({
            "client_id": CLIENT, "method": method, "alg": algorithm.name(),
        }));
        let mut header = object(json!({ "alg": algorithm.name() }));
        match key_of(algorithm) {
            None => client.insert("secret".to_owned(), keys::secret("secret-a").into()),
            Some(key) => {
                header.insert("kid".to_owned(), key.kid().into());
                client.insert("jwks".to_owned(), json!({ "keys": [key.public_jwk()] }))
            }
        };
        Self {
            now,
            header,
            claims: object(json!({
                "iss": CLIENT, "sub": CLIENT, "aud": AUDIENCE, "jti": "1",
                "iat": now, "nbf": now - 60, "exp": now + 60,
            })),
            policy: object(json!({
                "profile": "rfc7523@1", "algorithms": Algorithm::ALL, "audience": [AUDIENCE],
                "audience_form": "any", "clock_skew": 0, "future_skew": 0, "iat": "past",
                "jti": "optional", "replay": "allow", "kid": "match",
            })),
            client,
            algorithm,
        }
    }

    /// Adds a member to the client's first JWK.
    pub(crate) fn edit_jwk(&mut self, name: &str, value: impl Into<Value>) {
        self.client["jwks"]["keys"][0][name] = value.into();
    }

    /// The request, signed.
    pub(crate) fn sign(&self) -> Step {
        let segment = |members: &Map<String, Value>| base64url(json!(members).to_string());
        let input = format!("{}.{}", segment(&self.header), segment(&self.claims));
        let key = match key_of(self.algorithm) {
            None => SigningKey::Secret(keys::secret("secret-a").as_bytes()),
            Some(key) => SigningKey::Pair(key),
        };
        let signature = sign(self.algorithm, key, input.as_bytes(), "seed").unwrap();
        self.request(&format!("{input}.{}", base64url(signature)))
    }

    /// The request with a token of another making.
    pub(crate) fn request(&self, token: &str) -> Step {
        let context: Context = serde_json::from_value(json!({
            "policy": self.policy, "clients": [self.client],
            "server": { "issuer": "https://as.example", "token_endpoint": AUDIENCE },
        }))
        .unwrap();
        Step {
            now: UnixSeconds(self.now),
            context: Arc::new(context),
            request: TokenRequest {
                client_assertion_type: Some(ASSERTION_TYPE.to_owned()),
                client_assertion: Some(Assertion(token.as_bytes().to_vec())),
                client_id: None,
            },
        }
    }
}

/// The token of a request.
pub(crate) fn token(step: &Step) -> String {
    step.request
        .client_assertion
        .as_ref()
        .unwrap()
        .as_text()
        .unwrap()
        .to_owned()
}

pub(crate) fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        other => panic!("not an object: {other}"),
    }
}

/// The client's key pair; `None` where it has a secret.
pub(crate) fn key_of(algorithm: Algorithm) -> Option<&'static keys::TestKey> {
    let id = match (algorithm.family(), algorithm) {
        (Family::Hmac, _) => return None,
        (Family::RsaPkcs1 | Family::RsaPss, _) => "rsa-2048-a",
        (Family::EdDsa, _) => "ed25519-a",
        (Family::Ecdsa, Algorithm::ES384) => "p384-a",
        (Family::Ecdsa, Algorithm::ES512) => "p521-a",
        (Family::Ecdsa, Algorithm::ES256K) => "k256-a",
        (Family::Ecdsa, _) => "p256-a",
    };
    Some(keys::key(id))
}

fn system_now() -> i64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(elapsed.as_secs()).unwrap()
}
