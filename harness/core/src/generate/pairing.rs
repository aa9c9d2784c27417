//! Keys and algorithms: pairs that fit, and pairs that are wrong in a named way. Each names what
//! some verifier has been seen to fall for.

use std::sync::LazyLock;

use super::{
    draw::{Draw, template},
    value,
};
use crate::{
    keys::{self, KeyId, SecretId},
    model::{Algorithm, Hash},
    mutate::{JwkEdit, MemberEdit, Mutation, Octets, RegistrationEdit, SigningEdit},
    recipe::KeyRole,
};

/// How an assertion is signed, together with what the header says of it.
pub(super) fn edits(draw: &mut Draw<'_, '_>, algorithm: Algorithm) -> Vec<Mutation> {
    let sign = |edit| vec![Mutation::Signing(edit)];
    match draw.octet() % 18 {
        // Two keys, and a token that may or may not say which.
        16 | 17 => several_keys(draw),
        // Somebody else's key.
        0 => sign(SigningEdit::By(*draw.of(&ROLES))),
        // Another client's key under that key's own name.
        1 => vec![
            set_header("kid", "\"${other-kid}\""),
            Mutation::Signing(SigningEdit::By(KeyRole::OtherClient)),
        ],
        // The header names another algorithm than the one that signs.
        2 => vec![relabelled(*draw.of(&Algorithm::ALL))],
        // Header and signature agree on an algorithm that the client has not registered.
        3 => {
            let other = *draw.of(&CHEAP);
            vec![
                relabelled(other),
                Mutation::Signing(SigningEdit::Algorithm(other)),
                Mutation::Signing(SigningEdit::By(KeyRole::Own)),
            ]
        }
        4 => sign(SigningEdit::Algorithm(*draw.of(&CHEAP))),
        // The public key, or what an attacker knows of a secret, as MAC key.
        5..=7 => {
            let hash = *draw.of(&[Hash::Sha256, Hash::Sha256, Hash::Sha384, Hash::Sha512]);
            vec![
                relabelled(mac_algorithm(hash)),
                Mutation::Signing(SigningEdit::Mac(hash, octets(draw))),
            ]
        }
        8 => sign(SigningEdit::MacWith(octets(draw))),
        9 => sign(SigningEdit::Nothing),
        10 => vec![
            Mutation::Header(MemberEdit::Set("alg".to_owned(), draw.text(&NONES))),
            Mutation::Signing(SigningEdit::Nothing),
        ],
        11 => sign(SigningEdit::Hash(*draw.of(&HASHES))),
        12 => sign(match draw.octet() % 6 {
            0 => SigningEdit::PayloadOnly,
            1 => SigningEdit::Decoded,
            2 => SigningEdit::RawPayload,
            3 => SigningEdit::Canonical,
            4 => SigningEdit::PlainHash(*draw.of(&HASHES)),
            _ => SigningEdit::DigestInfo(*draw.of(&HASHES)),
        }),
        13 => sign(SigningEdit::Key(key(draw))),
        // A key that the token brings along.
        14 => {
            let (name, value) = draw.of(&OWN_KEYS);
            vec![
                set_header(name, value),
                Mutation::Signing(SigningEdit::By(KeyRole::Attacker)),
            ]
        }
        _ => vec![Mutation::Client(registration(draw, algorithm))],
    }
}

/// The client has two keys; which is meant is said, not said, or said of both.
fn several_keys(draw: &mut Draw<'_, '_>) -> Vec<Mutation> {
    let add = Mutation::Client(match draw.once_in(4) {
        // Mostly a key of another type.
        true => RegistrationEdit::AddKeyId(key(draw)),
        false => RegistrationEdit::AddKey(KeyRole::Second),
    });
    let shared = || JwkEdit::Set("kid".to_owned(), template("\"shared\""));
    let mut edits = vec![add];
    match draw.octet() % 4 {
        0 => {}
        1 => edits.push(Mutation::Header(MemberEdit::Remove("kid".to_owned()))),
        2 => edits.extend([
            Mutation::Client(RegistrationEdit::Jwk(shared())),
            Mutation::Client(RegistrationEdit::SecondJwk(shared())),
            set_header("kid", "\"shared\""),
        ]),
        _ => edits.push(set_header("kid", "\"public-test-key-unknown\"")),
    }
    if draw.once_in(2) {
        edits.push(Mutation::Signing(SigningEdit::By(KeyRole::Second)));
    }
    edits
}

