//! Values of claims, biased to the edges: times around every boundary, every kind of NumericDate,
//! the shapes of `aud`, names that are almost right.

use super::draw::{Draw, template};
use crate::{mutate::RegisteredClaim, recipe::Template};

/// A value for a registered claim, right or not.
pub(super) fn claim(draw: &mut Draw<'_, '_>, claim: RegisteredClaim) -> Template {
    if draw.once_in(8) {
        return anything(draw);
    }
    match claim {
        RegisteredClaim::Iss | RegisteredClaim::Sub => name(draw),
        RegisteredClaim::Aud => audience(draw),
        RegisteredClaim::Exp | RegisteredClaim::Nbf | RegisteredClaim::Iat => time(draw),
        RegisteredClaim::Jti => identifier(draw),
    }
}

/// Seconds from the evaluation time: a boundary of some profile, its neighbours, or anywhere.
pub(super) fn seconds(draw: &mut Draw<'_, '_>) -> i64 {
    if draw.once_in(8) {
        return i64::from(draw.word().cast_signed());
    }
    let edge = *draw.of(&EDGES);
    edge + i64::from(*draw.of(&[0_i8, 0, 0, 1, -1, 2]))
}

/// A NumericDate, or what some verifier takes for one.
pub(super) fn time(draw: &mut Draw<'_, '_>) -> Template {
    let at = format!("${{now{:+}}}", seconds(draw));
    match draw.octet() {
        0..=127 => template(&at),
        128..=223 => template(&draw.of(&LEXEMES).replace("AT", &at)),
        _ => draw.text(&NO_TIMES),
    }
}

/// The value of `aud`.
pub(super) fn audience(draw: &mut Draw<'_, '_>) -> Template {
    let name = match draw.once_in(4) {
        true => *draw.of(&STRANGE_SERVERS),
        false => *draw.of(&SERVERS),
    };
    match draw.octet() {
        0..=127 => template(&format!("\"{name}\"")),
        _ => template(&draw.of(&AUDIENCE_SHAPES).replace("NAME", name)),
    }
}

/// The value of `iss`, of `sub`, or of a parameter that names a client.
pub(super) fn name(draw: &mut Draw<'_, '_>) -> Template {
    draw.text(&NAMES)
}

/// The value of `jti`.
pub(super) fn identifier(draw: &mut Draw<'_, '_>) -> Template {
    draw.text(&IDENTIFIERS)
}

/// Every kind of JSON value, edges first.
pub(super) fn anything(draw: &mut Draw<'_, '_>) -> Template {
    match draw.once_in(4) {
        true => text(draw),
        false => draw.text(&ANYTHING),
    }
}

/// A string of a few characters from all over Unicode.
fn text(draw: &mut Draw<'_, '_>) -> Template {
    let len = draw.octet() % 12;
    let characters: String = (0..len)
        .filter_map(|_| match draw.once_in(4) {
            true => char::from_u32(draw.word() % 0x11_0000),
            false => Some(*draw.of(&CHARACTERS)),
        })
        .collect();
    template(&crate::recipe::json_string(&characters).replace("${", "$ {"))
}

/// Boundaries of some profile or set, in seconds from now: skews, lifetimes, the second itself.
const EDGES: [i64; 24] = [
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
];

/// Ways of writing a number of seconds; `AT` is the number.
const LEXEMES: [&str; 18] = [
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
];

/// Values that are no time, or a time that nobody means.
const NO_TIMES: [&str; 28] = [
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
];

/// Names of the server that some profile accepts.
const SERVERS: [&str; 4] = [
    "${aud}",
    "${issuer}",
    "${token-endpoint}",
    "https://other-as.example",
];

/// Names that are almost the server's.
const STRANGE_SERVERS: [&str; 34] = [
    "",
    "${aud}/",
    "${aud-cut}",
    "x${aud}",
    "${aud}x",
    "${aud}.attacker.example",
    "https://attacker.example/${aud}",
    "https://attacker.example/?${aud}",
    "${aud}?a=b",
    "${aud}#a",
    " ${aud}",
    "${aud} ",
    "${aud}\\n",
    "${aud}\\u0000x",
    "${aud} https://other-as.example",
    "https://other-as.example ${aud}",
    "${aud},https://other-as.example",
    "*",
    "https://*",
    "http://as.example${aud-path}",
    "HTTPS://AS.EXAMPLE${aud-path}",
    "https://AS.example${aud-path}",
    "https://as.example:443${aud-path}",
    "https://as.example/x/..${aud-path}",
    "https://as.example",
    "https://as.example/other",
    "as.example",
    "//as.example${aud-path}",
    "${cid}",
    "${jti}",
    "https://%61s.example${aud-path}",
    "https://as.ex\\u0430mple${aud-path}",
    "https:\\/\\/as.example${aud-path}",
    "https://user@as.example${aud-path}",
];

