//! Registrations that are changed: other keys, secrets and names of clients, and JWKs with members at
//! their edges.

use super::{
    choices::{Choices, Table},
    draw::{Draw, template},
    kinds, pairing, value,
};
use crate::{
    keys::{self, SecretId},
    model::Algorithm,
    mutate::{JwkEdit, RegistrationEdit},
    recipe::{KeyRole, Template},
};

/// An edit to what is registered.
pub(super) fn edit(draw: &mut Draw<'_, '_>, algorithm: Algorithm) -> RegistrationEdit {
    draw.of(&EDITS)(draw, algorithm)
}

type Edit = fn(&mut Draw<'_, '_>, Algorithm) -> RegistrationEdit;

static EDITS: Table<Edit> = Table::new(|| {
    let edits: [(&str, usize, Edit); 13] = [
        ("any-alg", 1, |_, _| RegistrationEdit::AnyAlg),
        ("add-key", 1, |draw, _| {
            RegistrationEdit::AddKey(*draw.of(&ADDED))
        }),
        ("key-or-secret", 1, |draw, algorithm| {
            if algorithm.is_symmetric() {
                RegistrationEdit::Secret(secret(draw))
            } else {
                RegistrationEdit::Key(pairing::key(draw))
            }
        }),
        ("key", 1, |draw, _| {
            RegistrationEdit::Key(pairing::key(draw))
        }),
        ("secret", 1, |draw, _| {
            RegistrationEdit::Secret(secret(draw))
        }),
        ("jwk", 4, |draw, _| RegistrationEdit::Jwk(jwk(draw))),
        ("second-jwk", 1, |draw, _| {
            RegistrationEdit::SecondJwk(jwk(draw))
        }),
        ("add-key-id", 1, |draw, _| {
            RegistrationEdit::AddKeyId(pairing::key(draw))
        }),
        ("alg", 1, |draw, _| {
            RegistrationEdit::Alg(draw.of(&kinds::ALGORITHMS).name().to_owned())
        }),
        ("client-id", 1, |draw, _| {
            RegistrationEdit::ClientId(template(draw.of::<&str>(&CLIENT_IDS)))
        }),
        ("keys", 1, |draw, _| draw.of(&KEY_COUNTS)(draw)),
        ("jwks", 1, |draw, _| {
            RegistrationEdit::Jwks(draw.of(&JWK_SETS).clone())
        }),
        ("secret-text", 1, |draw, _| {
            RegistrationEdit::SecretText((*draw.of(&SECRETS)).to_owned())
        }),
    ];
    Choices::weighted(edits)
});

static ADDED: Table<KeyRole> = Table::new(|| {
    Choices::even([
        ("second", KeyRole::Second),
        ("other-client", KeyRole::OtherClient),
        ("own", KeyRole::Own),
    ])
});

type Keys = fn(&mut Draw<'_, '_>) -> RegistrationEdit;

/// No key, or many.
static KEY_COUNTS: Table<Keys> = Table::new(|| {
    let counts: [(&str, Keys); 4] = [
        ("bare-jwks", |_| RegistrationEdit::BareJwks),
        ("no-key", |_| RegistrationEdit::NoKey),
        ("unregister", |_| RegistrationEdit::Unregister),
        ("many-keys", |draw| {
            RegistrationEdit::ManyKeys(draw.below(8).into())
        }),
    ];
    Choices::even(counts)
});

fn secret(draw: &mut Draw<'_, '_>) -> SecretId {
    static ALL: Table<SecretId> =
        Table::new(|| Choices::even(keys::secret_ids().map(|id| (id.to_string(), id))));
    draw.of(&ALL).clone()
}

fn jwk(draw: &mut Draw<'_, '_>) -> JwkEdit {
    let (name, values) = draw.of(&JWK);
    draw.of(&JWK_EDITS)(draw, name, values)
}

type OfJwk = fn(&mut Draw<'_, '_>, &str, &Choices<Template>) -> JwkEdit;

static JWK_EDITS: Table<OfJwk> = Table::new(|| {
    let edits: [(&str, usize, OfJwk); 5] = [
        ("set", 8, |draw, name, values| {
            JwkEdit::Set(name.to_owned(), draw.of(values).clone())
        }),
        ("remove", 1, |_, name, _| JwkEdit::Remove(name.to_owned())),
        ("private", 1, |_, _, _| JwkEdit::Private),
        ("set-anything", 1, |draw, name, _| {
            JwkEdit::Set(name.to_owned(), value::anything(draw))
        }),
        ("number", 5, |draw, _, _| {
            let name = (*draw.of(&NUMBERS)).to_owned();
            draw.of(&NUMBER_EDITS)(name)
        }),
    ];
    Choices::weighted(edits)
});

