//! Unusual things in a recipe: the rules that the oracle finds in the whole, and in each of its edits by
//! itself. They are how a panic is recognised, whose cause cannot be read off the answer.

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

use super::{ExplainedSteps, panel::profile};

/// The rules that ask for a rejection, then those that leave it open. Rules that every server must accept are
/// left out: nearly every recipe has some, and they are hardly ever the cause.
pub(super) fn rules(read: &Explanation) -> Vec<Rule> {
    let open = read.findings.iter();
    let open = open.filter(|found| matches!(found.level, Level::May(_)));
    let found = read.rejections().chain(open);
    found.map(|found| found.rule).collect()
}

/// The unusual things in each edit alone, and where a member stands twice, in the first of the two as well. The
/// oracle stops at a fault that hides the rest; an implementation that panics may not have stopped there.
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
            let ExplainedSteps {
                steps,
                explanations,
            } = ExplainedSteps::of(&part, EVALUATION_TIME);
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

/// All rules that were found, of any level, but for those that the plain default shows as well: a default that is
/// accepted cannot be what goes wrong.
pub(super) fn beside_the_ordinary(recipe: &Recipe, read: &Explanation) -> Vec<Rule> {
    let ordinary = ordinary(recipe);
    let found = read.findings.iter().map(|found| found.rule);
    found.filter(|rule| !ordinary.contains(rule)).collect()
}

/// The rules that the oracle finds in the plain default of a recipe's kind; read once.
fn ordinary(recipe: &Recipe) -> Arc<HashSet<Rule>> {
    static READ: LazyLock<Mutex<HashMap<PlainDefault, Arc<HashSet<Rule>>>>> =
        LazyLock::new(Mutex::default);

    let kindred = (recipe.profile, recipe.set.clone(), recipe.algorithm);
    let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    let ordinary = read.entry(kindred).or_insert_with(|| {
        let plain = ExplainedSteps::of(&recipe.plain(), EVALUATION_TIME).explanations;
        let found = plain.iter().flat_map(|read| &read.findings);
        Arc::new(found.map(|found| found.rule).collect())
    });
    Arc::clone(ordinary)
}

/// Recipes that have the plain default in common.
type PlainDefault = (ProfileId, Option<String>, Algorithm);
