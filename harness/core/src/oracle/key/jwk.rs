//! One JWK: the uses that its members permit, and the public key that they make.

use std::{
    borrow::Cow,
    collections::HashMap,
    sync::{LazyLock, Mutex, PoisonError},
};

use aws_lc_rs::{
    encoding::AsDer,
    signature::{
        ECDSA_P256_SHA256_FIXED, ECDSA_P256K1_SHA256_FIXED, ECDSA_P384_SHA384_FIXED,
        ECDSA_P521_SHA512_FIXED, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
        RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256,
        RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, RsaParameters, RsaPublicKeyComponents,
        VerificationAlgorithm,
    },
};
use num_bigint::BigUint;
use serde_json::{Map, Value};

use super::limits;
use crate::{
    encoding::read_base64url,
    model::{Algorithm, Family, Hash, Rule},
};

/// Something wrong or unusual about a key.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyProblem {
    /// The rule.
    pub rule: Rule,
    /// The problem in words.
    pub detail: Cow<'static, str>,
    /// Set where the key is beyond a limit, so that nothing was checked with it.
    pub is_unexamined: bool,
}

impl KeyProblem {
    fn new(rule: Rule, detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            rule,
            detail: detail.into(),
            is_unexamined: false,
        }
    }

    /// A key beyond a limit, of which `reason` has the numbers.
    pub(super) fn unexamined(rule: Rule, reason: &str) -> Self {
        Self {
            rule,
            detail: format!("not checked: {reason}").into(),
            is_unexamined: true,
        }
    }
}

/// A public key for one algorithm.
#[derive(Clone, Debug)]
pub struct PublicKey {
    pub(crate) algorithm: Algorithm,
    pub(crate) form: Form,
}

/// The means of checking signatures with a key.
#[derive(Clone, Debug)]
pub(crate) enum Form {
    /// The library, which has checked the key.
    Library(ParsedPublicKey),
    /// Integers, for RSA keys that no library takes: the modulus and the public exponent, big-endian
    /// without leading zeros.
    Integers { n: Vec<u8>, e: Vec<u8> },
}

impl PublicKey {
    /// Reads the members that RFC 7518 section 6 and RFC 8037 section 2 give a public key, and tells
    /// the problems about them. Keys that were read lately are kept: a server reads a key when it is
    /// registered, not with each assertion, and reading costs more than verifying.
    ///
    /// # Errors
    ///
    /// If the type does not fit the algorithm, or the members make no key.
    pub fn from_jwk(
        jwk: &Map<String, Value>,
        algorithm: Algorithm,
    ) -> Result<(Self, Vec<KeyProblem>), KeyProblem> {
        static READ: LazyLock<Mutex<HashMap<Members<'_>, Read>>> = LazyLock::new(Mutex::default);

        let members = PUBLIC_MEMBERS.map(|name| text(jwk, name).map(Cow::Borrowed));
        let known = || READ.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(read) = find(&known(), &(algorithm, members)) {
            return read;
        }
        let read = Self::read(jwk, algorithm);
        let mut known = known();
        if known.len() >= MANY_READ {
            known.clear();
        }
        let members = PUBLIC_MEMBERS.map(|name| text(jwk, name).map(|own| own.to_owned().into()));
        known.insert((algorithm, members), read.clone());
        read
    }

    fn read(jwk: &Map<String, Value>, algorithm: Algorithm) -> Read {
        let (kty, crv) = (text(jwk, "kty"), text(jwk, "crv"));
        match (algorithm.family(), kty) {
            (Family::RsaPkcs1 | Family::RsaPss, Some("RSA")) => rsa(jwk, algorithm),
            (Family::Ecdsa, Some("EC")) => point(jwk, algorithm),
            (Family::EdDsa, Some("OKP")) if crv == Some("Ed25519") => {
                let x = octets(jwk, "x", &mut Vec::new())?;
                let form = parse(&ED25519, &x)?;
                Ok((Self { algorithm, form }, Vec::new()))
            }
            (
                Family::RsaPkcs1 | Family::RsaPss | Family::Ecdsa | Family::EdDsa | Family::Hmac,
                kty,
            ) => {
                let kty = kty.unwrap_or("no type");
                let detail = format!("a key of type {kty} is no key for {algorithm}");
                Err(KeyProblem::new(Rule::KeyType, detail))
            }
        }
    }
}

/// The earlier reading of the same members.
fn find<'a>(read: &HashMap<Members<'a>, Read>, members: &Members<'a>) -> Option<Read> {
    read.get(members).cloned()
}

type Members<'a> = (Algorithm, [Option<Cow<'a, str>>; PUBLIC_MEMBERS.len()]);
type Read = Result<(PublicKey, Vec<KeyProblem>), KeyProblem>;

/// Every member that [`PublicKey::read`] looks at, and so the key of what it has read.
const PUBLIC_MEMBERS: [&str; 6] = ["kty", "crv", "n", "e", "x", "y"];
/// Keys that are kept in memory: some hundred kilobytes of them.
const MANY_READ: usize = 256;