/// The members that are numbers.
static NUMBERS: Table<&str> = Table::new(|| Choices::texts(["x", "y", "n", "e"]));

type OfNumber = fn(String) -> JwkEdit;

static NUMBER_EDITS: Table<OfNumber> = Table::new(|| {
    let edits: [(&str, OfNumber); 5] = [
        ("prepend-zero", JwkEdit::PrependZero),
        ("strip-zeros", JwkEdit::StripZeros),
        ("flip-last-bit", JwkEdit::FlipLastBit),
        ("add-prime", JwkEdit::AddPrime),
        ("pad", JwkEdit::Pad),
    ];
    Choices::even(edits)
});

/// Members of a registered JWK with their values.
static JWK: Table<(&str, Choices<Template>)> = Table::new(|| {
    let members = JWK_MEMBERS.into_iter().map(|(name, values)| {
        let values = Choices::templates(values.iter().copied());
        (name, (name, values))
    });
    Choices::even(members)
});

/// Members of a registered JWK, each with values at its edges.
const JWK_MEMBERS: [(&str, &[&str]); 8] = [
    (
        "use",
        &["\"enc\"", "\"sig\"", "\"\"", "null", "\"SIG\"", "0"],
    ),
    (
        "key_ops",
        &[
            "[\"verify\"]",
            "[\"encrypt\"]",
            "[\"sign\"]",
            "[]",
            "null",
            "\"verify\"",
            "[\"verify\",\"verify\"]",
        ],
    ),
    (
        "alg",
        &[
            "\"ES256\"",
            "\"ES384\"",
            "\"HS256\"",
            "\"RS256\"",
            "\"PS256\"",
            "\"ECDH-ES\"",
            "\"RSA-OAEP\"",
            "\"\"",
            "null",
        ],
    ),
    (
        "kty",
        &[
            "\"EC\"", "\"RSA\"", "\"oct\"", "\"OKP\"", "\"ec\"", "\"\"", "null", "\"AKP\"",
        ],
    ),
    (
        "crv",
        &[
            "\"P-256\"",
            "\"P-384\"",
            "\"P-521\"",
            "\"secp256k1\"",
            "\"Ed25519\"",
            "\"p-256\"",
            "null",
            "\"X25519\"",
        ],
    ),
    (
        "kid",
        &[
            "\"shared\"",
            "\"\"",
            "null",
            "0",
            "\"${other-kid}\"",
            "\"K1\"",
        ],
    ),
    (
        "e",
        &[
            "\"AQAB\"",
            "\"AQ\"",
            "\"AA\"",
            "\"Ag\"",
            "\"Aw\"",
            "\"\"",
            "\"AAEAAQ\"",
        ],
    ),
    ("x", &["\"\"", "\"AA\"", "null", "0"]),
];

/// JWK Sets that are none, or almost none.
static JWK_SETS: Table<Template> = Table::new(|| {
    Choices::templates([
        "{\"keys\":[]}",
        "{\"keys\":[${jwk:own}]}",
        "{\"keys\":[${jwk:own},${jwk:own}]}",
        "{\"keys\":[${jwk:second},${jwk:own}]}",
        "{\"keys\":[null,${jwk:own}]}",
        "{\"keys\":[{},${jwk:own}]}",
        "{\"keys\":[{\"kty\":\"XYZ\"},${jwk:own}]}",
        "{\"keys\":{}}",
        "{\"keys\":null}",
        "{}",
        "[]",
        "null",
        "\"\"",
        "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"public-test-oct\",\"k\":\"cHVibGljLXRlc3Qtb2N0LWtleS1pbi1hLWp3ay1zZXQ\"}]}",
    ])
});

static CLIENT_IDS: Table<&str> = Table::new(|| {
    Choices::texts([
        "assay-client-b:one",
        "20041019",
        "a",
        "https://client.example/",
        "client with space",
        "cl\u{e9}nt",
        "assay-client-A",
        "assay-client-aa",
        "\u{65e5}\u{672c}",
        "c%61",
        "'; --",
        "0",
    ])
});

/// Secrets as text: short ones, repeated ones, such as are not ASCII.
static SECRETS: Table<&str> = Table::new(|| {
    Choices::texts([
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "",
        "a",
        "secret",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "0123456789abcdef0123456789abcde",
        " 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef ",
        "gehe\u{ef}m-gehe\u{ef}m-gehe\u{ef}m-gehe\u{ef}m-gehe\u{ef}m-gehe\u{ef}m-gehe\u{ef}m-gehe\u{ef}m",
        "0123456789abcdef+/%3D 0123456789abcdef+/%3D 0123456789abcdef+/%3D 0123456789abcdef",
    ])
});
