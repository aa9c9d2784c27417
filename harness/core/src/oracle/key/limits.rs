//! Limits of keys, so that nobody's key file keeps the oracle busy for minutes.
//!
//! RFC 8017 section 3.1 permits any modulus and any exponent below it; servers do not. The limits of size
//! are those of OpenSSL (`OPENSSL_RSA_MAX_MODULUS_BITS`, `OPENSSL_RSA_SMALL_MODULUS_BITS` and
//! `OPENSSL_RSA_MAX_PUBEXP_BITS` of `openssl/rsa.h`), which many servers call, and AWS-LC and the JDK have
//! narrower ones. So no server is known to check a signature that the oracle leaves unchecked.

use num_bigint::BigUint;

use super::KeyProblem;
use crate::model::Rule;

/// The longest modulus in bits.
const MODULUS: u64 = 16_384;
/// The longest modulus in bits with which an exponent may be as long as the modulus.
const SMALL_MODULUS: u64 = 3072;
/// The longest exponent in bits with a longer modulus.
const EXPONENT: u64 = 64;
/// The most keys of one client that are tried by integer arithmetic. A client has two at a rotation of
/// keys; a key within the limits of size costs up to some hundredths of a second.
pub(crate) const BY_ARITHMETIC: usize = 32;

/// The rule about a number that is too long, with its length and the limit.
pub(super) fn excess(modulus: &BigUint, exponent: &BigUint) -> Option<(Rule, String)> {
    let (n, e) = (modulus.bits(), exponent.bits());
    let limit = if n <= SMALL_MODULUS {
        n.max(EXPONENT)
    } else {
        EXPONENT
    };
    if n > MODULUS {
        let reason = format!("the modulus has {n} bits, the limit is {MODULUS}");
        Some((Rule::RsaLarge, reason))
    } else if e > limit {
        let reason = format!("the exponent has {e} bits, the limit is {limit}");
        Some((Rule::RsaExponentUnusual, reason))
    } else {
        None
    }
}

/// The problem with a client of which more than [`BY_ARITHMETIC`] keys need integer arithmetic.
pub(crate) fn many_keys() -> KeyProblem {
    let reason = format!(
        "more than {BY_ARITHMETIC} keys of an unusual size or exponent, which is the limit"
    );
    KeyProblem::unexamined(Rule::KeySetSize, &reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_bits(bits: u64) -> BigUint {
        (BigUint::from(1_u8) << bits) - 1_u8
    }

    #[test]
    fn the_limits_are_the_longest_numbers_that_are_examined() {
        for (n, e, expected) in [
            (16, 17, None),
            (2048, 2048, None),
            (3072, 3072, None),
            (3073, 64, None),
            (16_384, 64, None),
            (
                2048,
                256_000,
                Some("the exponent has 256000 bits, the limit is 2048"),
            ),
            (3073, 65, Some("the exponent has 65 bits, the limit is 64")),
            (
                16_385,
                17,
                Some("the modulus has 16385 bits, the limit is 16384"),
            ),
        ] {
            let seen = excess(&of_bits(n), &of_bits(e)).map(|(_, reason)| reason);
            assert_eq!(seen.as_deref(), expected, "{n} and {e} bits");
        }
    }
}
