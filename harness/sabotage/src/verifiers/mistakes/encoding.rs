//! Lenient decoding of the compact form and its segments: these verifiers repair the request first.

use jwt_assay_core::model::{Rule, Step};
use serde_json::Value;

use super::{Entry, Misreading::Repairs, edit_token, with_token};

pub(super) static MISTAKES: &[Entry] = &[
    (
        "padding is stripped",
        Rule::Base64url,
        Repairs(|s| edit_token(s, |t| t.replace('=', ""))),
    ),
    (
        "the other alphabet is read too",
        Rule::Base64url,
        Repairs(|s| edit_token(s, |t| t.replace('+', "-").replace('/', "_"))),
    ),
    (
        "characters of no alphabet are skipped",
        Rule::Base64url,
        Repairs(|s| {
            edit_token(s, |t| {
                t.chars()
                    .filter(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c))
                    .collect()
            })
        }),
    ),
    (
        "white space is skipped",
        Rule::Base64url,
        Repairs(|s| edit_token(s, |t| t.split_whitespace().collect())),
    ),
    (
        "the token is trimmed",
        Rule::Base64url,
        Repairs(|s| edit_token(s, |t| t.trim().to_owned())),
    ),
    (
        "the token is cut at NUL",
        Rule::Base64url,
        Repairs(|s| edit_token(s, |t| t.split('\0').next().unwrap_or_default().to_owned())),
    ),
    (
        "a Bearer prefix is stripped",
        Rule::Base64url,
        Repairs(|s| edit_token(s, |t| t.trim_start_matches("Bearer ").to_owned())),
    ),
    (
        "quotation marks are stripped",
        Rule::Base64url,
        Repairs(|s| edit_token(s, |t| t.trim_matches('"').to_owned())),
    ),
    (
        "a tilde at the end is stripped",
        Rule::Base64url,
        Repairs(|s| edit_token(s, |t| t.trim_end_matches('~').to_owned())),
    ),
    (
        "the first of two tokens is read",
        Rule::CompactForm,
        Repairs(|s| {
            edit_token(s, |t| {
                t.split([' ', ',']).next().unwrap_or_default().to_owned()
            })
        }),
    ),
    (
        "a fourth segment is ignored",
        Rule::CompactForm,
        Repairs(|s| edit_token(s, |t| t.split('.').take(3).collect::<Vec<_>>().join("."))),
    ),
    (
        "an empty segment in front is ignored",
        Rule::CompactForm,
        Repairs(|s| edit_token(s, |t| t.trim_start_matches('.').to_owned())),
    ),
    (
        "JSON serialization is read too",
        Rule::CompactForm,
        Repairs(from_json),
    ),
    ("UTF-16 is read too", Rule::Base64url, Repairs(from_utf16)),
];

fn from_json(step: &Step) -> Option<Step> {
    let text = step.request.client_assertion.as_ref()?.as_text()?;
    let json: Value = serde_json::from_str(text).ok()?;
    let signer = json
        .get("signatures")
        .and_then(|all| all.get(0))
        .unwrap_or(&json);
    let header = signer.get("protected")?.as_str()?;
    let signature = signer.get("signature")?.as_str()?;
    let payload = json.get("payload")?.as_str()?;
    Some(with_token(step, format!("{header}.{payload}.{signature}")))
}

fn from_utf16(step: &Step) -> Option<Step> {
    let octets = &step.request.client_assertion.as_ref()?.0;
    let pairs = octets
        .chunks_exact(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    Some(with_token(
        step,
        String::from_utf16(&pairs.collect::<Vec<_>>()).ok()?,
    ))
}
