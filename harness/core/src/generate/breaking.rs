//! Breaking edits: each breaks one rule and promises which. They are drawn from the tables of all edits,
//! so that an edit that is added there is drawn here by itself.

use arbitrary::Unstructured;

use super::{GeneratorLimits, draw::Draw, edit};
use crate::{
    mutate::{MemberEdit, Mutation, RegisteredClaim},
    recipe::{EVALUATION_TIME, Recipe},
};

/// A valid recipe with one edit that changes the step and promises the rule that it breaks.
pub(super) fn broken(u: &mut Unstructured<'_>, valid: &Recipe) -> Recipe {
    let draw = &mut Draw::new(u);
    let within = GeneratorLimits::default();
    let with = |edit: Mutation| {
        let mut recipe = valid.clone();
        recipe.steps[0].edits = vec![edit];
        recipe
    };
    let as_it_was = valid.present_at(EVALUATION_TIME);
    // One drawing in three promises a rule, so that this many fail together once in ten million times.
    let promising = (0..40).find_map(|_| {
        let edits = edit::edits(draw, &within, valid.algorithm);
        let [edit] = <[Mutation; 1]>::try_from(edits).ok()?;
        edit.breaks()?;
        let recipe = with(edit);
        // An edit of what is not there, such as the padding of an HMAC, breaks nothing.
        (recipe.present_at(EVALUATION_TIME) != as_it_was).then_some(recipe)
    });
    // Where the octets have ended, each drawing is the first of its table.
    promising.unwrap_or_else(|| {
        let name = RegisteredClaim::Exp.name().to_owned();
        with(Mutation::Claims(MemberEdit::Remove(name)))
    })
}
