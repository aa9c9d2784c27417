//! The same assertion written otherwise: its JSON texts, its segments, the whole of it.

use super::{
    draw::{Draw, template},
    json, value,
};
use crate::mutate::{EncryptionEdit, Mutation, PayloadEncoding, SegmentEdit, SegmentName};

/// One segment written otherwise, before it is signed or after.
pub(super) fn segment(draw: &mut Draw<'_, '_>) -> Mutation {
    let name = *draw.of(&[
        SegmentName::Payload,
        SegmentName::Header,
        SegmentName::Signature,
    ]);
    let edit = match draw.octet() % 14 {
        0 => SegmentEdit::Pad(name),
        1 => SegmentEdit::Insert(name, (*draw.of(&FOREIGN)).to_owned()),
        2 => SegmentEdit::TrailingBits(name),
        3 => SegmentEdit::StandardAlphabet(name),
        4 => SegmentEdit::MixedAlphabet(name),
        5 => SegmentEdit::EncodeAgain(name),
        6 => SegmentEdit::Hex(name),
        7 => SegmentEdit::Dangle(name),
        8 => SegmentEdit::Unencoded(name),
        9 => SegmentEdit::Lookalike(name),
        10 => SegmentEdit::MovePeriod(name),
        11 => SegmentEdit::FinalSpaces(name),
        _ => SegmentEdit::Text(name, draw.text(&SEGMENTS)),
    };
    // Before signing there is no signature to edit.
    match name != SegmentName::Signature && !draw.once_in(3) {
        true => Mutation::SignedSegment(edit),
        false => Mutation::Segment(edit),
    }
}

/// The whole assertion written otherwise.
pub(super) fn token(draw: &mut Draw<'_, '_>) -> Mutation {
    match draw.octet() % 16 {
        0..=12 => Mutation::Token(draw.text(&TOKENS)),
        13 => Mutation::TokenLines,
        14 => Mutation::TokenUtf16,
        _ => Mutation::Encrypt(*draw.of(&[
            EncryptionEdit::ClaimsToServer,
            EncryptionEdit::ClaimsWithSecret,
            EncryptionEdit::TokenToServer,
        ])),
    }
}

/// The JSON text of the header or of the claims set written otherwise.
pub(super) fn json_text(draw: &mut Draw<'_, '_>) -> Mutation {
    let text = match draw.once_in(3) {
        true => {
            let value = match draw.octet() % 4 {
                0 => value::anything(draw),
                1 => draw.text(json::VALID),
                2 => draw.text(json::INVALID),
                _ => draw.text(json::OPEN),
            };
            let member = draw.of(&["{${members},\"x\":VALUE}", "{\"x\":VALUE,${members}}"]);
            template(&member.replace("VALUE", value.as_str()))
        }
        false => draw.text(&JSON_TEXTS),
    };
    match draw.octet() % 8 {
        0..=4 => Mutation::PayloadText(text),
        5 | 6 => Mutation::HeaderText(text),
        _ => Mutation::PayloadEncoding(*draw.of(&[
            PayloadEncoding::Utf16,
            PayloadEncoding::Utf16Le,
            PayloadEncoding::Utf32,
            PayloadEncoding::Deflate,
        ])),
    }
}

/// Text that does not belong into base64url.
const FOREIGN: [&str; 14] = [
    "=", " ", "\n", "+", "/", "~", "*", "!", "?", ".", "%2E", "\u{0}", "\u{200b}", "-_",
];

/// A segment written otherwise.
const SEGMENTS: [&str; 12] = [
    "",
    "${segment}=",
    "${segment}==",
    "${segment}A",
    "${segment}\n",
    " ${segment}",
    "${segment} ",
    "${segment}.",
    "${segment}${segment}",
    "e30",
    "bnVsbA",
    "W10",
];

/// The whole assertion written otherwise.
const TOKENS: [&str; 34] = [
    " ${token}",
    "${token} ",
    "${token}\n",
    "\t${token}",
    "${token}\r\n",
    "${token}${hex:00}",
    "${token}${hex:00}x",
    "Bearer ${token}",
    "bearer ${token}",
    "\"${token}\"",
    "'${token}'",
    "${token}.",
    ".${token}",
    "${token}.x",
    "${token}..",
    "${token}~",
    "${token},${token}",
    "${token} ${token}",
    "${header}.${payload}",
    "${header}.${payload}.",
    "${payload}.${header}.${signature}",
    "${header}.${unsigned-payload}.${signature}",
    "${header}.${payload}.${forged-signature}",
    "${header}..${signature}",
    "..",
    "",
    ".",
    "${header}",
    "${hex:efbbbf}${token}",
    "{\"protected\":\"${header}\",\"payload\":\"${payload}\",\"signature\":\"${signature}\"}",
    "{\"payload\":\"${payload}\",\"signatures\":[{\"protected\":\"${header}\",\"signature\":\"${signature}\"}]}",
    "[\"${token}\"]",
    "${header}.${payload}.${signature}.${signature}",
    "${hex:ff}",
];

/// A JSON text written otherwise.
const JSON_TEXTS: [&str; 34] = [
    " ${json} ",
    "\r\n\t${json}\n",
    "${json}x",
    "${json}${json}",
    "${json},",
    "[${json}]",
    "{${members},}",
    "{,${members}}",
    "{${members}",
    "${members}",
    "{${members},\"exp\":0}",
    "{\"exp\":0,${members}}",
    "{${members},\"sub\":\"${other-cid}\"}",
    "{\"sub\":\"${other-cid}\",${members}}",
    "{${members},\"aud\":\"https://other-as.example\"}",
    "{\"aud\":\"https://other-as.example\",${members}}",
    "${hex:efbbbf}${json}",
    "${json}${hex:00}",
    "{${members},\"x\":\"${hex:c0af}\"}",
    "{${members},\"x\":\"${hex:eda080}\"}",
    "{${members},\"x\":\"${hex:ff}\"}",
    "{}",
    "[]",
    "null",
    "1",
    "\"\"",
    "",
    " ",
    "{/**/${members}}",
    "${json}//x",
    "{${members} \"x\":1}",
    "{${members},\"x\"}",
    "{${members},\"x\":${repeat:[:500}${repeat:]:500}}",
    "${inner}",
];
