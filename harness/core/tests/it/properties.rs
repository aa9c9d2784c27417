//! Properties of the generator, the mutations and the oracle. The inputs are octets for the generator, so
//! that a failure shrinks to the smallest recipe.

mod identity;
mod json;
mod neutral;
mod octets;
mod time;

use arbitrary::Unstructured;
use jwt_assay_core::{
    generate,
    model::{Algorithm, Level, Profile, ProfileId, Role, Step, Verdict},
    oracle::{self, Explanation, FastPath, Memory},
    recipe::{EVALUATION_TIME, Recipe},
    suite::{Suite, Vector, case_file, case_files},
};
use proptest::prelude::*;

proptest! {
    // Enough that an edit which is one of hundreds is drawn, such as one that was just added.
    #![proptest_config(ProptestConfig { cases: 3_000, ..ProptestConfig::default() })]

    /// Compares two independent sources: the promise of an edit, and the oracle, which does not see edits.
    #[test]
    fn the_oracle_finds_the_rule_that_a_mutation_promises(recipe in recipes(generate::broken_recipe)) {
        let promised = recipe.steps[0].edits[0].breaks().expect("the generator makes no other");
        let level = Profile::get(recipe.profile).level(promised);
        let expected = match level {
            Level::Reject => Verdict::Reject(promised),
            Level::May(lean) => Verdict::May(lean),
            Level::Accept => Verdict::Accept,
        };
        let found = verdict(&recipe);
        prop_assert!(expected.agrees_with(found), "promised {expected}, found {found}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn a_valid_recipe_is_accepted(recipe in recipes(generate::valid_recipe)) {
        prop_assert_eq!(verdict(&recipe), Verdict::Accept);
    }

    #[test]
    fn the_fast_path_never_differs_from_the_oracle(recipe in any_recipe()) {
        let presented = recipe.present_at(EVALUATION_TIME);
        let valid = Recipe::valid(recipe.profile, recipe.algorithm).present_at(EVALUATION_TIME);
        for pattern in [&valid.steps[0], &presented.steps[0]] {
            if let Some(path) = FastPath::new(pattern).expect("a known policy") {
                prop_assert_eq!(path.compare(&presented).map(drop), Ok(()));
            }
        }
    }

    #[test]
    fn any_octets_give_a_recipe_that_can_be_built_and_gives_the_same_octets_twice(
        recipe in any_recipe()
    ) {
        prop_assert_eq!(recipe.present_at(EVALUATION_TIME), recipe.present_at(EVALUATION_TIME));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn a_recipe_written_as_a_case_reads_as_the_same_recipe(
        recipe in any_recipe()
    ) {
        let verdicts = oracle::verdicts(&recipe.present_at(EVALUATION_TIME)).expect("a known policy");
        let vector = written_and_read(&recipe, &verdicts);
        let seed = vector.id.to_string();
        let own = vector.presentation().expect("a vector of verifiers");
        prop_assert_eq!(&own.recipe, &Recipe { seed, ..recipe });
        prop_assert_eq!(&own.verdicts, &verdicts);
    }
}

/// Writes a recipe as a case file and reads that beside the one with the controls.
fn written_and_read(recipe: &Recipe, verdicts: &[Verdict]) -> Vector {
    let id = "found".parse().expect("kebab-case");
    let text = case_file(&id, "What was found.", recipe, verdicts);
    let controls = case_files(Role::Verify).find(|(name, _)| name.starts_with("a-"));
    let files = controls.into_iter().chain([("found.toml", text.as_str())]);
    let suite = Suite::from_files(files).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let is_it = |vector: &&Vector| vector.case.id == id && !vector.is_control;
    let found: Vec<&Vector> = suite.vectors.iter().filter(is_it).collect();
    assert_eq!(found.len(), 1, "{text}");
    found[0].clone()
}

#[test]
fn no_octets_are_the_valid_default() {
    let recipe = generate::recipe(&mut Unstructured::new(&[]));
    assert_eq!(recipe, Recipe::valid(ProfileId::Rfc7523, Algorithm::HS256));
}

/// A strategy for recipes, by way of octets, so that they shrink to the smallest recipe.
fn recipes(
    generator: fn(&mut Unstructured<'_>) -> arbitrary::Result<Recipe>,
) -> impl Strategy<Value = Recipe> {
    proptest::collection::vec(any::<u8>(), 0..256).prop_map(move |octets| {
        generator(&mut Unstructured::new(&octets)).expect("a short input reads as zeros")
    })
}

/// A strategy for recipes of every kind.
fn any_recipe() -> impl Strategy<Value = Recipe> {
    recipes(|octets| Ok(generate::recipe(octets)))
}

/// The explanations of the oracle, step by step.
fn explain(steps: &[Step]) -> Vec<Explanation> {
    let mut memory = Memory::default();
    steps
        .iter()
        .map(|step| oracle::explain(&mut memory, step).expect("a known policy"))
        .collect()
}

fn verdict(recipe: &Recipe) -> Verdict {
    let verdicts = oracle::verdicts(&recipe.present_at(EVALUATION_TIME)).expect("a known policy");
    *verdicts.last().expect("a recipe has a step")
}
