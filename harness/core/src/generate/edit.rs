//! Any edit at all, right or wrong, to any part of an assertion, of the request or of what is
//! registered.

use super::{
    Within,
    draw::{Draw, template},
    pairing, suite, value,
};
use crate::{
    model::{Algorithm, Family},
    mutate::{
        EncryptionEdit, MemberEdit, Mutation, PayloadEncoding, RegisteredClaim, RequestEdit,
        SegmentEdit, SegmentName, SignatureEdit, TimeEdit,
    },
    recipe::Template,
};

/// Up to several edits that belong together; mostly one.
pub(super) fn edits(
    draw: &mut Draw<'_, '_>,
    within: &Within,
    algorithm: Algorithm,
) -> Vec<Mutation> {
    let one = match draw.octet() % 32 {
        0..=6 => claims(draw),
        7..=9 => Mutation::Time(time(draw)),
        10..=14 => Mutation::Header(header(draw)),
        15..=19 => return pairing::edits(draw, algorithm),
        20 => signature(draw, algorithm),
        21 => segment(draw),
        22 => tampering(draw),
        23 => token(draw),
        24 => json_text(draw),
        25 | 26 => Mutation::Request(request(draw)),
        27 => return vec![Mutation::Client(pairing::registration(draw, algorithm))],
        _ if within.cases => return suite::borrowed(draw),
        _ => claims(draw),
    };
    vec![one]
}

fn claims(draw: &mut Draw<'_, '_>) -> Mutation {
    let claim = *draw.of(&RegisteredClaim::ALL);
    let name = claim.name();
    Mutation::Claims(match draw.octet() % 16 {
        0..=8 => MemberEdit::Set(name.to_owned(), value::claim(draw, claim)),
        9 => MemberEdit::Append(name.to_owned(), value::claim(draw, claim)),
        10 => MemberEdit::Prepend(name.to_owned(), value::claim(draw, claim)),
        11 => MemberEdit::Remove(name.to_owned()),
        12 => MemberEdit::Set((*draw.of(&OTHER_CLAIMS)).to_owned(), value::anything(draw)),
        13 => MemberEdit::Rename(name.to_owned(), renamed(draw, name)),
        _ => arrangement(draw, name),
    })
}

/// Another way of writing a name, or almost the same name.
fn renamed(draw: &mut Draw<'_, '_>, name: &str) -> String {
    let (first, rest) = name.split_at(1);
    match draw.octet() % 5 {
        0 => format!("\\u{:04x}{rest}", u32::from(first.as_bytes()[0])),
        1 => name.to_uppercase(),
        2 => format!("{name} "),
        3 => format!("{name}\\u0000"),
        _ => (*draw.of(&OTHER_CLAIMS)).to_owned(),
    }
}

/// What changes no value.
fn arrangement(draw: &mut Draw<'_, '_>, name: &str) -> MemberEdit {
    match draw.octet() % 4 {
        0 | 1 => MemberEdit::Reverse,
        2 => MemberEdit::EscapeSlashes(name.to_owned()),
        _ => MemberEdit::AddMany(u32::from(draw.octet())),
    }
}

fn time(draw: &mut Draw<'_, '_>) -> TimeEdit {
    let seconds = u32::try_from(value::seconds(draw).unsigned_abs()).unwrap_or(u32::MAX);
    match draw.octet() % 5 {
        0 => TimeEdit::ExpiresIn(seconds),
        1 => TimeEdit::ExpiredFor(seconds),
        2 => TimeEdit::ValidIn(seconds),
        3 => TimeEdit::IssuedIn(seconds),
        _ => TimeEdit::IssuedAgo(seconds),
    }
}

fn header(draw: &mut Draw<'_, '_>) -> MemberEdit {
    let (name, values) = draw.of(&HEADER);
    let (name, value) = ((*name).to_owned(), draw.text(values));
    match draw.octet() % 16 {
        0..=11 => MemberEdit::Set(name, value),
        12 => MemberEdit::Append(name, value),
        13 => MemberEdit::Prepend(name, value),
        14 => MemberEdit::Remove(name),
        _ => match draw.once_in(2) {
            true => MemberEdit::Set(name, value::anything(draw)),
            false => arrangement(draw, "kid"),
        },
    }
}