/// What is registered, changed.
pub(super) fn registration(draw: &mut Draw<'_, '_>, algorithm: Algorithm) -> RegistrationEdit {
    match draw.octet() % 16 {
        0 => RegistrationEdit::AnyAlg,
        1 => RegistrationEdit::AddKey(*draw.of(&[
            KeyRole::Second,
            KeyRole::OtherClient,
            KeyRole::Own,
        ])),
        2 if algorithm.is_symmetric() => RegistrationEdit::Secret(secret(draw)),
        2 | 3 => RegistrationEdit::Key(key(draw)),
        4 => RegistrationEdit::Secret(secret(draw)),
        5..=8 => RegistrationEdit::Jwk(jwk(draw)),
        9 => RegistrationEdit::SecondJwk(jwk(draw)),
        10 => RegistrationEdit::AddKeyId(key(draw)),
        11 => RegistrationEdit::Alg(draw.of(&Algorithm::ALL).name().to_owned()),
        12 => RegistrationEdit::ClientId(template(*draw.of(&CLIENT_IDS))),
        13 => match draw.octet() % 4 {
            0 => RegistrationEdit::BareJwks,
            1 => RegistrationEdit::NoKey,
            2 => RegistrationEdit::Unregister,
            _ => RegistrationEdit::ManyKeys(usize::from(draw.octet() % 8)),
        },
        14 => RegistrationEdit::Jwks(draw.text(&JWK_SETS)),
        _ => RegistrationEdit::SecretText((*draw.of(&SECRETS)).to_owned()),
    }
}

fn jwk(draw: &mut Draw<'_, '_>) -> JwkEdit {
    let (name, values) = draw.of(&JWK);
    let name = (*name).to_owned();
    match draw.octet() % 16 {
        0..=7 => JwkEdit::Set(name, draw.text(values)),
        8 => JwkEdit::Remove(name),
        9 => JwkEdit::Private,
        10 => JwkEdit::Set(name, value::anything(draw)),
        _ => {
            let name = (*draw.of(&["x", "y", "n", "e"])).to_owned();
            match draw.octet() % 5 {
                0 => JwkEdit::PrependZero(name),
                1 => JwkEdit::StripZeros(name),
                2 => JwkEdit::FlipLastBit(name),
                3 => JwkEdit::AddPrime(name),
                _ => JwkEdit::Pad(name),
            }
        }
    }
}

/// Octets that careless verifiers take for a MAC key.
fn octets(draw: &mut Draw<'_, '_>) -> Octets {
    match draw.octet() % 4 {
        0 => Octets::Text(draw.text(&MAC_KEYS)),
        _ => draw.of(&OCTETS).clone(),
    }
}

/// A test key by name, none of those that take long to sign with.
fn key(draw: &mut Draw<'_, '_>) -> KeyId {
    let id = draw.of(&KEYS);
    id.parse().expect("a key of this project, tested")
}

fn secret(draw: &mut Draw<'_, '_>) -> SecretId {
    static ALL: LazyLock<Vec<SecretId>> = LazyLock::new(|| keys::secret_ids().collect());
    draw.of(&ALL).clone()
}

fn relabelled(algorithm: Algorithm) -> Mutation {
    set_header("alg", &format!("\"{algorithm}\""))
}

fn set_header(name: &str, value: &str) -> Mutation {
    Mutation::Header(MemberEdit::Set(name.to_owned(), template(value)))
}

const fn mac_algorithm(hash: Hash) -> Algorithm {
    match hash {
        Hash::Sha1 | Hash::Sha256 => Algorithm::HS256,
        Hash::Sha384 => Algorithm::HS384,
        Hash::Sha512 => Algorithm::HS512,
    }
}

