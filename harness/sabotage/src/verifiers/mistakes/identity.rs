//! Mistakes about `client_id`, `iss` and `sub`.

use jwt_assay_core::model::{ASSERTION_TYPE, Rule};
use serde_json::Value;

use super::{
    Entry,
    Misreading::{Overlooks, Rejects},
    Scene,
};

pub(super) static MISTAKES: &[Entry] = &[
    (
        "iss compared as a prefix",
        Rule::IssMismatch,
        Overlooks(
            |s| !s.text("iss").is_empty() && s.client_id().starts_with(s.text("iss")),
            &[],
        ),
    ),
    (
        "iss compared as a substring",
        Rule::IssMismatch,
        Overlooks(
            |s| !s.text("iss").is_empty() && s.client_id().contains(s.text("iss")),
            &[],
        ),
    ),
    (
        "iss compared without case",
        Rule::IssMismatch,
        Overlooks(|s| s.text("iss").eq_ignore_ascii_case(s.client_id()), &[]),
    ),
    (
        "iss trimmed",
        Rule::IssMismatch,
        Overlooks(|s| s.text("iss").trim() == s.client_id(), &[]),
    ),
    (
        "iss cut at NUL",
        Rule::IssMismatch,
        Overlooks(
            |s| s.text("iss").split('\0').next() == Some(s.client_id()),
            &[],
        ),
    ),
    (
        "iss empty reads as absent",
        Rule::IssMismatch,
        Overlooks(|s| s.text("iss").is_empty(), &[]),
    ),
    (
        "iss may be the server itself",
        Rule::IssMismatch,
        Overlooks(|s| s.text("iss") == s.step.context.server.issuer, &[]),
    ),
    (
        "iss may be any registered client",
        Rule::IssMismatch,
        Overlooks(|s| s.is_registered(s.text("iss")), &[]),
    ),
    (
        "iss as an array of itself passes",
        Rule::IssType,
        Overlooks(
            |s| s.claims["iss"] == serde_json::json!([s.client_id()]),
            &[],
        ),
    ),
    (
        "iss as an array that has the client passes",
        Rule::IssType,
        Overlooks(|s| has_member(&s.claims["iss"], s.client_id()), &[]),
    ),
    (
        "iss null reads as absent",
        Rule::IssType,
        Overlooks(|s| s.claims.get("iss") == Some(&Value::Null), &[]),
    ),
    (
        "iss as a number reads as text",
        Rule::IssType,
        Overlooks(|s| s.claims["iss"].is_number(), &[]),
    ),
    (
        "iss as an object passes",
        Rule::IssType,
        Overlooks(|s| s.claims["iss"].is_object(), &[]),
    ),
    (
        "iss is not required",
        Rule::IssMissing,
        Overlooks(|_| true, &[]),
    ),
    (
        "sub compared without case",
        Rule::SubMismatch,
        Overlooks(|s| s.text("sub").eq_ignore_ascii_case(s.client_id()), &[]),
    ),
    (
        "sub empty reads as absent",
        Rule::SubMismatch,
        Overlooks(|s| s.text("sub").is_empty(), &[]),
    ),
    (
        "sub may be any registered client",
        Rule::SubMismatch,
        Overlooks(|s| s.is_registered(s.text("sub")), &[]),
    ),
    (
        "sub is not compared",
        Rule::SubMismatch,
        Overlooks(|_| true, &[]),
    ),
    (
        "sub as an array passes",
        Rule::SubType,
        Overlooks(|s| s.claims["sub"].is_array(), &[]),
    ),
    (
        "sub null reads as absent",
        Rule::SubType,
        Overlooks(|s| s.claims.get("sub") == Some(&Value::Null), &[]),
    ),
    (
        "sub as a number passes",
        Rule::SubType,
        Overlooks(|s| s.claims["sub"].is_number(), &[]),
    ),
    (
        "client_id parameter compared without case",
        Rule::ClientIdMismatch,
        Overlooks(|s| s.parameter().eq_ignore_ascii_case(s.client_id()), &[]),
    ),
    (
        "client_id parameter ignored",
        Rule::ClientIdMismatch,
        Overlooks(|_| true, &[]),
    ),
    (
        "client_id parameter required",
        Rule::ClientIdOptional,
        Rejects(|s| s.step.request.client_id.is_none()),
    ),
    (
        "client_id parameter must not be empty",
        Rule::ClientIdOptional,
        Rejects(|s| s.step.request.client_id.as_deref() == Some("")),
    ),
    (
        "assertion type not checked",
        Rule::ClientAssertionType,
        Overlooks(|_| true, &[]),
    ),
    (
        "assertion type compared without case",
        Rule::ClientAssertionType,
        Overlooks(|s| kind(s).eq_ignore_ascii_case(ASSERTION_TYPE), &[]),
    ),
    (
        "assertion type trimmed",
        Rule::ClientAssertionType,
        Overlooks(|s| kind(s).trim() == ASSERTION_TYPE, &[]),
    ),
    (
        "assertion type compared by its end",
        Rule::ClientAssertionType,
        Overlooks(|s| kind(s).ends_with("jwt-bearer"), &[]),
    ),
    (
        "assertion type may be missing",
        Rule::ClientAssertionType,
        Overlooks(|s| kind(s).is_empty(), &[]),
    ),
];

fn has_member(value: &Value, text: &str) -> bool {
    value
        .as_array()
        .is_some_and(|all| all.iter().any(|member| member == text))
}

fn kind<'a>(scene: &Scene<'a>) -> &'a str {
    scene
        .step
        .request
        .client_assertion_type
        .as_deref()
        .unwrap_or_default()
}