fn signature(draw: &mut Draw<'_, '_>, algorithm: Algorithm) -> Mutation {
    Mutation::Signature(match algorithm.family() {
        Family::Ecdsa if !draw.once_in(2) => match draw.octet() % 8 {
            0 => SignatureEdit::Der,
            1 => SignatureEdit::SwapHalves,
            2 => SignatureEdit::LittleEndian,
            3 => SignatureEdit::HighS,
            4 => SignatureEdit::LowS,
            5 => SignatureEdit::StripZeros,
            6 => SignatureEdit::HalfWidth(usize::from(draw.octet() % 80)),
            _ => SignatureEdit::ExtendHalves(draw.octet()),
        },
        Family::Ecdsa | Family::EdDsa | Family::Hmac | Family::RsaPkcs1 | Family::RsaPss => {
            match draw.octet() % 12 {
                0 => SignatureEdit::FlipSpread(draw.octet()),
                1 => SignatureEdit::FlipFirstBit,
                2 => SignatureEdit::FlipLastBit,
                3 => SignatureEdit::DropLast(usize::from(draw.octet() % 40)),
                4 => SignatureEdit::KeepFirst(usize::from(draw.octet() % 65)),
                5 => SignatureEdit::KeepHalf,
                6 => SignatureEdit::AppendZero,
                7 => SignatureEdit::PrependZero,
                8 => SignatureEdit::Fill(*draw.of(&[0, 0xff, 1, 0x41])),
                9 => SignatureEdit::Unrelated,
                10 => SignatureEdit::Empty,
                _ => SignatureEdit::OfAnotherToken,
            }
        }
    })
}

