//! The structures inside PEM, read by the RustCrypto format crates and AWS-LC: PKCS#8 (RFC 5958),
//! SubjectPublicKeyInfo (RFC 5280 section 4.1), PKCS#1 (RFC 8017 appendix A.1), SEC1 (RFC 5915).

use aws_lc_rs::{
    encoding::{AsBigEndian, Curve25519SeedBin, EcPrivateKeyBin},
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING,
        ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair,
        KeyPair,
    },
};
use jwt_assay_core::encoding::base64url;
use pkcs1::UintRef;
use pkcs8::{AlgorithmIdentifierRef, ObjectIdentifier, PrivateKeyInfoRef, SubjectPublicKeyInfoRef};
use serde_json::{Map, Value};

use super::{KeyFileError, jwk::bits, key_type::KeyType};

/// A key's type and its JWK.
pub(super) type Members = (KeyType, Map<String, Value>);

pub(super) fn private_from_pkcs8(der: &[u8]) -> Result<Members, Problem> {
    let info = PrivateKeyInfoRef::try_from(der).map_err(Problem::malformed)?;
    match KeyAlgorithm::of(&info.algorithm)? {
        KeyAlgorithm::Rsa => private_from_pkcs1(info.private_key.as_bytes()),
        KeyAlgorithm::Curve(curve) => private_on(curve, der).ok_or_else(Problem::no_scalar),
        KeyAlgorithm::Ed25519 => {
            let rejected = |_| Problem::Malformed("its octets make no key".to_owned());
            let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).map_err(rejected)?;
            let unspecified = |_| Problem::Malformed("its private part cannot be had".to_owned());
            let seed = pair.seed().map_err(unspecified)?;
            let seed: Curve25519SeedBin<'_> = seed.as_be_bytes().map_err(unspecified)?;
            let x = pair.public_key().as_ref();
            let members = [("kty", "OKP".to_owned()), ("crv", "Ed25519".to_owned())];
            let octets = [("x", base64url(x)), ("d", base64url(seed.as_ref()))];
            Ok((KeyType::Ed25519, jwk(members.into_iter().chain(octets))))
        }
    }
}

pub(super) fn private_from_pkcs1(der: &[u8]) -> Result<Members, Problem> {
    let key = pkcs1::RsaPrivateKeyRef::try_from(der).map_err(Problem::malformed)?;
    if key.other_prime_infos.is_some() {
        return Err(Problem::Unsupported(
            "an RSA key of more than two primes".to_owned(),
        ));
    }
    let private = [
        ("d", key.private_exponent),
        ("p", key.prime1),
        ("q", key.prime2),
        ("dp", key.exponent1),
        ("dq", key.exponent2),
        ("qi", key.coefficient),
    ];
    Ok(rsa(key.modulus, key.public_exponent, &private))
}

pub(super) fn private_from_sec1(der: &[u8]) -> Result<Members, Problem> {
    let unknown = || {
        let what = "an EC private key on another curve, or malformed, or without its curve's name";
        Problem::Unsupported(what.to_owned())
    };
    CURVES
        .into_iter()
        .find_map(|curve| private_on(curve, der))
        .ok_or_else(unknown)
}

pub(super) fn public_from_spki(der: &[u8]) -> Result<Members, Problem> {
    let info = SubjectPublicKeyInfoRef::try_from(der).map_err(Problem::malformed)?;
    let octets = info.subject_public_key.as_bytes();
    let octets = octets.ok_or_else(|| Problem::Malformed("its bits are no octets".to_owned()))?;
    match KeyAlgorithm::of(&info.algorithm)? {
        KeyAlgorithm::Rsa => public_from_pkcs1(octets),
        KeyAlgorithm::Curve(curve) => {
            let members = point(curve, octets).ok_or_else(|| Problem::of_point(octets))?;
            Ok((curve, jwk(members)))
        }
        KeyAlgorithm::Ed25519 => {
            let members = [("kty", "OKP".to_owned()), ("crv", "Ed25519".to_owned())];
            let members = members.into_iter().chain([("x", base64url(octets))]);
            Ok((KeyType::Ed25519, jwk(members)))
        }
    }
}

pub(super) fn public_from_pkcs1(der: &[u8]) -> Result<Members, Problem> {
    let key = pkcs1::RsaPublicKeyRef::try_from(der).map_err(Problem::malformed)?;
    Ok(rsa(key.modulus, key.public_exponent, &[]))
}

/// The reason why a structure makes no key. It repeats none of the octets, which may be private.
#[derive(Debug)]
pub(super) enum Problem {
    Malformed(String),
    Unsupported(String),
}

impl Problem {
    /// The error about a file, with the label of the PEM block.
    pub(super) fn of(self, path: &str, label: &str) -> KeyFileError {
        match self {
            Self::Malformed(reason) => {
                KeyFileError::malformed(path, format!("a PEM {label}"), reason)
            }
            Self::Unsupported(what) => KeyFileError::Unsupported {
                path: path.to_owned(),
                what,
            },
        }
    }

    /// A fault with the parser's message, which names positions in octets and never their values.
    fn malformed(error: impl std::fmt::Display) -> Self {
        Self::Malformed(format!("its content is no such key: {error}"))
    }

