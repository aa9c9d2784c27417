//! Mistakes about the header: `alg`, `kid`, `typ`, and members that must not stand there.

use jwt_assay_core::model::{BuildKey, Rule};
use serde_json::Value;

use super::{
    Entry,
    Flaw::{Composes, Misreads},
    header, text,
};

pub(super) static MISTAKES: &[Entry] = &[
    (
        "writes alg in lower case",
        Rule::BuildAlg,
        Composes(|r, u| {
            header(u, "alg", &text(&r.algorithm.to_lowercase()));
        }),
    ),
    (
        "writes alg RS256 whatever signs",
        Rule::BuildAlg,
        Composes(|_, u| header(u, "alg", "\"RS256\"")),
    ),
    (
        "writes alg none over a signature",
        Rule::BuildAlg,
        Composes(|_, u| header(u, "alg", "\"none\"")),
    ),
    (
        "leaves alg out",
        Rule::BuildAlg,
        Composes(|_, u| u.header.remove("alg")),
    ),
    (
        "leaves kid out",
        Rule::BuildKid,
        Composes(|_, u| u.header.remove("kid")),
    ),
    (
        "writes the JWK's kid over the one asked for",
        Rule::BuildKid,
        Misreads(|r| {
            if let BuildKey::Jwk(jwk) = &r.key
                && jwk.contains_key("kid")
            {
                r.kid = None;
            }
        }),
    ),
    (
        "writes one kid for all keys",
        Rule::BuildKid,
        Composes(|_, u| header(u, "kid", "\"key-1\"")),
    ),
    (
        "joins the header together as text",
        Rule::BuildKid,
        Composes(|r, u| {
            if let Some(kid) = &r.kid {
                header(u, "kid", &format!("\"{kid}\""));
            }
        }),
    ),
    (
        "always writes typ JWT",
        Rule::BuildTyp,
        Composes(|_, u| header(u, "typ", "\"JWT\"")),
    ),
    (
        "never writes typ",
        Rule::BuildTyp,
        Composes(|_, u| u.header.remove("typ")),
    ),
    (
        "joins typ together as text",
        Rule::BuildTyp,
        Composes(|r, u| {
            if let Some(Some(typ)) = &r.typ {
                header(u, "typ", &format!("\"{typ}\""));
            }
        }),
    ),
    (
        "writes typ JWT where none is asked for",
        Rule::BuildTypDefault,
        Composes(|r, u| {
            if r.typ.is_none() {
                header(u, "typ", "\"JWT\"");
            }
        }),
    ),
    (
        "writes crit",
        Rule::BuildHeaderExtension,
        Composes(|_, u| header(u, "crit", "[\"exp\"]")),
    ),
    (
        "writes b64",
        Rule::BuildHeaderExtension,
        Composes(|_, u| header(u, "b64", "true")),
    ),
    (
        "writes cty JWT",
        Rule::BuildHeaderExtension,
        Composes(|_, u| header(u, "cty", "\"JWT\"")),
    ),
    (
        "writes zip",
        Rule::BuildHeaderExtension,
        Composes(|_, u| header(u, "zip", "\"DEF\"")),
    ),
    (
        "takes claims for header parameters",
        Rule::BuildHeaderExtension,
        Composes(|r, u| {
            for (name, value) in &r.claims {
                header(u, name, &value.to_string());
            }
        }),
    ),
    (
        "puts the private JWK into the header",
        Rule::BuildPrivateKey,
        Composes(|r, u| {
            if let BuildKey::Jwk(jwk) = &r.key {
                header(u, "jwk", &Value::from(jwk.clone()).to_string());
            }
        }),
    ),
    (
        "spreads the members of the JWK over the header",
        Rule::BuildPrivateKey,
        Composes(|r, u| {
            if let BuildKey::Jwk(jwk) = &r.key {
                for (name, value) in jwk
                    .iter()
                    .filter(|(name, _)| *name != "alg" && *name != "kid")
                {
                    header(u, name, &value.to_string());
                }
            }
        }),
    ),
    (
        "writes alg twice",
        Rule::BuildDuplicateMember,
        Composes(|_, u| {
            let alg = u.header.0[0].clone();
            u.header.0.push(alg);
        }),
    ),
    (
        "writes kid in lower case",
        Rule::BuildKid,
        Misreads(|r| r.kid = r.kid.take().map(|kid| kid.to_lowercase())),
    ),
    (
        "drops the signs of base64url from kid",
        Rule::BuildKid,
        Misreads(|r| {
            r.kid = r
                .kid
                .take()
                .map(|kid| kid.trim_start_matches('-').replace('_', ""))
        }),
    ),
    (
        "writes a kid of digits as a number",
        Rule::BuildKid,
        Composes(|r, u| {
            if let Some(number) = r.kid.as_ref().and_then(|kid| kid.parse::<u64>().ok()) {
                header(u, "kid", &number.to_string());
            }
        }),
    ),
    (
        "reads kid as a number that it can be",
        Rule::BuildKid,
        Misreads(|r| {
            let number = r.kid.as_ref().and_then(|kid| kid.parse::<f64>().ok());
            r.kid = number.map(|number| number.to_string()).or(r.kid.take());
        }),
    ),
];
