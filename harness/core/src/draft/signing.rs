//! The signature of a draft.

use super::{Draft, Material};
use crate::{model::Hash, sign};

impl Draft<'_> {
    pub(super) fn sign(&mut self) {
        let input = self
            .signing_input
            .take()
            .unwrap_or_else(|| [&self.header_segment[..], b".", &self.payload_segment].concat());
        self.signature = self.sign_octets(&input);
    }

    /// Signs octets as the draft signs its own.
    #[must_use]
    pub(crate) fn sign_octets(&self, input: &[u8]) -> Vec<u8> {
        // A key that does not fit signs with what fits it: the edit that chose it is the fault
        // under test, and no signature at all would be another.
        let fitting = self.signer.fitting(self.signing_algorithm);
        let standard = || {
            sign::sign(fitting, self.signer.signing_key(), input, &self.seed)
                .expect("the algorithm was chosen to fit the key")
        };
        match (&self.signing_method, &self.signer) {
            (SigningMethod::Standard, _) => standard(),
            (SigningMethod::Mac(hash, key), _) => sign::mac(*hash, key, input),
            (SigningMethod::WithHash(hash), Material::Secret(text)) => {
                sign::mac(*hash, text.as_bytes(), input)
            }
            (SigningMethod::WithHash(hash), Material::Pair(pair)) => {
                sign::with_hash(pair, *hash, input).unwrap_or_else(standard)
            }
            (SigningMethod::PlainHash(hash), signer) => {
                let secret = match signer {
                    Material::Secret(text) => text.as_bytes(),
                    Material::Pair(_) => b"",
                };
                sign::hash(*hash, &[secret, input].concat())
            }
            (SigningMethod::DigestInfo(named), Material::Pair(pair)) => {
                sign::with_digest_info(pair, fitting.hash(), *named, input).unwrap_or_else(standard)
            }
            (SigningMethod::DigestInfo(named), Material::Secret(text)) => {
                sign::mac(*named, text.as_bytes(), input)
            }
            (SigningMethod::Nothing, _) => Vec::new(),
        }
    }
}

/// The primitive that signs.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum SigningMethod {
    /// The one that the signing algorithm names.
    Standard,
    /// The key's own primitive, with another hash.
    WithHash(Hash),
    /// HMAC with these octets as key.
    Mac(Hash, Vec<u8>),
    /// A hash over secret and input.
    PlainHash(Hash),
    /// RSASSA-PKCS1-v1_5 with this name on the hash.
    DigestInfo(Hash),
    /// None.
    Nothing,
}
