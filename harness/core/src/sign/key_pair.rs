//! A test key in the form that `aws-lc-rs` signs with, nothing where the library refuses the key.

use aws_lc_rs::signature::{EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair, RsaKeyPair};

use super::{member, rsa::pem_octets};
use crate::keys::TestKey;

pub(super) fn ecdsa(
    pair: &TestKey,
    algorithm: &'static EcdsaSigningAlgorithm,
) -> Option<EcdsaKeyPair> {
    let point = [&[4], &member(pair, "x")[..], &member(pair, "y")].concat();
    let scalar = member(pair, "d");
    EcdsaKeyPair::from_private_key_and_public_key(algorithm, &scalar, &point).ok()
}

pub(super) fn ed25519(pair: &TestKey) -> Option<Ed25519KeyPair> {
    let (seed, public) = (member(pair, "d"), member(pair, "x"));
    Ed25519KeyPair::from_seed_and_public_key(&seed, &public).ok()
}

pub(super) fn rsa(pair: &TestKey) -> Option<RsaKeyPair> {
    RsaKeyPair::from_pkcs8(&pem_octets(&pair.pkcs8)).ok()
}
