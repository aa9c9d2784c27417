//! Edits to JSON texts and to segments.

use serde::{Deserialize, Serialize};

use crate::{
    encoding::{base64url, read_base64url},
    model::Rule,
    recipe::{Draft, Scope, Template},
};

/// A character encoding that RFC 8725 section 3.7 does not permit.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, arbitrary::Arbitrary)]
#[serde(rename_all = "kebab-case")]
pub enum PayloadEncoding {
    /// UTF-16, big-endian, with a byte order mark.
    Utf16,
    /// UTF-16, little-endian, without a byte order mark.
    Utf16Le,
    /// UTF-32, big-endian, with a byte order mark.
    Utf32,
}

impl PayloadEncoding {
    pub(super) fn encode(self, text: &[u8]) -> Vec<u8> {
        let text = String::from_utf8_lossy(text);
        match self {
            Self::Utf16 => {
                let units = std::iter::once(0xfeff).chain(text.encode_utf16());
                units.flat_map(u16::to_be_bytes).collect()
            }
            Self::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Self::Utf32 => {
                let units = std::iter::once(0xfeff).chain(text.chars().map(u32::from));
                units.flat_map(u32::to_be_bytes).collect()
            }
        }
    }
}

/// Which of the three segments.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, arbitrary::Arbitrary)]
#[serde(rename_all = "kebab-case")]
pub enum SegmentName {
    /// The first.
    Header,
    /// The second.
    Payload,
    /// The third; there only after signing.
    Signature,
}

/// An edit to the text of one segment.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum SegmentEdit {
    /// Appends the padding that base64 with padding would have; two characters where it has none.
    Pad(SegmentName),
    /// Writes other text; `${segment}` is what it was.
    Text(SegmentName, Template),
    /// Inserts text in the middle.
    Insert(SegmentName, String),
    /// Sets an unused bit of the last character; where all bits are used, the JSON text gets a
    /// space more, so that some are not.
    TrailingBits(SegmentName),
    /// The alphabet with `+` and `/`.
    StandardAlphabet(SegmentName),
    /// `+` in place of the first `-` only.
    MixedAlphabet(SegmentName),
    /// Encodes the segment once more.
    EncodeAgain(SegmentName),
    /// The octets as hexadecimal text, encoded.
    Hex(SegmentName),
    /// Leaves one character over, which no octet has.
    Dangle(SegmentName),
}

impl SegmentEdit {
    const fn segment(&self) -> SegmentName {
        match self {
            Self::Pad(name)
            | Self::Text(name, _)
            | Self::Insert(name, _)
            | Self::TrailingBits(name)
            | Self::StandardAlphabet(name)
            | Self::MixedAlphabet(name)
            | Self::EncodeAgain(name)
            | Self::Hex(name)
            | Self::Dangle(name) => *name,
        }
    }

    pub(super) fn apply(&self, draft: &mut Draft) {
        let name = self.segment();
        let old = std::mem::take(segment(draft, name));
        let new = match self {
            Self::Pad(_) => {
                let missing = match (4 - old.len() % 4) % 4 {
                    0 => 2,
                    missing => missing,
                };
                [&old[..], &b"=="[..missing.min(2)]].concat()
            }
            Self::Text(_, text) => text.fill(&InSegment { draft, segment: &old }),
            Self::Insert(_, text) => {
                let (front, back) = old.split_at(old.len() / 2);
                [front, text.as_bytes(), back].concat()
            }
            Self::TrailingBits(_) => set_trailing_bit(old),
            Self::StandardAlphabet(_) => to_standard(old, usize::MAX),
            Self::MixedAlphabet(_) => to_standard(old, 1),
            Self::EncodeAgain(_) => base64url(old).into_bytes(),
            Self::Hex(_) => {
                let octets = read_base64url(&old).map(|s| s.octets).unwrap_or_default();
                let hex: String = octets.iter().map(|octet| format!("{octet:02x}")).collect();
                base64url(hex).into_bytes()
            }
            Self::Dangle(_) => {
                let over = (old.len() + 3) % 4;
                let mut text = old;
                // Fill up to a length of 1 modulo 4 with a character of the alphabet.
                text.extend(std::iter::repeat_n(b'A', (4 - over) % 4));
                text
            }
        };
        *segment(draft, name) = new;
    }

    pub(super) const fn breaks(&self) -> Option<Rule> {
        match self {
            Self::Pad(_)
            | Self::StandardAlphabet(_)
            | Self::MixedAlphabet(_)
            | Self::Dangle(_) => Some(Rule::Base64url),
            Self::TrailingBits(_) => Some(Rule::Base64urlTrailingBits),
            Self::Hex(SegmentName::Signature) | Self::EncodeAgain(SegmentName::Signature) => {
                Some(Rule::Signature)
            }
            Self::Hex(SegmentName::Header) | Self::EncodeAgain(SegmentName::Header) => {
                Some(Rule::HeaderJson)
            }
            Self::Hex(SegmentName::Payload) | Self::EncodeAgain(SegmentName::Payload) => {
                Some(Rule::PayloadJson)
            }
            Self::Text(..) | Self::Insert(..) => None,
        }
    }
}

struct InSegment<'a> {
    draft: &'a Draft,
    segment: &'a [u8],
}

impl Scope for InSegment<'_> {
    fn now(&self) -> i64 {
        self.draft.now()
    }

    fn place(&self, name: &str) -> Vec<u8> {
        match name {
            "segment" => self.segment.to_vec(),
            _ => self.draft.place(name),
        }
    }
}

/// Fills a template whose `${json}` is the text that was there.
pub(super) fn fill_json(template: &Template, draft: &Draft, json: &[u8]) -> Vec<u8> {
    struct InText<'a>(&'a Draft, &'a [u8]);

    impl Scope for InText<'_> {
        fn now(&self) -> i64 {
            self.0.now()
        }

        fn place(&self, name: &str) -> Vec<u8> {
            match name {
                "json" => self.1.to_vec(),
                _ => self.0.place(name),
            }
        }
    }

    template.fill(&InText(draft, json))
}

fn segment(draft: &mut Draft, name: SegmentName) -> &mut Vec<u8> {
    match name {
        SegmentName::Header => &mut draft.header_segment,
        SegmentName::Payload => &mut draft.payload_segment,
        SegmentName::Signature => &mut draft.signature_segment,
    }
}

fn to_standard(mut text: Vec<u8>, at_most: usize) -> Vec<u8> {
    let special = text.iter_mut().filter(|octet| matches!(octet, b'-' | b'_'));
    for octet in special.take(at_most) {
        *octet = if *octet == b'-' { b'+' } else { b'/' };
    }
    text
}

fn set_trailing_bit(mut text: Vec<u8>) -> Vec<u8> {
    if text.len() % 4 == 0 {
        let mut octets = read_base64url(&text).map(|s| s.octets).unwrap_or_default();
        octets.push(b' ');
        text = base64url(octets).into_bytes();
    }
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    if let Some(last) = text.last_mut() {
        let value = ALPHABET.iter().position(|own| own == last).unwrap_or_default();
        *last = ALPHABET[value | 1];
    }
    text
}
