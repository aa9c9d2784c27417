//! Mistakes about `iss`, `sub`, `aud` and the further claims of a request.

use jwt_assay_core::model::{BuildRequest, Rule};
use serde_json::{Value, json};

use super::{
    Entry,
    Flaw::{Composes, Misreads},
    text,
};

pub(super) static MISTAKES: &[Entry] = &[
    (
        "appends claims that are there already",
        Rule::BuildDuplicateMember,
        Composes(|r, u| {
            for (name, value) in &r.claims {
                u.claims.append(text(name), value.to_string());
            }
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
        Misreads(|r| r.client_id.0 = r.client_id.0.to_lowercase()),
    ),
    (
        "trims the client_id",
        Rule::IssMismatch,
        Misreads(|r| r.client_id.0 = r.client_id.0.trim().to_owned()),
    ),
    (
        "drops what is not ASCII",
        Rule::IssMismatch,
        Misreads(|r| r.client_id.0.retain(|c| c.is_ascii())),
    ),
    (
        "drops control characters",
        Rule::IssMismatch,
        Misreads(|r| r.client_id.0.retain(|c| !c.is_control())),
    ),
    (
        "stops at U+0000",
        Rule::IssMismatch,
        Misreads(|r| {
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
        Misreads(|r| r.client_id.0 = r.client_id.0.replace('<', "&lt;")),
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
        Misreads(|r| r.claims.clear()),
    ),
    (
        "drops claims that are null",
        Rule::BuildClaims,
        Misreads(|r| r.claims.retain(|_, v| !v.is_null())),
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
    (
        "composes letters and accents",
        Rule::IssMismatch,
        Misreads(|r| r.client_id.0 = r.client_id.0.replace("e\u{301}", "\u{e9}")),
    ),
    (
        "takes accented letters apart",
        Rule::IssMismatch,
        Misreads(|r| r.client_id.0 = r.client_id.0.replace('\u{e9}', "e\u{301}")),
    ),
    (
        "writes full-width letters as plain ones",
        Rule::IssMismatch,
        Misreads(|r| r.client_id.0 = r.client_id.0.replace('\u{ff21}', "A")),
    ),
    (
        "cuts the client_id at 255 octets",
        Rule::IssMismatch,
        Misreads(|r| r.client_id.0.truncate(255)),
    ),
    (
        "decodes percent signs in the client_id",
        Rule::IssMismatch,
        Misreads(|r| r.client_id.0 = r.client_id.0.replace("%2F", "/")),
    ),
    (
        "takes claims for the registered ones whatever the case of their names",
        Rule::BuildClaims,
        Misreads(|r| {
            let is_registered = |name: &str| ["iss", "sub", "aud", "exp"].contains(&name);
            r.claims
                .retain(|name, _| !is_registered(&name.to_lowercase()));
        }),
    ),
    (
        "lets itself be overruled by claims whatever the case of their names",
        Rule::SubMismatch,
        Composes(|r, u| {
            for (name, value) in &r.claims {
                if name.eq_ignore_ascii_case("sub") {
                    u.claims.set("sub", value.to_string());
                }
            }
        }),
    ),
    (
        "takes __proto__ for the prototype",
        Rule::BuildClaims,
        Misreads(|r| r.claims.retain(|name, _| name != "__proto__")),
    ),
    (
        "takes dots in the names of claims for a path",
        Rule::BuildClaims,
        Misreads(|r| {
            if let Some(value) = r.claims.remove("a.b") {
                r.claims.insert("a".to_owned(), json!({ "b": value }));
            }
        }),
    ),
    (
        "shortens the names of claims that are URIs",
        Rule::BuildClaims,
        Misreads(|r| {
            let short = |name: String| match name.rsplit_once('/') {
                Some((_, last)) => last.to_owned(),
                None => name,
            };
            let claims = std::mem::take(&mut r.claims);
            r.claims
                .extend(claims.into_iter().map(|(name, value)| (short(name), value)));
        }),
    ),
    (
        "writes dates in another form",
        Rule::BuildClaims,
        Misreads(|r| {
            texts(r, |text| {
                text.strip_suffix(".500Z")
                    .map(|date| json!(format!("{date}.5Z")))
            })
        }),
    ),
    (
        "writes digits as a number",
        Rule::BuildClaims,
        Misreads(|r| texts(r, |text| text.parse::<u64>().ok().map(Value::from))),
    ),
    (
        "writes the words of JSON as what they mean there",
        Rule::BuildClaims,
        Misreads(|r| {
            texts(r, |text| {
                serde_json::from_str(text)
                    .ok()
                    .filter(|v: &Value| !v.is_number())
            })
        }),
    ),
    (
        "cuts texts at 255 characters",
        Rule::BuildClaims,
        Misreads(|r| {
            texts(r, |text| {
                Some(text.chars().take(255).collect::<String>().into())
            })
        }),
    ),
];

/// Replaces the string claims for which `read` gives another value.
fn texts(request: &mut BuildRequest, read: impl Fn(&str) -> Option<Value>) {
    for value in request.claims.values_mut() {
        if let Some(other) = value.as_str().and_then(&read) {
            *value = other;
        }
    }
}
