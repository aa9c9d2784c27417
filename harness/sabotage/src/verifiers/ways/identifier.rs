//! Ways of getting `jti` and the other claims wrong.

use jwt_assay_core::model::Rule;

use super::{
    Row,
    Twist::{Forgives, Minds},
};

pub(super) static WAYS: &[Row] = &[
    (
        "jti is not required",
        Rule::JtiMissing,
        Forgives(|_| true, &[]),
    ),
    (
        "jti is required everywhere",
        Rule::JtiMissing,
        Minds(|s| s.claims.get("jti").is_none()),
    ),
    ("jti empty passes", Rule::JtiEmpty, Forgives(|_| true, &[])),
    (
        "jti null reads as absent",
        Rule::JtiNull,
        Forgives(|_| true, &[]),
    ),
    (
        "jti as a number passes",
        Rule::JtiType,
        Forgives(|s| s.claims["jti"].is_number(), &[]),
    ),
    (
        "jti as an array passes",
        Rule::JtiType,
        Forgives(|s| s.claims["jti"].is_array(), &[]),
    ),
    (
        "jti as an object passes",
        Rule::JtiType,
        Forgives(|s| s.claims["jti"].is_object(), &[]),
    ),
    (
        "jti is not remembered",
        Rule::Replay,
        Forgives(|_| true, &[]),
    ),
    (
        "jti is remembered for all clients together",
        Rule::ReplayOtherClient,
        Minds(|s| s.has(Rule::ReplayOtherClient)),
    ),
    (
        "jti is remembered without case",
        Rule::ReplayOtherJti,
        Minds(|s| s.has(Rule::ReplayOtherJti)),
    ),
    (
        "jti is remembered before the signature is checked",
        Rule::JtiNotBurned,
        Minds(|s| s.has(Rule::JtiNotBurned)),
    ),
    (
        "jti is remembered before the claims are checked",
        Rule::JtiInRejected,
        Minds(|s| s.has(Rule::JtiInRejected)),
    ),
    (
        "an assertion without jti passes once",
        Rule::ReplayNoJti,
        Minds(|s| s.has(Rule::ReplayNoJti)),
    ),
    (
        "jti is forgotten at exp, whatever the skew",
        Rule::Replay,
        Forgives(|s| s.seconds("exp").is_some_and(|e| e <= s.now()), &[]),
    ),
    (
        "jti is forgotten after ten minutes",
        Rule::Replay,
        Forgives(
            |s| s.seconds("iat").is_some_and(|i| i < s.now() - 600.0),
            &[],
        ),
    ),
    (
        "unknown claims are refused",
        Rule::UnknownClaim,
        Minds(|s| s.has(Rule::UnknownClaim)),
    ),
];
