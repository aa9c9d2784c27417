//! Edits to how an assertion is signed and to the octets of the signature.

mod der;
mod form;
mod octets;
mod rsa;
mod scalar;

use num_bigint::BigUint;
use serde::{Deserialize, Serialize};

use self::der::{der, der_of_raw_length, strip};
pub(crate) use self::scalar::{order, prime};
pub use self::{form::SignatureForm, octets::Octets, rsa::RsaEdit, scalar::Scalar};
use crate::{
    draft::{Draft, KeyRole, Material, SigningMethod},
    encoding::{base64url, read_base64url},
    keys::{KeyId, SecretId},
    model::{Algorithm, Hash, Rule},
    sign,
};

/// A change to how an assertion is signed.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum SigningEdit {
    /// Another party's key.
    By(KeyRole),
    /// This key, with the registration as it is.
    Key(KeyId),
    /// This secret, with the registration as it is.
    Secret(SecretId),
    /// Another algorithm than the header names, with the same key.
    Algorithm(Algorithm),
    /// The primitive of the algorithm with another hash.
    Hash(Hash),
    /// HMAC with these octets as key.
    Mac(Hash, Octets),
    /// HMAC with the algorithm's own hash and these octets as key.
    MacWith(Octets),
    /// A hash over the secret and the input, which is no HMAC.
    PlainHash(Hash),
    /// RSASSA-PKCS1-v1_5 over the hash that the algorithm has, under the name of this one
    /// (RFC 8017 section 9.2, RFC 7515 section 10.6).
    DigestInfo(Hash),
    /// The payload segment alone is signed.
    PayloadOnly,
    /// The decoded texts are signed, with a period between.
    Decoded,
    /// The raw claims set is signed, as an unencoded payload would be.
    RawPayload,
    /// The canonical encodings of both segments are signed, and others may be sent.
    Canonical,
    /// A claim `n` counts up until the signature has this form.
    Until(SignatureForm),
    /// Nothing is signed.
    Nothing,
}

impl SigningEdit {
    pub(super) fn apply(&self, draft: &mut Draft) {
        match self {
            Self::By(role) => {
                draft.signer = draft.place().material(draft.signing_algorithm, *role);
            }
            Self::Key(id) => draft.signer = Material::Pair(draft.place().key(id)),
            Self::Secret(id) => {
                draft.signer = Material::Secret(draft.place().secret(id).to_owned());
            }
            Self::Algorithm(algorithm) => draft.signing_algorithm = *algorithm,
            Self::Hash(hash) => draft.signing_method = SigningMethod::WithHash(*hash),
            Self::Mac(hash, octets) => {
                draft.signing_method = SigningMethod::Mac(*hash, octets.of(draft));
            }
            Self::MacWith(octets) => {
                let hash = draft.signing_algorithm.hash();
                draft.signing_method = SigningMethod::Mac(hash, octets.of(draft));
            }
            Self::PlainHash(hash) => draft.signing_method = SigningMethod::PlainHash(*hash),
            Self::DigestInfo(hash) => draft.signing_method = SigningMethod::DigestInfo(*hash),
            Self::PayloadOnly => draft.signing_input = Some(draft.payload_segment.clone()),
            Self::Decoded => {
                let input = [&draft.header_text[..], b".", &draft.payload_text].concat();
                draft.signing_input = Some(input);
            }
            Self::RawPayload => {
                let input = [&draft.header_segment[..], b".", &draft.payload_text].concat();
                draft.signing_input = Some(input);
            }
            Self::Canonical => {
                let canonical = |segment: &[u8], text: &[u8]| {
                    let octets = read_base64url(segment).map(|s| s.octets);
                    base64url(octets.unwrap_or_else(|_| text.to_vec()))
                };
                let header = canonical(&draft.header_segment, &draft.header_text);
                let payload = canonical(&draft.payload_segment, &draft.payload_text);
                draft.signing_input = Some(format!("{header}.{payload}").into_bytes());
            }
            Self::Until(form) => form.search(draft),
            Self::Nothing => draft.signing_method = SigningMethod::Nothing,
        }
    }

