//! Keys as the primitives want them, made once for each test key.
//!
//! Under a sanitizer the deterministic signers take twenty times as long as the one that draws its
//! nonces, and no verdict depends on the nonce; so the fuzzer's own builds sign with that one.

#[cfg(fuzzing)]
mod randomised;

use std::{fmt, sync::OnceLock};

use aws_lc_rs::signature::{Ed25519KeyPair, RsaKeyPair};

#[cfg(fuzzing)]
pub(crate) use self::randomised::randomised;
use super::{TestKey, key_pair};

/// A test key as each primitive wants it, made when it is first needed; `None` where the key is of
/// another type, or the primitive does not take it.
#[derive(Default)]
pub(crate) struct Prepared {
    ecdsa: OnceLock<Option<Ecdsa>>,
    ed25519: OnceLock<Option<Ed25519KeyPair>>,
    rsa: OnceLock<Option<RsaKeyPair>>,
    #[cfg(fuzzing)]
    randomised: OnceLock<Option<randomised::Key>>,
}

/// A key of a curve.
pub(crate) enum Ecdsa {
    P256(p256::ecdsa::SigningKey),
    P384(p384::ecdsa::SigningKey),
    P521(p521::ecdsa::SigningKey),
    K256(k256::ecdsa::SigningKey),
}

impl Prepared {
    pub(crate) fn ecdsa(&self, pair: &TestKey) -> Option<&Ecdsa> {
        let make = || {
            let scalar = pair.octets("d");
            match pair.private_jwk.get("crv")?.as_str()? {
                "P-256" => p256::ecdsa::SigningKey::from_slice(&scalar)
                    .ok()
                    .map(Ecdsa::P256),
                "P-384" => p384::ecdsa::SigningKey::from_slice(&scalar)
                    .ok()
                    .map(Ecdsa::P384),
                "P-521" => p521::ecdsa::SigningKey::from_slice(&scalar)
                    .ok()
                    .map(Ecdsa::P521),
                "secp256k1" => k256::ecdsa::SigningKey::from_slice(&scalar)
                    .ok()
                    .map(Ecdsa::K256),
                _ => None,
            }
        };
        self.ecdsa.get_or_init(make).as_ref()
    }

    pub(crate) fn ed25519(&self, pair: &TestKey) -> Option<&Ed25519KeyPair> {
        let key = self.ed25519.get_or_init(|| key_pair::ed25519(pair));
        key.as_ref()
    }

    pub(crate) fn rsa(&self, pair: &TestKey) -> Option<&RsaKeyPair> {
        self.rsa.get_or_init(|| key_pair::rsa(pair)).as_ref()
    }
}

/// A copy is made again.
impl Clone for Prepared {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// Keys are not for logs.
impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Prepared")
    }
}

/// Everything but the fuzzer's own builds signs by RFC 6979.
#[cfg(not(fuzzing))]
pub(crate) const fn randomised(_: &TestKey, _: &[u8]) -> Option<Vec<u8>> {
    None
}
