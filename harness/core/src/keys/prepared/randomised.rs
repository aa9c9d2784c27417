//! ECDSA with random nonces, for the fuzzer's own builds alone: fast, and another signature each
//! time.

use aws_lc_rs::{
    digest::{self, Digest},
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING,
        ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair,
    },
};

use crate::keys::{TestKey, key_pair};

/// A key and the hash that its curve is paired with.
pub(super) struct Key(EcdsaKeyPair, &'static digest::Algorithm);

/// Signs a hash value that has the length of the curve's own hash; `None` for other lengths and
/// other keys.
pub(crate) fn randomised(pair: &TestKey, prehash: &[u8]) -> Option<Vec<u8>> {
    let Key(key, hash) = pair
        .prepared
        .randomised
        .get_or_init(|| make(pair))
        .as_ref()?;
    let digest = Digest::import_less_safe(prehash, hash).ok()?;
    Some(key.sign_digest(&digest).ok()?.as_ref().to_vec())
}

fn make(pair: &TestKey) -> Option<Key> {
    let (algorithm, hash) = match pair.private_jwk.get("crv")?.as_str()? {
        "P-256" => (&ECDSA_P256_SHA256_FIXED_SIGNING, &digest::SHA256),
        "P-384" => (&ECDSA_P384_SHA384_FIXED_SIGNING, &digest::SHA384),
        "P-521" => (&ECDSA_P521_SHA512_FIXED_SIGNING, &digest::SHA512),
        _ => return None,
    };
    Some(Key(key_pair::ecdsa(pair, algorithm)?, hash))
}
