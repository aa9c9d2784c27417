//! The one generator, on [`arbitrary::Unstructured`]. Three drivers feed it: libFuzzer, proptest
//! and seeded octets. What it makes is a [`Recipe`], so that everything it finds can be shown,
//! shrunk and kept as a case.

mod breaking;
mod neutral;

use arbitrary::{Result, Unstructured};

pub use self::{breaking::breaking_mutation, neutral::neutral_mutation};
use crate::{
    model::{Algorithm, Profile, ProfileId},
    mutate::Mutation,
    recipe::{Recipe, StepRecipe},
};

/// A valid assertion with up to three edits that change nothing for a server.
///
/// # Errors
///
/// Where the input runs out.
pub fn valid_recipe(u: &mut Unstructured<'_>) -> Result<Recipe> {
    let mut recipe = plain_recipe(u)?;
    let edits: Result<Vec<Mutation>> = (0..u.int_in_range(0..=3)?)
        .map(|_| neutral_mutation(u))
        .collect();
    recipe.steps[0].edits = edits?;
    Ok(recipe)
}

/// A valid assertion with exactly one edit, which promises the rule that it breaks.
///
/// # Errors
///
/// Where the input runs out.
pub fn broken_recipe(u: &mut Unstructured<'_>) -> Result<Recipe> {
    let mut recipe = plain_recipe(u)?;
    recipe.steps[0].edits = vec![breaking_mutation(u, recipe.algorithm)?];
    Ok(recipe)
}

/// Anything: up to four edits of both kinds, presented once or twice.
///
/// # Errors
///
/// Where the input runs out.
pub fn any_recipe(u: &mut Unstructured<'_>) -> Result<Recipe> {
    let mut recipe = plain_recipe(u)?;
    for _ in 0..u.int_in_range(0..=4)? {
        let edit = match u.arbitrary()? {
            true => breaking_mutation(u, recipe.algorithm)?,
            false => neutral_mutation(u)?,
        };
        recipe.steps[0].edits.push(edit);
    }
    if u.ratio(1, 4)? {
        let again = StepRecipe {
            resend: Some(1),
            ..StepRecipe::default()
        };
        recipe.steps.push(again);
    }
    Ok(recipe)
}

fn plain_recipe(u: &mut Unstructured<'_>) -> Result<Recipe> {
    let profile = *u.choose(&ProfileId::ALL)?;
    let table = &Profile::get(profile).algorithms;
    let algorithms: Vec<Algorithm> = table
        .required
        .iter()
        .chain(&table.optional)
        .copied()
        .collect();
    Ok(Recipe::valid(profile, *u.choose(&algorithms)?))
}
