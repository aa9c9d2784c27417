//! A test key in the form that `aws-lc-rs` signs with; `None` where the library does not take it.

use aws_lc_rs::signature::{EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair, RsaKeyPair};

use crate::{encoding::pem_octets, keys::TestKey};

pub(crate) fn ecdsa(
    pair: &TestKey,
    algorithm: &'static EcdsaSigningAlgorithm,
) -> Option<EcdsaKeyPair> {
    let point = [&[4], &pair.octets("x")[..], &pair.octets("y")].concat();
    let scalar = pair.octets("d");
    EcdsaKeyPair::from_private_key_and_public_key(algorithm, &scalar, &point).ok()
}

pub(crate) fn ed25519(pair: &TestKey) -> Option<Ed25519KeyPair> {
    let (seed, public) = (pair.octets("d"), pair.octets("x"));
    Ed25519KeyPair::from_seed_and_public_key(&seed, &public).ok()
}

pub(crate) fn rsa(pair: &TestKey) -> Option<RsaKeyPair> {
    RsaKeyPair::from_pkcs8(&pem_octets(&pair.pkcs8)).ok()
}
