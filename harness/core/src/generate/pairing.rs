//! Keys and algorithms: pairs that fit, and pairs that are wrong in a named way. Verifiers have accepted
//! each of the wrong ones.

use super::{
    choices::{Choices, Table},
    draw::{Draw, template},
    kinds, registration,
};
use crate::{
    keys::KeyId,
    model::{Algorithm, Hash},
    mutate::{JwkEdit, MemberEdit, Mutation, Octets, RegistrationEdit, SigningEdit},
    recipe::{KeyRole, Template},
};

/// Edits to the signing of an assertion, together with what the header says of it.
pub(super) fn edits(draw: &mut Draw<'_, '_>, algorithm: Algorithm) -> Vec<Mutation> {
    draw.of(&PAIRS)(draw, algorithm)
}

type Pair = fn(&mut Draw<'_, '_>, Algorithm) -> Vec<Mutation>;

static PAIRS: Table<Pair> = Table::new(|| {
    let pairs: [(&str, usize, Pair); 15] = [
        ("someone-elses-key", 1, |draw, _| {
            sign(SigningEdit::By(*draw.of(&ROLES)))
        }),
        ("other-client-by-name", 1, |_, _| {
            vec![
                set_header("kid", "\"${other-kid}\""),
                Mutation::Signing(SigningEdit::By(KeyRole::OtherClient)),
            ]
        }),
        // The header names another algorithm than the one that signs.
        ("relabelled", 1, |draw, _| {
            vec![relabelled(*draw.of(&kinds::ALGORITHMS))]
        }),
        // Header and signature agree on an algorithm that the client has not registered.
        ("unregistered-algorithm", 1, |draw, _| {
            let other = *draw.of(&CHEAP);
            vec![
                relabelled(other),
                Mutation::Signing(SigningEdit::Algorithm(other)),
                Mutation::Signing(SigningEdit::By(KeyRole::Own)),
            ]
        }),
        ("other-algorithm", 1, |draw, _| {
            sign(SigningEdit::Algorithm(*draw.of(&CHEAP)))
        }),
        // The public key, or what an attacker knows of a secret, as MAC key.
        ("mac-with-what-is-known", 3, |draw, _| {
            let hash = *draw.of(&MAC_HASHES);
            vec![
                relabelled(mac_algorithm(hash)),
                Mutation::Signing(SigningEdit::Mac(hash, octets(draw))),
            ]
        }),
        ("mac-with-other-octets", 1, |draw, _| {
            sign(SigningEdit::MacWith(octets(draw)))
        }),
        ("nothing", 1, |_, _| sign(SigningEdit::Nothing)),
        ("none", 1, |draw, _| {
            let none = draw.of(&NONES).clone();
            vec![
                Mutation::Header(MemberEdit::Set("alg".to_owned(), none)),
                Mutation::Signing(SigningEdit::Nothing),
            ]
        }),
        ("other-hash", 1, |draw, _| {
            sign(SigningEdit::Hash(*draw.of(&kinds::HASHES)))
        }),
        ("other-input", 1, |draw, _| sign(draw.of(&INPUTS)(draw))),
        ("other-key", 1, |draw, _| sign(SigningEdit::Key(key(draw)))),
        // A key that the token brings along.
        ("own-key", 1, |draw, _| {
            let (name, value) = draw.of(&OWN_KEYS);
            vec![
                set_header(name, value),
                Mutation::Signing(SigningEdit::By(KeyRole::Attacker)),
            ]
        }),
        ("registration", 1, |draw, algorithm| {
            vec![Mutation::Client(registration::edit(draw, algorithm))]
        }),
        // Two keys, and a token that may or may not say which.
        ("several-keys", 2, |draw, _| several_keys(draw)),
    ];
    Choices::weighted(pairs)
});

type Input = fn(&mut Draw<'_, '_>) -> SigningEdit;

/// Octets that are signed in place of header and payload.
static INPUTS: Table<Input> = Table::new(|| {
    let inputs: [(&str, Input); 6] = [
        ("payload-only", |_| SigningEdit::PayloadOnly),
        ("decoded", |_| SigningEdit::Decoded),
        ("raw-payload", |_| SigningEdit::RawPayload),
        ("canonical", |_| SigningEdit::Canonical),
        ("plain-hash", |draw| {
            SigningEdit::PlainHash(*draw.of(&kinds::HASHES))
        }),
        ("digest-info", |draw| {
            SigningEdit::DigestInfo(*draw.of(&kinds::HASHES))
        }),
    ];
    Choices::even(inputs)
});

fn sign(edit: SigningEdit) -> Vec<Mutation> {
    vec![Mutation::Signing(edit)]
}

/// Two keys of a client: the header says which is meant, does not say, or means both.
fn several_keys(draw: &mut Draw<'_, '_>) -> Vec<Mutation> {
    let add = Mutation::Client(if draw.once_in(4) {
        // Mostly a key of another type.
        RegistrationEdit::AddKeyId(key(draw))
    } else {
        RegistrationEdit::AddKey(KeyRole::Second)
    });
    let mut edits = vec![add];
    draw.of(&MEANT)(&mut edits);
    if draw.once_in(2) {
        edits.push(Mutation::Signing(SigningEdit::By(KeyRole::Second)));
    }
    edits
}

type Meant = fn(&mut Vec<Mutation>);

