//! Mistakes about keys: the wrong key is used, or a weak or misplaced one.

use jwt_assay_core::{
    encoding::read_base64url,
    model::{Hash, Rule},
    oracle::{Check, check_mac},
    sign,
};

use super::{Entry, Misreading::Overlooks, Scene};

pub(super) static MISTAKES: &[Entry] = &[
    (
        "the secret is decoded as base64url first",
        Rule::Signature,
        Overlooks(
            |s| {
                with_secret(s, |k| {
                    read_base64url(k).map(|x| x.octets).unwrap_or_default()
                })
            },
            &[],
        ),
    ),
    (
        "the secret is trimmed",
        Rule::Signature,
        Overlooks(
            |s| {
                with_secret(s, |k| k.trim_ascii().to_vec())
                    || with_secret(s, |k| [k, b"\n"].concat())
                    || with_secret(s, |k| [k, b" "].concat())
            },
            &[],
        ),
    ),
    (
        "the secret is hashed first",
        Rule::Signature,
        Overlooks(|s| with_secret(s, |k| sign::hash(Hash::Sha256, k)), &[]),
    ),
    (
        "the secret is read as UTF-16",
        Rule::Signature,
        Overlooks(
            |s| {
                with_secret(s, |k| {
                    String::from_utf8_lossy(k)
                        .encode_utf16()
                        .flat_map(u16::to_le_bytes)
                        .collect()
                })
            },
            &[],
        ),
    ),
    (
        "the secret is cut at NUL",
        Rule::Signature,
        Overlooks(
            |s| {
                with_secret(s, |k| {
                    k.split(|octet| *octet == 0)
                        .next()
                        .unwrap_or_default()
                        .to_vec()
                })
            },
            &[],
        ),
    ),
    (
        "an embedded secret is trusted",
        Rule::HeaderKey,
        Overlooks(
            |s| {
                s.header["jwk"]["k"]
                    .as_str()
                    .and_then(|k| read_base64url(k.as_bytes()).ok())
                    .is_some_and(|k| mac_is(s, &k.octets))
            },
            &[Rule::AlgNotAllowed],
        ),
    ),
    (
        "the public key's PEM is taken for a MAC key",
        Rule::AlgNotAllowed,
        Overlooks(|s| over_pems(s, |pem| pem.as_bytes().to_vec()), &[]),
    ),
    (
        "the public key's DER is taken for a MAC key",
        Rule::AlgNotAllowed,
        Overlooks(|s| over_pems(s, der), &[]),
    ),
    (
        "the JWK's text is taken for a MAC key",
        Rule::AlgNotAllowed,
        Overlooks(over_jwks, &[]),
    ),
    (
        "an empty MAC key is tried",
        Rule::AlgNotAllowed,
        Overlooks(|s| mac_is(s, b""), &[]),
    ),
    (
        "a MAC key of zeros is tried",
        Rule::AlgNotAllowed,
        Overlooks(|s| mac_is(s, &[0; 32]), &[]),
    ),
    (
        "the kid is taken for a MAC key",
        Rule::AlgNotAllowed,
        Overlooks(
            |s| {
                s.header["kid"]
                    .as_str()
                    .is_some_and(|kid| mac_is(s, kid.as_bytes()))
            },
            &[],
        ),
    ),
    (
        "a short secret is taken",
        Rule::SecretTooShort,
        Overlooks(|_| true, &[]),
    ),
    (
        "secrets need no length at all",
        Rule::SecretTrivial,
        Overlooks(|_| true, &[]),
    ),
    (
        "RSA keys of 1024 bits are taken",
        Rule::RsaTooShort,
        Overlooks(|s| s.mentions("1024 bits"), &[]),
    ),
    (
        "RSA keys are measured in octets",
        Rule::RsaTooShort,
        Overlooks(|s| s.mentions("2047 bits"), &[]),
    ),
    (
        "RSA exponents are not looked at",
        Rule::RsaExponent,
        Overlooks(|_| true, &[]),
    ),
    ("`use` is ignored", Rule::KeyUse, Overlooks(|_| true, &[])),
    (
        "`key_ops` are ignored",
        Rule::KeyOps,
        Overlooks(|_| true, &[]),
    ),
    (
        "a key's `alg` is ignored",
        Rule::KeyAlg,
        Overlooks(|_| true, &[]),
    ),
    (
        "symmetric keys in a JWK Set are used",
        Rule::AlgNotAllowed,
        Overlooks(
            |s| s.mentions("HS256 is no algorithm for private_key_jwt"),
            &[],
        ),
    ),
    (
        "a curve is not bound to its algorithm",
        Rule::KeyType,
        Overlooks(|_| true, &[]),
    ),
    (
        "coordinates of any width are read",
        Rule::KeyMalformed,
        Overlooks(|s| s.mentions("octets on"), &[]),
    ),
    (
        "points are not checked",
        Rule::KeyMalformed,
        Overlooks(|s| s.mentions("not on the curve"), &[]),
    ),
];

fn with_secret(scene: &Scene<'_>, change: fn(&[u8]) -> Vec<u8>) -> bool {
    scene
        .secret()
        .is_some_and(|secret| mac_is(scene, &change(secret.as_bytes())))
}

fn mac_is(scene: &Scene<'_>, key: &[u8]) -> bool {
    let Some(algorithm) = scene
        .algorithm()
        .filter(|algorithm| algorithm.is_symmetric())
    else {
        return false;
    };
    scene
        .parts()
        .is_some_and(|(input, tag)| check_mac(algorithm.hash(), key, &input, &tag) == Check::Valid)
}

fn over_pems(scene: &Scene<'_>, key: fn(&str) -> Vec<u8>) -> bool {
    let mut pems = scene
        .step
        .context
        .clients
        .iter()
        .flat_map(|client| &client.pems);
    pems.any(|pem| mac_is(scene, &key(pem)))
}

fn over_jwks(scene: &Scene<'_>) -> bool {
    let sets = scene
        .step
        .context
        .clients
        .iter()
        .filter_map(|client| client.jwks.as_ref());
    let mut keys = sets.filter_map(|set| set["keys"].as_array()).flatten();
    keys.any(|jwk| mac_is(scene, jwk.to_string().as_bytes()))
}

fn der(pem: &str) -> Vec<u8> {
    let body: String = pem
        .lines()
        .filter(|line| !line.starts_with("-----"))
        .collect();
    let url_safe = body.replace('+', "-").replace('/', "_");
    read_base64url(url_safe.trim_end_matches('=').as_bytes())
        .map(|segment| segment.octets)
        .unwrap_or_default()
}
