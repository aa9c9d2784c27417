//! RSASSA-PSS with random salts, for the fuzzer's own builds alone: under a sanitizer the integer
//! arithmetic of the repeatable signer takes fifty times as long, and no verdict depends on a salt.

use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex, PoisonError},
};

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512, RsaEncoding, RsaKeyPair},
};

use super::Material;
use crate::{
    model::{Algorithm, Family, Hash},
    sign::rsa::pem_octets,
};

/// Signs with a key that the library takes; `None` for other keys and algorithms.
pub(super) fn sign(algorithm: Algorithm, signer: &Material, input: &[u8]) -> Option<Vec<u8>> {
    static KEYS: LazyLock<Mutex<HashMap<&'static str, Option<RsaKeyPair>>>> =
        LazyLock::new(Mutex::default);

    let pair = signer
        .pair()
        .filter(|_| algorithm.family() == Family::RsaPss)?;
    let encoding: &dyn RsaEncoding = match algorithm.hash() {
        Hash::Sha256 => &RSA_PSS_SHA256,
        Hash::Sha384 => &RSA_PSS_SHA384,
        Hash::Sha512 => &RSA_PSS_SHA512,
        Hash::Sha1 => return None,
    };
    let mut keys = KEYS.lock().unwrap_or_else(PoisonError::into_inner);
    let read = || RsaKeyPair::from_pkcs8(&pem_octets(&pair.pkcs8)).ok();
    let key = keys.entry(&pair.id).or_insert_with(read).as_ref()?;
    let mut signature = vec![0; key.public_modulus_len()];
    let signed = key.sign(encoding, &SystemRandom::new(), input, &mut signature);
    signed.is_ok().then_some(signature)
}
