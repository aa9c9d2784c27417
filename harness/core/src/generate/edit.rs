//! Any edit at all, right or wrong, to any part of an assertion, of the request or of what is
//! registered.

use super::{Within, draw::Draw, header, pairing, suite, value, writing};
use crate::{
    model::{Algorithm, Family},
    mutate::{MemberEdit, Mutation, RegisteredClaim, RequestEdit, SignatureEdit, TimeEdit},
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
        10..=14 => Mutation::Header(header::edit(draw)),
        15..=19 => return pairing::edits(draw, algorithm),
        20 => signature(draw, algorithm),
        21 => writing::segment(draw),
        22 => tampering(draw),
        23 => writing::token(draw),
        24 => writing::json_text(draw),
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
pub(super) fn arrangement(draw: &mut Draw<'_, '_>, name: &str) -> MemberEdit {
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

fn tampering(draw: &mut Draw<'_, '_>) -> Mutation {
    match draw.once_in(3) {
        true => Mutation::TamperHeader(header::edit(draw)),
        false => match claims(draw) {
            Mutation::Claims(edit) => Mutation::TamperClaims(edit),
            other => other,
        },
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