fn segment(draw: &mut Draw<'_, '_>) -> Mutation {
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

fn tampering(draw: &mut Draw<'_, '_>) -> Mutation {
    match draw.once_in(3) {
        true => Mutation::TamperHeader(header(draw)),
        false => match claims(draw) {
            Mutation::Claims(edit) => Mutation::TamperClaims(edit),
            other => other,
        },
    }
}

fn token(draw: &mut Draw<'_, '_>) -> Mutation {
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

fn json_text(draw: &mut Draw<'_, '_>) -> Mutation {
    let text = match draw.once_in(3) {
        true => {
            let value = value::anything(draw);
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

fn request(draw: &mut Draw<'_, '_>) -> RequestEdit {
    match draw.octet() % 8 {
        0 | 1 => RequestEdit::OmitClientId,
        2 | 3 => RequestEdit::ClientId(parameter(draw)),
        4 => RequestEdit::Type((*draw.of(&ASSERTION_TYPES)).to_owned()),
        5 => RequestEdit::OmitType,
        6 => RequestEdit::OmitAssertion,
        _ => RequestEdit::EmptyAssertion,
    }
}

fn parameter(draw: &mut Draw<'_, '_>) -> Template {
    draw.text(&PARAMETERS)
}

/// Names of claims that no profile reads, and such as are almost read.
const OTHER_CLAIMS: [&str; 16] = [
    "x-unknown",
    "client_id",
    "scope",
    "nonce",
    "azp",
    "htm",
    "exp ",
    "EXP",
    "Aud",
    "constructor",
    "__proto__",
    "",
    "cnf",
    "jku",
    "auth_time",
    "alg",
];

/// Members of the header, each with values at its edges.
const HEADER: [(&str, &[&str]); 16] = [
    (
        "alg",
        &[
            "\"${alg}\"",
            "\"none\"",
            "\"None\"",
            "\"NONE\"",
            "\"nOnE\"",
            "\"none \"",
            "\"${alg-lower}\"",
            "\" ${alg}\"",
            "\"${alg} \"",
            "\"${alg}\\u0000\"",
            "[\"${alg}\"]",
            "\"\"",
            "null",
            "0",
            "{}",
            "\"HS256\"",
            "\"HS384\"",
            "\"HS512\"",
            "\"RS256\"",
            "\"PS256\"",
            "\"ES256\"",
            "\"ES384\"",
            "\"ES512\"",
            "\"EdDSA\"",
            "\"Ed25519\"",
            "\"ES256K\"",
            "\"RS1\"",
            "\"HS1\"",
            "\"dir\"",
            "\"A256GCM\"",
            "\"\\u0048S256\"",
            "\"\\u0045S256\"",
            "\"HMAC\"",
        ],
    ),
    (
        "kid",
        &[
            "\"${kid}\"",
            "\"${other-kid}\"",
            "\"public-test-key-unknown\"",
            "\"\"",
            "null",
            "0",
            "1",
            "[]",
            "[\"${kid}\"]",
            "{}",
            "true",
            "\"${kid} \"",
            "\"../../../../../../dev/null\"",
            "\"x' UNION SELECT 'aaa';--\"",
            "\"__proto__\"",
            "\"${repeat:k:4096}\"",
            "\"public-test-key-p256-a2\"",
        ],
    ),
    (
        "typ",
        &[
            "\"JWT\"",
            "\"jwt\"",
            "\"application/jwt\"",
            "\"client-authentication+jwt\"",
            "\"application/client-authentication+jwt\"",
            "\"CLIENT-AUTHENTICATION+JWT\"",
            "\"at+jwt\"",
            "\"dpop+jwt\"",
            "\"logout+jwt\"",
            "\"secevent+jwt\"",
            "\"JOSE\"",
            "\"\"",
            "null",
            "0",
            "[\"JWT\"]",
            "{}",
            "\"oauth-authz-req+jwt\"",
            "\"x\"",
        ],
    ),
    (
        "crit",
        &[
            "[\"assay-x\"]",
            "[]",
            "null",
            "\"assay-x\"",
            "[\"exp\"]",
            "[\"alg\"]",
            "[\"b64\"]",
            "[0]",
            "[null]",
            "[\"assay-x\",\"assay-x\"]",
            "{}",
            "[\"\"]",
            "0",
            "[\"exp\",1]",
            "true",
            "[[\"assay-x\"]]",
            "[\"kid\"]",
        ],
    ),
    ("assay-x", &["1", "null", "\"1\"", "{}"]),
    ("b64", &["false", "true", "null", "\"false\"", "0"]),
    (
        "jwk",
        &[
            "${jwk:attacker}",
            "${jwk:own}",
            "${private-jwk:attacker}",
            "{}",
            "null",
            "\"\"",
            "{\"kty\":\"oct\",\"k\":\"YXR0YWNrZXItYXR0YWNrZXItYXR0YWNrZXItYXR0YWNrZXI\"}",
        ],
    ),
    (
        "x5c",
        &[
            "[\"${x5c:attacker}\"]",
            "[\"${x5c:own}\"]",
            "[]",
            "\"\"",
            "null",
        ],
    ),
    (
        "jku",
        &[
            "\"https://attacker.example/jwks\"",
            "\"https://as.example/jwks\"",
            "\"\"",
            "null",
            "0",
            "\"file:///dev/null\"",
        ],
    ),
    ("x5u", &["\"https://attacker.example/x5u\"", "\"\"", "null"]),
    (
        "x5t#S256",
        &["\"${x5t:own}\"", "\"${x5t:attacker}\"", "null"],
    ),
    (
        "cty",
        &["\"JWT\"", "\"jwt\"", "\"application/json\"", "null", "0"],
    ),
    ("zip", &["\"DEF\"", "null", "0"]),
    ("enc", &["\"A256GCM\"", "null"]),
    ("aud", &["\"${aud}\"", "\"https://other-as.example\""]),
    ("exp", &["${now+60}", "${now-60}", "0"]),
];

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

/// Values of `client_assertion_type`, none of them right.
const ASSERTION_TYPES: [&str; 9] = [
    "",
    "urn:ietf:params:oauth:grant-type:jwt-bearer",
    "urn:ietf:params:oauth:client-assertion-type:saml2-bearer",
    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer ",
    " urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    "URN:IETF:PARAMS:OAUTH:CLIENT-ASSERTION-TYPE:JWT-BEARER",
    "jwt-bearer",
    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer\u{0}",
    "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer",
];

/// Values of the parameter `client_id`.
const PARAMETERS: [&str; 10] = [
    "",
    "${other-cid}",
    "assay-client-unknown",
    "ASSAY-CLIENT-A",
    "${cid} ",
    " ${cid}",
    "${cid}x",
    "assay-client",
    "__proto__",
    "${issuer}",
];
