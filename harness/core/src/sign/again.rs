//! A second verifier of signatures, with other code than the oracle's. Where an algorithm has one
//! signature for an input, it signs again and compares.

use num_bigint::BigUint;
use p256::ecdsa::signature::hazmat::PrehashVerifier;

use super::{SigningKey, ecdsa::sign_prehash, hash, rsa, sign};
use crate::{
    keys::TestKey,
    model::{Algorithm, Family},
};

/// The octets of a signature (RFC 7518 sections 3.2 to 3.5, RFC 8037 section 3.1); `None` where the
/// key is of another kind.
pub(crate) fn signature_len(algorithm: Algorithm, key: SigningKey<'_>) -> Option<usize> {
    match (algorithm.family(), key) {
        (Family::Hmac, SigningKey::Secret(_)) => Some(algorithm.hash().output_len()),
        (Family::RsaPkcs1 | Family::RsaPss, SigningKey::Pair(pair)) => {
            pair.private_jwk.get("n").map(|_| pair.modulus_octets())
        }
        (Family::Ecdsa, SigningKey::Pair(_)) => algorithm.scalar_len().map(|scalar| 2 * scalar),
        (Family::EdDsa, SigningKey::Pair(_)) => Some(64),
        (Family::Hmac, SigningKey::Pair(_))
        | (
            Family::RsaPkcs1 | Family::RsaPss | Family::Ecdsa | Family::EdDsa,
            SigningKey::Secret(_),
        ) => None,
    }
}

/// Tells if a signature is the key's: by comparison with our own where an input has but one, else by
/// the RustCrypto curves and by integer arithmetic, which the oracle does not use.
pub(crate) fn verifies_again(
    algorithm: Algorithm,
    key: SigningKey<'_>,
    input: &[u8],
    signature: &[u8],
) -> bool {
    match (algorithm.family(), key) {
        (Family::Hmac | Family::RsaPkcs1 | Family::EdDsa, key) => {
            sign(algorithm, key, input, "").is_ok_and(|own| own == signature)
        }
        (Family::RsaPss, SigningKey::Pair(pair)) => {
            let (n, e) = (pair.integer("n"), pair.integer("e"));
            let block = BigUint::from_bytes_be(signature).modpow(&e, &n);
            rsa::is_pss_block(algorithm.hash(), input, &block, n.bits() - 1)
        }
        (Family::Ecdsa, SigningKey::Pair(pair)) => {
            is_ecdsa(pair, &hash(algorithm.hash(), input), signature)
        }
        (Family::RsaPss | Family::Ecdsa, SigningKey::Secret(_)) => false,
    }
}

fn is_ecdsa(pair: &TestKey, prehash: &[u8], signature: &[u8]) -> bool {
    let point = [&[4][..], &pair.octets("x"), &pair.octets("y")].concat();
    macro_rules! verifies {
        ($curve:ident) => {{
            let key = $curve::ecdsa::VerifyingKey::from_sec1_bytes(&point);
            let signature = $curve::ecdsa::Signature::from_slice(signature);
            match (key, signature) {
                (Ok(key), Ok(signature)) => key.verify_prehash(prehash, &signature).is_ok(),
                (Err(_), _) | (_, Err(_)) => false,
            }
        }};
    }
    match pair.private_jwk.get("crv").and_then(|crv| crv.as_str()) {
        Some("P-256") => verifies!(p256),
        Some("P-384") => verifies!(p384),
        Some("P-521") => verifies!(p521),
        // The verifier of this curve takes the lower of two values of s alone, and ES256K permits both.
        Some("secp256k1") => sign_prehash(pair, prehash).is_some_and(|own| own == signature),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::Algorithm,
        recipe::{KeyRole, Material},
    };

    #[test]
    fn our_own_signatures_verify_again_and_changed_ones_do_not() {
        for algorithm in Algorithm::ALL {
            let material = Material::of(algorithm, KeyRole::Own);
            let key = material.signing_key();
            let mut signature = sign(algorithm, key, b"input", "seed").unwrap();
            assert_eq!(Some(signature.len()), signature_len(algorithm, key));
            assert!(
                verifies_again(algorithm, key, b"input", &signature),
                "{algorithm}"
            );
            assert!(
                !verifies_again(algorithm, key, b"other", &signature),
                "{algorithm}"
            );
            signature[3] ^= 1;
            assert!(
                !verifies_again(algorithm, key, b"input", &signature),
                "{algorithm}"
            );
        }
    }
}
