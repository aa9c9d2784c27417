//! Values of claims, biased to the edges: the shapes of `aud`, names that are almost right, every kind of JSON
//! value.

use super::{
    choices::{Choices, Table},
    draw::{Draw, template},
    time,
};
use crate::{mutate::RegisteredClaim, recipe::Template};

/// A value for a registered claim, right or not.
pub(super) fn claim(draw: &mut Draw<'_, '_>, claim: RegisteredClaim) -> Template {
    if draw.once_in(8) {
        return anything(draw);
    }
    match claim {
        RegisteredClaim::Iss | RegisteredClaim::Sub => draw.of(&NAMES).clone(),
        RegisteredClaim::Aud => audience(draw),
        RegisteredClaim::Exp | RegisteredClaim::Nbf | RegisteredClaim::Iat => time::time(draw),
        RegisteredClaim::Jti => draw.of(&IDENTIFIERS).clone(),
    }
}

/// The value of `aud`.
fn audience(draw: &mut Draw<'_, '_>) -> Template {
    let name = if draw.once_in(4) {
        *draw.of(&STRANGE_SERVERS)
    } else {
        *draw.of(&SERVERS)
    };
    draw.of(&AUDIENCES)(draw, name)
}

/// A value around a text.
pub(super) type ValueTemplate = fn(&mut Draw<'_, '_>, &str) -> Template;

static AUDIENCES: Table<ValueTemplate> = Table::new(|| {
    let audiences: [(&str, ValueTemplate); 2] = [
        ("text", |_, name| template(&format!("\"{name}\""))),
        ("shape", |draw, name| {
            template(&draw.of(&AUDIENCE_SHAPES).replace("NAME", name))
        }),
    ];
    Choices::even(audiences)
});

/// Every kind of JSON value, edges first.
pub(super) fn anything(draw: &mut Draw<'_, '_>) -> Template {
    if draw.once_in(4) {
        return text(draw);
    }
    draw.of(&ANYTHING).clone()
}

/// A string of a few characters from all over Unicode.
fn text(draw: &mut Draw<'_, '_>) -> Template {
    let len = draw.below(12);
    let characters: String = (0..len)
        .filter_map(|_| {
            if draw.once_in(4) {
                char::from_u32(draw.word() % 0x11_0000)
            } else {
                Some(*draw.of(&CHARACTERS))
            }
        })
        .collect();
    template(&crate::recipe::json_string(&characters).replace("${", "$ {"))
}

/// Names of the server that some profile accepts, and another server's.
static SERVERS: Table<&str> = Table::new(|| {
    let names = [
        ("${aud}", 3),
        ("${issuer}", 1),
        ("${token-endpoint}", 1),
        ("https://other-as.example", 1),
    ];
    Choices::weighted(names.map(|(name, weight)| (name, weight, name)))
});

/// Names that are almost the server's.
static STRANGE_SERVERS: Table<&str> = Table::new(|| {
    Choices::texts([
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
    ])
});

/// Shapes of `aud`; `NAME` is a name.
static AUDIENCE_SHAPES: Table<&str> = Table::new(|| {
    let shapes = [
        ("[\"NAME\"]", 3),
        ("[\"NAME\",\"NAME\"]", 2),
        ("[\"NAME\",\"https://other-as.example\"]", 1),
        ("[\"https://other-as.example\",\"NAME\"]", 1),
        ("[\"${issuer}\",\"NAME\"]", 1),
        ("[]", 1),
        ("[[\"NAME\"]]", 1),
        ("[\"NAME\",1]", 1),
        ("[1,\"NAME\"]", 1),
        ("[\"NAME\",null]", 1),
        ("[null]", 1),
        ("[\"NAME\",[]]", 1),
        ("[\"NAME\",{}]", 1),
        ("{\"0\":\"NAME\"}", 1),
        ("{\"NAME\":true}", 1),
        ("[\"NAME\"${repeat:,\"https://other-as.example\":100}]", 1),
        ("true", 1),
        ("0", 1),
        ("null", 1),
        ("\"[\\\"NAME\\\"]\"", 1),
    ];
    Choices::weighted(shapes.map(|(shape, weight)| (shape, weight, shape)))
});

/// Names of clients, and what is almost one.
static NAMES: Table<Template> = Table::new(|| {
    Choices::templates([
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
    ])
});

/// Values of `jti`.
static IDENTIFIERS: Table<Template> = Table::new(|| {
    Choices::templates([
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
    ])
});

/// Every kind of JSON value.
static ANYTHING: Table<Template> = Table::new(|| {
    Choices::templates([
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
    ])
});

/// Characters that a comparison, a parser or a log may stumble over.
static CHARACTERS: Table<char> = Table::new(|| {
    Choices::even(
        [
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
        ]
        .map(|it| (it.to_string(), it)),
    )
});
