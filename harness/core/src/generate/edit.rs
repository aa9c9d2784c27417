//! Any edit at all, right or wrong, to any part of an assertion, of the request or of what is
//! registered.

use super::{
    GeneratorLimits,
    choices::{Choices, Table},
    draw::Draw,
    header, pairing, registration, suite, time, value, writing,
};
use crate::{
    model::{Algorithm, Family},
    mutate::{MemberEdit, Mutation, RegisteredClaim, RequestEdit, SignatureEdit, TimeEdit},
    recipe::Template,
};

/// Up to several edits that belong together; mostly one.
pub(super) fn edits(
    draw: &mut Draw<'_, '_>,
    within: &GeneratorLimits,
    algorithm: Algorithm,
) -> Vec<Mutation> {
    draw.of(&PARTS)(draw, within, algorithm)
}

type Part = fn(&mut Draw<'_, '_>, &GeneratorLimits, Algorithm) -> Vec<Mutation>;

/// The parts that can be edited, each as often as it is read by verifiers.
static PARTS: Table<Part> = Table::new(|| {
    let parts: [(&str, usize, Part); 12] = [
        ("claims", 7, |draw, _, _| vec![claims(draw)]),
        ("time", 3, |draw, _, _| vec![Mutation::Time(time(draw))]),
        ("header", 5, |draw, _, _| {
            vec![Mutation::Header(header::edit(draw))]
        }),
        ("pairing", 5, |draw, _, algorithm| {
            pairing::edits(draw, algorithm)
        }),
        ("signature", 1, |draw, _, algorithm| {
            vec![Mutation::Signature(signature(draw, algorithm))]
        }),
        ("segment", 1, |draw, _, _| vec![writing::segment(draw)]),
        ("tampering", 1, |draw, _, _| vec![tampering(draw)]),
        ("token", 1, |draw, _, _| vec![writing::token(draw)]),
        ("json-text", 1, |draw, _, _| vec![writing::json_text(draw)]),
        ("request", 2, |draw, _, _| {
            vec![Mutation::Request(draw.of(&REQUEST)(draw))]
        }),
        ("registration", 1, |draw, _, algorithm| {
            vec![Mutation::Client(registration::edit(draw, algorithm))]
        }),
        ("borrowed", 4, |draw, within, _| {
            if within.cases {
                suite::borrowed(draw)
            } else {
                vec![claims(draw)]
            }
        }),
    ];
    Choices::weighted(parts)
});

fn claims(draw: &mut Draw<'_, '_>) -> Mutation {
    let claim = *draw.of(&CLAIMS);
    Mutation::Claims(draw.of(&CLAIM_EDITS)(draw, claim))
}

static CLAIMS: Table<RegisteredClaim> =
    Table::new(|| Choices::even(RegisteredClaim::ALL.map(|it| (it.name(), it))));

type ClaimEdit = fn(&mut Draw<'_, '_>, RegisteredClaim) -> MemberEdit;

/// The edits to one claim, or beside it.
static CLAIM_EDITS: Table<ClaimEdit> = Table::new(|| {
    let edits: [(&str, usize, ClaimEdit); 7] = [
        ("set", 9, |draw, claim| {
            MemberEdit::Set(claim.name().to_owned(), value::claim(draw, claim))
        }),
        ("append", 1, |draw, claim| {
            MemberEdit::Append(claim.name().to_owned(), value::claim(draw, claim))
        }),
        ("prepend", 1, |draw, claim| {
            MemberEdit::Prepend(claim.name().to_owned(), value::claim(draw, claim))
        }),
        ("remove", 1, |_, claim| {
            MemberEdit::Remove(claim.name().to_owned())
        }),
        ("set-other", 1, |draw, _| {
            MemberEdit::Set((*draw.of(&OTHER_CLAIMS)).to_owned(), value::anything(draw))
        }),
        ("rename", 1, |draw, claim| {
            let name = claim.name();
            MemberEdit::Rename(name.to_owned(), draw.of(&NAMES)(draw, name))
        }),
        ("arrangement", 2, |draw, claim| {
            arrangement(draw, claim.name())
        }),
    ];
    Choices::weighted(edits)
});

type Renamed = fn(&mut Draw<'_, '_>, &str) -> String;

/// Other ways of writing a name, and names that are almost the same.
static NAMES: Table<Renamed> = Table::new(|| {
    let names: [(&str, Renamed); 5] = [
        ("escaped", |_, name| {
            let (first, rest) = name.split_at(1);
            format!("\\u{:04x}{rest}", u32::from(first.as_bytes()[0]))
        }),
        ("upper-case", |_, name| name.to_uppercase()),
        ("space-after", |_, name| format!("{name} ")),
        ("nul-after", |_, name| format!("{name}\\u0000")),
        ("other", |draw, _| (*draw.of(&OTHER_CLAIMS)).to_owned()),
    ];
    Choices::even(names)
});

/// An edit that changes no value.
pub(super) fn arrangement(draw: &mut Draw<'_, '_>, name: &str) -> MemberEdit {
    draw.of(&ARRANGEMENTS)(draw, name)
}

type Arrangement = fn(&mut Draw<'_, '_>, &str) -> MemberEdit;

static ARRANGEMENTS: Table<Arrangement> = Table::new(|| {
    let arrangements: [(&str, usize, Arrangement); 3] = [
        ("reverse", 2, |_, _| MemberEdit::Reverse),
        ("escape-slashes", 1, |_, name| {
            MemberEdit::EscapeSlashes(name.to_owned())
        }),
        ("add-many", 1, |draw, _| {
            MemberEdit::AddMany(draw.octet().into())
        }),
    ];
    Choices::weighted(arrangements)
});

