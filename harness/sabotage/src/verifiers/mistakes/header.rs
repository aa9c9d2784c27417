//! Mistakes about the header: `alg`, `crit`, `kid`, `typ`, duplicate members.

use jwt_assay_core::model::Rule;
use serde_json::{Value, json};

use super::{
    Entry,
    Misreading::{Overlooks, Rejects},
    Scene,
};

pub(super) static MISTAKES: &[Entry] = &[
    (
        "crit is ignored",
        Rule::CritUnknown,
        Overlooks(|_| true, &[]),
    ),
    (
        "crit is ignored where its parameter is absent",
        Rule::CritUnknown,
        Overlooks(
            |s| critical(s).any(|name| s.header.get(name).is_none()),
            &[],
        ),
    ),
    (
        "crit counts registered claims as understood",
        Rule::CritUnknown,
        Overlooks(|s| s.header["crit"] == json!(["exp"]), &[]),
    ),
    (
        "crit that is no array reads as absent",
        Rule::CritMalformed,
        Overlooks(|s| !s.header["crit"].is_array(), &[]),
    ),
    (
        "crit skips what is no string",
        Rule::CritMalformed,
        Overlooks(|s| s.header["crit"].is_array(), &[]),
    ),
    (
        "kid as a number passes",
        Rule::KidType,
        Overlooks(|s| s.header["kid"].is_number(), &[]),
    ),
    (
        "kid as an array passes",
        Rule::KidType,
        Overlooks(|s| s.header["kid"].is_array(), &[]),
    ),
    (
        "kid unknown falls back to the first key",
        Rule::KidUnknown,
        Overlooks(|_| true, &[]),
    ),
    (
        "typ JWT is rejected",
        Rule::TypJwt,
        Rejects(|s| s.header["typ"] == "JWT"),
    ),
    (
        "typ is required",
        Rule::TypAbsent,
        Rejects(|s| s.header.get("typ").is_none()),
    ),
    (
        "typ of the new kind is rejected",
        Rule::TypClientAuthentication,
        Rejects(|s| s.header["typ"] == "client-authentication+jwt"),
    ),
    (
        "unknown header parameters are rejected",
        Rule::UnknownHeaderParameter,
        Rejects(|s| s.has(Rule::UnknownHeaderParameter)),
    ),
    (
        "the first of two members counts",
        Rule::DuplicateFirstWins,
        Overlooks(|_| true, FALLS_WITH_FIRST),
    ),
    ("alg none passes", Rule::AlgNone, Overlooks(|_| true, &[])),
    (
        "alg is compared without case",
        Rule::AlgUnknown,
        Overlooks(
            |s| {
                s.algorithms()
                    .any(|known| known.eq_ignore_ascii_case(s.alg()))
            },
            &[],
        ),
    ),
    (
        "alg is trimmed",
        Rule::AlgUnknown,
        Overlooks(
            |s| s.algorithms().any(|known| known == trimmed(s.alg())),
            &[],
        ),
    ),
    (
        "alg none passes in any case",
        Rule::AlgUnknown,
        Overlooks(|s| s.alg().eq_ignore_ascii_case("none"), &[]),
    ),
    (
        "alg none passes when trimmed",
        Rule::AlgUnknown,
        Overlooks(|s| trimmed(s.alg()) == "none", &[]),
    ),
    (
        "alg empty reads as the registered one",
        Rule::AlgUnknown,
        Overlooks(|s| s.alg().is_empty(), &[]),
    ),
    (
        "alg absent reads as the registered one",
        Rule::AlgMissing,
        Overlooks(|_| true, &[]),
    ),
    (
        "alg as an array reads as its element",
        Rule::AlgType,
        Overlooks(|s| s.header["alg"].is_array(), &[]),
    ),
    (
        "alg null reads as absent",
        Rule::AlgType,
        Overlooks(|s| s.header.get("alg") == Some(&Value::Null), &[]),
    ),
    (
        "alg need not be the registered one",
        Rule::AlgNotRegistered,
        Overlooks(|_| true, &[]),
    ),
    (
        "HMAC is taken from clients with keys",
        Rule::AlgNotAllowed,
        Overlooks(|s| s.alg().starts_with("HS"), &[]),
    ),
    (
        "signatures are taken from clients with secrets",
        Rule::AlgNotAllowed,
        Overlooks(|s| !s.alg().starts_with("HS"), &[]),
    ),
];

/// Rules broken only by the last of two members, which a reader of the first does not see.
const FALLS_WITH_FIRST: &[Rule] = &[
    Rule::AlgNone,
    Rule::AudMismatch,
    Rule::Expired,
    Rule::IssMismatch,
    Rule::KidUnknown,
    Rule::SubMismatch,
];

fn critical<'a>(scene: &'a Scene<'_>) -> impl Iterator<Item = &'a str> {
    scene.header["crit"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
}

fn trimmed(alg: &str) -> &str {
    alg.trim_matches([' ', '\t', '\0'])
}
