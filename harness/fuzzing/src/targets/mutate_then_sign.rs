//! Structure-aware: a recipe is edited and then signed, so that inputs get past the signature. It is
//! put to the oracle and to the libraries that are built in; a library that differs is a finding.

use std::collections::{BTreeMap, HashMap};

use arbitrary::Unstructured;
use jwt_assay_core::{
    generate::{self, Draw, GeneratorLimits},
    model::{Assertion, Family, Level, Profile, Step, Verdict},
    mutate::{Mutation, SegmentEdit, SegmentName, SignatureEdit, SigningEdit},
    recipe::{EVALUATION_TIME, Recipe},
    suite::{Suite, Vector},
};

use super::{Target, judged};
use crate::{
    ExplainedSteps,
    dictionary::Words,
    seeds::{self, Seed},
};

/// Recipes of any kind, edited and then signed.
#[derive(Clone, Copy, Debug)]
pub struct MutateThenSign;

impl Target for MutateThenSign {
    fn name(&self) -> &'static str {
        "mutate_then_sign"
    }

    fn run(&self, octets: &[u8]) {
        let lot = judged::lot(octets);
        let recipe = judged::WITHIN.recipe(&mut Draw::new(&mut Unstructured::new(octets)));
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
    }

    fn seeds(&self) -> Vec<Seed> {
        structured()
    }

    fn words(&self) -> Option<Words> {
        Some(case_names())
    }

    fn recipe(&self, draw: &mut Draw<'_, '_>, within: &GeneratorLimits) -> Option<Recipe> {
        Some(within.recipe(draw))
    }

    fn heeds_limits(&self) -> bool {
        true
    }
}

/// True where the edit leaves everything as it was, so that its promise is void: it drops no octet of the signature, is about another
/// kind of signature or client, puts other characters in place of some that the segment does not have,
/// or writes a member as it stood.
fn is_void(recipe: &Recipe, reading: &ExplainedSteps) -> bool {
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

/// True where a step is that of the plain default, but for the signature.
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

/// The signing input: header and payload, as they are sent.
fn signed(assertion: &Assertion) -> Option<&[u8]> {
    let period = assertion.0.iter().rposition(|octet| *octet == b'.')?;
    Some(&assertion.0[..period])
}

/// The verdict that the one edit promises, where there is one and nothing else is out of the ordinary.
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

/// Vectors as the octets from which the generator makes their recipes: of each case, variant, method
/// and expectation the one that takes least to sign. The octets of its other profiles and algorithms
/// differ in one place, and a corpus that signs everything with RSA is hardly ever gone through.
fn structured() -> Vec<Seed> {
    let suite = Suite::bundled();
    let mut cheapest: BTreeMap<_, &Vector> = BTreeMap::new();
    for (vector, own) in suite.presentations() {
        let verdicts: Vec<String> = own.verdicts.iter().map(Verdict::to_string).collect();
        let id = &vector.id;
        let alike = (id.case(), id.variant(), vector.method().name(), verdicts);
        let least = cheapest.entry(alike).or_insert(vector);
        if vector.algorithm.info().cost < least.algorithm.info().cost {
            *least = vector;
        }
    }
    let seed = |vector: &Vector| Seed {
        name: seeds::file_name(vector),
        octets: generate::seed(vector),
    };
    cheapest.into_values().map(seed).collect()
}

/// The octets by which the generator knows a case: two that are spliced are two cases.
fn case_names() -> Words {
    let mut of_case = HashMap::new();
    for (vector, _) in Suite::bundled().presentations() {
        // What stands between the choice of the suite as the source and that of the profile.
        let seed = generate::seed(vector);
        of_case
            .entry(&vector.case.id)
            .or_insert_with(|| seed[2..6].to_vec());
    }
    of_case.into_values().collect()
}
