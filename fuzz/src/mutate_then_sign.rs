//! Structure-aware: a recipe is edited and then signed, so that inputs get past the signature. It is
//! put to the oracle and to every library that is built in; whoever differs is a finding.

use arbitrary::{Result, Unstructured};
use jwt_assay_core::{
    generate,
    model::{Level, Profile, Verdict},
    recipe::Recipe,
};

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
    let recipe = generate::recipe(u);
    let reading = judged::hold_to_account(&recipe);
    if let Some(expected) = promised(&recipe) {
        let found = reading.verdicts()[0];
        assert!(
            expected.agrees_with(found),
            "promised {expected}, found {found}:\n{}",
            judged::written(&recipe)
        );
    }
    judged::put_to_all(&recipe);
    Ok(())
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
        Level::Refuse => Verdict::Reject(rule),
        Level::May(lean) => Verdict::May(lean),
        Level::Accept => Verdict::Accept,
    })
}

#[test]
fn smoke() {
    crate::smoke(run, 400);
}
