//! Mistakes about `aud`.

use jwt_assay_core::model::Rule;
use serde_json::Value;

use super::{
    Entry,
    Misreading::{Overlooks, Rejects},
    Scene,
};

pub(super) static MISTAKES: &[Entry] = &[
    (
        "the issuer is no audience, even where it is the only one",
        Rule::AudMismatch,
        Rejects(|s| s.text("aud") == s.step.context.server.issuer),
    ),
    (
        "aud may go on behind the server's name",
        Rule::AudMismatch,
        Overlooks(|s| any(s, |server, aud| aud.starts_with(server)), &[]),
    ),
    (
        "aud may stop short of the server's name",
        Rule::AudMismatch,
        Overlooks(
            |s| any(s, |server, aud| !aud.is_empty() && server.starts_with(aud)),
            &[],
        ),
    ),
    (
        "aud compared by its end",
        Rule::AudMismatch,
        Overlooks(|s| any(s, |server, aud| aud.ends_with(server)), &[]),
    ),
    (
        "aud compared as a substring",
        Rule::AudMismatch,
        Overlooks(|s| any(s, |server, aud| aud.contains(server)), &[]),
    ),
    (
        "aud compared without case",
        Rule::AudMismatch,
        Overlooks(
            |s| any(s, |server, aud| server.eq_ignore_ascii_case(aud)),
            &[],
        ),
    ),
    (
        "aud compared without trailing slash",
        Rule::AudMismatch,
        Overlooks(
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
        Overlooks(
            |s| any(s, |server, aud| server == aud.replace(":443", "")),
            &[],
        ),
    ),
    (
        "aud compared without query",
        Rule::AudMismatch,
        Overlooks(
            |s| any(s, |server, aud| Some(server) == aud.split('?').next()),
            &[],
        ),
    ),
    (
        "aud compared without fragment",
        Rule::AudMismatch,
        Overlooks(
            |s| any(s, |server, aud| Some(server) == aud.split('#').next()),
            &[],
        ),
    ),
    (
        "aud trimmed",
        Rule::AudMismatch,
        Overlooks(|s| any(s, |server, aud| server == aud.trim()), &[]),
    ),
    (
        "aud cut at NUL",
        Rule::AudMismatch,
        Overlooks(
            |s| any(s, |server, aud| Some(server) == aud.split('\0').next()),
            &[],
        ),
    ),
    (
        "aud may be a list with spaces",
        Rule::AudMismatch,
        Overlooks(
            |s| any(s, |server, aud| aud.split(' ').any(|part| part == server)),
            &[],
        ),
    ),
    (
        "aud may be a list with commas",
        Rule::AudMismatch,
        Overlooks(
            |s| any(s, |server, aud| aud.split(',').any(|part| part == server)),
            &[],
        ),
    ),
    (
        "aud may be http for https",
        Rule::AudMismatch,
        Overlooks(
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
        Overlooks(|s| s.text("aud").contains('*'), &[]),
    ),
    (
        "aud may be the client",
        Rule::AudMismatch,
        Overlooks(|s| s.text("aud") == s.client_id(), &[]),
    ),
    (
        "aud empty reads as absent",
        Rule::AudMismatch,
        Overlooks(|s| s.claims["aud"] == "", &[]),
    ),
    (
        "aud as an empty array passes",
        Rule::AudMismatch,
        Overlooks(|s| s.claims["aud"] == serde_json::json!([]), &[]),
    ),
    (
        "aud compared by host alone",
        Rule::AudMismatch,
        Overlooks(|s| any(s, |server, aud| host(server) == host(aud)), &[]),
    ),
    (
        "aud skips members that are no strings",
        Rule::AudType,
        Overlooks(
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
        Overlooks(|s| s.claims.get("aud") == Some(&Value::Null), &[]),
    ),
    (
        "aud true passes",
        Rule::AudType,
        Overlooks(|s| s.claims["aud"] == true, &[]),
    ),
    (
        "aud as a number passes",
        Rule::AudType,
        Overlooks(|s| s.claims["aud"].is_number(), &[]),
    ),
    (
        "aud as an object passes",
        Rule::AudType,
        Overlooks(|s| s.claims["aud"].is_object(), &[]),
    ),
    (
        "aud looks into nested arrays",
        Rule::AudType,
        Overlooks(|s| members(s).iter().any(|member| member.is_array()), &[]),
    ),
    (
        "aud is read from the header",
        Rule::AudMissing,
        Overlooks(|s| s.header.get("aud").is_some(), &[]),
    ),
    (
        "aud looks at its first member only",
        Rule::AudSeveral,
        Rejects(|s| members(s).len() > 1 && !s.audiences().any(|server| members(s)[0] == server)),
    ),
    (
        "aud must be a string",
        Rule::AudArray,
        Rejects(|s| s.claims["aud"].is_array()),
    ),
    (
        "aud may have company",
        Rule::AudSeveral,
        Overlooks(|_| true, &[]),
    ),
    (
        "aud may be a one-member array",
        Rule::AudArray,
        Overlooks(|_| true, &[]),
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
