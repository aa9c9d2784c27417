//! What is out of the ordinary in a recipe, as the oracle sees it: in the whole, and in each of its
//! edits by itself.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use jwt_assay_core::{
    json,
    model::{Algorithm, Level, ProfileId, Rule, Step},
    oracle::{self, Explanation, Memory},
    recipe::{EVALUATION_TIME, Recipe, StepRecipe},
};

use super::{Reading, panel::profile};

/// The rules that ask for a refusal, then those that leave it open; what every server must accept
/// is hardly ever the reason for anything, and mostly there.
pub(super) fn rules(read: &Explanation) -> Vec<Rule> {
    let open = read.findings.iter();
    let open = open.filter(|found| matches!(found.level, Level::May(_)));
    let found = read.rejections().chain(open);
    found.map(|found| found.rule).collect()
}

/// What is beside the ordinary in each edit alone, and where a member stands twice, in the first of the
/// two as well: the oracle ends at what hides the rest, and an implementation need not.
pub(super) fn rules_of_parts(recipe: &Recipe) -> Vec<Rule> {
    let edits = recipe.steps.iter().flat_map(|step| {
        step.edits.iter().map(|edit| StepRecipe {
            at: step.at,
            resend: None,
            edits: vec![edit.clone()],
        })
    });
    let plain = edits.clone().next().is_none().then(StepRecipe::default);
    let parts = edits.chain(plain).map(|step| Recipe {
        steps: vec![step],
        ..recipe.clone()
    });
    parts
        .flat_map(|part| {
            let Reading {
                steps,
                explanations,
            } = Reading::of(&part, EVALUATION_TIME);
            let first = |(step, read): (&Step, &Explanation)| {
                let (profile, memory) = (profile(recipe), Memory::default());
                read.has_duplicates
                    .then(|| oracle::examine(profile, &memory, step, json::Reading::FirstWins))
            };
            let firsts: Vec<_> = steps.iter().zip(&explanations).filter_map(first).collect();
            let all = explanations.iter().chain(&firsts);
            let found = all.flat_map(|read| beside_the_ordinary(recipe, read));
            found.collect::<Vec<Rule>>()
        })
        .collect()
}

/// What was found, whatever is asked about it, but for what the plain default shows as well: that is
/// the reason for nothing.
pub(super) fn beside_the_ordinary(recipe: &Recipe, read: &Explanation) -> Vec<Rule> {
    let ordinary = ordinary(recipe);
    let found = read.findings.iter().map(|found| found.rule);
    found.filter(|rule| !ordinary.contains(rule)).collect()
}

/// What the oracle finds in the plain default of a recipe's kind; read once.
fn ordinary(recipe: &Recipe) -> Arc<HashSet<Rule>> {
    static READ: LazyLock<Mutex<HashMap<Kindred, Arc<HashSet<Rule>>>>> =
        LazyLock::new(Mutex::default);

    let kindred = (recipe.profile, recipe.set.clone(), recipe.algorithm);
    let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    let ordinary = read.entry(kindred).or_insert_with(|| {
        let plain = Reading::of(&recipe.plain(), EVALUATION_TIME).explanations;
        let found = plain.iter().flat_map(|read| &read.findings);
        Arc::new(found.map(|found| found.rule).collect())
    });
    Arc::clone(ordinary)
}

/// Recipes that have the plain default in common.
type Kindred = (ProfileId, Option<String>, Algorithm);
