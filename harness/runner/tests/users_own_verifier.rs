//! Verifier of a user, with the line that makes a test of every vector: HS256 by hand, with the
//! checks that a JWT library has. `cargo test --test users_own_verifier`.

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jwt_assay::{
    Answer, Clock, Description, KeyFormat, Verifier,
    libtest::Tests,
    model::{Algorithm, Layer, Method, ProfileId, Step},
};
use serde_json::Value;

struct Mine;

impl Verifier for Mine {
    fn describe(&self) -> Description {
        Description {
            name: "mine".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            language: "Rust".to_owned(),
            toolchain: None,
            url: String::new(),
            layers: vec![Layer::Jws, Layer::Jwt],
            methods: vec![Method::ClientSecretJwt],
            algorithms: vec![Algorithm::HS256],
            clock: Clock::Given,
            key_formats: vec![KeyFormat::Secret],
            lacks: Vec::new(),
        }
    }

    fn verify(&self, _state: &str, step: &Step) -> Answer {
        match authenticate(step) {
            Ok(client_id) => Answer::Accept { client_id },
            Err(reason) => Answer::reject(reason),
        }
    }
}

/// Authenticates the client of a step, or says why not.
fn authenticate(step: &Step) -> Result<String, &'static str> {
    let (policy, now) = (&step.context.policy, step.now.0 as f64);
    let token = step
        .request
        .client_assertion
        .as_ref()
        .and_then(|octets| octets.as_text());
    let [header, payload, signature] = token.unwrap_or_default().split('.').collect::<Vec<_>>()[..]
    else {
        return Err("not three segments");
    };
    let decode = |segment: &str| URL_SAFE_NO_PAD.decode(segment).map_err(|_| "not base64url");
    let object = |segment| match serde_json::from_slice(&decode(segment)?) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) | Err(_) => Err("not a JSON object"),
    };
    let (header_members, claims, mac) = (object(header)?, object(payload)?, decode(signature)?);
    if header_members.get("alg") != Some(&"HS256".into()) || header_members.contains_key("crit") {
        return Err("not an algorithm or an extension that is supported");
    }
    let named = |name| {
        claims
            .get(name)
            .and_then(Value::as_str)
            .ok_or("a name is not text")
    };
    let (client_id, sub) = (named("iss")?, named("sub")?);
    let client = step
        .context
        .clients
        .iter()
        .find(|client| client.client_id.0 == client_id);
    let client = client
        .filter(|_| client_id == sub)
        .ok_or("not the name of a client")?;
    let secret = client.secret.as_deref().ok_or("the client has no secret")?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let signed = &token.unwrap_or_default()[..header.len() + 1 + payload.len()];
    hmac::verify(&key, signed.as_bytes(), &mac).map_err(|_| "the MAC is wrong")?;
    if client.alg.as_deref().is_some_and(|alg| alg != "HS256") {
        return Err("not the client's algorithm");
    }
    let is_ours = |value: &Value| policy.audience.iter().any(|own| *value == **own);
    let is_audience = match claims.get("aud") {
        Some(Value::Array(all)) => all.iter().all(Value::is_string) && all.iter().any(is_ours),
        one => one.is_some_and(is_ours),
    };
    let time = |name| match claims.get(name) {
        None => Ok(None),
        Some(value) => value.as_f64().map(Some).ok_or("a time is not a number"),
    };
    let exp = time("exp")?.ok_or("no exp")? + f64::from(policy.clock_skew);
    let nbf = time("nbf")?.unwrap_or(now) - f64::from(policy.future_skew);
    if time("iat").is_ok() && is_audience && now < exp && nbf <= now {
        Ok(client_id.to_owned())
    } else {
        Err("not for this server, or not at this time")
    }
}

/// Two profiles; `jwt_assay::verifier_tests!(Mine);` would test all of them.
fn main() {
    Tests::of_verifier(Mine)
        .profiles([ProfileId::Rfc7523, ProfileId::Okta])
        .run()
}
