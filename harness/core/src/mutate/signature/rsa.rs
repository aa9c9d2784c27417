//! RSA signatures as integers and as blocks (RFC 8017 sections 5.2, 8.2 and 9.2).

use num_bigint::BigUint;
use serde::{Deserialize, Serialize};

use super::super::rsa_padding::RsaPadding;
use crate::{
    draft::{Draft, Material},
    sign::{
        self,
        rsa::{left_pad, raw_private},
    },
};

/// An RSA signature that is computed in another way.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum RsaEdit {
    /// The integer 0.
    Zero,
    /// The integer 1.
    One,
    /// The modulus, less one.
    ModulusMinusOne,
    /// The modulus.
    Modulus,
    /// The signature without the zero octets in front.
    Minimal,
    /// The signature plus the modulus, with an octet more where it needs one.
    PlusModulus,
    /// The padded block itself, which is the signature under the exponent 1.
    Block,
    /// A square root of the padded block, which is the signature under the exponent 2; for blocks
    /// that are squares and keys whose primes are 3 modulo 4.
    SquareRoot,
    /// Without the private key, under the exponent 3: the cube root of a number that begins like
    /// the padded block, with as many of eight octets FF as a root of that length allows.
    CubeRoot,
    /// The signature of a block with a fault.
    Padding(RsaPadding),
}

impl RsaEdit {
    pub(super) fn apply(&self, draft: &Draft, old: Vec<u8>) -> Vec<u8> {
        let signer = &draft.signer;
        let (Some(pair), Some(n)) = (signer.pair(), modulus(signer)) else {
            return old;
        };
        let hash = draft.signing_algorithm.hash();
        let input = || [&draft.header_segment[..], b".", &draft.payload_segment].concat();
        let octets = |integer: BigUint| left_pad(&integer.to_bytes_be(), old.len());
        match self {
            Self::Zero => octets(BigUint::ZERO),
            Self::One => octets(BigUint::from(1_u8)),
            Self::ModulusMinusOne => octets(n - 1_u8),
            Self::Modulus => octets(n),
            Self::Minimal => BigUint::from_bytes_be(&old).to_bytes_be(),
            Self::PlusModulus => octets(BigUint::from_bytes_be(&old) + n),
            Self::Block => block_of(&old, signer).map(octets).unwrap_or_default(),
            Self::SquareRoot => block_of(&old, signer)
                .map(|block| octets(root(&block, signer)))
                .unwrap_or_default(),
            Self::CubeRoot => {
                let info = sign::rsa::digest_info_prefix(hash);
                let info = [info, &sign::hash(hash, &input())].concat();
                let with = |padding| cube_root(padding, &info, old.len());
                octets((0..=8).rev().find_map(with).unwrap_or_default())
            }
            Self::Padding(padding) => {
                let len = pair.modulus_octets();
                raw_private(pair, &padding.block(hash, &input(), len))
            }
        }
    }
}

/// The modulus of the key that signs.
pub(super) fn modulus(signer: &Material) -> Option<BigUint> {
    let n = signer.pair()?.integer("n");
    (n != BigUint::ZERO).then_some(n)
}

/// The padded block of a signature, as an integer.
pub(super) fn block_of(signature: &[u8], signer: &Material) -> Option<BigUint> {
    let n = modulus(signer)?;
    Some(BigUint::from_bytes_be(signature).modpow(&signer.pair()?.integer("e"), &n))
}

/// Euler's criterion, modulo both primes: a square modulo n is a square modulo each, and one in four
/// numbers is.
pub(super) fn is_square(block: &BigUint, signer: &Material) -> bool {
    let is_square_modulo = |p: BigUint| block.modpow(&(&p >> 1_u8), &p) == BigUint::from(1_u8);
    let Some(pair) = signer.pair() else {
        return false;
    };
    ["p", "q"]
        .into_iter()
        .all(|name| is_square_modulo(pair.integer(name)))
}

/// A square root modulo n, for primes that are 3 modulo 4.
fn root(square: &BigUint, signer: &Material) -> BigUint {
    let Some(pair) = signer.pair() else {
        return BigUint::ZERO;
    };
    let (p, q) = (pair.integer("p"), pair.integer("q"));
    let root_modulo = |p: &BigUint| square.modpow(&((p + 1_u8) >> 2_u8), p);
    let (of_p, of_q) = (root_modulo(&p), root_modulo(&q));
    // Garner's formula joins the two roots. These numbers have no sign, so a multiple of p that exceeds the
    // root modulo q is added before the subtraction.
    let h = pair.integer("qi") * (of_p + &p * (&of_q / &p + 1_u8) - &of_q) % &p;
    of_q + h * q
}

/// The root of a cube that begins with the block, where there is one.
///
/// A verifier that stops reading after the hash accepts any block with this front, and a cube is a
/// signature by its root without any private key. Neighbouring cubes of this size differ in the lower
/// two thirds of their digits, so one of them has the front where the front takes no more than a third
/// of the block: hence the search for the most padding that leaves room.
fn cube_root(padding: usize, info: &[u8], len: usize) -> Option<BigUint> {
    let front = [&[0, 1][..], &vec![0xff; padding], &[0], info].concat();
    let filled = |octet: u8| {
        let mut block = front.clone();
        block.resize(len, octet);
        BigUint::from_bytes_be(&block)
    };
    // The greatest cube below the end of the range; if it is below the beginning, the range has no cube.
    let root = filled(0xff).cbrt();
    (root.pow(3) >= filled(0)).then_some(root)
}
