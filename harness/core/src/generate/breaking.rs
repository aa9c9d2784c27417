//! Breaking edits: each breaks one rule and promises which. Property tests draw them; no committed input
//! does, so places in lists choose.

use arbitrary::{Result, Unstructured};

use crate::{
    model::{Algorithm, Family, Hash},
    mutate::{
        MemberEdit, Mutation, PayloadEncoding, RegisteredClaim, RequestEdit, SegmentEdit,
        SegmentName, SignatureEdit, SigningEdit, TimeEdit,
    },
    recipe::{KeyRole, Template},
};

/// An edit that promises the rule it breaks.
///
/// # Errors
///
/// If the input runs out.
pub fn breaking_mutation(u: &mut Unstructured<'_>, algorithm: Algorithm) -> Result<Mutation> {
    Ok(match u.int_in_range(0..=9)? {
        0 => Mutation::Claims(MemberEdit::Remove(claim_with_rule(u)?.name().to_owned())),
        1 => wrong_type(u)?,
        2 => Mutation::Time(if u.arbitrary()? {
            TimeEdit::ExpiredFor(u.int_in_range(300..=4_000_000)?)
        } else {
            TimeEdit::ValidIn(u.int_in_range(300..=3500)?)
        }),
        3 => Mutation::Header(header_edit(u)?),
        4 => Mutation::PayloadEncoding(if u.arbitrary()? {
            PayloadEncoding::Utf16
        } else {
            PayloadEncoding::Utf32
        }),
        5 => Mutation::Segment(segment_edit(u)?),
        6 => Mutation::Signing(signing_edit(u)?),
        7 => Mutation::Signature(signature_edit(u, algorithm)?),
        8 => tampering(u)?,
        _ => Mutation::Request(request_edit(u)?),
    })
}

fn claim_with_rule(u: &mut Unstructured<'_>) -> Result<RegisteredClaim> {
    let with_rule = RegisteredClaim::ALL.map(|c| (c != RegisteredClaim::Nbf).then_some(c));
    let with_rule: Vec<RegisteredClaim> = with_rule.into_iter().flatten().collect();
    u.choose(&with_rule).copied()
}

/// A registered claim of a JSON type that it must not have.
fn wrong_type(u: &mut Unstructured<'_>) -> Result<Mutation> {
    let claim = u.choose(&RegisteredClaim::ALL)?;
    let values: &[&str] = match claim {
        RegisteredClaim::Iss | RegisteredClaim::Sub | RegisteredClaim::Jti => {
            &["0", "true", "null", "[]", "[\"${cid}\"]", "{}", "1.5"]
        }
        RegisteredClaim::Aud => &["0", "false", "null", "{}", "{\"0\":\"${aud}\"}"],
        RegisteredClaim::Exp => &["\"${now+60}\"", "true", "null", "[${now+60}]", "{}", "\"\""],
        RegisteredClaim::Nbf | RegisteredClaim::Iat => {
            &["\"${now-1}\"", "true", "null", "[${now-1}]", "{}"]
        }
    };
    let value = text(u.choose(values)?);
    Ok(Mutation::Claims(MemberEdit::Set(
        claim.name().to_owned(),
        value,
    )))
}

fn header_edit(u: &mut Unstructured<'_>) -> Result<MemberEdit> {
    Ok(match u.int_in_range(0..=2)? {
        0 => MemberEdit::Remove("alg".to_owned()),
        1 => MemberEdit::Set("alg".to_owned(), text("\"none\"")),
        _ => {
            let value = u.choose(&["null", "1", "[\"RS256\"]", "{}", "true"])?;
            MemberEdit::Set("alg".to_owned(), text(value))
        }
    })
}

fn segment_edit(u: &mut Unstructured<'_>) -> Result<SegmentEdit> {
    let name = *u.choose(&[
        SegmentName::Header,
        SegmentName::Payload,
        SegmentName::Signature,
    ])?;
    Ok(if u.arbitrary()? {
        SegmentEdit::Pad(name)
    } else {
        SegmentEdit::Dangle(name)
    })
}

fn signing_edit(u: &mut Unstructured<'_>) -> Result<SigningEdit> {
    Ok(match u.int_in_range(0..=6)? {
        0 => SigningEdit::By(KeyRole::Attacker),
        1 => SigningEdit::By(KeyRole::OtherClient),
        2 => SigningEdit::By(KeyRole::Second),
        3 => SigningEdit::PlainHash(Hash::Sha256),
        4 => SigningEdit::PayloadOnly,
        5 => SigningEdit::Decoded,
        _ => SigningEdit::Nothing,
    })
}

fn signature_edit(u: &mut Unstructured<'_>, algorithm: Algorithm) -> Result<SignatureEdit> {
    let any = u.int_in_range(0..=9)?;
    let ecdsa = algorithm.family() == Family::Ecdsa && u.arbitrary()?;
    Ok(match (ecdsa, any) {
        (true, 0..=4) => SignatureEdit::Der,
        (true, _) => SignatureEdit::SwapHalves,
        (false, 0) => SignatureEdit::FlipFirstBit,
        (false, 1) => SignatureEdit::FlipLastBit,
        (false, 2) => SignatureEdit::DropLast(u.int_in_range(1..=20)?),
        (false, 3) => SignatureEdit::KeepHalf,
        (false, 4) => SignatureEdit::AppendZero,
        (false, 5) => SignatureEdit::PrependZero,
        (false, 6) => SignatureEdit::Fill(u.arbitrary()?),
        (false, 7) => SignatureEdit::Unrelated,
        (false, 8) => SignatureEdit::OfAnotherToken,
        (false, _) => SignatureEdit::Empty,
    })
}

fn tampering(u: &mut Unstructured<'_>) -> Result<Mutation> {
    let edit = MemberEdit::Set("x-tampered".to_owned(), text("1"));
    Ok(if u.arbitrary()? {
        Mutation::TamperClaims(edit)
    } else {
        Mutation::TamperHeader(edit)
    })
}

fn request_edit(u: &mut Unstructured<'_>) -> Result<RequestEdit> {
    Ok(match u.int_in_range(0..=4)? {
        0 => RequestEdit::OmitType,
        1 => RequestEdit::Type("urn:ietf:params:oauth:grant-type:jwt-bearer".to_owned()),
        2 => RequestEdit::OmitAssertion,
        3 => RequestEdit::EmptyAssertion,
        _ => RequestEdit::OmitClientId,
    })
}

fn text(template: &str) -> Template {
    template.parse().expect("a template of this file, tested")
}
