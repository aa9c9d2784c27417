//! Forms that a signature has by chance, found by counting up a claim.

use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex, PoisonError},
};

use num_bigint::BigUint;
use serde::{Deserialize, Serialize};

use super::rsa::{block_of, is_square, modulus};
use crate::{
    draft::{Draft, Material},
    encoding::base64url,
};

/// A form that a signature has by chance.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignatureForm {
    /// Its base64url text has at least two characters that base64 writes in another way.
    UrlAlphabet,
    /// RSA: the first octet is zero.
    LeadingZero,
    /// RSA: together with the modulus it still has as many octets as the modulus.
    RoomForModulus,
    /// RSA: together with the modulus it has one octet more.
    NoRoomForModulus,
    /// RSA: the padded block is a square modulo n, so that it has a root for the exponent 2.
    SquareBlock,
    /// ECDSA: r begins with one zero octet, s with none. Two of them, once in 256 such signatures, would
    /// strip to another length, and an answer would hang on the claim `n`.
    LeadingZeroR,
    /// ECDSA: s begins with one zero octet, r with none.
    LeadingZeroS,
    /// ECDSA: r and s both begin with a zero octet; rare for every curve but P-521.
    LeadingZeros,
    /// ECDSA: neither r nor s begins with a zero octet.
    FullWidth,
}

impl SignatureForm {
    /// Adds a claim `n` that counts up until the signature over both segments has the form.
    pub(super) fn search(self, draft: &mut Draft) {
        let text = draft.payload_text.clone();
        // The claim goes in before the last brace, so the rest of the payload stays as other edits made it.
        let Some(members) = text.strip_suffix(b"}") else {
            return;
        };
        let mut sign_with = |n: u32| {
            draft.payload_text = [members, format!(",\"n\":{n}}}").as_bytes()].concat();
            draft.payload_segment = base64url(&draft.payload_text).into_bytes();
            let input = [&draft.header_segment[..], b".", &draft.payload_segment].concat();
            let signature = draft.sign_octets(&input);
            let is_found = self.is_form_of(&signature, &draft.signer);
            (is_found, signature, input)
        };
        let (is_found, signature, input) = sign_with(0);
        if is_found {
            return;
        }
        // The key of the table of searches: the same input with the same first signature has the same end.
        let start = (self, input, signature);
        let known = FOUND
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&start)
            .copied();
        match known {
            Some(n) => {
                sign_with(n);
            }
            None => {
                let found = (1..SEARCH_LIMIT)
                    .find(|n| sign_with(*n).0)
                    .unwrap_or(SEARCH_LIMIT);
                FOUND
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .insert(start, found);
            }
        }
    }

    fn is_form_of(self, signature: &[u8], signer: &Material) -> bool {
        let (r, s) = signature.split_at(signature.len() / 2);
        let begins_with_zero = |octets: &[u8]| octets.first() == Some(&0);
        let begins_with_one_zero = |octets: &[u8]| matches!(octets, [0, 1..=255, ..]);
        let with_modulus_bits = || {
            let n = modulus(signer)?;
            Some((n.bits(), (BigUint::from_bytes_be(signature) + n).bits()))
        };
        match self {
            Self::UrlAlphabet => {
                let text = base64url(signature);
                text.bytes()
                    .filter(|octet| matches!(octet, b'-' | b'_'))
                    .count()
                    >= 2
            }
            Self::LeadingZero => begins_with_zero(signature),
            Self::RoomForModulus => with_modulus_bits().is_some_and(|(n, sum)| sum <= n),
            Self::NoRoomForModulus => with_modulus_bits().is_some_and(|(n, sum)| sum > n),
            Self::SquareBlock => {
                block_of(signature, signer).is_some_and(|block| is_square(&block, signer))
            }
            Self::LeadingZeroR => begins_with_one_zero(r) && !begins_with_zero(s),
            Self::LeadingZeroS => begins_with_one_zero(s) && !begins_with_zero(r),
            Self::LeadingZeros => begins_with_zero(r) && begins_with_zero(s),
            Self::FullWidth => !begins_with_zero(r) && !begins_with_zero(s),
        }
    }
}

/// Far more than any form here needs: the rarest, zeros in front of both r and s, comes once in 65,536
/// signatures of most curves and is asked of P-521 alone, where it comes once in four.
const SEARCH_LIMIT: u32 = 10_000;

type Start = (SignatureForm, Vec<u8>, Vec<u8>);

/// The ends of earlier searches: a suite asks for the same more than once, and one search makes up to
/// thousands of signatures.
static FOUND: LazyLock<Mutex<HashMap<Start, u32>>> = LazyLock::new(Mutex::default);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{draft::KeyRole, model::Algorithm};

    #[test]
    fn two_zero_octets_are_another_form_than_one() {
        let signer = Material::of(Algorithm::ES256, KeyRole::Own);
        for (first, r, s) in [
            ([0, 1], true, true),
            ([0, 255], true, true),
            ([0, 0], false, false),
            ([1, 0], false, false),
        ] {
            let (mut in_r, mut in_s) = ([7; 64], [7; 64]);
            in_r[..2].copy_from_slice(&first);
            in_s[32..34].copy_from_slice(&first);
            let is_r = SignatureForm::LeadingZeroR.is_form_of(&in_r, &signer);
            let is_s = SignatureForm::LeadingZeroS.is_form_of(&in_s, &signer);
            assert_eq!((is_r, is_s), (r, s), "{first:?}");
        }
    }
}
