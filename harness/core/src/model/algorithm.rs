//! The signature algorithms of the field, one row each. A token's `alg` stays text, since odd values
//! are test data; this type names the algorithms that the harness computes.

mod table;

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

pub use self::table::{ALGORITHMS, Algorithm};

/// A row of the table of algorithms: everything about one that is data.
#[derive(Clone, Copy, Debug)]
pub struct AlgorithmInfo {
    /// The algorithm of the row.
    pub algorithm: Algorithm,
    /// The name as it stands in a JOSE header.
    pub name: &'static str,
    /// The name in lower case, as it stands in a vector id.
    pub slug: &'static str,
    /// The kind of key and signature scheme.
    pub family: Family,
    /// The hash function that the algorithm names; for Ed25519 the one it uses inside.
    pub hash: Hash,
    /// The curve that ECDSA is bound to (RFC 7518 section 3.4, RFC 8812 section 3.2).
    pub curve: Option<&'static Curve>,
    /// The test keys that fit.
    pub test_keys: TestKeys,
    /// The cost of a signature beside those of other algorithms, from 0: a rank, of no unit.
    pub cost: u8,
}

/// The test keys of an algorithm, by their names in `vectors/keys.json`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TestKeys {
    /// The test secrets: `secret-a` and the others.
    Secrets,
    /// A key for each party, all of this kind: `p256-a`, `p256-b` and so on for `p256`.
    ByRole(&'static str),
    /// One key for every party, for an algorithm that no profile accepts.
    Single(&'static str),
}

/// A curve of ECDSA (FIPS 186-5, SP 800-186, SEC 2).
#[derive(Debug)]
pub struct Curve {
    /// The value of `crv` in a JWK.
    pub name: &'static str,
    /// Octets of one coordinate or scalar (RFC 7518 section 3.4).
    pub octets: usize,
    /// The order of the group, in hexadecimal.
    pub order: &'static str,
    /// The prime of the field, in hexadecimal.
    pub prime: &'static str,
}

impl Curve {
    /// The curve of ES256.
    pub const P256: Self = Self {
        name: "P-256",
        octets: 32,
        order: "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
        prime: "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
    };

    /// The curve of ES384.
    pub const P384: Self = Self {
        name: "P-384",
        octets: 48,
        order: "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf\
                581a0db248b0a77aecec196accc52973",
        prime: "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe\
                ffffffff0000000000000000ffffffff",
    };

    /// The curve of ES512, whose name has a 521.
    pub const P521: Self = Self {
        name: "P-521",
        octets: 66,
        order: "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\
                fa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
        prime: "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\
                ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    };

    /// The curve of ES256K.
    pub const SECP256K1: Self = Self {
        name: "secp256k1",
        octets: 32,
        order: "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141",
        prime: "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f",
    };
}

impl Algorithm {
    /// The nine algorithms every profile but `fapi2` is tested with.
    pub const CORE: [Self; 9] = [
        Self::HS256,
        Self::HS384,
        Self::HS512,
        Self::RS256,
        Self::RS384,
        Self::RS512,
        Self::ES256,
        Self::ES384,
        Self::ES512,
    ];

    /// The name as it stands in a JOSE header.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.info().name
    }

    /// The name in lower case, as it stands in a vector id.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        self.info().slug
    }

    /// The kind of key and signature scheme.
    #[must_use]
    pub const fn family(self) -> Family {
        self.info().family
    }

    /// The hash function the algorithm names; for Ed25519 the one it uses inside.
    #[must_use]
    pub const fn hash(self) -> Hash {
        self.info().hash
    }

    /// The curve of an ECDSA algorithm.
    #[must_use]
    pub const fn curve(self) -> Option<&'static Curve> {
        self.info().curve
    }

    /// True for the first algorithm of its family in the table.
    #[must_use]
    pub fn is_first_of_family(self) -> bool {
        let mut all = Self::ALL.into_iter();
        all.find(|it| it.family() == self.family()) == Some(self)
    }

    /// Octets of one coordinate or scalar, for ECDSA (RFC 7518 section 3.4: 32, 48 or 66).
    #[must_use]
    pub const fn scalar_len(self) -> Option<usize> {
        match self.curve() {
            Some(curve) => Some(curve.octets),
            None => None,
        }
    }

    /// Secrets that both sides hold, in place of key pairs.
    #[must_use]
    pub const fn is_symmetric(self) -> bool {
        matches!(self.family(), Family::Hmac)
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Compares verbatim: algorithm names are case-sensitive (RFC 7515 section 4.1.1).
impl FromStr for Algorithm {
    type Err = UnknownAlgorithm;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|algorithm| algorithm.name() == text)
            .ok_or_else(|| UnknownAlgorithm {
                given: text.to_owned(),
            })
    }
}

/// A name that no supported algorithm has.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "find algorithm `{given}`: the known ones are {}",
    crate::listed(Algorithm::ALL)
)]
pub struct UnknownAlgorithm {
    given: String,
}

/// A signature scheme together with its kind of key.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Family {
    /// HMAC over the client secret.
    Hmac,
    /// RSASSA-PKCS1-v1_5.
    RsaPkcs1,
    /// ECDSA, signature as r and s of fixed width.
    Ecdsa,
    /// RSASSA-PSS, salt as long as the hash.
    RsaPss,
    /// Ed25519.
    EdDsa,
}

/// A hash function of the SHA-2 family, and SHA-1 for signatures that servers must reject.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hash {
    /// 20 octets; only in signatures that servers must reject.
    Sha1,
    /// 32 octets.
    Sha256,
    /// 48 octets.
    Sha384,
    /// 64 octets.
    Sha512,
}

impl Hash {
    /// Octets of output.
    #[must_use]
    pub const fn output_len(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_stands_where_its_algorithm_looks_for_it() {
        for algorithm in Algorithm::ALL {
            let info = algorithm.info();
            assert_eq!(info.algorithm, algorithm);
            assert_eq!(info.name.to_ascii_lowercase(), info.slug);
            assert_eq!(info.curve.is_some(), info.family == Family::Ecdsa);
        }
    }

    #[test]
    fn an_unknown_name_lists_the_known_ones() {
        let error = "ES256k".parse::<Algorithm>().unwrap_err();
        let known = crate::listed(Algorithm::ALL);
        assert_eq!(
            error.to_string(),
            format!("find algorithm `ES256k`: the known ones are {known}")
        );
    }
}
