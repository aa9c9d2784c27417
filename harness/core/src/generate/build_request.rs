//! Requests to builders, right ones and wrong ones.

use super::{
    choices::{Choices, Table},
    draw::Draw,
    kinds,
};
use crate::{
    builder::{BuildRecipe, KeyEdits, RequestEdits},
    keys::KeyId,
    model::{Algorithm, KeyFormat, Method, Profile},
};

/// A request to a builder, in which nothing, one thing or several differ from the valid default.
pub(super) fn recipe(draw: &mut Draw<'_, '_>) -> BuildRecipe {
    let profile = *draw.of(&kinds::PROFILES);
    let table = &Profile::get(profile).algorithms;
    let algorithm = match draw.of(&SIGNED_WITH) {
        Some(algorithm) if table.supports(*algorithm) => *algorithm,
        Some(_) => Algorithm::ES256,
        None => *draw.of(&kinds::ALGORITHMS),
    };
    let mut edits = RequestEdits::default();
    for _ in 0..draw.below(5) {
        draw.of(&WISHES)(draw, &mut edits);
    }
    BuildRecipe {
        profile,
        algorithm,
        setup: RequestEdits::default(),
        edits,
    }
}

/// The algorithm of a request: mostly one that is cheap to sign with, else any.
static SIGNED_WITH: Table<Option<Algorithm>> = Table::new(|| {
    Choices::weighted([
        ("HS256", 4, Some(Algorithm::HS256)),
        ("ES256", 3, Some(Algorithm::ES256)),
        ("any", 1, None),
    ])
});

type EditRequest = fn(&mut Draw<'_, '_>, &mut RequestEdits);

/// The members of a request that can differ from the plain one.
static WISHES: Table<EditRequest> = Table::new(|| {
    let wishes: [(&str, EditRequest); 12] = [
        ("now", |draw, edits| edits.now = Some(*draw.of(&NOWS))),
        ("client-id", |draw, edits| {
            edits.client_id = text(draw, &TEXTS)
        }),
        ("audience", |draw, edits| {
            edits.audience = text(draw, &AUDIENCES)
        }),
        ("method", |draw, edits| {
            edits.method = Some(*draw.of(&METHODS))
        }),
        ("algorithm", |draw, edits| {
            edits.algorithm = text(draw, &ALGORITHMS);
        }),
        ("key", |draw, edits| edits.key = Some(key(draw))),
        ("kid", |draw, edits| edits.kid = text(draw, &TEXTS)),
        ("no-kid", |_, edits| edits.no_kid = true),
        ("lifetime", |draw, edits| {
            edits.lifetime = Some(*draw.of(&LIFETIMES));
        }),
        ("typ", |draw, edits| edits.typ = text(draw, &TYPES)),
        ("no-typ", |_, edits| edits.no_typ = true),
        ("claims", |draw, edits| edits.claims = text(draw, &CLAIMS)),
    ];
    Choices::even(wishes)
});

fn text(draw: &mut Draw<'_, '_>, table: &Choices<&'static str>) -> Option<String> {
    Some((*draw.of(table)).to_owned())
}

fn key(draw: &mut Draw<'_, '_>) -> KeyEdits {
    let mut key = KeyEdits {
        id: draw.once_in(2).then(|| draw.of(&KEYS).clone()),
        ..KeyEdits::default()
    };
    draw.of(&KEY_WISHES)(draw, &mut key);
    key
}

type EditKey = fn(&mut Draw<'_, '_>, &mut KeyEdits);

/// The properties of a key that a request can ask for.
static KEY_WISHES: Table<EditKey> = Table::new(|| {
    let wishes: [(&str, usize, EditKey); 6] = [
        ("plain", 3, |_, _| {}),
        ("form", 1, |draw, key| key.form = Some(*draw.of(&FORMATS))),
        ("set", 1, |draw, key| key.set = text(draw, &MEMBERS)),
        ("remove", 1, |draw, key| {
            key.remove = text(draw, &REMOVED).into_iter().collect();
        }),
        ("public", 1, |_, key| key.public = true),
        ("set-in-jwk", 1, |draw, key| {
            key.form = Some(KeyFormat::Jwk);
            key.set = text(draw, &MEMBERS);
        }),
    ];
    Choices::weighted(wishes)
});

