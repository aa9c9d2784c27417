//! What fuzzers start from: the suite, the test keys and the protocol's lines, each in the layout in
//! which a target reads its input.

pub mod dictionary;

use std::collections::BTreeMap;

use jwt_assay_core::{
    generate,
    model::{Algorithm, Method, ProfileId},
    suite::{Suite, Vector},
};

use crate::replay::Target;

/// One input to start from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Seed {
    /// The name of its file: what it was made of.
    pub name: String,
    /// What the target reads.
    pub octets: Vec<u8>,
}

/// The seeds of a target, no two of them equal.
#[must_use]
pub fn of(target: Target) -> Vec<Seed> {
    let suite = Suite::bundled();
    let seeds: Vec<Seed> = match target {
        Target::MutateThenSign => structured(suite, &[0]),
        Target::RawOctets => raw_octets(suite),
    };
    let mut unlike: BTreeMap<Vec<u8>, String> = BTreeMap::new();
    for Seed { name, octets } in seeds {
        unlike.entry(octets).or_insert(name);
    }
    let mut seeds: Vec<Seed> = unlike
        .into_iter()
        .map(|(octets, name)| Seed { name, octets })
        .collect();
    seeds.sort_by(|one, other| one.name.cmp(&other.name));
    seeds
}

/// Every vector as the octets from which the generator makes its recipe, behind what the target
/// reads first.
fn structured(suite: &Suite, before: &[u8]) -> Vec<Seed> {
    let vectors = suite.vectors.iter();
    vectors
        .map(|vector| Seed {
            name: file_name(vector),
            octets: [before, &generate::seed(vector)].concat(),
        })
        .collect()
}

/// The assertions of the suite that are one step and not too long, behind the server's profile and
/// the client's algorithm, of which the target knows two.
fn raw_octets(suite: &Suite) -> Vec<Seed> {
    let profiles: BTreeMap<ProfileId, u8> = ProfileId::ALL.into_iter().zip(0..).collect();
    let is_short = |vector: &&Vector| {
        vector.recipe.steps.len() == 1
            && matches!(vector.algorithm, Algorithm::HS256 | Algorithm::ES256)
    };
    let seed = |vector: &Vector| {
        let presented = vector.present();
        let assertion = presented.steps.first()?.request.client_assertion.clone()?;
        let profile = profiles.get(&vector.profile)?;
        let algorithm = match Method::of(vector.algorithm) {
            Method::ClientSecretJwt => 0,
            Method::PrivateKeyJwt => 1,
        };
        (assertion.0.len() <= LONGEST).then(|| Seed {
            name: file_name(vector),
            octets: [&[*profile, algorithm], &assertion.0[..]].concat(),
        })
    };
    suite
        .vectors
        .iter()
        .filter(is_short)
        .filter_map(seed)
        .collect()
}

/// The id with hyphens for slashes.
fn file_name(vector: &Vector) -> String {
    vector.id.as_str().replace('/', "--")
}

/// The most octets of an assertion that is a seed; libFuzzer draws its longest input from the seeds.
const LONGEST: usize = 4096;

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use jwt_assay_core::{model::Presented, recipe::EVALUATION_TIME};

    use super::*;

    fn assertion(presented: &Presented) -> Option<&[u8]> {
        let assertion = presented.steps[0].request.client_assertion.as_ref()?;
        Some(&assertion.0)
    }

    #[test]
    fn every_vector_is_a_seed_of_the_structured_target_and_the_target_makes_its_recipe_of_it() {
        let suite = Suite::bundled();
        let seeds = of(Target::MutateThenSign);
        let mut vectors = suite.vectors.iter();
        assert_eq!(seeds.len(), suite.vectors.len());
        let of_name: BTreeMap<&str, &Seed> = seeds.iter().map(|it| (&it.name[..], it)).collect();
        assert!(vectors.all(|vector| {
            let seed = of_name[&file_name(vector)[..]];
            Target::MutateThenSign.recipe(&seed.octets) == vector.recipe
        }));
    }

    #[test]
    fn every_raw_seed_is_presented_as_the_vector_that_it_was_made_of() {
        let suite = Suite::bundled();
        let seeds = of(Target::RawOctets);
        assert!(seeds.len() > 1000, "{}", seeds.len());
        let vectors = suite.vectors.iter();
        let of_name: BTreeMap<String, &Vector> = vectors.map(|it| (file_name(it), it)).collect();
        for seed in &seeds {
            let vector = of_name[&seed.name];
            let recipe = Target::RawOctets.recipe(&seed.octets);
            assert_eq!(recipe.profile, vector.profile, "{}", seed.name);
            assert_eq!(recipe.algorithm, vector.algorithm, "{}", seed.name);
            let replayed = recipe.present_at(EVALUATION_TIME);
            assert_eq!(
                assertion(&replayed),
                assertion(&vector.present()),
                "{}",
                seed.name
            );
        }
    }

    #[test]
    fn names_are_names_of_files_and_stand_once() {
        for target in Target::ALL {
            let seeds = of(target);
            let names: HashSet<&str> = seeds.iter().map(|seed| &seed.name[..]).collect();
            assert_eq!(names.len(), seeds.len());
            assert!(
                names
                    .iter()
                    .all(|name| !name.contains(['/', '.']) && name.len() < 200)
            );
        }
    }
}