/// The problems with `use`, `key_ops`, `alg` and stray private members (RFC 7517 sections 4.2 to 4.4).
pub(super) fn metadata_problems(
    jwk: &Map<String, Value>,
    algorithm: Algorithm,
    is_bound_by_registration: bool,
) -> Vec<KeyProblem> {
    let mut problems = Vec::new();
    let mut add = |rule, detail: String| problems.push(KeyProblem::new(rule, detail));
    let key_use = text(jwk, "use");
    if let Some(key_use) = key_use.filter(|key_use| *key_use != "sig") {
        add(Rule::KeyUse, format!("the key's `use` is {key_use:?}"));
    }
    if let Some(operations) = jwk.get("key_ops").and_then(Value::as_array) {
        let has = |name: &str| operations.iter().any(|own| own == name);
        match (has("verify"), key_use.is_some(), has("sign")) {
            (true, _, _) => {}
            (false, _, true) => add(Rule::KeyOpsSignOnly, "`key_ops` say sign only".to_owned()),
            (false, true, false) => {
                add(
                    Rule::KeyUseOpsConflict,
                    "`use` and `key_ops` disagree".to_owned(),
                );
            }
            (false, false, false) => {
                add(Rule::KeyOps, "`key_ops` do not include verify".to_owned());
            }
        }
    }
    match text(jwk, "alg") {
        Some(own) if own != algorithm.name() => {
            add(
                Rule::KeyAlg,
                format!("the key's `alg` is {own:?}, the token's {algorithm}"),
            );
        }
        None if !is_bound_by_registration => {
            add(
                Rule::KeyAlgAbsent,
                "nothing binds the key to one algorithm".to_owned(),
            );
        }
        Some(_) | None => {}
    }
    if jwk.contains_key("d") {
        add(
            Rule::KeyPrivateRegistered,
            "the registered key is a private key".to_owned(),
        );
    }
    problems
}

/// RFC 7518 section 6.3.1, section 3.3 and section 8.6; RFC 8017 section 3.1.
fn rsa(
    jwk: &Map<String, Value>,
    algorithm: Algorithm,
) -> Result<(PublicKey, Vec<KeyProblem>), KeyProblem> {
    let mut problems = Vec::new();
    let n = octets(jwk, "n", &mut problems)?;
    let e = octets(jwk, "e", &mut problems)?;
    if n.first() == Some(&0) || e.first() == Some(&0) {
        problems.push(KeyProblem::new(
            Rule::KeyEncoding,
            "`n` or `e` has a leading zero octet",
        ));
    }
    let (modulus, exponent) = (BigUint::from_bytes_be(&n), BigUint::from_bytes_be(&e));
    if let Some((rule, reason)) = limits::excess(&modulus, &exponent) {
        return Err(KeyProblem::unexamined(rule, &reason));
    }
    if !modulus.bit(0) {
        return Err(KeyProblem::new(Rule::KeyMalformed, "the modulus is even"));
    }
    let bits = modulus.bits();
    if bits < 2048 {
        problems.push(KeyProblem::new(
            Rule::RsaTooShort,
            format!("the modulus has {bits} bits"),
        ));
    }
    if bits > 4096 {
        problems.push(KeyProblem::new(
            Rule::RsaLarge,
            format!("the modulus has {bits} bits"),
        ));
    }
    if exponent < BigUint::from(3_u8) || !exponent.bit(0) {
        problems.push(KeyProblem::new(
            Rule::RsaExponent,
            "the exponent is even or below 3",
        ));
    } else if exponent != BigUint::from(65_537_u32) {
        problems.push(KeyProblem::new(
            Rule::RsaExponentUnusual,
            "the exponent is not 65537",
        ));
    }
    if has_roca_fingerprint(&modulus) {
        problems.push(KeyProblem::new(
            Rule::RsaWeakPrimes,
            "the modulus has the fingerprint of a flawed generator",
        ));
    }
    let (n, e) = (modulus.to_bytes_be(), exponent.to_bytes_be());
    let form = match library_rsa(algorithm, &n, &e) {
        Some(key) => Form::Library(key),
        None => Form::Integers { n, e },
    };
    Ok((PublicKey { algorithm, form }, problems))
}

/// The library's form of a key of a size and with an exponent that the library takes.
fn library_rsa(algorithm: Algorithm, n: &[u8], e: &[u8]) -> Option<ParsedPublicKey> {
    let has_whole_octets = n.first().is_some_and(|top| *top >= 0x80);
    if !has_whole_octets || !(256..=1024).contains(&n.len()) || e != [1, 0, 1] {
        return None;
    }
    let der = RsaPublicKeyComponents { n, e }.as_der().ok()?;
    ParsedPublicKey::new(rsa_parameters(algorithm)?, der.as_ref()).ok()
}