    fn no_scalar() -> Self {
        Self::Malformed("its content is no private key on the curve it names".to_owned())
    }

    /// The fault of a point: SEC1 section 2.3.3 puts 2 or 3 before a compressed one.
    fn of_point(octets: &[u8]) -> Self {
        Self::Malformed(match octets {
            [2 | 3, ..] => {
                let remedy = "openssl ec -pubin -conv_form uncompressed";
                format!("its point is compressed; write it in full with `{remedy}`")
            }
            _ => "its point has not the width of the curve it names".to_owned(),
        })
    }
}

/// The meaning of an algorithm identifier (RFC 3279, RFC 5480, RFC 8410).
enum KeyAlgorithm {
    Curve(KeyType),
    Ed25519,
    Rsa,
}

impl KeyAlgorithm {
    fn of(algorithm: &AlgorithmIdentifierRef<'_>) -> Result<Self, Problem> {
        let name = |oid: ObjectIdentifier| oid.to_string();
        let unsupported = |what: &str| Err(Problem::Unsupported(what.to_owned()));
        match name(algorithm.oid).as_str() {
            "1.2.840.113549.1.1.1" => Ok(Self::Rsa),
            "1.2.840.10045.2.1" => match algorithm.parameters_oid().map(name).as_deref() {
                Ok("1.2.840.10045.3.1.7") => Ok(Self::Curve(KeyType::P256)),
                Ok("1.3.132.0.34") => Ok(Self::Curve(KeyType::P384)),
                Ok("1.3.132.0.35") => Ok(Self::Curve(KeyType::P521)),
                Ok("1.3.132.0.10") => unsupported("an EC key on secp256k1"),
                Ok(other) => unsupported(&format!("an EC key on the curve {other}")),
                Err(_) => unsupported("an EC key whose curve has no name"),
            },
            "1.3.101.112" => Ok(Self::Ed25519),
            "1.3.101.113" => unsupported("an Ed448 key"),
            "1.3.101.110" | "1.3.101.111" => unsupported("a key for key agreement, not signatures"),
            "1.2.840.10040.4.1" => unsupported("a DSA key"),
            "1.2.840.113549.1.1.10" => {
                unsupported("an RSA key restricted to RSASSA-PSS by its identifier")
            }
            other => unsupported(&format!("a key for the algorithm {other}")),
        }
    }
}

/// Reads an EC private key from PKCS#8 or SEC1. AWS-LC computes the public part where the file has
/// none.
fn private_on(curve: KeyType, der: &[u8]) -> Option<Members> {
    let pair = EcdsaKeyPair::from_private_key_der(signing_algorithm(curve)?, der).ok()?;
    let scalar: EcPrivateKeyBin<'_> = pair.private_key().as_be_bytes().ok()?;
    let members = point(curve, pair.public_key().as_ref())?;
    let scalar = [("d", base64url(scalar.as_ref()))];
    Some((curve, jwk(members.into_iter().chain(scalar))))
}

/// Splits an uncompressed point (SEC1 section 2.3.3): 4, then both coordinates in full width.
fn point(curve: KeyType, octets: &[u8]) -> Option<[(&'static str, String); 4]> {
    let width = match curve {
        KeyType::P256 => 32,
        KeyType::P384 => 48,
        KeyType::P521 => 66,
        KeyType::Rsa { .. } | KeyType::Ed25519 => return None,
    };
    let (x, y) = octets.strip_prefix(&[4])?.split_at_checked(width)?;
    (y.len() == width).then(|| {
        let crv = curve.curve().unwrap_or_default().to_owned();
        [
            ("kty", "EC".to_owned()),
            ("crv", crv),
            ("x", base64url(x)),
            ("y", base64url(y)),
        ]
    })
}

fn rsa(n: UintRef<'_>, e: UintRef<'_>, private: &[(&'static str, UintRef<'_>)]) -> Members {
    let integers = [("n", n), ("e", e)]
        .into_iter()
        .chain(private.iter().copied());
    let integers = integers.map(|(name, integer)| (name, base64url(integer.as_bytes())));
    let members = [("kty", "RSA".to_owned())].into_iter().chain(integers);
    (
        KeyType::Rsa {
            bits: bits(n.as_bytes()),
        },
        jwk(members),
    )
}

fn jwk(members: impl IntoIterator<Item = (&'static str, String)>) -> Map<String, Value> {
    members
        .into_iter()
        .map(|(name, text)| (name.to_owned(), text.into()))
        .collect()
}

/// The ECDSA signing algorithm of a curve.
pub(super) fn signing_algorithm(curve: KeyType) -> Option<&'static EcdsaSigningAlgorithm> {
    match curve {
        KeyType::P256 => Some(&ECDSA_P256_SHA256_FIXED_SIGNING),
        KeyType::P384 => Some(&ECDSA_P384_SHA384_FIXED_SIGNING),
        KeyType::P521 => Some(&ECDSA_P521_SHA512_FIXED_SIGNING),
        KeyType::Rsa { .. } | KeyType::Ed25519 => None,
    }
}

const CURVES: [KeyType; 3] = [KeyType::P256, KeyType::P384, KeyType::P521];
