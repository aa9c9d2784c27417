//! Ways of getting `exp`, `nbf` and `iat` wrong.

use jwt_assay_core::model::Rule;
use serde_json::Value;

use super::{
    Row, Scene,
    Twist::{Forgives, Minds},
};

pub(super) static WAYS: &[Row] = &[
    (
        "exp passes at its own second",
        Rule::Expired,
        Forgives(|s| s.seconds("exp") == Some(deadline(s)), &[]),
    ),
    (
        "exp fails one second early",
        Rule::Expired,
        Minds(|s| s.seconds("exp") == Some(s.now() + 1.0)),
    ),
    (
        "exp has five minutes of leeway",
        Rule::Expired,
        Forgives(
            |s| s.seconds("exp").is_some_and(|e| e >= s.now() - 300.0),
            &[],
        ),
    ),
    (
        "exp of an hour ago passes, as in another time zone",
        Rule::Expired,
        Forgives(
            |s| s.seconds("exp").is_some_and(|e| e >= s.now() - 3600.0),
            &[],
        ),
    ),
    (
        "exp of 0 reads as absent",
        Rule::Expired,
        Forgives(|s| s.seconds("exp") == Some(0.0), &[]),
    ),
    (
        "negative exp reads as unsigned",
        Rule::Expired,
        Forgives(|s| s.seconds("exp").is_some_and(|e| e < 0.0), &[]),
    ),
    (
        "exp is not needed where iat is there",
        Rule::ExpMissing,
        Forgives(|s| s.claims.get("iat").is_some(), &[]),
    ),
    (
        "exp as digits in a string reads as a number",
        Rule::ExpType,
        Forgives(|s| s.text("exp").parse::<i64>().is_ok(), &[]),
    ),
    (
        "exp as a string reads as absent",
        Rule::ExpType,
        Forgives(|s| s.claims["exp"].is_string(), &[]),
    ),
    (
        "exp as RFC 3339 reads as a time",
        Rule::ExpType,
        Forgives(|s| s.text("exp").contains('T'), &[]),
    ),
    (
        "exp null reads as absent",
        Rule::ExpType,
        Forgives(|s| s.claims.get("exp") == Some(&Value::Null), &[]),
    ),
    (
        "exp true reads as a number",
        Rule::ExpType,
        Forgives(|s| s.claims["exp"].is_boolean(), &[]),
    ),
    (
        "exp as an array reads as its element",
        Rule::ExpType,
        Forgives(|s| s.claims["exp"].is_array(), &[]),
    ),
    (
        "exp as an object reads as absent",
        Rule::ExpType,
        Forgives(|s| s.claims["exp"].is_object(), &[]),
    ),
    (
        "exp beyond a double reads as infinity",
        Rule::ExpType,
        Forgives(|s| s.payload_has("\"exp\":1e400"), &[]),
    ),
    (
        "exp is cut to 32 bits",
        Rule::Lifetime,
        Forgives(
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
        Forgives(
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
        Forgives(|s| s.seconds("exp") == Some(s.now() + 3601.0), &[]),
    ),
    (
        "the cap is a day",
        Rule::Lifetime,
        Forgives(
            |s| s.seconds("exp").is_some_and(|e| e <= s.now() + 86_400.0),
            &[],
        ),
    ),
    (
        "the cap fails at its own second",
        Rule::LifetimeLong,
        Minds(|s| s.seconds("exp") == Some(s.now() + 3600.0)),
    ),
    (
        "the cap is five minutes",
        Rule::LifetimeLong,
        Minds(|s| s.seconds("exp").is_some_and(|e| e > s.now() + 300.0)),
    ),
    (
        "nbf must be before now",
        Rule::NbfNow,
        Minds(|s| s.seconds("nbf") == Some(s.now())),
    ),
    (
        "nbf is off by one",
        Rule::NotYetValid,
        Forgives(|s| s.seconds("nbf") == Some(s.now() + 1.0), &[]),
    ),
    (
        "nbf is not checked",
        Rule::NotYetValid,
        Forgives(|_| true, &[]),
    ),
    (
        "nbf with a fraction reads as absent",
        Rule::NotYetValid,
        Forgives(|s| s.seconds("nbf").is_some_and(|n| n.fract() != 0.0), &[]),
    ),
    (
        "nbf as a string reads as absent",
        Rule::NbfType,
        Forgives(|s| s.claims["nbf"].is_string(), &[]),
    ),
    (
        "nbf as a string of digits reads as a number",
        Rule::NbfType,
        Forgives(
            |s| s.text("nbf").parse::<f64>().is_ok_and(|n| n <= s.now()),
            &[],
        ),
    ),
    (
        "nbf as an array reads as absent",
        Rule::NbfType,
        Forgives(|s| s.claims["nbf"].is_array(), &[]),
    ),
    (
        "iat in the future passes",
        Rule::IatFuture,
        Forgives(|_| true, &[]),
    ),
    (
        "iat has a minute of leeway",
        Rule::IatFuture,
        Forgives(
            |s| s.seconds("iat").is_some_and(|i| i <= s.now() + 60.0),
            &[],
        ),
    ),
    (
        "iat as a string reads as absent",
        Rule::IatType,
        Forgives(|s| s.claims["iat"].is_string(), &[]),
    ),
    (
        "iat true reads as a number",
        Rule::IatType,
        Forgives(|s| s.claims["iat"].is_boolean(), &[]),
    ),
    (
        "iat is required",
        Rule::IatOptional,
        Minds(|s| s.claims.get("iat").is_none()),
    ),
    (
        "iat a minute old fails",
        Rule::Baseline,
        Minds(|s| s.seconds("iat").is_some_and(|i| i == s.now() - 60.0)),
    ),
    (
        "a time beyond 2038 wraps",
        Rule::Baseline,
        Minds(|s| s.now() > 2_147_483_647.0),
    ),
];

/// The first second at which `exp` has passed.
fn deadline(scene: &Scene<'_>) -> f64 {
    scene.now() - f64::from(scene.step.context.policy.clock_skew)
}