fn rsa_parameters(algorithm: Algorithm) -> Option<&'static RsaParameters> {
    match (algorithm.family(), algorithm.hash()) {
        (Family::RsaPkcs1, Hash::Sha256) => Some(&RSA_PKCS1_2048_8192_SHA256),
        (Family::RsaPkcs1, Hash::Sha384) => Some(&RSA_PKCS1_2048_8192_SHA384),
        (Family::RsaPkcs1, Hash::Sha512) => Some(&RSA_PKCS1_2048_8192_SHA512),
        (Family::RsaPss, Hash::Sha256) => Some(&RSA_PSS_2048_8192_SHA256),
        (Family::RsaPss, Hash::Sha384) => Some(&RSA_PSS_2048_8192_SHA384),
        (Family::RsaPss, Hash::Sha512) => Some(&RSA_PSS_2048_8192_SHA512),
        (Family::RsaPkcs1 | Family::RsaPss, Hash::Sha1)
        | (Family::Hmac | Family::Ecdsa | Family::EdDsa, _) => None,
    }
}

/// RFC 7518 section 6.2.1: curve, and both coordinates in full width.
fn point(
    jwk: &Map<String, Value>,
    algorithm: Algorithm,
) -> Result<(PublicKey, Vec<KeyProblem>), KeyProblem> {
    let crv = text(jwk, "crv").unwrap_or_default();
    let (width, of_curve): (usize, &'static dyn VerificationAlgorithm) = match crv {
        "P-256" => (32, &ECDSA_P256_SHA256_FIXED),
        "P-384" => (48, &ECDSA_P384_SHA384_FIXED),
        "P-521" => (66, &ECDSA_P521_SHA512_FIXED),
        "secp256k1" => (32, &ECDSA_P256K1_SHA256_FIXED),
        _ => {
            let detail = format!("no curve is called {crv:?}");
            return Err(KeyProblem::new(Rule::KeyMalformed, detail));
        }
    };
    let mut problems = Vec::new();
    let x = octets(jwk, "x", &mut problems)?;
    let y = octets(jwk, "y", &mut problems)?;
    if x.len() != width || y.len() != width {
        let detail = format!("coordinates of {} and {} octets on {crv}", x.len(), y.len());
        return Err(KeyProblem::new(Rule::KeyMalformed, detail));
    }
    let uncompressed = [&[4], &x[..], &y].concat();
    let form = parse(of_curve, &uncompressed)?;
    // RFC 7518 section 3.4: each algorithm has its curve.
    if algorithm.curve().map(|curve| curve.name) != Some(crv) {
        let detail = format!("a key on {crv} is no key for {algorithm}");
        return Err(KeyProblem::new(Rule::KeyType, detail));
    }
    Ok((PublicKey { algorithm, form }, problems))
}

fn parse(algorithm: &'static dyn VerificationAlgorithm, point: &[u8]) -> Result<Form, KeyProblem> {
    ParsedPublicKey::new(algorithm, point)
        .map(Form::Library)
        .map_err(|_| KeyProblem::new(Rule::KeyMalformed, "the point is not on the curve"))
}

/// A base64url member. Padding is unusual, anything else that is not base64url makes no key.
fn octets(
    jwk: &Map<String, Value>,
    name: &'static str,
    problems: &mut Vec<KeyProblem>,
) -> Result<Vec<u8>, KeyProblem> {
    let Some(text) = text(jwk, name) else {
        return Err(KeyProblem::new(
            Rule::KeyMalformed,
            format!("the key has no `{name}`"),
        ));
    };
    let bare = text.trim_end_matches('=');
    if bare.len() < text.len() {
        problems.push(KeyProblem::new(
            Rule::KeyEncoding,
            format!("`{name}` is padded"),
        ));
    }
    read_base64url(bare.as_bytes())
        .map(|segment| segment.octets)
        .map_err(|error| KeyProblem::new(Rule::KeyMalformed, format!("`{name}`: {error}")))
}

fn text<'a>(jwk: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    jwk.get(name).and_then(Value::as_str)
}

/// Tells if the modulus is a power of 65537 modulo every small prime: so it is for keys of the flawed
/// generator of CVE-2017-15361, and for next to no other.
fn has_roca_fingerprint(modulus: &BigUint) -> bool {
    SMALL_PRIMES.iter().all(|&prime| {
        let digits = (modulus % prime).to_u32_digits();
        let residue = digits.first().copied().unwrap_or_default();
        let generator = 65_537 % prime;
        let mut power = 1;
        (0..prime).any(|_| {
            let hit = power == residue;
            power = power * generator % prime;
            hit
        })
    })
}

/// The odd primes below 170.
const SMALL_PRIMES: [u32; 38] = [
    3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97,
    101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys;

    #[test]
    fn integers_are_for_rsa_keys_that_the_library_does_not_take() {
        for (name, is_taken) in [("rsa-2048-a", true), ("rsa-1024-a", false)] {
            let jwk = keys::key(name).public_jwk();
            let (key, _) = PublicKey::from_jwk(&jwk, Algorithm::PS384).unwrap();
            assert_eq!(matches!(key.form, Form::Library(_)), is_taken, "{name}");
        }
    }
}
