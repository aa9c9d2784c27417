//! Ways of getting the header wrong: `alg`, `crit`, `kid`, `typ`, duplicates.

use jwt_assay_core::model::Rule;
use serde_json::{Value, json};

use super::{
    Row, Scene,
    Twist::{Forgives, Minds},
};

pub(super) static WAYS: &[Row] = &[
    (
        "crit is ignored",
        Rule::CritUnknown,
        Forgives(|_| true, &[]),
    ),
    (
        "crit is ignored where its parameter is absent",
        Rule::CritUnknown,
        Forgives(
            |s| critical(s).any(|name| s.header.get(name).is_none()),
            &[],
        ),
    ),
    (
        "crit counts registered claims as understood",
        Rule::CritUnknown,
        Forgives(|s| s.header["crit"] == json!(["exp"]), &[]),
    ),
    (
        "crit that is no array reads as absent",
        Rule::CritMalformed,
        Forgives(|s| !s.header["crit"].is_array(), &[]),
    ),
    (
        "crit skips what is no string",
        Rule::CritMalformed,
        Forgives(|s| s.header["crit"].is_array(), &[]),
    ),
    (
        "kid as a number passes",
        Rule::KidType,
        Forgives(|s| s.header["kid"].is_number(), &[]),
    ),
    (
        "kid as an array passes",
        Rule::KidType,
        Forgives(|s| s.header["kid"].is_array(), &[]),
    ),
    (
        "kid unknown falls back to the first key",
        Rule::KidUnknown,
        Forgives(|_| true, &[]),
    ),
    (
        "typ JWT is refused",
        Rule::TypJwt,
        Minds(|s| s.header["typ"] == "JWT"),
    ),
    (
        "typ is required",
        Rule::TypAbsent,
        Minds(|s| s.header.get("typ").is_none()),
    ),
    (
        "typ of the new kind is refused",
        Rule::TypClientAuthentication,
        Minds(|s| s.header["typ"] == "client-authentication+jwt"),
    ),
    (
        "unknown header parameters are refused",
        Rule::UnknownHeaderParameter,
        Minds(|s| s.has(Rule::UnknownHeaderParameter)),
    ),
    (
        "the first of two members counts",
        Rule::DuplicateFirstWins,
        Forgives(|_| true, FALLS_WITH_FIRST),
    ),
    ("alg none passes", Rule::AlgNone, Forgives(|_| true, &[])),
    (
        "alg is compared without case",
        Rule::AlgUnknown,
        Forgives(
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
        Forgives(
            |s| s.algorithms().any(|known| known == trimmed(s.alg())),
            &[],
        ),
    ),
    (
        "alg none passes in any case",
        Rule::AlgUnknown,
        Forgives(|s| s.alg().eq_ignore_ascii_case("none"), &[]),
    ),
    (
        "alg none passes when trimmed",
        Rule::AlgUnknown,
        Forgives(|s| trimmed(s.alg()) == "none", &[]),
    ),
    (
        "alg empty reads as the registered one",
        Rule::AlgUnknown,
        Forgives(|s| s.alg().is_empty(), &[]),
    ),
    (
        "alg absent reads as the registered one",
        Rule::AlgMissing,
        Forgives(|_| true, &[]),
    ),
    (
        "alg as an array reads as its element",
        Rule::AlgType,
        Forgives(|s| s.header["alg"].is_array(), &[]),
    ),
    (
        "alg null reads as absent",
        Rule::AlgType,
        Forgives(|s| s.header.get("alg") == Some(&Value::Null), &[]),
    ),
    (
        "alg need not be the registered one",
        Rule::AlgNotRegistered,
        Forgives(|_| true, &[]),
    ),
    (
        "HMAC is taken from clients with keys",
        Rule::AlgNotAllowed,
        Forgives(|s| s.alg().starts_with("HS"), &[]),
    ),
    (
        "signatures are taken from clients with secrets",
        Rule::AlgNotAllowed,
        Forgives(|s| !s.alg().starts_with("HS"), &[]),
    ),
];

/// What a reader that believes the first member no longer sees.
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
