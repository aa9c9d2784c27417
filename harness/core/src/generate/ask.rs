//! What a builder can be asked for, right or not.

use super::draw::Draw;
use crate::{
    builder::{Ask, AskedKey, BuildRecipe},
    keys::KeyId,
    model::{Algorithm, KeyFormat, Method, Profile, ProfileId},
};

/// A request to a builder, in which nothing, one thing or several differ from the valid default.
pub(super) fn recipe(draw: &mut Draw<'_, '_>) -> BuildRecipe {
    let profile = *draw.of(&ProfileId::ALL);
    let table = &Profile::get(profile).algorithms;
    let algorithm = match draw.octet() {
        0..128 if table.supports(Algorithm::HS256) => Algorithm::HS256,
        0..224 => Algorithm::ES256,
        octet => Algorithm::ALL[usize::from(octet) % Algorithm::ALL.len()],
    };
    let mut ask = Ask::default();
    for _ in 0..draw.octet() % 5 {
        wish(draw, &mut ask);
    }
    BuildRecipe {
        profile,
        algorithm,
        setup: Ask::default(),
        ask,
    }
}

fn wish(draw: &mut Draw<'_, '_>, ask: &mut Ask) {
    match draw.octet() % 12 {
        0 => ask.now = Some(*draw.of(&NOWS)),
        1 => ask.client_id = Some((*draw.of(&TEXTS)).to_owned()),
        2 => ask.audience = Some((*draw.of(&AUDIENCES)).to_owned()),
        3 => ask.method = Some(*draw.of(&[Method::ClientSecretJwt, Method::PrivateKeyJwt])),
        4 => ask.algorithm = Some((*draw.of(&ALGORITHMS)).to_owned()),
        5 => ask.key = Some(key(draw)),
        6 => ask.kid = Some((*draw.of(&TEXTS)).to_owned()),
        7 => ask.no_kid = true,
        8 => ask.lifetime = Some(*draw.of(&LIFETIMES)),
        9 => ask.typ = Some((*draw.of(&TYPES)).to_owned()),
        10 => ask.no_typ = true,
        _ => ask.claims = Some((*draw.of(&CLAIMS)).to_owned()),
    }
}

fn key(draw: &mut Draw<'_, '_>) -> AskedKey {
    let id = |draw: &mut Draw<'_, '_>| -> KeyId {
        let id = draw.of(&KEYS);
        id.parse().expect("a key of this project, tested")
    };
    let mut key = AskedKey {
        id: draw.once_in(2).then(|| id(draw)),
        ..AskedKey::default()
    };
    match draw.octet() % 8 {
        0..=2 => {}
        3 => key.form = Some(*draw.of(&crate::builder::reference::FORMATS)),
        4 => key.set = Some((*draw.of(&MEMBERS)).to_owned()),
        5 => key.remove = vec![(*draw.of(&["d", "kty", "crv", "x", "n", "k", "kid"])).to_owned()],
        6 => key.public = true,
        _ => {
            key.form = Some(KeyFormat::Jwk);
            key.set = Some((*draw.of(&MEMBERS)).to_owned());
        }
    }
    key
}

/// Moments up to the end of 32 bits; far beyond, seconds are taken for milliseconds.
const NOWS: [i64; 6] = [
    1_700_000_000,
    1,
    2_147_483_647,
    2_147_483_648,
    4_294_967_295,
    4_294_967_296,
];
const LIFETIMES: [u32; 10] = [60, 0, 1, 59, 300, 301, 3600, 3601, 86_400, u32::MAX];
const TEXTS: [&str; 12] = [
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
];
const AUDIENCES: [&str; 8] = [
    "${issuer}",
    "${token-endpoint}",
    "",
    "https://other-as.example",
    "https://as.example/\"\\",
    "https://as.example/\u{e9}",
    "${issuer}/",
    "http://as.example",
];
const ALGORITHMS: [&str; 14] = [
    "none", "None", "", "HS256", "HS512", "RS256", "PS256", "ES256", "ES384", "ES512", "EdDSA",
    "hs256", "ES256K", "RS1",
];
const TYPES: [&str; 6] = [
    "JWT",
    "client-authentication+jwt",
    "",
    "at+jwt",
    "application/jwt",
    "\"",
];
const CLAIMS: [&str; 12] = [
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
];
const MEMBERS: [&str; 8] = [
    "{\"use\":\"enc\"}",
    "{\"use\":\"sig\"}",
    "{\"alg\":\"RS256\"}",
    "{\"key_ops\":[\"verify\"]}",
    "{\"key_ops\":[\"sign\"]}",
    "{\"kty\":\"oct\"}",
    "{\"kid\":\"\"}",
    "{\"d\":\"AA\"}",
];
const KEYS: [&str; 10] = [
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
];
