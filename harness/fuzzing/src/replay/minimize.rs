//! Minimizing a recipe while it shows the same finding: steps and edits are taken away, and the rest is moved
//! towards the default. The octets stay as the fuzzer found them: fewer of them are not a plainer recipe.

use jwt_assay_core::{
    model::{Algorithm, Profile, ProfileId},
    mutate::Mutation,
    recipe::Recipe,
};
use serde_json::Value;

/// Takes away from a recipe while `still_shows` finds, in a list of smaller recipes, one that shows
/// the same; it answers with the place of the first. Ends after `rounds` at the latest.
///
/// # Errors
///
/// If `still_shows` cannot answer.
pub fn minimize<E>(
    recipe: &Recipe,
    rounds: usize,
    mut still_shows: impl FnMut(&[Recipe]) -> Result<Option<usize>, E>,
) -> Result<Recipe, E> {
    let mut smallest = recipe.clone();
    for _ in 0..rounds {
        let mut smaller = smaller(&smallest);
        match still_shows(&smaller)? {
            Some(place) => smallest = smaller.swap_remove(place),
            None => break,
        }
    }
    Ok(smallest)
}

/// Every recipe that is smaller in one thing, what takes away most first.
fn smaller(recipe: &Recipe) -> Vec<Recipe> {
    let mut all = Vec::new();
    for place in (0..recipe.steps.len()).filter(|_| recipe.steps.len() > 1) {
        all.push(without_step(recipe, place));
    }
    for place in 0..recipe.setup.len() {
        all.push(changed(recipe, |it| drop(it.setup.remove(place))));
    }
    for (index, step) in recipe.steps.iter().enumerate() {
        for place in 0..step.edits.len() {
            all.push(changed(recipe, |it| {
                it.steps[index].edits.remove(place);
            }));
        }
    }
    all.extend(plainer(recipe));
    for place in 0..recipe.setup.len() {
        let simpler = simpler_edits(&recipe.setup[place]).into_iter();
        all.extend(simpler.map(|edit| changed(recipe, |it| it.setup[place] = edit)));
    }
    for (index, step) in recipe.steps.iter().enumerate() {
        for (place, edit) in step.edits.iter().enumerate() {
            let simpler = simpler_edits(edit).into_iter();
            all.extend(
                simpler.map(|edit| changed(recipe, |it| it.steps[index].edits[place] = edit)),
            );
        }
    }
    all
}

fn changed(recipe: &Recipe, change: impl FnOnce(&mut Recipe)) -> Recipe {
    let mut recipe = recipe.clone();
    change(&mut recipe);
    recipe
}

/// A step that resent the one that goes is built anew.
fn without_step(recipe: &Recipe, place: usize) -> Recipe {
    let number = place + 1;
    changed(recipe, |it| {
        it.steps.remove(place);
        for step in &mut it.steps {
            step.resend = match step.resend {
                Some(resent) if resent == number => None,
                Some(resent) if resent > number => Some(resent - 1),
                unchanged => unchanged,
            };
        }
    })
}

/// The same edits in plainer surroundings: time that does not move, the default parameter set, an
/// earlier profile, an earlier algorithm.
fn plainer(recipe: &Recipe) -> Vec<Recipe> {
    let mut all = Vec::new();
    for (index, step) in recipe.steps.iter().enumerate() {
        all.extend(nearer_to_zero(step.at).map(|at| changed(recipe, |it| it.steps[index].at = at)));
    }
    if recipe.set.is_some() {
        all.push(changed(recipe, |it| it.set = None));
    }
    let earlier = ProfileId::ALL.into_iter();
    for profile in earlier.take_while(|profile| *profile != recipe.profile) {
        let set = recipe.set.as_deref();
        let is_there = set.is_none_or(|set| Profile::with_set(profile, set).is_ok());
        if is_there && Profile::get(profile).algorithms.supports(recipe.algorithm) {
            all.push(changed(recipe, |it| it.profile = profile));
        }
    }
    for algorithm in plainest().take_while(|algorithm| *algorithm != recipe.algorithm) {
        if Profile::get(recipe.profile).algorithms.supports(algorithm) {
            all.push(changed(recipe, |it| it.algorithm = algorithm));
        }
    }
    all
}

/// An edit with one value in it nearer to nothing. What an edit may hold is said by its own form, so
/// everything is tried and what cannot be read is left out.
fn simpler_edits(edit: &Mutation) -> Vec<Mutation> {
    let Ok(whole) = serde_json::to_value(edit) else {
        return Vec::new();
    };
    let simpler = simpler_values(&whole).into_iter();
    simpler
        .filter_map(|value| serde_json::from_value(value).ok())
        .filter(|simpler| simpler != edit)
        .collect()
}

fn simpler_values(value: &Value) -> Vec<Value> {
    match value {
        Value::Null | Value::Bool(false) => Vec::new(),
        Value::Bool(true) => vec![Value::Bool(false)],
        Value::Number(number) => {
            let whole = number.as_i64().into_iter();
            whole.flat_map(nearer_to_zero).map(Value::from).collect()
        }
        Value::String(text) => shorter(text).map(Value::from).collect(),
        Value::Array(items) => {
            let taken = (0..items.len()).map(|place| {
                let mut fewer = items.clone();
                fewer.remove(place);
                Value::from(fewer)
            });
            let within = items.iter().enumerate().flat_map(|(place, item)| {
                simpler_values(item).into_iter().map(move |simpler| {
                    let mut same = items.clone();
                    same[place] = simpler;
                    Value::from(same)
                })
            });
            taken.chain(within).collect()
        }
        Value::Object(members) => {
            let within = members.iter().flat_map(|(name, member)| {
                simpler_values(member).into_iter().map(move |simpler| {
                    let mut same = members.clone();
                    same.insert(name.clone(), simpler);
                    Value::from(same)
                })
            });
            within.collect()
        }
    }
}

