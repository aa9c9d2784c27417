//! Members of the header, each with values at its edges.

use super::{
    choices::{Choices, Table},
    draw::Draw,
    edit, value,
};
use crate::{mutate::MemberEdit, recipe::Template};

/// An edit to the header's members, mostly to one that every verifier reads.
pub(super) fn edit(draw: &mut Draw<'_, '_>) -> MemberEdit {
    let (name, values) = draw.of(&HEADER);
    let (name, value) = ((*name).to_owned(), draw.of(values).clone());
    draw.of(&EDITS)(draw, name, value)
}

type Edit = fn(&mut Draw<'_, '_>, String, Template) -> MemberEdit;

/// The edits to a member, one of whose values was drawn.
static EDITS: Table<Edit> = Table::new(|| {
    let edits: [(&str, usize, Edit); 6] = [
        ("set", 24, |_, name, value| MemberEdit::Set(name, value)),
        ("append", 2, |_, name, value| {
            MemberEdit::Append(name, value)
        }),
        ("prepend", 2, |_, name, value| {
            MemberEdit::Prepend(name, value)
        }),
        ("remove", 2, |_, name, _| MemberEdit::Remove(name)),
        ("arrangement", 1, |draw, _, _| {
            edit::arrangement(draw, "kid")
        }),
        ("set-anything", 1, |draw, name, _| {
            MemberEdit::Set(name, value::anything(draw))
        }),
    ];
    Choices::weighted(edits)
});

/// The members with their values.
static HEADER: Table<(&str, Choices<Template>)> = Table::new(|| {
    let members = MEMBERS.into_iter().map(|(name, weight, values)| {
        let values = Choices::templates(values.iter().copied());
        (name, weight, (name, values))
    });
    Choices::weighted(members)
});

/// Members of the header, each with its weight and with values at its edges. Those that every verifier
/// reads come first and more often.
const MEMBERS: [(&str, usize, &[&str]); 16] = [
    (
        "alg",
        5,
        &[
            "\"${alg}\"",
            "\"none\"",
            "\"None\"",
            "\"NONE\"",
            "\"nOnE\"",
            "\"none \"",
            "\"${alg-lower}\"",
            "\" ${alg}\"",
            "\"${alg} \"",
            "\"${alg}\\u0000\"",
            "[\"${alg}\"]",
            "\"\"",
            "null",
            "0",
            "{}",
            "\"HS256\"",
            "\"HS384\"",
            "\"HS512\"",
            "\"RS256\"",
            "\"PS256\"",
            "\"ES256\"",
            "\"ES384\"",
            "\"ES512\"",
            "\"EdDSA\"",
            "\"Ed25519\"",
            "\"ES256K\"",
            "\"RS1\"",
            "\"HS1\"",
            "\"dir\"",
            "\"A256GCM\"",
            "\"\\u0048S256\"",
            "\"\\u0045S256\"",
            "\"HMAC\"",
        ],
    ),
    (
        "kid",
        5,
        &[
            "\"${kid}\"",
            "\"${other-kid}\"",
            "\"public-test-key-unknown\"",
            "\"\"",
            "null",
            "0",
            "1",
            "[]",
            "[\"${kid}\"]",
            "{}",
            "true",
            "\"${kid} \"",
            "\"../../../../../../dev/null\"",
            "\"x' UNION SELECT 'aaa';--\"",
            "\"__proto__\"",
            "\"${repeat:k:4096}\"",
            "\"public-test-key-p256-a2\"",
        ],
    ),
    (
        "typ",
        5,
        &[
            "\"JWT\"",
            "\"jwt\"",
            "\"application/jwt\"",
            "\"client-authentication+jwt\"",
            "\"application/client-authentication+jwt\"",
            "\"CLIENT-AUTHENTICATION+JWT\"",
            "\"at+jwt\"",
            "\"dpop+jwt\"",
            "\"logout+jwt\"",
            "\"secevent+jwt\"",
            "\"JOSE\"",
            "\"\"",
            "null",
            "0",
            "[\"JWT\"]",
            "{}",
            "\"oauth-authz-req+jwt\"",
            "\"x\"",
        ],
    ),
    (
        "crit",
        5,
        &[
            "[\"assay-x\"]",
            "[]",
            "null",
            "\"assay-x\"",
            "[\"exp\"]",
            "[\"alg\"]",
            "[\"b64\"]",
            "[0]",
            "[null]",
            "[\"assay-x\",\"assay-x\"]",
            "{}",
            "[\"\"]",
            "0",
            "[\"exp\",1]",
            "true",
            "[[\"assay-x\"]]",
            "[\"kid\"]",
        ],
    ),
    ("assay-x", 1, &["1", "null", "\"1\"", "{}"]),
    ("b64", 1, &["false", "true", "null", "\"false\"", "0"]),
    (
        "jwk",
        1,
        &[
            "${jwk:attacker}",
            "${jwk:own}",
            "${private-jwk:attacker}",
            "{}",
            "null",
            "\"\"",
            "{\"kty\":\"oct\",\"k\":\"YXR0YWNrZXItYXR0YWNrZXItYXR0YWNrZXItYXR0YWNrZXI\"}",
        ],
    ),
    (
        "x5c",
        1,
        &[
            "[\"${x5c:attacker}\"]",
            "[\"${x5c:own}\"]",
            "[]",
            "\"\"",
            "null",
        ],
    ),
    (
        "jku",
        1,
        &[
            "\"https://attacker.example/jwks\"",
            "\"https://as.example/jwks\"",
            "\"\"",
            "null",
            "0",
            "\"file:///dev/null\"",
        ],
    ),
    (
        "x5u",
        1,
        &["\"https://attacker.example/x5u\"", "\"\"", "null"],
    ),
    (
        "x5t#S256",
        1,
        &["\"${x5t:own}\"", "\"${x5t:attacker}\"", "null"],
    ),
    (
        "cty",
        1,
        &["\"JWT\"", "\"jwt\"", "\"application/json\"", "null", "0"],
    ),
    ("zip", 1, &["\"DEF\"", "null", "0"]),
    ("enc", 1, &["\"A256GCM\"", "null"]),
    ("aud", 1, &["\"${aud}\"", "\"https://other-as.example\""]),
    ("exp", 1, &["${now+60}", "${now-60}", "0"]),
];
