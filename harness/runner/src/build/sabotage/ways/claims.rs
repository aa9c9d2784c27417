//! Ways of getting `iss`, `sub`, `aud` and the claims beside the registered ones wrong.

use jwt_assay_core::model::Rule;
use serde_json::Value;

use super::{
    Row,
    Twist::{Asks, Composes},
    text,
};

pub(super) static WAYS: &[Row] = &[
    (
        "appends claims that are there already",
        Rule::BuildDuplicateMember,
        Composes(|r, u| {
            let claims = r.claims.iter();
            u.claims
                .0
                .extend(claims.map(|(name, value)| (text(name), value.to_string())));
        }),
    ),
    (
        "lets itself be overruled by claims",
        Rule::IssMismatch,
        Composes(|r, u| {
            for (name, value) in &r.claims {
                u.claims.set(name, value.to_string());
            }
        }),
    ),
    (
        "joins the claims together as text",
        Rule::SubMismatch,
        Composes(|r, u| {
            let quoted = format!("\"{}\"", r.client_id.0);
            u.claims.set("iss", quoted.clone());
            u.claims.set("sub", quoted);
        }),
    ),
    (
        "leaves iss out",
        Rule::IssMissing,
        Composes(|_, u| u.claims.remove("iss")),
    ),
    (
        "leaves sub out",
        Rule::SubMissing,
        Composes(|_, u| u.claims.remove("sub")),
    ),
    (
        "leaves aud out",
        Rule::AudMissing,
        Composes(|_, u| u.claims.remove("aud")),
    ),
    (
        "writes the audience as iss",
        Rule::IssMismatch,
        Composes(|r, u| {
            u.claims.set("iss", text(&r.audience));
        }),
    ),
    (
        "writes the client_id in lower case",
        Rule::IssMismatch,
        Asks(|r| r.client_id.0 = r.client_id.0.to_lowercase()),
    ),
    (
        "trims the client_id",
        Rule::IssMismatch,
        Asks(|r| r.client_id.0 = r.client_id.0.trim().to_owned()),
    ),
    (
        "drops what is not ASCII",
        Rule::IssMismatch,
        Asks(|r| r.client_id.0.retain(|c| c.is_ascii())),
    ),
    (
        "drops control characters",
        Rule::IssMismatch,
        Asks(|r| r.client_id.0.retain(|c| !c.is_control())),
    ),
    (
        "stops at U+0000",
        Rule::IssMismatch,
        Asks(|r| {
            r.client_id.0 = r
                .client_id
                .0
                .split('\0')
                .next()
                .unwrap_or_default()
                .to_owned();
        }),
    ),
    (
        "escapes for HTML",
        Rule::IssMismatch,
        Asks(|r| r.client_id.0 = r.client_id.0.replace('<', "&lt;")),
    ),
    (
        "writes a client_id of digits as a number",
        Rule::IssType,
        Composes(|r, u| {
            if r.client_id.0.bytes().all(|octet| octet.is_ascii_digit())
                && !r.client_id.0.is_empty()
            {
                u.claims
                    .set("iss", r.client_id.0.trim_start_matches('0').to_owned());
            }
        }),
    ),
    (
        "names the server twice in aud",
        Rule::BuildAudience,
        Composes(|r, u| {
            let audience = text(&r.audience);
            u.claims
                .set("aud", format!("[{audience},\"https://as.example\"]"));
        }),
    ),
    (
        "writes aud as an array",
        Rule::BuildAudienceString,
        Composes(|r, u| {
            u.claims.set("aud", format!("[{}]", text(&r.audience)));
        }),
    ),
    (
        "always writes the issuer as aud",
        Rule::BuildAudience,
        Composes(|_, u| {
            u.claims.set("aud", "\"https://as.example\"".to_owned());
        }),
    ),
    (
        "always writes the token endpoint as aud",
        Rule::BuildAudience,
        Composes(|_, u| {
            u.claims
                .set("aud", "\"https://as.example/oauth2/v1/token\"".to_owned());
        }),
    ),
    (
        "ends aud with a slash",
        Rule::BuildAudience,
        Composes(|r, u| {
            u.claims.set("aud", text(&format!("{}/", r.audience)));
        }),
    ),
    (
        "drops the other claims",
        Rule::BuildClaims,
        Asks(|r| r.claims.clear()),
    ),
    (
        "drops claims that are null",
        Rule::BuildClaims,
        Asks(|r| r.claims.retain(|_, v| !v.is_null())),
    ),
    (
        "reads numbers as doubles",
        Rule::BuildClaims,
        Composes(|r, u| {
            for (name, value) in &r.claims {
                if let Some(number) = value.as_f64() {
                    u.claims.set(name, Value::from(number).to_string());
                }
            }
        }),
    ),
    (
        "writes other claims as strings",
        Rule::BuildClaims,
        Composes(|r, u| {
            for (name, value) in r.claims.iter().filter(|(_, value)| !value.is_string()) {
                u.claims.set(name, text(&value.to_string()));
            }
        }),
    ),
];
