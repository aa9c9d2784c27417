//! An example of a verifier to be fuzzed: HS256 by hand. It has a bug on purpose, which is in the
//! reading of `aud`; in yours this file is an adapter of some forty lines around your library.

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jwt_assay::{
    Answer, Clock, Description, KeyFormat, Verifier,
    model::{Algorithm, Layer, Method, Step},
};
use serde_json::{Map, Value};

/// A verifier of HS256, with its bug or without.
#[derive(Clone, Copy, Debug)]
pub struct ExampleVerifier {
    checks_arrays: bool,
}

impl ExampleVerifier {
    /// A verifier that takes any array for an audience that is meant for it.
    #[must_use]
    pub const fn with_a_planted_bug() -> Self {
        Self {
            checks_arrays: false,
        }
    }

    /// A verifier that looks for its own name in the array.
    #[must_use]
    pub const fn mended() -> Self {
        Self {
            checks_arrays: true,
        }
    }
}

impl Verifier for ExampleVerifier {
    fn describe(&self) -> Description {
        Description {
            name: "example".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            language: "Rust".to_owned(),
            toolchain: None,
            url: String::new(),
            // What it enforces; it is blamed for nothing else.
            layers: vec![Layer::Jws, Layer::Jwt],
            methods: vec![Method::ClientSecretJwt],
            algorithms: vec![Algorithm::HS256],
            clock: Clock::Given,
            key_formats: vec![KeyFormat::Secret],
            lacks: Vec::new(),
        }
    }

    fn verify(&self, _state: &str, step: &Step) -> Answer {
        match self.authenticate(step) {
            Ok(client_id) => Answer::Accept { client_id },
            Err(reason) => Answer::reject(reason),
        }
    }
}

impl ExampleVerifier {
    fn authenticate(&self, step: &Step) -> Result<String, &'static str> {
        let (policy, now) = (&step.context.policy, step.now.0 as f64);
        let assertion = step.request.client_assertion.as_ref();
        let token = assertion.and_then(|octets| octets.as_text());
        let (signed, claims, mac) = read(token.unwrap_or_default())?;
        let name = |name| {
            let value = claims.get(name).and_then(Value::as_str);
            value.ok_or("a name is not text")
        };
        let (client_id, sub) = (name("iss")?, name("sub")?);
        let clients = &step.context.clients;
        let client = clients.iter().find(|it| it.client_id.0 == client_id);
        let client = client.filter(|_| client_id == sub);
        let client = client.ok_or("not the name of a client")?;
        let is_hs256 = client.alg.as_deref().is_none_or(|alg| alg == "HS256");
        let secret = client.secret.as_deref().filter(|_| is_hs256);
        let secret = secret.ok_or("the client has no secret for HS256")?;
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        hmac::verify(&key, signed.as_bytes(), &mac).map_err(|_| "the MAC is wrong")?;

        let is_ours = |value: &Value| policy.audience.iter().any(|own| *value == **own);
        let is_audience = match claims.get("aud") {
            // The planted bug.
            Some(Value::Array(_)) if !self.checks_arrays => true,
            Some(Value::Array(all)) => all.iter().all(Value::is_string) && all.iter().any(is_ours),
            one => one.is_some_and(is_ours),
        };
        let time = |name| match claims.get(name) {
            None => Ok(None),
            Some(value) => value.as_f64().map(Some).ok_or("a time is not a number"),
        };
        let exp = time("exp")?.ok_or("no exp")? + f64::from(policy.clock_skew);
        let nbf = time("nbf")?.unwrap_or(now) - f64::from(policy.future_skew);
        time("iat")?;
        match is_audience && now < exp && nbf <= now {
            true => Ok(client_id.to_owned()),
            false => Err("not for this server, or not at this time"),
        }
    }
}

type Claims = Map<String, Value>;

/// The signing input, the claims and the MAC.
fn read(token: &str) -> Result<(&str, Claims, Vec<u8>), &'static str> {
    let [header, payload, mac] = token.split('.').collect::<Vec<_>>()[..] else {
        return Err("not three segments");
    };
    let members = object(header)?;
    if members.get("alg") != Some(&"HS256".into()) || members.contains_key("crit") {
        return Err("not an algorithm or an extension that is supported");
    }
    let signed = &token[..header.len() + 1 + payload.len()];
    Ok((signed, object(payload)?, decoded(mac)?))
}

fn object(segment: &str) -> Result<Claims, &'static str> {
    match serde_json::from_slice(&decoded(segment)?) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) | Err(_) => Err("not a JSON object"),
    }
}

fn decoded(segment: &str) -> Result<Vec<u8>, &'static str> {
    URL_SAFE_NO_PAD.decode(segment).map_err(|_| "not base64url")
}