static METHODS: Table<Method> = Table::new(|| {
    Choices::even([Method::ClientSecretJwt, Method::PrivateKeyJwt].map(|it| (it.name(), it)))
});
static FORMATS: Table<KeyFormat> = Table::new(|| {
    Choices::even([
        ("jwk", KeyFormat::Jwk),
        ("pkcs1", KeyFormat::Pkcs1),
        ("pkcs8", KeyFormat::Pkcs8),
        ("sec1", KeyFormat::Sec1),
        ("secret", KeyFormat::Secret),
    ])
});
static REMOVED: Table<&str> =
    Table::new(|| Choices::texts(["d", "kty", "crv", "x", "n", "k", "kid"]));
/// Moments up to the end of 32 bits; far beyond, seconds are taken for milliseconds.
static NOWS: Table<i64> = Table::new(|| {
    Choices::even(
        [
            1_700_000_000,
            1,
            2_147_483_647,
            2_147_483_648,
            4_294_967_295,
            4_294_967_296,
        ]
        .map(|it: i64| (it.to_string(), it)),
    )
});
static LIFETIMES: Table<u32> = Table::new(|| {
    Choices::even(
        [60, 0, 1, 59, 300, 301, 3600, 3601, 86_400, u32::MAX].map(|it: u32| (it.to_string(), it)),
    )
});
static TEXTS: Table<&str> = Table::new(|| {
    Choices::texts([
        "a",
        "",
        " ",
        "\"",
        "\\",
        "\u{0}",
        "\u{1f600}",
        "\u{2028}",
        "caf\u{e9}",
        "cafe\u{301}",
        "a:b",
        "${now}",
    ])
});
static AUDIENCES: Table<&str> = Table::new(|| {
    Choices::texts([
        "${issuer}",
        "${token-endpoint}",
        "",
        "https://other-as.example",
        "https://as.example/\"\\",
        "https://as.example/\u{e9}",
        "${issuer}/",
        "http://as.example",
    ])
});
static ALGORITHMS: Table<&str> = Table::new(|| {
    Choices::texts([
        "none", "None", "", "HS256", "HS512", "RS256", "PS256", "ES256", "ES384", "ES512", "EdDSA",
        "hs256", "ES256K", "RS1",
    ])
});
static TYPES: Table<&str> = Table::new(|| {
    Choices::texts([
        "JWT",
        "client-authentication+jwt",
        "",
        "at+jwt",
        "application/jwt",
        "\"",
    ])
});
static CLAIMS: Table<&str> = Table::new(|| {
    Choices::texts([
        "{}",
        "{\"jti\":\"chosen\"}",
        "{\"jti\":\"\"}",
        "{\"jti\":1}",
        "{\"exp\":0}",
        "{\"aud\":[]}",
        "{\"sub\":\"other\"}",
        "{\"iss\":null}",
        "{\"nbf\":1e300}",
        "{\"x\":[[[{}]]]}",
        "{\"scope\":\"openid\"}",
        "{\"\\u0000\":\"\\ud83d\\ude00\"}",
    ])
});
static MEMBERS: Table<&str> = Table::new(|| {
    Choices::texts([
        "{\"use\":\"enc\"}",
        "{\"use\":\"sig\"}",
        "{\"alg\":\"RS256\"}",
        "{\"key_ops\":[\"verify\"]}",
        "{\"key_ops\":[\"sign\"]}",
        "{\"kty\":\"oct\"}",
        "{\"kid\":\"\"}",
        "{\"d\":\"AA\"}",
    ])
});
static KEYS: Table<KeyId> = Table::new(|| {
    kinds::keys([
        "p256-a",
        "p256-short-x",
        "p384-a",
        "p521-a",
        "ed25519-a",
        "k256-a",
        "rsa-2048-a",
        "rsa-1024-a",
        "rsa-2047-a",
        "rsa-2048-e3",
    ])
});
