//! Times as values of claims: every boundary of a profile, its neighbours, and every form in which a number of
//! seconds can stand in JSON.

use super::{
    choices::{Choices, Table},
    draw::{Draw, template},
    value::ValueTemplate,
};
use crate::recipe::Template;

/// Seconds from the evaluation time: a boundary of some profile, its neighbours, or anywhere.
pub(super) fn seconds(draw: &mut Draw<'_, '_>) -> i64 {
    if draw.once_in(8) {
        return i64::from(draw.word().cast_signed());
    }
    let edge = *draw.of(&EDGES);
    edge + draw.of(&NEIGHBOURS)
}

/// Seconds before and after a boundary.
static NEIGHBOURS: Table<i64> =
    Table::new(|| Choices::weighted([("0", 3, 0), ("1", 1, 1), ("-1", 1, -1), ("2", 1, 2)]));

/// A NumericDate, or what some verifier takes for one.
pub(super) fn time(draw: &mut Draw<'_, '_>) -> Template {
    let at = format!("${{now{:+}}}", seconds(draw));
    draw.of(&TIMES)(draw, &at)
}

static TIMES: Table<ValueTemplate> = Table::new(|| {
    let times: [(&str, usize, ValueTemplate); 3] = [
        ("plain", 4, |_, at| template(at)),
        ("lexeme", 3, |draw, at| {
            template(&draw.of(&LEXEMES).replace("AT", at))
        }),
        ("no-time", 1, |draw, _| draw.of(&NO_TIMES).clone()),
    ];
    Choices::weighted(times)
});

/// Boundaries of some profile or set, in seconds from now: skews, lifetimes, the second itself.
static EDGES: Table<i64> = Table::new(|| {
    Choices::even(
        [
            60,
            0,
            -1,
            -60,
            -300,
            -3600,
            300,
            3600,
            59,
            10,
            -10,
            30,
            -30,
            90,
            120,
            -120,
            151,
            3500,
            -3660,
            86_400,
            -86_400,
            315_360_000,
            -315_360_000,
            600,
        ]
        .map(|it: i64| (it.to_string(), it)),
    )
});

/// Forms of a number of seconds; `AT` is the number.
static LEXEMES: Table<&str> = Table::new(|| {
    Choices::texts([
        "AT.0",
        "AT.5",
        "AT.999999999999999999",
        "ATe0",
        "ATE+0",
        "AT.0e-0",
        "AT0e-1",
        "\"AT\"",
        "\" AT\"",
        "[AT]",
        "{\"time\":AT}",
        "AT000",
        "AT000000",
        "-AT",
        "+AT",
        "0AT",
        "AT.",
        "ATe400",
    ])
});

/// Values that are no time, or a time that no client means.
static NO_TIMES: Table<Template> = Table::new(|| {
    Choices::templates([
        "null",
        "0",
        "-0",
        "1",
        "-1",
        "true",
        "false",
        "\"\"",
        "[]",
        "{}",
        "\"abc\"",
        "\"2033-05-18T03:33:20Z\"",
        "1e400",
        "-1e400",
        "1e-400",
        "17e8",
        "1.7e9",
        "2147483647",
        "2147483648",
        "4294967296",
        "9007199254740993",
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551616",
        "${now+4294967356}",
        "0x7fffffff",
        "NaN",
        "Infinity",
    ])
});
