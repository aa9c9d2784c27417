//! JWKs and JWK Sets: RFC 7517, RFC 7518 section 6, RFC 8037 section 2.

use jwt_assay_core::{encoding::read_base64url, oracle::PublicKey};
use serde_json::{Map, Value};

use super::{Key, KeyFileError, PRIVATE_MEMBERS, key_type::KeyType};

/// Reads one JWK, whose public part must make a key.
pub(super) fn read(path: &str, jwk: Map<String, Value>) -> Result<Key, KeyFileError> {
    let malformed = |reason: String| KeyFileError::malformed(path, "a JWK", reason);
    let key_type = key_type(path, &jwk)?;
    check_public(key_type, &jwk).map_err(malformed)?;
    for name in PRIVATE_MEMBERS.into_iter().filter(|name| *name != "oth") {
        let is_base64url = |value: &Value| {
            value
                .as_str()
                .is_some_and(|text| read_base64url(text.as_bytes()).is_ok())
        };
        if jwk.get(name).is_some_and(|value| !is_base64url(value)) {
            return Err(malformed(format!("`{name}` is not base64url")));
        }
    }
    Ok(Key::new(path, key_type, jwk))
}

/// Checks that the public members make a key of their type, on its curve.
pub(super) fn check_public(key_type: KeyType, jwk: &Map<String, Value>) -> Result<(), String> {
    match PublicKey::from_jwk(jwk, key_type.algorithms()[0]) {
        Ok(_) => Ok(()),
        Err(problem) => Err(problem.detail.into()),
    }
}

/// Chooses the key of a JWK Set that `kid` names, or its only one.
pub(super) fn choose(
    path: &str,
    set: &Map<String, Value>,
    kid: Option<&str>,
) -> Result<Key, KeyFileError> {
    let malformed = |reason: &str| KeyFileError::malformed(path, "a JWK Set", reason);
    let keys = set.get("keys").and_then(Value::as_array);
    let keys = keys.ok_or_else(|| malformed("`keys` is not an array"))?;
    let keys: Option<Vec<&Map<String, Value>>> = keys.iter().map(Value::as_object).collect();
    let keys = keys.ok_or_else(|| malformed("one of its keys is not an object"))?;
    let kid_of =
        |jwk: &Map<String, Value>| jwk.get("kid").and_then(Value::as_str).map(str::to_owned);
    let kids = || {
        let name = |jwk: &&Map<String, Value>| match kid_of(jwk) {
            Some(kid) => format!("{kid:?}"),
            None => "one without kid".to_owned(),
        };
        keys.iter().map(name).collect::<Vec<_>>().join(", ")
    };
    let named: Vec<_> = match kid {
        // The only key of a set needs no name; where it has none, `mint` gives it this one.
        Some(_) if keys.len() == 1 && kid_of(keys[0]).is_none() => keys.clone(),
        Some(kid) => keys
            .iter()
            .copied()
            .filter(|jwk| kid_of(jwk).as_deref() == Some(kid))
            .collect(),
        None => keys.clone(),
    };
    match (named.as_slice(), kid) {
        (&[jwk], _) => read(path, jwk.clone()),
        ([], None) => Err(malformed("it has no key")),
        ([], Some(kid)) => Err(KeyFileError::UnknownKid {
            path: path.to_owned(),
            kid: kid.to_owned(),
            kids: kids(),
        }),
        (several, _) => Err(KeyFileError::Several {
            path: path.to_owned(),
            count: several.len(),
            kids: kids(),
        }),
    }
}

fn key_type(path: &str, jwk: &Map<String, Value>) -> Result<KeyType, KeyFileError> {
    let text = |name: &str| jwk.get(name).and_then(Value::as_str);
    let unsupported = |what| {
        Err(KeyFileError::Unsupported {
            path: path.to_owned(),
            what,
        })
    };
    match (text("kty"), text("crv")) {
        (Some("RSA"), _) => Ok(KeyType::Rsa {
            bits: modulus_bits(text("n").unwrap_or_default()),
        }),
        (Some("EC"), Some("P-256")) => Ok(KeyType::P256),
        (Some("EC"), Some("P-384")) => Ok(KeyType::P384),
        (Some("EC"), Some("P-521")) => Ok(KeyType::P521),
        (Some("OKP"), Some("Ed25519")) => Ok(KeyType::Ed25519),
        (Some("oct"), _) => Err(KeyFileError::Symmetric {
            path: path.to_owned(),
        }),
        (Some("EC" | "OKP"), Some(crv)) => unsupported(format!("a JWK on the curve {crv:?}")),
        (Some("EC" | "OKP"), None) => unsupported("a JWK that names no curve".to_owned()),
        (Some(kty), _) => unsupported(format!("a JWK of type {kty:?}")),
        (None, _) => Err(KeyFileError::malformed(path, "a JWK", "it has no `kty`")),
    }
}

/// The length of a base64url integer in bits, without leading zeros.
fn modulus_bits(n: &str) -> u32 {
    let octets = read_base64url(n.trim_end_matches('=').as_bytes()).map(|segment| segment.octets);
    let octets = octets.unwrap_or_default();
    bits(&octets)
}

/// The length of a big-endian integer in bits, without leading zeros.
pub(super) fn bits(octets: &[u8]) -> u32 {
    let mut rest = octets.iter().skip_while(|octet| **octet == 0);
    let Some(first) = rest.next() else { return 0 };
    let below = u32::try_from(rest.count()).unwrap_or(u32::MAX / 8);
    8_u32.saturating_mul(below) + (8 - first.leading_zeros())
}