    pub(super) const fn breaks(&self) -> Option<Rule> {
        match self {
            Self::By(KeyRole::Own) => None,
            Self::By(KeyRole::Attacker | KeyRole::OtherClient | KeyRole::Second)
            | Self::PlainHash(_)
            | Self::DigestInfo(_)
            | Self::PayloadOnly
            | Self::Decoded
            | Self::RawPayload
            | Self::Nothing => Some(Rule::Signature),
            Self::Key(_)
            | Self::Secret(_)
            | Self::Algorithm(_)
            | Self::Hash(_)
            | Self::Mac(..)
            | Self::MacWith(_)
            | Self::Canonical
            | Self::Until(_) => None,
        }
    }
}

/// An edit to the octets of the signature.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum SignatureEdit {
    /// Flips the first bit.
    FlipFirstBit,
    /// Flips the last bit.
    FlipLastBit,
    /// Flips one of 64 bits that are spread over the whole signature.
    FlipSpread(u8),
    /// Drops octets from the end.
    DropLast(usize),
    /// Keeps the first octets.
    KeepFirst(usize),
    /// Keeps the first half.
    KeepHalf,
    /// Appends a zero octet.
    AppendZero,
    /// Puts a zero octet in front.
    PrependZero,
    /// The same length of this octet.
    Fill(u8),
    /// The same length of fixed octets that do not depend on the input.
    Unrelated,
    /// No octets.
    Empty,
    /// The valid signature of another assertion of the same client.
    OfAnotherToken,
    /// ECDSA: the DER form, SEQUENCE of two INTEGERs.
    Der,
    /// ECDSA: the DER form, both integers cut at the front until all of it is as long as the raw
    /// form.
    DerOfRawLength,
    /// ECDSA: s before r.
    SwapHalves,
    /// ECDSA: both halves with their octets turned round.
    LittleEndian,
    /// ECDSA: the twin of the signature, with s negated, in the upper half of the range.
    HighS,
    /// ECDSA: the twin with s in the lower half.
    LowS,
    /// ECDSA: both integers without leading zeros.
    StripZeros,
    /// ECDSA: both halves cut or extended at the front to this many octets.
    HalfWidth(usize),
    /// ECDSA: an octet in front of each half.
    ExtendHalves(u8),
    /// ECDSA: r and s as named values.
    Scalars(Scalar, Scalar),
    /// RSA: computed otherwise.
    Rsa(RsaEdit),
}

