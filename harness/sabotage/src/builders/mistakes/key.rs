//! Mistakes in reading keys.

use jwt_assay_core::{
    keys,
    model::{BuildKey, BuildRequest, Rule},
};
use serde_json::{Map, Value};

use super::{
    Entry,
    Flaw::{Misreads, Signs},
};

pub(super) static MISTAKES: &[Entry] = &[
    (
        "forbids the use of encryption keys only",
        Rule::KeyUse,
        Misreads(|r| {
            edit(r, |jwk| {
                if jwk.get("use").is_some_and(|own| own != "enc") {
                    jwk.remove("use");
                }
            });
        }),
    ),
    (
        "reads key_ops only where there is no use",
        Rule::KeyOps,
        Misreads(|r| {
            edit(r, |jwk| {
                if jwk.contains_key("use") {
                    jwk.remove("key_ops");
                }
            });
        }),
    ),
    (
        "takes an empty list of operations for all of them",
        Rule::KeyOps,
        Misreads(|r| {
            edit(r, |jwk| {
                let own = jwk.get("key_ops").and_then(Value::as_array);
                if own.is_some_and(Vec::is_empty) {
                    jwk.remove("key_ops");
                }
            });
        }),
    ),
    (
        "guesses the type of a JWK",
        Rule::KeyMalformed,
        Misreads(|r| {
            edit(r, |jwk| {
                let guess = match (jwk.contains_key("n"), jwk.contains_key("y")) {
                    (true, _) => "RSA",
                    (false, true) => "EC",
                    (false, false) => "OKP",
                };
                jwk.entry("kty").or_insert_with(|| guess.into());
            });
        }),
    ),
    (
        "takes the curve of the algorithm where a JWK names none",
        Rule::KeyMalformed,
        Misreads(|r| {
            let curve = match r.algorithm.as_str() {
                "ES256" => "P-256",
                "EdDSA" => "Ed25519",
                _ => return,
            };
            edit(r, |jwk| {
                jwk.entry("crv").or_insert_with(|| curve.into());
            });
        }),
    ),
    (
        "looks the key up by its public half",
        Rule::BuildSignature,
        Misreads(|r| {
            edit(r, |jwk| {
                let has = |name: &str, own: &Map<String, Value>| own.get(name) == jwk.get(name);
                let is_it = |own: &Map<String, Value>| has("n", own) && has("x", own);
                if let Some(other) = keys::all().find(|own| is_it(&own.private_jwk)) {
                    jwk.extend(other.private_jwk.clone());
                }
            });
        }),
    ),
    (
        "counts with primes of zero where a JWK has none",
        Rule::BuildSignature,
        Signs(|r, u, input| {
            let signature = u.signature(input.as_bytes());
            match &r.key {
                BuildKey::Jwk(jwk) if jwk.contains_key("n") && !jwk.contains_key("p") => {
                    vec![0; signature.len()]
                }
                BuildKey::Jwk(_) | BuildKey::Pem(_) | BuildKey::Secret(_) => signature,
            }
        }),
    ),
];

/// Edits the request's key where it is a JWK.
fn edit(request: &mut BuildRequest, read: impl FnOnce(&mut Map<String, Value>)) {
    if let BuildKey::Jwk(jwk) = &mut request.key {
        read(jwk);
    }
}
