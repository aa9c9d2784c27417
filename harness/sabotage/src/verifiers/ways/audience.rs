//! Ways of getting `aud` wrong.

use jwt_assay_core::model::Rule;
use serde_json::Value;

use super::{
    Row, Scene,
    Twist::{Forgives, Minds},
};

pub(super) static WAYS: &[Row] = &[
    (
        "the issuer is no audience, even where it is the only one",
        Rule::AudMismatch,
        Minds(|s| s.text("aud") == s.step.context.server.issuer),
    ),
    (
        "aud may go on behind the server's name",
        Rule::AudMismatch,
        Forgives(|s| any(s, |server, aud| aud.starts_with(server)), &[]),
    ),
    (
        "aud may stop short of the server's name",
        Rule::AudMismatch,
        Forgives(
            |s| any(s, |server, aud| !aud.is_empty() && server.starts_with(aud)),
            &[],
        ),
    ),
    (
        "aud compared by its end",
        Rule::AudMismatch,
        Forgives(|s| any(s, |server, aud| aud.ends_with(server)), &[]),
    ),
    (
        "aud compared as a substring",
        Rule::AudMismatch,
        Forgives(|s| any(s, |server, aud| aud.contains(server)), &[]),
    ),
    (
        "aud compared without case",
        Rule::AudMismatch,
        Forgives(
            |s| any(s, |server, aud| server.eq_ignore_ascii_case(aud)),
            &[],
        ),
    ),
    (
        "aud compared without trailing slash",
        Rule::AudMismatch,
        Forgives(
            |s| {
                any(s, |server, aud| {
                    server.trim_end_matches('/') == aud.trim_end_matches('/')
                })
            },
            &[],
        ),
    ),
    (
        "aud compared without the default port",
        Rule::AudMismatch,
        Forgives(
            |s| any(s, |server, aud| server == aud.replace(":443", "")),
            &[],
        ),
    ),
    (
        "aud compared without query",
        Rule::AudMismatch,
        Forgives(
            |s| any(s, |server, aud| Some(server) == aud.split('?').next()),
            &[],
        ),
    ),
    (
        "aud compared without fragment",
        Rule::AudMismatch,
        Forgives(
            |s| any(s, |server, aud| Some(server) == aud.split('#').next()),
            &[],
        ),
    ),
    (
        "aud trimmed",
        Rule::AudMismatch,
        Forgives(|s| any(s, |server, aud| server == aud.trim()), &[]),
    ),
    (
        "aud cut at NUL",
        Rule::AudMismatch,
        Forgives(
            |s| any(s, |server, aud| Some(server) == aud.split('\0').next()),
            &[],
        ),
    ),
    (
        "aud may be a list with spaces",
        Rule::AudMismatch,
        Forgives(
            |s| any(s, |server, aud| aud.split(' ').any(|part| part == server)),
            &[],
        ),
    ),
    (
        "aud may be a list with commas",
        Rule::AudMismatch,
        Forgives(
            |s| any(s, |server, aud| aud.split(',').any(|part| part == server)),
            &[],
        ),
    ),
    (
        "aud may be http for https",
        Rule::AudMismatch,
        Forgives(
            |s| {
                any(s, |server, aud| {
                    server == aud.replacen("http://", "https://", 1)
                })
            },
            &[],
        ),
    ),
    (
        "aud may be a wildcard",
        Rule::AudMismatch,
        Forgives(|s| s.text("aud").contains('*'), &[]),
    ),
    (
        "aud may be the client",
        Rule::AudMismatch,
        Forgives(|s| s.text("aud") == s.client_id(), &[]),
    ),
    (
        "aud empty reads as absent",
        Rule::AudMismatch,
        Forgives(|s| s.claims["aud"] == "", &[]),
    ),
    (
        "aud as an empty array passes",
        Rule::AudMismatch,
        Forgives(|s| s.claims["aud"] == serde_json::json!([]), &[]),
    ),
    (
        "aud compared by host alone",
        Rule::AudMismatch,
        Forgives(|s| any(s, |server, aud| host(server) == host(aud)), &[]),
    ),
    (
        "aud skips members that are no strings",
        Rule::AudType,
        Forgives(
            |s| {
                members(s)
                    .iter()
                    .any(|member| s.audiences().any(|server| *member == server))
            },
            &[],
        ),
    ),
    (
        "aud null reads as absent",
        Rule::AudType,
        Forgives(|s| s.claims.get("aud") == Some(&Value::Null), &[]),
    ),
    (
        "aud true passes",
        Rule::AudType,
        Forgives(|s| s.claims["aud"] == true, &[]),
    ),
    (
        "aud as a number passes",
        Rule::AudType,
        Forgives(|s| s.claims["aud"].is_number(), &[]),
    ),
    (
        "aud as an object passes",
        Rule::AudType,
        Forgives(|s| s.claims["aud"].is_object(), &[]),
    ),
    (
        "aud looks into nested arrays",
        Rule::AudType,
        Forgives(|s| members(s).iter().any(|member| member.is_array()), &[]),
    ),
    (
        "aud is read from the header",
        Rule::AudMissing,
        Forgives(|s| s.header.get("aud").is_some(), &[]),
    ),
    (
        "aud looks at its first member only",
        Rule::AudSeveral,
        Minds(|s| members(s).len() > 1 && !s.audiences().any(|server| members(s)[0] == server)),
    ),
    (
        "aud must be a string",
        Rule::AudArray,
        Minds(|s| s.claims["aud"].is_array()),
    ),
    (
        "aud may have company",
        Rule::AudSeveral,
        Forgives(|_| true, &[]),
    ),
    (
        "aud may be a one-member array",
        Rule::AudArray,
        Forgives(|_| true, &[]),
    ),
];

fn any(scene: &Scene<'_>, compare: fn(&str, &str) -> bool) -> bool {
    let aud = scene.text("aud");
    scene.audiences().any(|server| compare(server, aud))
}

fn members<'a>(scene: &'a Scene<'_>) -> &'a [Value] {
    scene.claims["aud"].as_array().map_or(&[], Vec::as_slice)
}

fn host(url: &str) -> Option<&str> {
    url.split("://").nth(1)?.split('/').next()
}
