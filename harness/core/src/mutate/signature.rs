//! Edits to how an assertion is signed and to the octets of the signature.

mod form;
mod octets;
mod rsa;

use num_bigint::BigUint;
use serde::{Deserialize, Serialize};

pub use self::{form::SignatureForm, octets::Octets, rsa::RsaEdit};
use crate::{
    draft::{Draft, KeyRole, Material, SigningMethod},
    encoding::{base64url, read_base64url},
    keys::{KeyId, SecretId},
    model::{Algorithm, Curve, Hash, Rule},
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
    /// A claim `n` counts up until the signature is like this.
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
    /// The same length of octets that nothing relates to the input.
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

/// A value for r or s.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scalar {
    /// The value of the signature.
    Kept,
    /// 0
    Zero,
    /// 1
    One,
    /// The order of the group, less one.
    OrderMinusOne,
    /// The order of the group.
    Order,
    /// The order of the group, plus one.
    OrderPlusOne,
    /// The value of the signature plus the order of the group, where the width has room for it.
    PlusOrder,
    /// The prime of the field.
    Prime,
    /// All bits set.
    Ones,
}

impl SignatureEdit {
    pub(super) fn apply(&self, draft: &mut Draft) {
        let old = std::mem::take(&mut draft.signature);
        let half = old.len() / 2;
        let algorithm = draft.signing_algorithm;
        draft.signature = match self {
            Self::FlipFirstBit => flip(old, 0, 0x80),
            Self::FlipLastBit => {
                let last = old.len().saturating_sub(1);
                flip(old, last, 0x01)
            }
            Self::FlipSpread(number) => {
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

impl Scalar {
    /// The values at the edges of the range that FIPS 186-5 section 6.4.2 has a verifier check: r and s
    /// from 1 to the order less one. A verifier without the check inverts zero, or takes r and r + n for
    /// the same (CVE-2022-21449).
    pub(super) const EDGES: [Self; 7] = [
        Self::Zero,
        Self::One,
        Self::OrderMinusOne,
        Self::Order,
        Self::OrderPlusOne,
        Self::Prime,
        Self::Ones,
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Zero => "0",
            Self::One => "1",
            Self::OrderMinusOne => "n-minus-1",
            Self::Order => "n",
            Self::OrderPlusOne => "n-plus-1",
            Self::PlusOrder => "plus-n",
            Self::Prime => "p",
            Self::Ones => "ones",
        }
    }

    fn octets(self, order: &BigUint, prime: &BigUint, kept: &[u8]) -> Vec<u8> {
        let value = match self {
            Self::Kept => return kept.to_vec(),
            Self::Zero => BigUint::ZERO,
            Self::One => BigUint::from(1_u8),
            Self::OrderMinusOne => order - 1_u8,
            Self::Order => order.clone(),
            Self::OrderPlusOne => order + 1_u8,
            Self::PlusOrder => BigUint::from_bytes_be(kept) + order,
            Self::Prime => prime.clone(),
            Self::Ones => return vec![0xff; kept.len()],
        };
        sign::rsa::left_pad(&value.to_bytes_be(), kept.len())
    }
}

/// The order of the group that an ECDSA algorithm works in.
pub(crate) fn order(algorithm: Algorithm) -> BigUint {
    number(curve(algorithm).order)
}

/// The prime of the field that an ECDSA algorithm works in.
pub(crate) fn prime(algorithm: Algorithm) -> BigUint {
    number(curve(algorithm).prime)
}

/// The algorithm's curve, and P-256 for other families: generated recipes edit any signature as if
/// it were ECDSA, and need some number to count with.
const fn curve(algorithm: Algorithm) -> &'static Curve {
    match algorithm.curve() {
        Some(curve) => curve,
        None => &Curve::P256,
    }
}

fn number(hex: &str) -> BigUint {
    BigUint::parse_bytes(hex.as_bytes(), 16).expect("the table of curves is hexadecimal, tested")
}

fn flip(mut octets: Vec<u8>, at: usize, mask: u8) -> Vec<u8> {
    if let Some(octet) = octets.get_mut(at) {
        *octet ^= mask;
    }
    octets
}

fn strip(octets: &[u8]) -> &[u8] {
    let zeros = octets.iter().take_while(|octet| **octet == 0).count();
    &octets[zeros..]
}

/// SEQUENCE of two INTEGERs, as X9.62 writes a signature.
fn der(r: &[u8], s: &[u8]) -> Vec<u8> {
    let integer = |octets: &[u8]| {
        let digits = strip(octets);
        let sign: &[u8] = if digits.first().is_none_or(|first| *first >= 0x80) {
            &[0]
        } else {
            &[]
        };
        tagged(0x02, &[sign, digits].concat())
    };
    tagged(0x30, &[integer(r), integer(s)].concat())
}

/// DER whose integers lose octets in front until the whole is as long as r and s together: for verifiers
/// that tell the two forms apart by their length.
fn der_of_raw_length(r: &[u8], s: &[u8]) -> Vec<u8> {
    let raw = r.len() + s.len();
    // A sign octet comes and goes with the first bit of an integer, so cutting r alone may step over the
    // length that is wanted.
    let cuts = (0..r.len()).flat_map(|of_r| [(of_r, of_r), (of_r, of_r + 1), (of_r, of_r + 2)]);
    let mut ders = cuts.map(|(of_r, of_s)| der(&r[of_r..], s.get(of_s..).unwrap_or_default()));
    ders.find(|der| der.len() == raw).unwrap_or_default()
}

fn tagged(tag: u8, content: &[u8]) -> Vec<u8> {
    // Two integers of a curve have at most 67 octets each; those of an RSA signature have more.
    let len = u16::try_from(content.len()).unwrap_or(u16::MAX);
    let [high, low] = len.to_be_bytes();
    let header: &[u8] = match len {
        0..0x80 => &[tag, low],
        0x80..0x100 => &[tag, 0x81, low],
        0x100.. => &[tag, 0x82, high, low],
    };
    [header, content].concat()
}
