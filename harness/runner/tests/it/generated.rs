//! Generated recipes against real implementations: all that promise the algorithm accept a valid one.

use arbitrary::Unstructured;
use jwt_assay::{
    Answer, Clock, Verifier,
    model::{Method, Need},
    run::machine_time,
};
use jwt_assay_core::{
    generate,
    recipe::{EVALUATION_TIME, Recipe},
};
use jwt_assay_implementations::registry;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_valid_recipe_is_accepted_by_every_implementation_that_has_its_algorithm(
        octets in proptest::collection::vec(any::<u8>(), 0..256)
    ) {
        let recipe = generate::valid_recipe(&mut Unstructured::new(&octets))
            .expect("a short input reads as zeros");
        for verifier in registry::in_process() {
            let rejected = rejection(&*verifier, &recipe);
            prop_assert!(rejected.is_none(), "{}", rejected.unwrap_or_default());
        }
    }
}

fn rejection(verifier: &dyn Verifier, recipe: &Recipe) -> Option<String> {
    let description = verifier.describe();
    let now = match description.clock {
        Clock::Given => EVALUATION_TIME,
        Clock::System => machine_time(),
    };
    let presented = recipe.present_at(now);
    let policy = &presented.steps[0].context.policy;
    let is_promised = description.algorithms.contains(&recipe.algorithm)
        && description.methods.contains(&Method::of(recipe.algorithm))
        && (description.meets(Need::TwoLeeways) || policy.clock_skew == policy.future_skew);
    if !is_promised {
        return None;
    }
    match verifier.verify("generated", &presented.steps[0]) {
        Answer::Accept { .. } => None,
        other => Some(format!("{}: {other:?}", description.name)),
    }
}
