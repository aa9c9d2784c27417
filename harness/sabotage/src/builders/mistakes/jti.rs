//! Mistakes about `jti`.

use jwt_assay_core::{
    encoding::base64url,
    model::{Hash, Rule},
    sign,
};

use super::{
    Entry,
    Flaw::{Composes, Jti},
    text,
};

pub(super) static MISTAKES: &[Entry] = &[
    (
        "leaves jti out",
        Rule::JtiMissing,
        Composes(|_, u| u.claims.remove("jti")),
    ),
    (
        "writes jti as a number",
        Rule::BuildJtiString,
        Composes(|r, u| {
            u.claims.set("jti", r.now.to_string());
        }),
    ),
    (
        "writes an empty jti",
        Rule::BuildJtiString,
        Jti(|_, _| String::new()),
    ),
    (
        "writes one jti for ever",
        Rule::BuildJtiUnique,
        Jti(|_, _| "public-test-jti".to_owned()),
    ),
    (
        "writes the time as jti",
        Rule::BuildJtiUnique,
        Jti(|r, _| r.now.to_string()),
    ),
    (
        "counts jti from its start",
        Rule::BuildJtiUnique,
        Jti(|_, since| format!("jti-{since}")),
    ),
    (
        "draws jti from a seed of its start",
        Rule::BuildJtiUnique,
        Jti(|_, since| base64url(&sign::hash(Hash::Sha256, &since.to_be_bytes())[..16])),
    ),
    (
        "draws jti from eight bits",
        Rule::BuildJtiUnique,
        Jti(|_, since| base64url(&sign::hash(Hash::Sha256, &since.to_be_bytes())[..1])),
    ),
    (
        "makes jti of client_id and time",
        Rule::BuildJtiUnique,
        Jti(|r, _| {
            base64url(sign::hash(
                Hash::Sha256,
                format!("{}{}", r.client_id, r.now).as_bytes(),
            ))
        }),
    ),
    (
        "writes a jti of its own beside the one asked for",
        Rule::BuildDuplicateMember,
        Composes(|r, u| {
            if r.claims.contains_key("jti") {
                u.claims
                    .append(text("jti"), text("public-test-jti-of-its-own"));
            }
        }),
    ),
];
