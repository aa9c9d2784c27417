//! Properties of the generator, the mutations and the oracle.

use arbitrary::Unstructured;
use jwt_assay_core::{
    generate,
    model::{Level, Profile, Verdict},
    oracle::{self, FastPath},
    recipe::{EVALUATION_TIME, Recipe},
};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    /// Two independent sources: the edit that was made, and the oracle that has not seen it.
    #[test]
    fn what_a_mutation_promises_is_what_the_oracle_finds(recipe in recipes(generate::broken_recipe)) {
        let promised = recipe.steps[0].edits[0].breaks().expect("the generator makes no other");
        let level = Profile::get(recipe.profile).level(promised);
        let expected = match level {
            Level::Refuse => Verdict::Reject(promised),
            Level::May(lean) => Verdict::May(lean),
            Level::Accept => Verdict::Accept,
        };
        let found = verdict(&recipe);
        prop_assert!(expected.agrees_with(found), "promised {expected}, found {found}");
    }

    #[test]
    fn a_valid_recipe_is_accepted(recipe in recipes(generate::valid_recipe)) {
        prop_assert_eq!(verdict(&recipe), Verdict::Accept);
    }

    #[test]
    fn the_fast_path_never_differs_from_the_oracle(recipe in recipes(generate::any_recipe)) {
        let presented = recipe.present_at(EVALUATION_TIME);
        let valid = Recipe::valid(recipe.profile, recipe.algorithm).present_at(EVALUATION_TIME);
        for pattern in [&valid.steps[0], &presented.steps[0]] {
            if let Some(path) = FastPath::new(pattern).expect("a known policy") {
                prop_assert_eq!(path.compare(&presented).map(drop), Ok(()));
            }
        }
    }

    #[test]
    fn a_recipe_gives_the_same_octets_twice(recipe in recipes(generate::any_recipe)) {
        prop_assert_eq!(recipe.present_at(EVALUATION_TIME), recipe.present_at(EVALUATION_TIME));
    }
}

/// Recipes from octets: they shrink to the smallest recipe.
fn recipes(
    generator: fn(&mut Unstructured<'_>) -> arbitrary::Result<Recipe>,
) -> impl Strategy<Value = Recipe> {
    proptest::collection::vec(any::<u8>(), 0..256).prop_map(move |octets| {
        generator(&mut Unstructured::new(&octets)).expect("a short input reads as zeros")
    })
}

fn verdict(recipe: &Recipe) -> Verdict {
    let verdicts = oracle::verdicts(&recipe.present_at(EVALUATION_TIME)).expect("a known policy");
    *verdicts.last().expect("a recipe has a step")
}