/// The key of two that the header means.
static MEANT: Table<Meant> = Table::new(|| {
    let meant: [(&str, Meant); 4] = [
        ("said", |_| {}),
        ("not-said", |edits| {
            edits.push(Mutation::Header(MemberEdit::Remove("kid".to_owned())));
        }),
        ("shared", |edits| {
            let shared = || JwkEdit::Set("kid".to_owned(), template("\"shared\""));
            edits.extend([
                Mutation::Client(RegistrationEdit::Jwk(shared())),
                Mutation::Client(RegistrationEdit::SecondJwk(shared())),
                set_header("kid", "\"shared\""),
            ]);
        }),
        ("unknown", |edits| {
            edits.push(set_header("kid", "\"public-test-key-unknown\""));
        }),
    ];
    Choices::even(meant)
});

/// Octets that careless verifiers take for a MAC key.
fn octets(draw: &mut Draw<'_, '_>) -> Octets {
    if draw.once_in(4) {
        return Octets::Text(draw.of(&MAC_KEYS).clone());
    }
    draw.of(&OCTETS).clone()
}

/// A test key by name, none of those that take long to sign with.
pub(super) fn key(draw: &mut Draw<'_, '_>) -> KeyId {
    draw.of(&KEYS).clone()
}

fn relabelled(algorithm: Algorithm) -> Mutation {
    set_header("alg", &format!("\"{algorithm}\""))
}

fn set_header(name: &str, value: &str) -> Mutation {
    Mutation::Header(MemberEdit::Set(name.to_owned(), template(value)))
}

fn mac_algorithm(hash: Hash) -> Algorithm {
    let mut all = Algorithm::ALL.into_iter();
    let of_hash = all.find(|it| it.is_symmetric() && it.hash() == hash);
    // No algorithm of JWS is HMAC with SHA-1.
    of_hash.unwrap_or(Algorithm::HS256)
}

static ROLES: Table<KeyRole> = Table::new(|| {
    Choices::even([
        ("attacker", KeyRole::Attacker),
        ("other-client", KeyRole::OtherClient),
        ("second", KeyRole::Second),
        ("own", KeyRole::Own),
    ])
});

static MAC_HASHES: Table<Hash> = Table::new(|| {
    Choices::weighted([
        ("sha256", 2, Hash::Sha256),
        ("sha384", 1, Hash::Sha384),
        ("sha512", 1, Hash::Sha512),
    ])
});

/// Algorithms to sign with instead, the cheap ones more often.
static CHEAP: Table<Algorithm> = Table::new(|| {
    let algorithms = [
        (Algorithm::HS256, 2),
        (Algorithm::HS384, 2),
        (Algorithm::ES256, 2),
        (Algorithm::HS512, 2),
        (Algorithm::EdDsa, 1),
        (Algorithm::ES384, 1),
        (Algorithm::ES256K, 1),
        (Algorithm::RS256, 1),
    ];
    Choices::weighted(algorithms.map(|(it, weight)| (it.name(), weight, it)))
});
static NONES: Table<Template> = Table::new(|| {
    Choices::templates([
        "\"none\"",
        "\"None\"",
        "\"NONE\"",
        "\"nOnE\"",
        "\"none \"",
        "\"\"",
    ])
});

/// Keys in the header, by value and by reference.
static OWN_KEYS: Table<(&str, &str)> = Table::new(|| {
    let keys = [
        ("jwk", "${jwk:attacker}"),
        ("x5c", "[\"${x5c:attacker}\"]"),
        ("jku", "\"https://attacker.example/jwks\""),
        ("x5u", "\"https://attacker.example/x5u\""),
        ("x5t#S256", "\"${x5t:attacker}\""),
        ("jwk", "${private-jwk:attacker}"),
        ("kid", "\"public-test-key-p256-attacker\""),
    ];
    Choices::even(keys.map(|(name, value)| ([name, " ", value].concat(), (name, value))))
});

static KEYS: Table<KeyId> = Table::new(|| {
    kinds::keys([
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
    ])
});

/// Texts that somebody has used as a MAC key.
static MAC_KEYS: Table<Template> = Table::new(|| {
    Choices::templates([
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
    ])
});

static OCTETS: Table<Octets> = Table::new(|| {
    Choices::even([
        ("spki-pem", Octets::SpkiPem),
        ("spki-pem-no-newline", Octets::SpkiPemNoNewline),
        ("spki-pem-crlf", Octets::SpkiPemCrlf),
        ("spki-pem-after-blank", Octets::SpkiPemAfterBlank),
        ("pkcs1-pem", Octets::Pkcs1Pem),
        ("certificate-pem", Octets::CertificatePem),
        ("spki-der", Octets::SpkiDer),
        ("pkcs1-der", Octets::Pkcs1Der),
        ("spki-base64", Octets::SpkiBase64),
        ("openssh", Octets::Openssh),
        ("jwk-minimal", Octets::JwkMinimal),
        ("jwk-registered", Octets::JwkRegistered),
        ("jwks", Octets::Jwks),
        ("modulus", Octets::Modulus),
        ("modulus-text", Octets::ModulusText),
        ("point", Octets::Point),
        ("coordinates", Octets::Coordinates),
        ("coordinate-x", Octets::CoordinateX),
        ("thumbprint", Octets::Thumbprint),
        ("thumbprint-text", Octets::ThumbprintText),
        ("secret-from-base64", Octets::SecretFromBase64),
        ("secret-from-hex", Octets::SecretFromHex),
        ("secret-form-encoded", Octets::SecretFormEncoded),
        ("secret-utf16", Octets::SecretUtf16),
        ("secret-hashed", Octets::SecretHashed),
        ("secret-hashed-hex", Octets::SecretHashedHex),
        ("secret-trimmed", Octets::SecretTrimmed),
        ("secret-to-nul", Octets::SecretToNul),
    ])
});