fn time(draw: &mut Draw<'_, '_>) -> TimeEdit {
    let seconds = u32::try_from(time::seconds(draw).unsigned_abs()).unwrap_or(u32::MAX);
    draw.of(&TIMES)(seconds)
}

type OfSeconds = fn(u32) -> TimeEdit;

static TIMES: Table<OfSeconds> = Table::new(|| {
    let times: [(&str, OfSeconds); 5] = [
        ("expires-in", TimeEdit::ExpiresIn),
        ("expired-for", TimeEdit::ExpiredFor),
        ("valid-in", TimeEdit::ValidIn),
        ("issued-in", TimeEdit::IssuedIn),
        ("issued-ago", TimeEdit::IssuedAgo),
    ];
    Choices::even(times)
});

/// An edit to the octets of a signature, with ECDSA half of the time to its two numbers.
fn signature(draw: &mut Draw<'_, '_>, algorithm: Algorithm) -> SignatureEdit {
    match algorithm.family() {
        Family::Ecdsa if !draw.once_in(2) => draw.of(&ECDSA)(draw),
        Family::Ecdsa | Family::EdDsa | Family::Hmac | Family::RsaPkcs1 | Family::RsaPss => {
            draw.of(&OCTETS)(draw)
        }
    }
}

type OfSignature = fn(&mut Draw<'_, '_>) -> SignatureEdit;

static ECDSA: Table<OfSignature> = Table::new(|| {
    let edits: [(&str, OfSignature); 8] = [
        ("der", |_| SignatureEdit::Der),
        ("swap-halves", |_| SignatureEdit::SwapHalves),
        ("little-endian", |_| SignatureEdit::LittleEndian),
        ("high-s", |_| SignatureEdit::HighS),
        ("low-s", |_| SignatureEdit::LowS),
        ("strip-zeros", |_| SignatureEdit::StripZeros),
        ("half-width", |draw| {
            SignatureEdit::HalfWidth(draw.below(80).into())
        }),
        ("extend-halves", |draw| {
            SignatureEdit::ExtendHalves(draw.octet())
        }),
    ];
    Choices::even(edits)
});

static OCTETS: Table<OfSignature> = Table::new(|| {
    let edits: [(&str, OfSignature); 12] = [
        ("flip-spread", |draw| {
            SignatureEdit::FlipSpread(draw.octet())
        }),
        ("flip-first-bit", |_| SignatureEdit::FlipFirstBit),
        ("flip-last-bit", |_| SignatureEdit::FlipLastBit),
        ("drop-last", |draw| {
            SignatureEdit::DropLast(draw.below(40).into())
        }),
        ("keep-first", |draw| {
            SignatureEdit::KeepFirst(draw.below(65).into())
        }),
        ("keep-half", |_| SignatureEdit::KeepHalf),
        ("append-zero", |_| SignatureEdit::AppendZero),
        ("prepend-zero", |_| SignatureEdit::PrependZero),
        ("fill", |draw| SignatureEdit::Fill(*draw.of(&FILLINGS))),
        ("unrelated", |_| SignatureEdit::Unrelated),
        ("empty", |_| SignatureEdit::Empty),
        ("of-another-token", |_| SignatureEdit::OfAnotherToken),
    ];
    Choices::even(edits)
});

static FILLINGS: Table<u8> =
    Table::new(|| Choices::even([0, 0xff, 1, 0x41].map(|octet: u8| (octet.to_string(), octet))));

fn tampering(draw: &mut Draw<'_, '_>) -> Mutation {
    if draw.once_in(3) {
        return Mutation::TamperHeader(header::edit(draw));
    }
    match claims(draw) {
        Mutation::Claims(edit) => Mutation::TamperClaims(edit),
        other => other,
    }
}

type OfRequest = fn(&mut Draw<'_, '_>) -> RequestEdit;

/// The edits to the parameters of a token request.
static REQUEST: Table<OfRequest> = Table::new(|| {
    let edits: [(&str, usize, OfRequest); 6] = [
        ("omit-client-id", 2, |_| RequestEdit::OmitClientId),
        ("client-id", 2, |draw| {
            RequestEdit::ClientId(draw.of(&PARAMETERS).clone())
        }),
        ("type", 1, |draw| {
            RequestEdit::Type((*draw.of(&ASSERTION_TYPES)).to_owned())
        }),
        ("omit-type", 1, |_| RequestEdit::OmitType),
        ("omit-assertion", 1, |_| RequestEdit::OmitAssertion),
        ("empty-assertion", 1, |_| RequestEdit::EmptyAssertion),
    ];
    Choices::weighted(edits)
});

/// Names of claims that no profile reads, and such as are almost read.
static OTHER_CLAIMS: Table<&str> = Table::new(|| {
    Choices::texts([
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
    ])
});

/// Values of `client_assertion_type`, none of them right.
static ASSERTION_TYPES: Table<&str> = Table::new(|| {
    Choices::texts([
        "",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "urn:ietf:params:oauth:client-assertion-type:saml2-bearer",
        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer ",
        " urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "URN:IETF:PARAMS:OAUTH:CLIENT-ASSERTION-TYPE:JWT-BEARER",
        "jwt-bearer",
        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer\u{0}",
        "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer",
    ])
});

/// Values of the parameter `client_id`.
static PARAMETERS: Table<Template> = Table::new(|| {
    Choices::templates([
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
    ])
});