const ROLES: [KeyRole; 4] = [
    KeyRole::Attacker,
    KeyRole::OtherClient,
    KeyRole::Second,
    KeyRole::Own,
];
const HASHES: [Hash; 4] = [Hash::Sha256, Hash::Sha384, Hash::Sha512, Hash::Sha1];
/// Algorithms to sign with instead, the cheap ones more often.
const CHEAP: [Algorithm; 12] = [
    Algorithm::HS256,
    Algorithm::HS384,
    Algorithm::ES256,
    Algorithm::HS512,
    Algorithm::EdDsa,
    Algorithm::HS256,
    Algorithm::ES256,
    Algorithm::HS384,
    Algorithm::ES384,
    Algorithm::HS512,
    Algorithm::ES256K,
    Algorithm::RS256,
];
const NONES: [&str; 6] = [
    "\"none\"",
    "\"None\"",
    "\"NONE\"",
    "\"nOnE\"",
    "\"none \"",
    "\"\"",
];

/// Keys in the header, by value and by reference.
const OWN_KEYS: [(&str, &str); 7] = [
    ("jwk", "${jwk:attacker}"),
    ("x5c", "[\"${x5c:attacker}\"]"),
    ("jku", "\"https://attacker.example/jwks\""),
    ("x5u", "\"https://attacker.example/x5u\""),
    ("x5t#S256", "\"${x5t:attacker}\""),
    ("jwk", "${private-jwk:attacker}"),
    ("kid", "\"public-test-key-p256-attacker\""),
];

const KEYS: [&str; 20] = [
    "p256-a",
    "p256-a2",
    "p256-b",
    "p256-attacker",
    "ed25519-a",
    "p384-a",
    "p521-a",
    "k256-a",
    "p256-short-x",
    "ed25519-b",
    "ed25519-attacker",
    "p384-attacker",
    "p521-b",
    "rsa-2048-a",
    "rsa-2048-attacker",
    "rsa-1024-a",
    "rsa-2047-a",
    "rsa-2048-e3",
    "rsa-2048-roca",
    "rsa-2048-b",
];

/// Members of a registered JWK, each with values at its edges.
const JWK: [(&str, &[&str]); 8] = [
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
const JWK_SETS: [&str; 14] = [
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
];

const CLIENT_IDS: [&str; 12] = [
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
];

/// Secrets as text: short ones, repeated ones, such as are not ASCII.
const SECRETS: [&str; 9] = [
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    "",
    "a",
    "secret",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "0123456789abcdef0123456789abcde",
    " 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef ",
    "gehe\u{ef}m-gehe\u{ef}m-gehe\u{ef}m-gehe\u{ef}m-gehe\u{ef}m-gehe\u{ef}m-gehe\u{ef}m-gehe\u{ef}m",
    "0123456789abcdef+/%3D 0123456789abcdef+/%3D 0123456789abcdef+/%3D 0123456789abcdef",
];

/// Texts that somebody has used as a MAC key.
const MAC_KEYS: [&str; 14] = [
    "",
    "${kid}",
    "${cid}",
    "secret",
    "null",
    "undefined",
    "${hex:00}",
    "password",
    "test",
    "changeme",
    "${hex:0000000000000000000000000000000000000000000000000000000000000000}",
    "[object Object]",
    "public-test-oct-key-in-a-jwk-set",
    "attacker-attacker-attacker-attacker",
];

const OCTETS: [Octets; 28] = [
    Octets::SpkiPem,
    Octets::SpkiPemNoNewline,
    Octets::SpkiPemCrlf,
    Octets::SpkiPemAfterBlank,
    Octets::Pkcs1Pem,
    Octets::CertificatePem,
    Octets::SpkiDer,
    Octets::Pkcs1Der,
    Octets::SpkiBase64,
    Octets::Openssh,
    Octets::JwkMinimal,
    Octets::JwkRegistered,
    Octets::Jwks,
    Octets::Modulus,
    Octets::ModulusText,
    Octets::Point,
    Octets::Coordinates,
    Octets::CoordinateX,
    Octets::Thumbprint,
    Octets::ThumbprintText,
    Octets::SecretFromBase64,
    Octets::SecretFromHex,
    Octets::SecretFormEncoded,
    Octets::SecretUtf16,
    Octets::SecretHashed,
    Octets::SecretHashedHex,
    Octets::SecretTrimmed,
    Octets::SecretToNul,
];
