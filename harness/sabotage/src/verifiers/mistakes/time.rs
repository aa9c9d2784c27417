//! Mistakes about `exp`, `nbf` and `iat`.

use jwt_assay_core::model::Rule;
use serde_json::Value;

use super::{
    Entry,
    Misreading::{Overlooks, Rejects},
    Scene,
};

pub(super) static MISTAKES: &[Entry] = &[
    (
        "exp passes at its own second",
        Rule::Expired,
        Overlooks(|s| s.seconds("exp") == Some(deadline(s)), &[]),
    ),
    (
        "exp fails one second early",
        Rule::Expired,
        Rejects(|s| s.seconds("exp") == Some(s.now() + 1.0)),
    ),
    (
        "exp has five minutes of leeway",
        Rule::Expired,
        Overlooks(
            |s| s.seconds("exp").is_some_and(|e| e >= s.now() - 300.0),
            &[],
        ),
    ),
    (
        "exp of an hour ago passes, as in another time zone",
        Rule::Expired,
        Overlooks(
            |s| s.seconds("exp").is_some_and(|e| e >= s.now() - 3600.0),
            &[],
        ),
    ),
    (
        "exp of 0 reads as absent",
        Rule::Expired,
        Overlooks(|s| s.seconds("exp") == Some(0.0), &[]),
    ),
    (
        "negative exp reads as unsigned",
        Rule::Expired,
        Overlooks(|s| s.seconds("exp").is_some_and(|e| e < 0.0), &[]),
    ),
    (
        "exp is not needed where iat is there",
        Rule::ExpMissing,
        Overlooks(|s| s.claims.get("iat").is_some(), &[]),
    ),
    (
        "exp as digits in a string reads as a number",
        Rule::ExpType,
        Overlooks(|s| s.text("exp").parse::<i64>().is_ok(), &[]),
    ),
    (
        "exp as a string reads as absent",
        Rule::ExpType,
        Overlooks(|s| s.claims["exp"].is_string(), &[]),
    ),
    (
        "exp as RFC 3339 reads as a time",
        Rule::ExpType,
        Overlooks(|s| s.text("exp").contains('T'), &[]),
    ),
    (
        "exp null reads as absent",
        Rule::ExpType,
        Overlooks(|s| s.claims.get("exp") == Some(&Value::Null), &[]),
    ),
    (
        "exp true reads as a number",
        Rule::ExpType,
        Overlooks(|s| s.claims["exp"].is_boolean(), &[]),
    ),
    (
        "exp as an array reads as its element",
        Rule::ExpType,
        Overlooks(|s| s.claims["exp"].is_array(), &[]),
    ),
    (
        "exp as an object reads as absent",
        Rule::ExpType,
        Overlooks(|s| s.claims["exp"].is_object(), &[]),
    ),
    (
        "exp beyond a double reads as infinity",
        Rule::ExpType,
        Overlooks(|s| s.payload_has("\"exp\":1e400"), &[]),
    ),
    (
        "exp is cut to 32 bits",
        Rule::Lifetime,
        Overlooks(
            |s| {
                s.seconds("exp")
                    .is_some_and(|e| e % 4_294_967_296.0 <= s.now() + 3600.0)
            },
            &[],
        ),
    ),
    (
        "exp in milliseconds is taken as such",
        Rule::Lifetime,
        Overlooks(
            |s| {
                s.seconds("exp")
                    .is_some_and(|e| (s.now()..s.now() + 3600.0).contains(&(e / 1000.0)))
            },
            &[],
        ),
    ),
    (
        "the cap is off by one",
        Rule::Lifetime,
        Overlooks(|s| s.seconds("exp") == Some(s.now() + 3601.0), &[]),
    ),
    (
        "the cap is a day",
        Rule::Lifetime,
        Overlooks(
            |s| s.seconds("exp").is_some_and(|e| e <= s.now() + 86_400.0),
            &[],
        ),
    ),
    (
        "the cap fails at its own second",
        Rule::LifetimeLong,
        Rejects(|s| s.seconds("exp") == Some(s.now() + 3600.0)),
    ),
    (
        "the cap is five minutes",
        Rule::LifetimeLong,
        Rejects(|s| s.seconds("exp").is_some_and(|e| e > s.now() + 300.0)),
    ),
    (
        "nbf must be before now",
        Rule::NbfNow,
        Rejects(|s| s.seconds("nbf") == Some(s.now())),
    ),
    (
        "nbf is off by one",
        Rule::NotYetValid,
        Overlooks(|s| s.seconds("nbf") == Some(s.now() + 1.0), &[]),
    ),
    (
        "nbf is not checked",
        Rule::NotYetValid,
        Overlooks(|_| true, &[]),
    ),
    (
        "nbf with a fraction reads as absent",
        Rule::NotYetValid,
        Overlooks(|s| s.seconds("nbf").is_some_and(|n| n.fract() != 0.0), &[]),
    ),
    (
        "nbf as a string reads as absent",
        Rule::NbfType,
        Overlooks(|s| s.claims["nbf"].is_string(), &[]),
    ),
    (
        "nbf as a string of digits reads as a number",
        Rule::NbfType,
        Overlooks(
            |s| s.text("nbf").parse::<f64>().is_ok_and(|n| n <= s.now()),
            &[],
        ),
    ),
    (
        "nbf as an array reads as absent",
        Rule::NbfType,
        Overlooks(|s| s.claims["nbf"].is_array(), &[]),
    ),
    (
        "iat in the future passes",
        Rule::IatFuture,
        Overlooks(|_| true, &[]),
    ),
    (
        "iat has a minute of leeway",
        Rule::IatFuture,
        Overlooks(
            |s| s.seconds("iat").is_some_and(|i| i <= s.now() + 60.0),
            &[],
        ),
    ),
    (
        "iat as a string reads as absent",
        Rule::IatType,
        Overlooks(|s| s.claims["iat"].is_string(), &[]),
    ),
    (
        "iat true reads as a number",
        Rule::IatType,
        Overlooks(|s| s.claims["iat"].is_boolean(), &[]),
    ),
    (
        "iat is required",
        Rule::IatOptional,
        Rejects(|s| s.claims.get("iat").is_none()),
    ),
    (
        "iat a minute old fails",
        Rule::Baseline,
        Rejects(|s| s.seconds("iat").is_some_and(|i| i == s.now() - 60.0)),
    ),
    (
        "a time beyond 2038 wraps",
        Rule::Baseline,
        Rejects(|s| s.now() > 2_147_483_647.0),
    ),
];

/// The latest `exp` that has passed, in seconds: the evaluation time less the clock skew.
fn deadline(scene: &Scene<'_>) -> f64 {
    scene.now() - f64::from(scene.step.context.policy.clock_skew)
}