/// Shapes of `aud`; `NAME` is a name.
const AUDIENCE_SHAPES: [&str; 20] = [
    "[\"NAME\"]",
    "[\"NAME\",\"https://other-as.example\"]",
    "[\"https://other-as.example\",\"NAME\"]",
    "[\"NAME\",\"NAME\"]",
    "[\"${issuer}\",\"NAME\"]",
    "[]",
    "[[\"NAME\"]]",
    "[\"NAME\",1]",
    "[1,\"NAME\"]",
    "[\"NAME\",null]",
    "[null]",
    "[\"NAME\",[]]",
    "[\"NAME\",{}]",
    "{\"0\":\"NAME\"}",
    "{\"NAME\":true}",
    "[\"NAME\"${repeat:,\"https://other-as.example\":100}]",
    "true",
    "0",
    "null",
    "\"[\\\"NAME\\\"]\"",
];

/// Names of clients, and what is almost one.
const NAMES: [&str; 36] = [
    "\"${cid}\"",
    "\"${other-cid}\"",
    "\"${issuer}\"",
    "\"\"",
    "\"${cid}x\"",
    "\"x${cid}\"",
    "\"assay-client\"",
    "\"ASSAY-CLIENT-A\"",
    "\"${cid} \"",
    "\" ${cid}\"",
    "\"${cid}\\u0000\"",
    "\"${cid}\\n\"",
    "\"${cid}\\u0000x\"",
    "\"\\u0061ssay-client-a\"",
    "\"assay\\u002dclient\\u002da\"",
    "\"\\uff41ssay-client-a\"",
    "\"assay-cl\\u0131ent-a\"",
    "\"${cid}\\u200b\"",
    "\"${cid}\\ud800\"",
    "[\"${cid}\"]",
    "[\"${cid}\",\"${other-cid}\"]",
    "[\"${other-cid}\",\"${cid}\"]",
    "{\"id\":\"${cid}\"}",
    "{\"toString\":\"${cid}\"}",
    "null",
    "0",
    "1",
    "true",
    "false",
    "[]",
    "{}",
    "\"assay-client-unknown\"",
    "\"https://accounts.example\"",
    "\"alice@users.example\"",
    "\"${repeat:a:4096}\"",
    "\"__proto__\"",
];

/// Values of `jti`.
const IDENTIFIERS: [&str; 28] = [
    "\"${jti}\"",
    "\"${fresh}\"",
    "\"\"",
    "\" \"",
    "\"${jti} \"",
    "\"${jti}\\u0000\"",
    "\"a-jti\"",
    "\"A-JTI\"",
    "\"caf\\u00e9\"",
    "\"cafe\\u0301\"",
    "\"${repeat:a:63}1\"",
    "\"${repeat:a:63}2\"",
    "\"${repeat:a:10000}\"",
    "\"two\"",
    "\"one:two\"",
    "\"${other-cid}:${jti}\"",
    "\"\\ud800\"",
    "\"\\u0000\"",
    "\"'; DROP TABLE jti; --\"",
    "null",
    "0",
    "1e999",
    "true",
    "false",
    "[]",
    "[\"${jti}\"]",
    "{}",
    "{\"$gt\":\"\"}",
];

/// Every kind of JSON value.
const ANYTHING: [&str; 34] = [
    "null",
    "true",
    "false",
    "0",
    "-1",
    "1.5",
    "\"\"",
    "[]",
    "{}",
    "[null]",
    "[0]",
    "[\"\"]",
    "{\"a\":1,\"a\":2}",
    "{\"exp\":0,\"aud\":[]}",
    "[[1,{\"a\":null}],\"b\"]",
    "1e3",
    "1E400",
    "9007199254740993",
    "123456789012345678901234567890",
    "0.1000000000000000000000000000001",
    "\"\\u0061\\\"\\\\\"",
    "\"\u{10348}\"",
    "\"\\ud800\\udf48\"",
    "\"\\udc00\"",
    "\"\\ufffe\"",
    "${repeat:[:60}${repeat:]:60}",
    "\"${repeat:x:5000}\"",
    "[1,]",
    "{a:1}",
    "'a'",
    "01",
    ".5",
    "1.",
    "\"\u{7}\"",
];

/// Characters that a comparison, a parser or a log may stumble over.
const CHARACTERS: [char; 24] = [
    'a',
    'Z',
    '0',
    ' ',
    '"',
    '\\',
    '/',
    '\0',
    '\n',
    '\t',
    '\u{7f}',
    '\u{a0}',
    'é',
    'ß',
    'İ',
    '\u{301}',
    '\u{200b}',
    '\u{202e}',
    '\u{feff}',
    '\u{fffd}',
    '漢',
    '𐍈',
    '😀',
    '\u{10ffff}',
];
