//! authkestra-engine: `mint_client_assertion`, with a key that jsonwebtoken has read. Of EC keys that
//! takes PKCS#8 alone, as its documentation says.

use authkestra_engine::client_assertion::mint_client_assertion;
use jsonwebtoken::{Algorithm, EncodingKey, errors::Error};
use jwt_assay_shims::{Answer, Key, Order, Program, Request, serve};
use serde_json::json;

fn main() -> std::io::Result<()> {
    let program = Program {
        package: "authkestra-engine",
        url: "https://crates.io/crates/authkestra-engine",
        roles: json!({"build": {"layers": ["jws", "key", "jwt", "assertion"], "fixed": ["now", "jti", "typ", "claims"]}}),
        methods: &["private_key_jwt"],
        algorithms: &[
            "RS256", "RS384", "RS512", "ES256", "ES384", "PS256", "PS384", "PS512", "EdDSA",
        ],
        clock: "system",
        key_formats: &["pkcs8", "pkcs1"],
    };
    serve(&program, |request| match request {
        Request::Build(order) => build(order).unwrap_or_else(|no| no),
        _ => Answer::Error("no such operation".to_owned()),
    })
}

fn build(order: &Order) -> Result<Answer, Answer> {
    if order.method != "private_key_jwt" {
        return Err(Answer::Unsupported("not promised: the method".to_owned()));
    }
    let Key::Pem(pem) = &order.key else {
        return Err(Answer::Unsupported(
            "not promised: the key format".to_owned(),
        ));
    };
    let declined = |error: Error| Answer::Declined(error.to_string());
    let algorithm: Algorithm = order.algorithm.parse().map_err(declined)?;
    let key = read(algorithm, pem.as_bytes()).map_err(declined)?;
    let (client_id, audience) = (&order.client_id, &order.audience);
    let kid = order.kid.as_deref();
    mint_client_assertion(client_id, audience, &key, algorithm, kid, order.lifetime)
        .map(Answer::Assertion)
        .map_err(|error| Answer::Declined(error.to_string()))
}

/// Reads the PEM of a key for an algorithm, as its user does.
fn read(algorithm: Algorithm, pem: &[u8]) -> Result<EncodingKey, Error> {
    match algorithm {
        Algorithm::ES256 | Algorithm::ES384 => EncodingKey::from_ec_pem(pem),
        Algorithm::EdDSA => EncodingKey::from_ed_pem(pem),
        Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512 => Ok(EncodingKey::from_secret(pem)),
        _ => EncodingKey::from_rsa_pem(pem),
    }
}
