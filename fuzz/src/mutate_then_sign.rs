//! Structure-aware: a recipe is edited and then signed, so that inputs get past the signature. It is
//! put to the oracle and to every library that is built in; whoever differs is a finding.

use arbitrary::{Result, Unstructured};
use jwt_assay_core::{
    model::{Assertion, Family, Level, Profile, Step, Verdict},
    mutate::{Mutation, SegmentEdit, SegmentName, SignatureEdit, SigningEdit},
    recipe::{EVALUATION_TIME, Recipe},
};
use jwt_assay_fuzzing::Reading;

use crate::judged;

/// Builds a recipe from the input and judges it.
///
/// # Errors
///
/// None: every input is a recipe.
///
/// # Panics
///
/// Where an implementation differs from the oracle, an edit's promise does, or a verdict is not
/// stable: the finding.
pub fn run(u: &mut Unstructured<'_>) -> Result<()> {
    let lot = judged::lot(u);
    let recipe = judged::WITHIN.recipe(u);
    let reading = judged::hold_to_account(&recipe, lot);
    if let Some(expected) = promised(&recipe).filter(|_| !is_void(&recipe, &reading)) {
        let found = reading.verdicts()[0];
        assert!(
            expected.agrees_with(found),
            "promised {expected}, found {found}:\n{}",
            judged::written(&recipe)
        );
    }
    judged::put_to_some(&recipe, &reading, lot);
    Ok(())
}

/// Whether the edit leaves everything as it was: it drops no octet of the signature, is about another
/// kind of signature or client, puts other characters in place of some that the segment does not have,
/// or writes a member as it stood.
fn is_void(recipe: &Recipe, reading: &Reading) -> bool {
    let family = recipe.algorithm.family();
    let is_own = |octet: &u8| octet.is_ascii_alphanumeric() || b"-_.".contains(octet);
    let step = &reading.steps[0];
    let sent = step.request.client_assertion.as_ref();
    let shortest = match family {
        Family::Hmac => recipe.algorithm.hash().output_len(),
        Family::Ecdsa | Family::EdDsa | Family::RsaPkcs1 | Family::RsaPss => 64,
    };
    let mut edits = recipe.steps[0].edits.iter();
    edits.any(|edit| match edit {
        Mutation::Signature(SignatureEdit::DropLast(octets)) => *octets == 0,
        Mutation::Signature(SignatureEdit::KeepFirst(octets)) => *octets >= shortest,
        Mutation::Signature(SignatureEdit::Rsa(_))
        | Mutation::Signing(SigningEdit::DigestInfo(_)) => {
            !matches!(family, Family::RsaPkcs1 | Family::RsaPss)
        }
        Mutation::Segment(edit) | Mutation::SignedSegment(edit) => {
            let puts_in_place = matches!(
                edit,
                SegmentEdit::StandardAlphabet(_)
                    | SegmentEdit::MixedAlphabet(_)
                    | SegmentEdit::Lookalike(_)
            );
            let has_all = puts_in_place && sent.is_some_and(|sent| sent.0.iter().all(is_own));
            let sets_bits = matches!(
                edit,
                SegmentEdit::TrailingBits(SegmentName::Header | SegmentName::Payload)
            );
            has_all || sets_bits && is_untouched(step, recipe)
        }
        Mutation::Client(_)
        | Mutation::Claims(_)
        | Mutation::Header(_)
        | Mutation::Time(_)
        | Mutation::Request(_)
        | Mutation::TamperClaims(_)
        | Mutation::TamperHeader(_) => is_untouched(step, recipe),
        _ => false,
    })
}

/// Whether a step is that of the plain default, but for the signature.
fn is_untouched(step: &Step, recipe: &Recipe) -> bool {
    let plain = &recipe.plain().present_at(EVALUATION_TIME).steps[0];
    let apart = |step: &Step| {
        let mut request = step.request.clone();
        let sent = request.client_assertion.take();
        (
            sent.and_then(|sent| signed(&sent).map(<[u8]>::to_vec)),
            request,
        )
    };
    step.now == plain.now && step.context == plain.context && apart(step) == apart(plain)
}

/// What the signature is over: header and payload, as they are sent.
fn signed(assertion: &Assertion) -> Option<&[u8]> {
    let period = assertion.0.iter().rposition(|octet| *octet == b'.')?;
    Some(&assertion.0[..period])
}

/// What the one edit promises, where there is one and nothing else is out of the ordinary.
fn promised(recipe: &Recipe) -> Option<Verdict> {
    let [step] = recipe.steps.as_slice() else {
        return None;
    };
    let [edit] = step.edits.as_slice() else {
        return None;
    };
    let profile = Profile::get(recipe.profile);
    let is_plain = recipe.set.is_none() && recipe.setup.is_empty();
    if !is_plain || !profile.algorithms.supports(recipe.algorithm) {
        return None;
    }
    let rule = edit.breaks()?;
    Some(match profile.level(rule) {
        Level::Reject => Verdict::Reject(rule),
        Level::May(lean) => Verdict::May(lean),
        Level::Accept => Verdict::Accept,
    })
}

#[test]
fn smoke() {
    crate::smoke(run, 400);
}
