//! Mistakes about `jti` and about unknown claims.

use jwt_assay_core::model::Rule;

use super::{
    Entry,
    Misreading::{Overlooks, Rejects},
};

pub(super) static MISTAKES: &[Entry] = &[
    (
        "jti is not required",
        Rule::JtiMissing,
        Overlooks(|_| true, &[]),
    ),
    (
        "jti is required everywhere",
        Rule::JtiMissing,
        Rejects(|s| s.claims.get("jti").is_none()),
    ),
    ("jti empty passes", Rule::JtiEmpty, Overlooks(|_| true, &[])),
    (
        "jti null reads as absent",
        Rule::JtiNull,
        Overlooks(|_| true, &[]),
    ),
    (
        "jti as a number passes",
        Rule::JtiType,
        Overlooks(|s| s.claims["jti"].is_number(), &[]),
    ),
    (
        "jti as an array passes",
        Rule::JtiType,
        Overlooks(|s| s.claims["jti"].is_array(), &[]),
    ),
    (
        "jti as an object passes",
        Rule::JtiType,
        Overlooks(|s| s.claims["jti"].is_object(), &[]),
    ),
    (
        "jti is not remembered",
        Rule::Replay,
        Overlooks(|_| true, &[]),
    ),
    (
        "jti is remembered for all clients together",
        Rule::ReplayOtherClient,
        Rejects(|s| s.has(Rule::ReplayOtherClient)),
    ),
    (
        "jti is remembered without case",
        Rule::ReplayOtherJti,
        Rejects(|s| s.has(Rule::ReplayOtherJti)),
    ),
    (
        "jti is remembered before the signature is checked",
        Rule::JtiNotBurned,
        Rejects(|s| s.has(Rule::JtiNotBurned)),
    ),
    (
        "jti is remembered before the claims are checked",
        Rule::JtiInRejected,
        Rejects(|s| s.has(Rule::JtiInRejected)),
    ),
    (
        "an assertion without jti passes once",
        Rule::ReplayNoJti,
        Rejects(|s| s.has(Rule::ReplayNoJti)),
    ),
    (
        "jti is forgotten at exp, whatever the skew",
        Rule::Replay,
        Overlooks(|s| s.seconds("exp").is_some_and(|e| e <= s.now()), &[]),
    ),
    (
        "jti is forgotten after ten minutes",
        Rule::Replay,
        Overlooks(
            |s| s.seconds("iat").is_some_and(|i| i < s.now() - 600.0),
            &[],
        ),
    ),
    (
        "unknown claims are rejected",
        Rule::UnknownClaim,
        Rejects(|s| s.has(Rule::UnknownClaim)),
    ),
];
