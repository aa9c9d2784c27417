//! Sequences of presentations: steps after the first, and forgeries before it.

use super::{
    GeneratorLimits,
    choices::{Choices, Table},
    draw::{Draw, template},
    edit,
};
use crate::{
    model::Algorithm,
    mutate::{MemberEdit, Mutation, RegistrationEdit, RequestEdit, SigningEdit},
    recipe::{KeyRole, Material, Recipe, StepRecipe},
};

/// Adds up to three steps.
pub(super) fn extend(draw: &mut Draw<'_, '_>, within: &GeneratorLimits, recipe: &mut Recipe) {
    for _ in 0..*draw.of(&COUNTS) {
        step(draw, within, recipe);
    }
}

/// Adds a step, at the end or, for a forgery, at the beginning.
pub(super) fn step(draw: &mut Draw<'_, '_>, within: &GeneratorLimits, recipe: &mut Recipe) {
    let kind = draw.of(&KINDS);
    let at = match recipe.steps.iter().map(|step| step.at).max() {
        // Time does not run backwards.
        Some(latest) => latest + *draw.of(&PASSED),
        None => 0,
    };
    let earlier = usize::from(draw.octet()) % recipe.steps.len() + 1;
    let Some(kind) = kind else {
        forge_first(recipe);
        return;
    };
    let mut step = StepRecipe {
        at,
        ..StepRecipe::default()
    };
    kind(recipe, earlier, &mut step);
    if draw.once_in(3) {
        step.edits
            .extend(edit::edits(draw, within, recipe.algorithm));
    }
    recipe.steps.push(step);
}

type Kind = fn(&Recipe, usize, &mut StepRecipe);

/// The kinds of steps, by the number of an earlier one; `None` is a forgery that comes before all.
static KINDS: Table<Option<Kind>> = Table::new(|| {
    let kinds: [(&str, usize, Option<Kind>); 7] = [
        (
            "resend",
            2,
            Some(|_, earlier, step| step.resend = Some(earlier)),
        ),
        // The same claims once more, signed again.
        (
            "sign-again",
            1,
            Some(|recipe, earlier, step| {
                step.edits.clone_from(&recipe.steps[earlier - 1].edits);
            }),
        ),
        (
            "other-client",
            1,
            Some(|_, _, step| step.edits = as_other_client()),
        ),
        (
            "other-key",
            1,
            Some(|recipe, earlier, step| {
                step.resend = Some(earlier);
                step.edits
                    .push(Mutation::Client(other_key(recipe.algorithm)));
            }),
        ),
        (
            "fresh-jti",
            1,
            Some(|_, _, step| {
                step.edits.push(set_claim("jti", "\"${fresh}\""));
            }),
        ),
        ("forgery-first", 1, None),
        ("plain", 1, Some(|_, _, _| {})),
    ];
    Choices::weighted(kinds)
});

/// The edits by which the second client authenticates.
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

/// Numbers of further steps; mostly none.
static COUNTS: Table<u8> =
    Table::new(|| Choices::weighted([("0", 5, 0), ("1", 1, 1), ("2", 1, 2), ("3", 1, 3)]));

/// Seconds that pass between steps.
static PASSED: Table<i64> = Table::new(|| {
    let seconds = [0, 1, 59, 60, 61, 90, 119, 120, 121, 300, 600, 3000, 3600];
    Choices::weighted(seconds.map(|it: i64| {
        let weight = if it == 0 { 4 } else { 1 };
        (it.to_string(), weight, it)
    }))
});
