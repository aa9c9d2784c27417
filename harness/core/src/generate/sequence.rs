//! Sequences: what comes after the first presentation, and before it.

use super::{Within, draw::Draw, draw::template, edit};
use crate::{
    model::Algorithm,
    mutate::{MemberEdit, Mutation, RegistrationEdit, RequestEdit, SigningEdit},
    recipe::{KeyRole, Material, Recipe, StepRecipe},
};

/// Adds up to three steps.
pub(super) fn extend(draw: &mut Draw<'_, '_>, within: &Within, recipe: &mut Recipe) {
    for _ in 0..*draw.of(&COUNTS) {
        let kind = draw.octet() % 8;
        let at = match recipe.steps.iter().map(|step| step.at).max() {
            // Time does not run backwards.
            Some(latest) => latest + *draw.of(&PASSED),
            None => 0,
        };
        let mut step = StepRecipe {
            at,
            ..StepRecipe::default()
        };
        let earlier = usize::from(draw.octet()) % recipe.steps.len() + 1;
        match kind {
            0 | 1 => step.resend = Some(earlier),
            // The same claims once more, signed again.
            2 => step.edits.clone_from(&recipe.steps[earlier - 1].edits),
            3 => step.edits = as_other_client(),
            4 => {
                step.resend = Some(earlier);
                step.edits
                    .push(Mutation::Client(other_key(recipe.algorithm)));
            }
            5 => step.edits.push(set_claim("jti", "\"${fresh}\"")),
            6 => {
                forge_first(recipe);
                continue;
            }
            _ => {}
        }
        if draw.once_in(3) {
            step.edits
                .extend(edit::edits(draw, within, recipe.algorithm));
        }
        recipe.steps.push(step);
    }
}

/// Everything that makes the second client the one that authenticates.
fn as_other_client() -> Vec<Mutation> {
    vec![
        Mutation::Header(MemberEdit::Set(
            "kid".to_owned(),
            template("\"${other-kid}\""),
        )),
        set_claim("iss", "\"${other-cid}\""),
        set_claim("sub", "\"${other-cid}\""),
        Mutation::Signing(SigningEdit::By(KeyRole::OtherClient)),
        Mutation::Request(RequestEdit::ClientId(template("${other-cid}"))),
    ]
}

/// The client has changed its key: what the old one signed is no longer its own.
fn other_key(algorithm: Algorithm) -> RegistrationEdit {
    match Material::of(algorithm, KeyRole::Second) {
        Material::Pair(pair) => {
            RegistrationEdit::Key(pair.id.parse().expect("the name of a test key"))
        }
        Material::Secret(_) => {
            RegistrationEdit::Secret("secret-a2".parse().expect("a secret of this project"))
        }
    }
}

/// A forgery with the client's own claims comes before everything else.
fn forge_first(recipe: &mut Recipe) {
    for step in &mut recipe.steps {
        step.resend = step.resend.map(|number| number + 1);
    }
    let mut forged = recipe.steps[0].clone();
    forged.resend = None;
    forged
        .edits
        .push(Mutation::Signing(SigningEdit::By(KeyRole::Attacker)));
    recipe.steps.insert(0, forged);
}

fn set_claim(name: &str, value: &str) -> Mutation {
    Mutation::Claims(MemberEdit::Set(name.to_owned(), template(value)))
}

/// How many steps more; mostly none.
const COUNTS: [u8; 8] = [0, 0, 0, 0, 0, 1, 2, 3];
/// Seconds that pass between steps.
const PASSED: [i64; 16] = [
    0, 0, 0, 0, 1, 59, 60, 61, 90, 119, 120, 121, 300, 600, 3000, 3600,
];
