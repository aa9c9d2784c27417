//! Mistakes about `exp`, `nbf` and `iat`.

use jwt_assay_core::model::{Rule, UnixSeconds};

use super::{
    Entry,
    Flaw::{Composes, Misreads},
    exp, text,
};

pub(super) static MISTAKES: &[Entry] = &[
    (
        "leaves exp out",
        Rule::ExpMissing,
        Composes(|_, u| u.claims.remove("exp")),
    ),
    (
        "writes exp as a string",
        Rule::ExpType,
        Composes(|r, u| {
            u.claims.set("exp", text(&exp(r).to_string()));
        }),
    ),
    (
        "writes times as doubles",
        Rule::BuildIntegerTime,
        Composes(|r, u| {
            u.claims.set("exp", format!("{}.0", exp(r)));
        }),
    ),
    (
        "writes times with an exponent",
        Rule::BuildIntegerTime,
        Composes(|r, u| {
            u.claims.set("exp", format!("{}e0", exp(r)));
        }),
    ),
    (
        "writes exp in milliseconds",
        Rule::BuildSeconds,
        Composes(|r, u| {
            u.claims.set("exp", format!("{}000", exp(r)));
        }),
    ),
    (
        "writes iat in milliseconds",
        Rule::BuildSeconds,
        Composes(|r, u| {
            u.claims.set("iat", format!("{}000", r.now.0));
        }),
    ),
    (
        "writes the lifetime as exp",
        Rule::BuildExpFuture,
        Composes(|r, u| {
            u.claims.set("exp", r.lifetime.to_string());
        }),
    ),
    (
        "lives an hour whatever is asked for",
        Rule::BuildLifetime,
        Misreads(|r| r.lifetime = r.lifetime.max(3600)),
    ),
    (
        "takes the lifetime for minutes",
        Rule::BuildLifetime,
        Composes(|r, u| {
            u.claims
                .set("exp", (r.now + 60 * i64::from(r.lifetime)).to_string());
        }),
    ),
    (
        "adds a minute of grace to exp",
        Rule::BuildLifetime,
        Composes(|r, u| {
            u.claims.set("exp", (exp(r) + 60).to_string());
        }),
    ),
    (
        "asks its own clock",
        Rule::BuildClock,
        Misreads(|r| r.now = UnixSeconds(1_750_000_000)),
    ),
    (
        "counts in 31 bits",
        Rule::BuildClock,
        Misreads(|r| r.now = UnixSeconds(r.now.0 & 0x7fff_ffff)),
    ),
    (
        "counts in 32 bits",
        Rule::BuildClock,
        Misreads(|r| r.now = UnixSeconds(r.now.0 & 0xffff_ffff)),
    ),
    (
        "never goes back in time",
        Rule::BuildClock,
        Misreads(|r| r.now = r.now.max(UnixSeconds(1_650_000_000))),
    ),
    (
        "writes local time",
        Rule::BuildClock,
        Composes(|r, u| {
            u.claims.set("iat", (r.now + 7200).to_string());
        }),
    ),
    (
        "issues a moment ahead",
        Rule::BuildIssuedAhead,
        Composes(|r, u| {
            u.claims.set("iat", (r.now + 5).to_string());
        }),
    ),
    (
        "is not good before a moment ahead",
        Rule::BuildNotBefore,
        Composes(|r, u| {
            u.claims.set("nbf", (r.now + 5).to_string());
        }),
    ),
    (
        "writes exp as nbf",
        Rule::BuildNotBefore,
        Composes(|r, u| {
            u.claims.set("nbf", exp(r).to_string());
        }),
    ),
    (
        "takes the moment 0 for none given",
        Rule::BuildClock,
        Misreads(|r| {
            if r.now.0 == 0 {
                r.now = UnixSeconds(1_750_000_000);
            }
        }),
    ),
    (
        "takes no lifetime for an hour",
        Rule::BuildLifetime,
        Misreads(|r| {
            if r.lifetime == 0 {
                r.lifetime = 3600;
            }
        }),
    ),
    (
        "counts the lifetime in milliseconds of 32 bits with a sign",
        Rule::BuildExpFuture,
        Composes(|r, u| {
            let milliseconds = r.lifetime.wrapping_mul(1000).cast_signed();
            u.claims
                .set("exp", (r.now + i64::from(milliseconds / 1000)).to_string());
        }),
    ),
];
