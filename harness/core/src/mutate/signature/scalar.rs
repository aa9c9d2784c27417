//! The values of r and s, and the numbers of the curve that they are made of.

use num_bigint::BigUint;
use serde::{Deserialize, Serialize};

use crate::{
    model::{Algorithm, Curve},
    sign,
};

/// A value for r or s.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scalar {
    /// The value of the signature.
    Kept,
    /// 0
    Zero,
    /// 1
    One,
    /// The order of the group, less one.
    OrderMinusOne,
    /// The order of the group.
    Order,
    /// The order of the group, plus one.
    OrderPlusOne,
    /// The value of the signature plus the order of the group, where the width has room for it.
    PlusOrder,
    /// The prime of the field.
    Prime,
    /// All bits set.
    Ones,
}

impl Scalar {
    /// The values at the edges of the range that FIPS 186-5 section 6.4.2 has a verifier check: r and s
    /// from 1 to the order less one. A verifier without the check inverts zero, or takes r and r + n for
    /// the same (CVE-2022-21449).
    pub(in crate::mutate) const EDGES: [Self; 7] = [
        Self::Zero,
        Self::One,
        Self::OrderMinusOne,
        Self::Order,
        Self::OrderPlusOne,
        Self::Prime,
        Self::Ones,
    ];

    pub(in crate::mutate) const fn name(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Zero => "0",
            Self::One => "1",
            Self::OrderMinusOne => "n-minus-1",
            Self::Order => "n",
            Self::OrderPlusOne => "n-plus-1",
            Self::PlusOrder => "plus-n",
            Self::Prime => "p",
            Self::Ones => "ones",
        }
    }

    pub(super) fn octets(self, order: &BigUint, prime: &BigUint, kept: &[u8]) -> Vec<u8> {
        let value = match self {
            Self::Kept => return kept.to_vec(),
            Self::Zero => BigUint::ZERO,
            Self::One => BigUint::from(1_u8),
            Self::OrderMinusOne => order - 1_u8,
            Self::Order => order.clone(),
            Self::OrderPlusOne => order + 1_u8,
            Self::PlusOrder => BigUint::from_bytes_be(kept) + order,
            Self::Prime => prime.clone(),
            Self::Ones => return vec![0xff; kept.len()],
        };
        sign::rsa::left_pad(&value.to_bytes_be(), kept.len())
    }
}

/// The order of the group that an ECDSA algorithm works in.
pub(crate) fn order(algorithm: Algorithm) -> BigUint {
    number(curve(algorithm).order)
}

/// The prime of the field that an ECDSA algorithm works in.
pub(crate) fn prime(algorithm: Algorithm) -> BigUint {
    number(curve(algorithm).prime)
}

/// The algorithm's curve, and P-256 for other families: generated recipes edit any signature as if
/// it were ECDSA, and need some number to count with.
const fn curve(algorithm: Algorithm) -> &'static Curve {
    match algorithm.curve() {
        Some(curve) => curve,
        None => &Curve::P256,
    }
}

fn number(hex: &str) -> BigUint {
    BigUint::parse_bytes(hex.as_bytes(), 16).expect("the table of curves is hexadecimal, tested")
}
