//! The inputs that fuzzers start from, each in the layout in which its target reads them.

use std::collections::BTreeMap;

use jwt_assay_core::suite::Vector;

use crate::{octets, targets::Target};

/// One input to start from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Seed {
    /// The name of its file: what it was made of.
    pub name: String,
    /// The octets that the target reads.
    pub octets: Vec<u8>,
}

/// The seeds of a target, no two of them equal.
#[must_use]
pub fn of(target: &dyn Target) -> Vec<Seed> {
    let mut unlike: BTreeMap<Vec<u8>, String> = BTreeMap::new();
    for Seed { name, octets } in target.seeds() {
        unlike.entry(octets).or_insert(name);
    }
    let mut seeds: Vec<Seed> = unlike
        .into_iter()
        .map(|(octets, name)| Seed { name, octets })
        .collect();
    seeds.sort_by(|one, other| one.name.cmp(&other.name));
    seeds
}

/// Octets of every length for targets whose choices no vector writes down.
pub(crate) fn drawn() -> Vec<Seed> {
    let seed = |number| Seed {
        name: format!("drawn-{number:02}"),
        octets: octets(1, number),
    };
    (0..64).map(seed).collect()
}

/// The id with hyphens for slashes.
pub(crate) fn file_name(vector: &Vector) -> String {
    vector.id.as_str().replace('/', "--")
}

/// The most octets of an assertion that is a seed; libFuzzer draws its longest input from the seeds.
pub(crate) const LONGEST: usize = 4096;

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use jwt_assay_core::{
        generate::{self, GeneratorLimits},
        model::{Presented, Role},
        recipe::{EVALUATION_TIME, Recipe},
        suite::{Presentation, Suite},
    };

    use super::*;
    use crate::targets::{self, MutateThenSign, RawOctets, TARGETS};

    fn recipe(target: &dyn Target, octets: &[u8]) -> Option<Recipe> {
        targets::recipe(target, octets, &GeneratorLimits::default())
    }

    fn assertion(presented: &Presented) -> Option<&[u8]> {
        let assertion = presented.steps[0].request.client_assertion.as_ref()?;
        Some(&assertion.0)
    }

    #[test]
    fn the_structured_target_makes_the_recipe_of_every_vector_of_its_octets() {
        let mut vectors = Suite::bundled().presentations();
        assert!(vectors.all(|(vector, own)| {
            let octets = generate::seed(vector);
            recipe(&MutateThenSign, &octets).as_ref() == Some(&own.recipe)
        }));
    }

    #[test]
    fn every_case_variant_method_and_expectation_is_a_structured_seed_of_a_vector_that_has_it() {
        let suite = Suite::bundled();
        let of_name: BTreeMap<String, &'static Vector> = suite
            .of(Role::Verify)
            .map(|it| (file_name(it), it))
            .collect();
        let of_vector = |vector: &'static Vector| {
            let verdicts = vector
                .presentation()
                .map(|own| format!("{:?}", own.verdicts));
            (
                vector.id.case(),
                vector.id.variant(),
                vector.method().name(),
                verdicts,
            )
        };
        let mut covered = HashSet::new();
        for seed in of(&MutateThenSign) {
            let vector = of_name[&seed.name];
            assert_eq!(seed.octets, generate::seed(vector), "{}", seed.name);
            covered.insert(of_vector(vector));
        }
        let all: HashSet<_> = suite.of(Role::Verify).map(of_vector).collect();
        assert_eq!(covered, all);
        // Thinned indeed: the suite has several vectors of most.
        let all = suite.presentations().count();
        assert!(covered.len() * 2 < all, "{}", covered.len());
    }

    #[test]
    fn every_raw_seed_is_presented_as_the_vector_that_it_was_made_of() {
        let suite = Suite::bundled();
        let seeds = of(&RawOctets);
        assert!(seeds.len() > 1000, "{}", seeds.len());
        let vectors = suite.presentations();
        let of_name: BTreeMap<String, (&Vector, &Presentation)> =
            vectors.map(|it| (file_name(it.0), it)).collect();
        for seed in &seeds {
            let (vector, own) = of_name[&seed.name];
            let recipe = recipe(&RawOctets, &seed.octets).unwrap();
            assert_eq!(recipe.profile, vector.profile, "{}", seed.name);
            assert_eq!(recipe.algorithm, vector.algorithm, "{}", seed.name);
            let replayed = recipe.present_at(EVALUATION_TIME);
            assert_eq!(
                assertion(&replayed),
                assertion(&own.present()),
                "{}",
                seed.name
            );
        }
    }

    #[test]
    fn names_are_names_of_files_and_stand_once() {
        for &target in TARGETS {
            let seeds = of(target);
            let names: HashSet<&str> = seeds.iter().map(|seed| &seed.name[..]).collect();
            assert!(seeds.len() > 20, "{}", target.name());
            assert_eq!(names.len(), seeds.len());
            assert!(
                names
                    .iter()
                    .all(|name| !name.contains(['/', '.']) && name.len() < 200)
            );
        }
    }
}
