//! Declined requests that must be signed, and the key shown where a builder declines.

use jwt_assay_core::model::{Algorithm, BuildKey, Rule};
use serde_json::Value;

use super::{
    Entry,
    Flaw::{Declines, Says},
};

pub(super) static MISTAKES: &[Entry] = &[
    (
        "shows the key where it declines",
        Rule::BuildSecretShown,
        Says(|r| match &r.key {
            BuildKey::Jwk(jwk) => format!("no algorithm for {}", Value::from(jwk.clone())),
            BuildKey::Pem(text) | BuildKey::Secret(text) => format!("no algorithm for {text}"),
        }),
    ),
    (
        "takes no JWK",
        Rule::BuildPrivateKey,
        Declines(|r| matches!(r.key, BuildKey::Jwk(_))),
    ),
    (
        "takes no PKCS#8",
        Rule::BuildSignature,
        Declines(
            |r| matches!(&r.key, BuildKey::Pem(pem) if pem.starts_with("-----BEGIN PRIVATE KEY-----")),
        ),
    ),
    (
        "takes no kid with a space or a mark in it",
        Rule::BuildKid,
        Declines(|r| {
            r.kid
                .as_ref()
                .is_some_and(|kid| kid.contains(['&', '%', '"']))
        }),
    ),
    (
        "takes no typ but JWT",
        Rule::BuildTyp,
        Declines(|r| matches!(&r.typ, Some(Some(typ)) if typ != "JWT")),
    ),
    (
        "takes no other claims",
        Rule::BuildClaims,
        Declines(|r| !r.claims.is_empty()),
    ),
    (
        "takes no time after 2038",
        Rule::BuildClock,
        Declines(|r| r.now.0 > 0x7fff_ffff),
    ),
    (
        "takes no lifetime over five minutes",
        Rule::BuildLifetime,
        Declines(|r| r.lifetime > 300),
    ),
    (
        "takes no RSA key over 3072 bits",
        Rule::BuildSignature,
        Declines(|r| match &r.key {
            BuildKey::Jwk(jwk) => jwk
                .get("n")
                .and_then(Value::as_str)
                .is_some_and(|n| n.len() > 512),
            BuildKey::Pem(_) | BuildKey::Secret(_) => false,
        }),
    ),
    (
        "asks secrets for one octet more than it must",
        Rule::BuildSignature,
        Declines(|r| {
            let needed = r
                .algorithm
                .parse::<Algorithm>()
                .map(|a| a.hash().output_len());
            matches!((&r.key, needed), (BuildKey::Secret(text), Ok(needed)) if text.len() <= needed)
        }),
    ),
    (
        "takes no client_id that is no word",
        Rule::IssMismatch,
        Declines(|r| r.client_id.0.contains([':', '{', ' '])),
    ),
    (
        "declines the other name of the server",
        Rule::BuildAudience,
        Declines(|r| r.audience != "https://as.example/oauth2/v1/token"),
    ),
    (
        "takes PEM with line feeds only",
        Rule::BuildSignature,
        Declines(|r| matches!(&r.key, BuildKey::Pem(pem) if pem.contains('\r'))),
    ),
    (
        "takes PEM only with a line end at its end",
        Rule::BuildSignature,
        Declines(|r| matches!(&r.key, BuildKey::Pem(pem) if !pem.ends_with('\n'))),
    ),
    (
        "takes PEM only from its first octet on",
        Rule::BuildSignature,
        Declines(|r| matches!(&r.key, BuildKey::Pem(pem) if !pem.starts_with("-----BEGIN"))),
    ),
    (
        "takes no client_id of more than 64 octets",
        Rule::BuildSize,
        Declines(|r| r.client_id.0.len() > 64),
    ),
];
