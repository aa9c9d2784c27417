//! The same assertion written otherwise: its JSON texts, its segments, the whole of it.

use super::{
    choices::{Choices, Table},
    draw::{Draw, template},
    json, value,
};
use crate::{
    mutate::{EncryptionEdit, Mutation, PayloadEncoding, SegmentEdit, SegmentName},
    recipe::Template,
};

/// One segment written otherwise, before it is signed or after.
pub(super) fn segment(draw: &mut Draw<'_, '_>) -> Mutation {
    let name = *draw.of(&NAMES);
    let edit = draw.of(&SEGMENT_EDITS)(draw, name);
    // Before signing there is no signature to edit.
    if name != SegmentName::Signature && !draw.once_in(3) {
        return Mutation::SignedSegment(edit);
    }
    Mutation::Segment(edit)
}

static NAMES: Table<SegmentName> = Table::new(|| {
    Choices::even([
        ("payload", SegmentName::Payload),
        ("header", SegmentName::Header),
        ("signature", SegmentName::Signature),
    ])
});

type OfSegment = fn(&mut Draw<'_, '_>, SegmentName) -> SegmentEdit;

static SEGMENT_EDITS: Table<OfSegment> = Table::new(|| {
    let edits: [(&str, usize, OfSegment); 13] = [
        ("pad", 1, |_, name| SegmentEdit::Pad(name)),
        ("insert", 1, |draw, name| {
            SegmentEdit::Insert(name, (*draw.of(&FOREIGN)).to_owned())
        }),
        ("trailing-bits", 1, |_, name| {
            SegmentEdit::TrailingBits(name)
        }),
        ("standard-alphabet", 1, |_, name| {
            SegmentEdit::StandardAlphabet(name)
        }),
        ("mixed-alphabet", 1, |_, name| {
            SegmentEdit::MixedAlphabet(name)
        }),
        ("encode-again", 1, |_, name| SegmentEdit::EncodeAgain(name)),
        ("hex", 1, |_, name| SegmentEdit::Hex(name)),
        ("dangle", 1, |_, name| SegmentEdit::Dangle(name)),
        ("unencoded", 1, |_, name| SegmentEdit::Unencoded(name)),
        ("lookalike", 1, |_, name| SegmentEdit::Lookalike(name)),
        ("move-period", 1, |_, name| SegmentEdit::MovePeriod(name)),
        ("final-spaces", 1, |_, name| SegmentEdit::FinalSpaces(name)),
        ("text", 2, |draw, name| {
            SegmentEdit::Text(name, draw.of(&SEGMENTS).clone())
        }),
    ];
    Choices::weighted(edits)
});

type Writing = fn(&mut Draw<'_, '_>) -> Mutation;

/// The whole assertion written otherwise.
pub(super) fn token(draw: &mut Draw<'_, '_>) -> Mutation {
    draw.of(&TOKEN_EDITS)(draw)
}

static TOKEN_EDITS: Table<Writing> = Table::new(|| {
    let edits: [(&str, usize, Writing); 4] = [
        ("text", 13, |draw| Mutation::Token(draw.of(&TOKENS).clone())),
        ("lines", 1, |_| Mutation::TokenLines),
        ("utf16", 1, |_| Mutation::TokenUtf16),
        ("encrypt", 1, |draw| {
            Mutation::Encrypt(*draw.of(&ENCRYPTIONS))
        }),
    ];
    Choices::weighted(edits)
});

static ENCRYPTIONS: Table<EncryptionEdit> = Table::new(|| {
    Choices::even([
        ("claims-to-server", EncryptionEdit::ClaimsToServer),
        ("claims-with-secret", EncryptionEdit::ClaimsWithSecret),
        ("token-to-server", EncryptionEdit::TokenToServer),
    ])
});

/// The JSON text of the header or of the claims set written otherwise.
pub(super) fn json_text(draw: &mut Draw<'_, '_>) -> Mutation {
    let text = if draw.once_in(3) {
        let value = draw.of(&VALUES)(draw);
        let member = draw.of(&PLACES);
        template(&member.replace("VALUE", value.as_str()))
    } else {
        draw.of(&JSON_TEXTS).clone()
    };
    draw.of(&JSON_EDITS)(draw, text)
}

type Value = fn(&mut Draw<'_, '_>) -> Template;

/// Values of a further member: any, and those that every, no or some parser reads.
static VALUES: Table<Value> = Table::new(|| {
    let values: [(&str, Value); 4] = [
        ("anything", value::anything),
        ("valid", |draw| draw.of(&VALID).clone()),
        ("invalid", |draw| draw.of(&INVALID).clone()),
        ("open", |draw| draw.of(&OPEN).clone()),
    ];
    Choices::even(values)
});
static VALID: Table<Template> = Table::new(|| Choices::templates(json::VALID.iter().copied()));
static INVALID: Table<Template> = Table::new(|| Choices::templates(json::INVALID.iter().copied()));
static OPEN: Table<Template> = Table::new(|| Choices::templates(json::OPEN.iter().copied()));

/// The places of a further member.
static PLACES: Table<&str> =
    Table::new(|| Choices::texts(["{${members},\"x\":VALUE}", "{\"x\":VALUE,${members}}"]));

type OfJson = fn(&mut Draw<'_, '_>, Template) -> Mutation;

static JSON_EDITS: Table<OfJson> = Table::new(|| {
    let edits: [(&str, usize, OfJson); 3] = [
        ("payload-text", 5, |_, text| Mutation::PayloadText(text)),
        ("header-text", 2, |_, text| Mutation::HeaderText(text)),
        ("payload-encoding", 1, |draw, _| {
            Mutation::PayloadEncoding(*draw.of(&ENCODINGS))
        }),
    ];
    Choices::weighted(edits)
});

static ENCODINGS: Table<PayloadEncoding> = Table::new(|| {
    Choices::even([
        ("utf16", PayloadEncoding::Utf16),
        ("utf16-le", PayloadEncoding::Utf16Le),
        ("utf32", PayloadEncoding::Utf32),
        ("deflate", PayloadEncoding::Deflate),
    ])
});

/// Text that does not belong into base64url.
static FOREIGN: Table<&str> = Table::new(|| {
    Choices::texts([
        "=", " ", "\n", "+", "/", "~", "*", "!", "?", ".", "%2E", "\u{0}", "\u{200b}", "-_",
    ])
});

/// A segment written otherwise.
static SEGMENTS: Table<Template> = Table::new(|| {
    Choices::templates([
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
    ])
});

/// The whole assertion written otherwise.
static TOKENS: Table<Template> = Table::new(|| {
    Choices::templates([
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
    ])
});

/// A JSON text written otherwise.
static JSON_TEXTS: Table<Template> = Table::new(|| {
    Choices::templates([
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
    ])
});
