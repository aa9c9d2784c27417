//! The properties that are an implementation's duty, against every library that is built in. What
//! is recorded as a divergence is excused by rule and outcome, with its clause there; nothing else
//! is.

use std::sync::LazyLock;

use arbitrary::Unstructured;
use jwt_assay::Answer;
use jwt_assay_core::{
    generate::{self, Draw, json},
    model::{Algorithm, Hash, ProfileId},
    mutate::{MemberEdit, Mutation},
    recipe::{EVALUATION_TIME, Recipe, StepRecipe},
    sign,
};
use jwt_assay_fuzzing::Panel;
use jwt_assay_implementations::registry;
use proptest::prelude::*;

static PANEL: LazyLock<Panel> = LazyLock::new(|| Panel::in_process().unwrap());

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    /// RFC 7515 section 5.2: up to 64 KiB of anything is rejected, without a panic.
    #[test]
    fn any_octets_are_rejected(octets in proptest::collection::vec(any::<u8>(), 0..65_536)) {
        prop_assert_eq!(new_findings(&presenting(&octets)), Vec::<String>::new());
    }

    /// RFC 7523 section 3, item 9: any other character of header or payload, and it is rejected.
    #[test]
    fn any_flipped_bit_of_header_or_payload_is_rejected(
        profile in proptest::sample::select(&ProfileId::ALL[..]),
        at in any::<proptest::sample::Index>(),
        bit in 0..8_u8,
    ) {
        let recipe = Recipe::valid(profile, Algorithm::ES256);
        let step = recipe.present_at(EVALUATION_TIME).steps.remove(0);
        let mut octets = step.request.client_assertion.unwrap().0;
        let end = octets.iter().rposition(|octet| *octet == b'.').unwrap();
        octets[at.index(end)] ^= 1 << bit;
        let flipped = Recipe { steps: presenting(&octets).steps, ..recipe };
        prop_assert_eq!(new_findings(&flipped), Vec::<String>::new());
    }

    /// RFC 7519 section 4, RFC 7515 section 4: order and unknown members decide nothing.
    #[test]
    fn an_edit_that_no_server_may_mind_is_accepted(recipe in recipes(generate::valid_recipe)) {
        prop_assert_eq!(new_findings(&recipe), Vec::<String>::new());
    }

    /// One broken rule, and every verifier that claims its layer rejects it.
    #[test]
    fn one_broken_rule_is_rejected(recipe in recipes(generate::broken_recipe)) {
        prop_assert_eq!(new_findings(&recipe), Vec::<String>::new());
    }

    /// RFC 8725 section 3.1: no other name of an algorithm passes, and no other key.
    #[test]
    fn keys_and_algorithms_are_kept_apart(recipe in recipes(|u| Ok(generate::pairing(&mut Draw::new(u))))) {
        prop_assert_eq!(new_findings(&recipe), Vec::<String>::new());
    }

    /// Twice the same question, twice the same answer, in the same words but for two libraries.
    #[test]
    fn answers_are_stable(recipe in recipes(|u| Ok(generate::recipe(u)))) {
        let presented = recipe.present_at(EVALUATION_TIME);
        for verifier in registry::in_process() {
            let name = verifier.describe().name;
            // None of them has a replay memory.
            let answers = |state| -> Vec<Answer> {
                presented
                    .steps
                    .iter()
                    .map(|step| verifier.verify(state, step))
                    .map(|answer| match (name.as_str(), answer) {
                        // No text asks for words. jsonwebtoken keeps the claims that it requires in a
                        // set without an order, and names any of those that are missing; josekit adds
                        // what it finds in the thread's queue of OpenSSL's errors, and leaves some there.
                        ("jsonwebtoken" | "josekit", Answer::Reject { .. }) => Answer::reject("no"),
                        (_, answer) => answer,
                    })
                    .collect()
            };
            prop_assert_eq!(answers("once"), answers("again"), "{}", name);
        }
    }
}

/// RFC 8259, value by value, in both JSON texts.
#[test]
fn json_is_read_as_its_grammar_says() {
    let mut found = Vec::new();
    for value in [json::VALID, json::INVALID].concat() {
        for edit in [Mutation::HeaderText, Mutation::PayloadText] {
            let text = format!("{{${{members}},\"x-nobody-knows\":{value}}}");
            let recipe = with_edit(edit(text.parse().unwrap()));
            found.extend(new_findings(&recipe));
        }
    }
    assert_eq!(found, Vec::<String>::new());
}

/// RFC 7519 section 4.1: each claim with a value of each JSON type.
#[test]
fn claims_have_the_types_that_the_rfc_gives_them() {
    let mut found = Vec::new();
    for claim in ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"] {
        for value in [
            "null",
            "true",
            "0",
            "1.5",
            "\"\"",
            "[]",
            "{}",
            "[\"${cid}\"]",
            "[[]]",
        ] {
            let edit = MemberEdit::Set(claim.to_owned(), value.parse().unwrap());
            found.extend(new_findings(&with_edit(Mutation::Claims(edit))));
        }
    }
    assert_eq!(found, Vec::<String>::new());
}

/// A property that nothing could break would prove nothing: a library's recorded fault is there.
#[test]
fn a_recorded_fault_is_found_and_excused() {
    let octets = sign::hash(Hash::Sha256, b"octets");
    assert_eq!(PANEL.judge(&presenting(&octets)).findings, []);
    let edit = MemberEdit::Set("exp".to_owned(), "-9223372036854775808".parse().unwrap());
    let findings = PANEL.judge(&with_edit(Mutation::Claims(edit))).findings;
    assert!(
        findings.iter().any(|finding| finding.is_known),
        "{findings:?}"
    );
}

fn with_edit(edit: Mutation) -> Recipe {
    let step = StepRecipe {
        edits: vec![edit],
        ..StepRecipe::default()
    };
    Recipe {
        steps: vec![step],
        ..Recipe::valid(ProfileId::Rfc7523, Algorithm::HS256)
    }
}

/// A recipe whose assertion is these octets.
fn presenting(octets: &[u8]) -> Recipe {
    let hex: String = octets.iter().map(|octet| format!("{octet:02x}")).collect();
    with_edit(Mutation::Token(format!("${{hex:{hex}}}").parse().unwrap()))
}

fn new_findings(recipe: &Recipe) -> Vec<String> {
    let findings = PANEL.judge(recipe).findings.into_iter();
    let new = findings.filter(|finding| !finding.is_known);
    new.map(|finding| format!("{finding}: {recipe:?}"))
        .collect()
}

fn recipes(
    generator: fn(&mut Unstructured<'_>) -> arbitrary::Result<Recipe>,
) -> impl Strategy<Value = Recipe> {
    proptest::collection::vec(any::<u8>(), 0..160)
        .prop_map(move |octets| generator(&mut Unstructured::new(&octets)).unwrap())
}