/// Nothing, then a half, then one less.
fn nearer_to_zero(number: i64) -> impl Iterator<Item = i64> {
    let nearer = [0, number / 2, number - number.signum()];
    let mut last = number;
    nearer.into_iter().filter(move |&it| {
        let is_new = it != number && it != last;
        last = it;
        is_new
    })
}

/// Without everything, without each half, then without each character.
fn shorter(text: &str) -> impl Iterator<Item = String> {
    let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    let middle = ends.get(ends.len() / 2).copied().unwrap_or(0);
    let halves = [String::new(), text[middle..].into(), text[..middle].into()];
    let single: Vec<String> = match ends.len() {
        // A long text has come down to its halves first.
        0..=SHORT => ends
            .iter()
            .map(|&at| {
                let rest = text[at..].chars();
                format!("{}{}", &text[..at], rest.skip(1).collect::<String>())
            })
            .collect(),
        _ => Vec::new(),
    };
    let text = text.to_owned();
    halves
        .into_iter()
        .chain(single)
        .filter(move |shorter| shorter.len() < text.len())
}

/// Algorithms, those first that are quickest and in most profiles: one of each family, then the others.
fn plainest() -> impl Iterator<Item = Algorithm> {
    let all = || Algorithm::ALL.into_iter();
    let firsts = all().filter(|it| it.is_first_of_family());
    firsts.chain(all().filter(|it| !it.is_first_of_family()))
}

/// The longest text, in characters, of which each is tried: a longer one would cost more judgements than it saves
/// a reader.
const SHORT: usize = 64;

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;
    use jwt_assay_core::{
        model::{Rule, Verdict},
        oracle,
        recipe::{EVALUATION_TIME, StepRecipe},
    };

    fn edit(json: &str) -> Mutation {
        serde_json::from_str(json).unwrap()
    }

    /// The smallest recipe with the same last verdict of the oracle.
    fn minimized(recipe: &Recipe) -> Recipe {
        let verdict = |recipe: &Recipe| {
            let verdicts = oracle::verdicts(&recipe.present_at(EVALUATION_TIME));
            verdicts.unwrap().pop()
        };
        let wanted = verdict(recipe);
        let shows = |smaller: &[Recipe]| {
            Ok::<_, Infallible>(smaller.iter().position(|it| verdict(it) == wanted))
        };
        minimize(recipe, 1000, shows).unwrap()
    }

    #[test]
    fn a_minimized_input_is_one_step_with_one_edit_for_the_plainest_profile_and_algorithm() {
        let mut recipe = Recipe::valid(ProfileId::Rfc10070, Algorithm::ES384);
        recipe.steps[0].edits = vec![
            edit(r#"{"claims":{"set":["x-noise","\"a long text that matters to nobody\""]}}"#),
            edit(r#"{"header":"reverse"}"#),
            edit(r#"{"time":{"expired-for":4321}}"#),
        ];
        let again = StepRecipe {
            resend: Some(1),
            at: 30,
            ..StepRecipe::default()
        };
        recipe.steps.push(again);
        let smallest = minimized(&recipe);
        assert_eq!(smallest.profile, ProfileId::Rfc7523);
        assert_eq!(smallest.algorithm, Algorithm::HS256);
        assert_eq!(smallest.steps.len(), 1);
        let [Mutation::Time(_)] = smallest.steps[0].edits[..] else {
            panic!("{:?}", smallest.steps);
        };
        let presented = smallest.present_at(EVALUATION_TIME);
        let verdict = oracle::verdicts(&presented).unwrap()[0];
        assert_eq!(verdict, Verdict::Reject(Rule::Expired));
    }

    #[test]
    fn a_step_that_is_sent_again_stays_and_its_number_follows() {
        let mut recipe = Recipe::valid(ProfileId::OidcCore, Algorithm::HS256);
        let resend = |number| StepRecipe {
            resend: Some(number),
            ..StepRecipe::default()
        };
        recipe.steps.extend([StepRecipe::default(), resend(2)]);
        let smallest = minimized(&recipe);
        assert_eq!(smallest.steps, [StepRecipe::default(), resend(1)]);
    }

    #[test]
    fn a_value_within_an_edit_comes_down_as_far_as_it_can() {
        let mut recipe = Recipe::valid(ProfileId::Rfc7523, Algorithm::HS256);
        let set = r#"{"claims":{"set":["exp","\"not a time but a rather long text\""]}}"#;
        recipe.steps[0].edits = vec![edit(set)];
        let smallest = minimized(&recipe);
        // Nothing shorter is JSON of the wrong type.
        let shortest = serde_json::to_string(&smallest.steps[0].edits[0]).unwrap();
        assert!(shortest.len() < set.len() - 20, "{shortest}");
    }

    #[test]
    fn nothing_is_offered_twice_or_as_it_was() {
        for number in [-3_i64, -1, 1, 2, 3, 600] {
            let nearer: Vec<i64> = nearer_to_zero(number).collect();
            assert!(!nearer.contains(&number), "{number}: {nearer:?}");
            assert!(nearer.iter().all(|it| it.abs() < number.abs()));
        }
        assert_eq!(nearer_to_zero(0).count(), 0);
        assert!(shorter("").next().is_none());
    }
}
