//! Edits to JSON texts and to segments.

use serde::{Deserialize, Serialize};

use crate::{
    draft::{Draft, LOOKALIKES, Scope, Template},
    encoding::{base64url, read_base64url},
    model::Rule,
};

/// An encoding of a JSON text that RFC 8725 section 3.7 does not permit.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "generate", derive(arbitrary::Arbitrary))]
#[serde(rename_all = "kebab-case")]
pub enum PayloadEncoding {
    /// UTF-16, big-endian, with a byte order mark.
    Utf16,
    /// UTF-16, little-endian, without a byte order mark.
    Utf16Le,
    /// UTF-32, big-endian, with a byte order mark.
    Utf32,
    /// A DEFLATE stream (RFC 1951 section 3.2.4), as `zip` would have it in a JWE.
    Deflate,
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
            Self::Deflate => {
                // One last block, stored: its length, the complement of its length, its octets.
                let stored = &text.as_bytes()[..text.len().min(usize::from(u16::MAX))];
                let len = u16::try_from(stored.len()).unwrap_or(u16::MAX);
                [&[1], &len.to_le_bytes()[..], &(!len).to_le_bytes(), stored].concat()
            }
        }
    }
}

/// One of the three segments.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "generate", derive(arbitrary::Arbitrary))]
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
    /// Appends the padding that base64 with padding would have. Where there would be none, a JSON text
    /// gets a space first, and a signature, which has no room for one, two characters of padding.
    Pad(SegmentName),
    /// Appends spaces to the JSON text, until the segment's last four characters are three spaces.
    FinalSpaces(SegmentName),
    /// Moves the last four characters across the period that follows.
    MovePeriod(SegmentName),
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
    /// Leaves one character over, which no octet has; a JSON text gets spaces first, so that
    /// nothing is lost where that character is dropped.
    Dangle(SegmentName),
    /// The JSON text itself, not encoded, each period written as an escape (RFC 7797 section 5.2).
    Unencoded(SegmentName),
    /// A Cyrillic letter in place of the first Latin one that looks like it.
    Lookalike(SegmentName),
}

impl SegmentEdit {
    const fn segment(&self) -> SegmentName {
        match self {
            Self::Pad(name)
            | Self::FinalSpaces(name)
            | Self::MovePeriod(name)
            | Self::Text(name, _)
            | Self::Insert(name, _)
            | Self::TrailingBits(name)
            | Self::StandardAlphabet(name)
            | Self::MixedAlphabet(name)
            | Self::EncodeAgain(name)
            | Self::Hex(name)
            | Self::Unencoded(name)
            | Self::Dangle(name)
            | Self::Lookalike(name) => *name,
        }
    }

    pub(super) fn apply(&self, draft: &mut Draft) {
        let name = self.segment();
        let old = std::mem::take(segment(draft, name));
        let new = match self {
            Self::Pad(_) => {
                let old = of_length(name, old, |len| len % 4 != 0);
                let missing = match (4 - old.len() % 4) % 4 {
                    0 => 2,
                    missing => missing,
                };
                [&old[..], &b"=="[..missing.min(2)]].concat()
            }
            Self::FinalSpaces(_) => {
                let octets = read_base64url(&old).map(|s| s.octets).unwrap_or_default();
                let spaced = base64url([&octets[..], b"   "].concat()).into_bytes();
                with_spaces_until(spaced, |len| len % 4 == 0)
            }
            Self::MovePeriod(_) => {
                let (front, moved) = old.split_at(old.len().saturating_sub(4));
                let next = match name {
                    SegmentName::Header => Some(SegmentName::Payload),
                    SegmentName::Payload => Some(SegmentName::Signature),
                    SegmentName::Signature => None,
                };
                if let Some(next) = next.map(|next| segment(draft, next)) {
                    next.splice(..0, moved.iter().copied());
                }
                front.to_vec()
            }
            Self::Text(_, text) => text.fill(&InSegment {
                draft,
                segment: &old,
            }),
            Self::Insert(_, text) => {
                let (front, back) = old.split_at(old.len() / 2);
                [front, text.as_bytes(), back].concat()
            }
            Self::TrailingBits(_) => set_trailing_bit(of_length(name, old, |len| len % 4 != 0)),
            Self::StandardAlphabet(_) => to_standard(old, usize::MAX),
            Self::MixedAlphabet(_) => to_standard(old, 1),
            Self::EncodeAgain(_) => base64url(old).into_bytes(),
            Self::Hex(_) => {
                let octets = read_base64url(&old).map(|s| s.octets).unwrap_or_default();
                let hex: String = octets.iter().map(|octet| format!("{octet:02x}")).collect();
                base64url(hex).into_bytes()
            }
            Self::Unencoded(_) => {
                let octets = read_base64url(&old).map(|s| s.octets).unwrap_or_default();
                String::from_utf8_lossy(&octets)
                    .replace('.', "\\u002e")
                    .into_bytes()
            }
            Self::Dangle(_) => {
                let mut text = of_length(name, old, |len| len % 4 == 0);
                let over = (text.len() + 3) % 4;
                // Fill up to a length of 1 modulo 4 with a character of the alphabet.
                text.extend(std::iter::repeat_n(b'A', (4 - over) % 4));
                text
            }
            Self::Lookalike(_) => with_lookalike(&old),
        };
        *segment(draft, name) = new;
    }