impl SignatureEdit {
    pub(super) fn apply(&self, draft: &mut Draft) {
        // Taken out, since some edits read or sign with the rest of the draft.
        let old = std::mem::take(&mut draft.signature);
        // Signatures of other families than ECDSA are halved as well: generated recipes edit any.
        let half = old.len() / 2;
        let algorithm = draft.signing_algorithm;
        draft.signature = match self {
            Self::FlipFirstBit => flip(old, 0, 0x80),
            Self::FlipLastBit => {
                let last = old.len().saturating_sub(1);
                flip(old, last, 0x01)
            }
            Self::FlipSpread(number) => {
                // Each number also moves on within its octet. Steps of whole octets would else flip the
                // first bit of every octet and never another.
                let step = old.len() * 8 / 64;
                let number = usize::from(*number % 64);
                let bit = number * step + number % step.clamp(1, 8);
                flip(old, bit / 8, 0x80 >> (bit % 8))
            }
            Self::DropLast(count) => old[..old.len().saturating_sub(*count)].to_vec(),
            Self::KeepFirst(count) => old[..old.len().min(*count)].to_vec(),
            Self::KeepHalf => old[..half].to_vec(),
            Self::AppendZero => [&old[..], &[0]].concat(),
            Self::PrependZero => [&[0], &old[..]].concat(),
            Self::Fill(octet) => vec![*octet; old.len()],
            // Hashes of a counter: the same octets in every build of the suite.
            Self::Unrelated => {
                let block = |n: u32| {
                    sign::hash(
                        Hash::Sha256,
                        &[&b"unrelated"[..], &n.to_be_bytes()].concat(),
                    )
                };
                (0..).flat_map(block).take(old.len()).collect()
            }
            Self::Empty => Vec::new(),
            Self::OfAnotherToken => {
                let mut other = draft.claims.clone();
                other.set("jti", "\"another\"".to_owned());
                let payload = base64url(other.to_text());
                draft.sign_octets(&[&draft.header_segment[..], b".", payload.as_bytes()].concat())
            }
            Self::Der => der(&old[..half], &old[half..]),
            Self::DerOfRawLength => der_of_raw_length(&old[..half], &old[half..]),
            Self::SwapHalves => [&old[half..], &old[..half]].concat(),
            Self::LittleEndian => old[..half]
                .iter()
                .rev()
                .chain(old[half..].iter().rev())
                .copied()
                .collect(),
            Self::HighS | Self::LowS => {
                let order = order(algorithm);
                // A genuine s is below the order. The remainder is for signatures of other families,
                // which generated recipes edit as if they were ECDSA.
                let s = BigUint::from_bytes_be(&old[half..]) % &order;
                let twin = &order - &s;
                let (low, high) = if s < twin { (s, twin) } else { (twin, s) };
                let s = if matches!(self, Self::HighS) {
                    high
                } else {
                    low
                };
                [&old[..half], &sign::rsa::left_pad(&s.to_bytes_be(), half)].concat()
            }
            Self::StripZeros => [strip(&old[..half]), strip(&old[half..])].concat(),
            Self::HalfWidth(width) => {
                let fit = |octets: &[u8]| {
                    let cut = octets.len().saturating_sub(*width);
                    sign::rsa::left_pad(&octets[cut..], *width)
                };
                [fit(&old[..half]), fit(&old[half..])].concat()
            }
            Self::ExtendHalves(octet) => {
                [&[*octet], &old[..half], &[*octet], &old[half..]].concat()
            }
            Self::Rsa(edit) => edit.apply(draft, old),
            Self::Scalars(r, s) => {
                let order = order(algorithm);
                let prime = prime(algorithm);
                let value = |scalar: &Scalar, kept: &[u8]| scalar.octets(&order, &prime, kept);
                [value(r, &old[..half]), value(s, &old[half..])].concat()
            }
        };
    }

    pub(super) const fn breaks(&self) -> Option<Rule> {
        match self {
            // Both values of s are valid signatures: ECDSA is malleable, and JWS asks for neither.
            Self::HighS | Self::LowS => None,
            // Without a zero octet in front, or at the very width, the signature stays as it was and valid.
            Self::StripZeros | Self::HalfWidth(_) => None,
            // The first two are right signatures under the exponents 1 and 2, so they break this rule only
            // where the registered key has another; the third is the signature itself where its first
            // octet is not zero.
            Self::Rsa(RsaEdit::Block | RsaEdit::SquareRoot | RsaEdit::Minimal) => None,
            Self::FlipFirstBit
            | Self::FlipLastBit
            | Self::FlipSpread(_)
            | Self::DropLast(_)
            | Self::KeepFirst(_)
            | Self::KeepHalf
            | Self::AppendZero
            | Self::PrependZero
            | Self::Fill(_)
            | Self::Unrelated
            | Self::Empty
            | Self::OfAnotherToken
            | Self::Der
            | Self::DerOfRawLength
            | Self::ExtendHalves(_)
            | Self::SwapHalves
            | Self::LittleEndian
            | Self::Scalars(..)
            | Self::Rsa(
                RsaEdit::Zero
                | RsaEdit::One
                | RsaEdit::ModulusMinusOne
                | RsaEdit::Modulus
                | RsaEdit::PlusModulus
                | RsaEdit::CubeRoot
                | RsaEdit::Padding(_),
            ) => Some(Rule::Signature),
        }
    }
}

fn flip(mut octets: Vec<u8>, at: usize, mask: u8) -> Vec<u8> {
    if let Some(octet) = octets.get_mut(at) {
        *octet ^= mask;
    }
    octets
}