    pub(super) const fn breaks(&self) -> Option<Rule> {
        match self {
            Self::Pad(_)
            | Self::Unencoded(_)
            | Self::StandardAlphabet(_)
            | Self::MixedAlphabet(_)
            | Self::Dangle(_)
            | Self::Lookalike(_) => Some(Rule::Base64url),
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
            Self::FinalSpaces(_)
            // Where the segment ends with white space, and only there, the signature alone is broken.
            | Self::MovePeriod(_)
            | Self::Text(..)
            | Self::Insert(..) => None,
        }
    }
}

struct InSegment<'a> {
    draft: &'a Draft<'a>,
    segment: &'a [u8],
}

impl Scope for InSegment<'_> {
    fn now(&self) -> i64 {
        self.draft.now()
    }

    fn placeholder(&self, name: &str) -> Vec<u8> {
        match name {
            "segment" => self.segment.to_vec(),
            _ => self.draft.placeholder(name),
        }
    }
}

/// Fills a template whose `${json}` is the text that was there, and `${members}` the text between
/// its braces.
pub(super) fn fill_json(template: &Template, draft: &Draft, json: &[u8]) -> Vec<u8> {
    struct InText<'a>(&'a Draft<'a>, &'a [u8]);

    impl Scope for InText<'_> {
        fn now(&self) -> i64 {
            self.0.now()
        }

        fn placeholder(&self, name: &str) -> Vec<u8> {
            match name {
                "json" => self.1.to_vec(),
                "members" => {
                    let inside = self
                        .1
                        .strip_prefix(b"{")
                        .and_then(|text| text.strip_suffix(b"}"));
                    inside.unwrap_or(self.1).to_vec()
                }
                _ => self.0.placeholder(name),
            }
        }
    }

    template.fill(&InText(draft, json))
}

fn segment<'d>(draft: &'d mut Draft<'_>, name: SegmentName) -> &'d mut Vec<u8> {
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

/// A segment of a length that is fit, where it can be: JSON has room for spaces, a signature has none.
fn of_length(name: SegmentName, text: Vec<u8>, fits: impl Fn(usize) -> bool) -> Vec<u8> {
    match name {
        SegmentName::Signature => text,
        SegmentName::Header | SegmentName::Payload => with_spaces_until(text, fits),
    }
}

/// Encoded JSON with as many spaces more as its length needs to be fit.
fn with_spaces_until(mut text: Vec<u8>, fits: impl Fn(usize) -> bool) -> Vec<u8> {
    let mut octets = read_base64url(&text).map(|s| s.octets).unwrap_or_default();
    // Three octets are four characters, so two more spaces reach every length there is.
    for _ in 0..2 {
        if fits(text.len()) {
            break;
        }
        octets.push(b' ');
        text = base64url(&octets).into_bytes();
    }
    text
}

fn with_lookalike(text: &[u8]) -> Vec<u8> {
    let twin = |octet: &u8| {
        let pair = LOOKALIKES.into_iter().find(|(latin, _)| latin == octet);
        pair.map(|(_, cyrillic)| cyrillic)
    };
    let Some(at) = text.iter().position(|octet| twin(octet).is_some()) else {
        return text.to_vec();
    };
    let letter = text.get(at).and_then(twin).unwrap_or_default();
    [&text[..at], letter.as_bytes(), &text[at + 1..]].concat()
}

fn set_trailing_bit(mut text: Vec<u8>) -> Vec<u8> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    // A signature of whole groups, such as that of HS384, has no unused bit.
    let has_unused_bits = !text.len().is_multiple_of(4);
    if let (true, Some(last)) = (has_unused_bits, text.last_mut()) {
        let value = ALPHABET
            .iter()
            .position(|own| own == last)
            .unwrap_or_default();
        *last = ALPHABET[value | 1];
    }
    text
}
