//! The suite as a source: a recipe can start from any vector, and an edit can be borrowed from any
//! case. A vector is named by the hashes of its parts, so that a seed stays what it is while cases
//! are added, and any other octets still name some vector, each as likely as the next.

use std::sync::LazyLock;

use super::{
    Source,
    choices::{Choices, Table, hash, mix},
    draw::Draw,
    kinds,
};
use crate::{
    model::{Algorithm, Family, ProfileId},
    mutate::Mutation,
    recipe::Recipe,
    suite::{Suite, Vector},
};

/// The octets from which [`super::recipe`] makes the recipe of a vector of the bundled suite.
#[must_use]
pub fn seed(vector: &Vector) -> Vec<u8> {
    let (case, variant) = names(vector);
    let number = |number: Option<u16>| number.unwrap_or_default().to_be_bytes();
    let mut octets = number(super::SOURCES.number_of(|source| *source == Source::Suite)).to_vec();
    octets.extend(hash(case).to_be_bytes());
    octets.extend(number(
        kinds::PROFILES.number_of(|id| *id == vector.profile),
    ));
    octets.extend(number(SIGNED_WITH.number_of(|it| *it == vector.algorithm)));
    octets.extend(hash(variant).to_be_bytes());
    octets
}

/// The recipe of some vector; of one with the algorithm, where one is fixed and any vector has it.
pub(super) fn start(draw: &mut Draw<'_, '_>, fixed: Option<Algorithm>) -> Recipe {
    let has = |name: &Name, fixed: Algorithm| name.algorithms & bit(fixed) != 0;
    let fixed = fixed.filter(|fixed| NAMES.iter().any(|name| has(name, *fixed)));
    let case = draw.word_near(hashes_of_cases);
    let names = NAMES.iter();
    let names = names.filter(|name| fixed.is_none_or(|fixed| has(name, fixed)));
    let vectors = &CASES[nearest(names, case, |name| (name.hash, name.cost)).place];
    let is_fit = |v: &&Entry| fixed.is_none_or(|fixed| v.vector.algorithm == fixed);
    let vectors: Vec<&Entry> = vectors.iter().filter(is_fit).collect();
    // Where the case is not for the profile or not for the algorithm that was drawn, the next on the
    // ring: which that is, a profile more hardly ever changes.
    let has = |id: &ProfileId| vectors.iter().any(|v| v.vector.profile == *id);
    let profile = draw.of_fit(&kinds::PROFILES, has);
    let in_profile = |v: &&Entry| profile == Some(&v.vector.profile);
    let vectors: Vec<&Entry> = vectors.iter().copied().filter(in_profile).collect();
    let has = |it: &Algorithm| vectors.iter().any(|v| v.vector.algorithm == *it);
    let algorithm = draw.of_fit(&SIGNED_WITH, has);
    let with_algorithm = |v: &&Entry| algorithm == Some(&v.vector.algorithm);
    let vectors: Vec<&Entry> = vectors.into_iter().filter(with_algorithm).collect();
    let variant = draw.word_near(|| vectors.iter().map(|entry| entry.variant).collect());
    let chosen = nearest(vectors.iter().copied(), variant, |v| (v.variant, v.cost));
    chosen.recipe.clone()
}

/// Algorithms of vectors: mostly the two cheapest, then those of small keys.
static SIGNED_WITH: Table<Algorithm> = Table::new(|| {
    Choices::weighted(Algorithm::ALL.map(|it| {
        let weight = match it {
            Algorithm::HS256 => 70,
            Algorithm::ES256 => 48,
            _ if it.info().cost < 3 => 3,
            _ => 1,
        };
        (it.name(), weight, it)
    }))
});

fn hashes_of_cases() -> Vec<u32> {
    NAMES.iter().map(|name| name.hash).collect()
}

/// The edits of some vector, those of its last step that has any.
pub(super) fn borrowed(draw: &mut Draw<'_, '_>) -> Vec<Mutation> {
    let case = draw.word_near(hashes_of_cases);
    let name = nearest(NAMES.iter(), case, |name| (name.hash, name.cost));
    let vectors = &CASES[name.place];
    let variant = draw.word_near(|| vectors.iter().map(|entry| entry.variant).collect());
    let chosen = nearest(vectors.iter(), variant, |v| (v.variant, v.cost));
    let recipe = chosen.recipe;
    let edited = recipe
        .steps
        .iter()
        .rev()
        .find(|step| !step.edits.is_empty());
    let edits = edited.into_iter().flat_map(|step| &step.edits);
    recipe.setup.iter().chain(edits).cloned().collect()
}

/// The part of a case that every input looks at; it is small, for there are hundreds.
struct Name {
    hash: u32,
    /// That of its cheapest vector.
    cost: Cost,
    /// A bit for each algorithm that a vector has.
    algorithms: u16,
    /// The place of its vectors in [`CASES`].
    place: usize,
}

/// A vector under the hash of its variant.
struct Entry {
    variant: u32,
    cost: Cost,
    vector: &'static Vector,
    recipe: &'static Recipe,
}

/// The time that building and reading takes.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Cost {
    /// As long as most.
    Cheap,
    /// Ten times as long, for it signs with RSA or on a large curve: drawn an eighth as often.
    Dear,
    /// A thousand times as long: never drawn, and reached by its seed alone.
    Costly,
}

/// The vectors, case by case.
static CASES: LazyLock<Vec<Vec<Entry>>> = LazyLock::new(|| {
    let same_case = |one: &Vector, other: &Vector| one.case.id == other.case.id;
    let cases = Suite::bundled().vectors.chunk_by(same_case);
    let entry = |vector: &'static Vector| {
        let recipe = &vector.presentation()?.recipe;
        Some(Entry {
            variant: hash(names(vector).1),
            cost: cost(recipe),
            vector,
            recipe,
        })
    };
    let entries = |vectors: &'static [Vector]| vectors.iter().filter_map(entry).collect();
    let of_verifiers = |entries: &Vec<Entry>| !entries.is_empty();
    cases.map(entries).filter(of_verifiers).collect()
});

static NAMES: LazyLock<Vec<Name>> = LazyLock::new(|| {
    let name = |(place, vectors): (usize, &Vec<Entry>)| {
        let costs = vectors.iter().map(|entry| entry.cost);
        let algorithms = vectors.iter().map(|entry| bit(entry.vector.algorithm));
        Name {
            hash: hash(names(vectors[0].vector).0),
            cost: costs.min().unwrap_or(Cost::Cheap),
            algorithms: algorithms.fold(0, |all, one| all | one),
            place,
        }
    };
    CASES.iter().enumerate().map(name).collect()
});

const fn bit(algorithm: Algorithm) -> u16 {
    1 << algorithm as u16
}

/// The one whose hash it is, else any that is not costly: the one whose hash is nearest after
/// mixing, which adding another does not change for most values.
fn nearest<'t, T>(
    all: impl Iterator<Item = &'t T>,
    value: u32,
    read: impl Fn(&T) -> (u32, Cost),
) -> &'t T {
    let distance = |own: &&T| {
        let (hash, cost) = read(own);
        let distance = u64::from(mix(hash ^ value));
        match cost {
            Cost::Cheap => distance,
            Cost::Dear => distance * DEAR,
            Cost::Costly => distance << u32::BITS,
        }
    };
    all.min_by_key(distance)
        .expect("a case has vectors, and the suite has cases")
}

/// The parts of a vector's name that are hashed: case and variant.
fn names(vector: &Vector) -> (&str, &str) {
    (vector.id.case(), vector.id.variant().unwrap_or_default())
}

/// Costly are large keys, searches, texts of many KiB, hundreds of keys or members, dozens of
/// steps; dear are other keys than those of the cheap algorithms.
fn cost(recipe: &Recipe) -> Cost {
    let steps = recipe.steps.iter().flat_map(|step| &step.edits);
    let edits = recipe.setup.iter().chain(steps);
    let written = edits.map(|edit| serde_json::to_string(edit).expect("edits are data"));
    let written: Vec<String> = written.collect();
    let names = |names: &[&str]| {
        let mut texts = written.iter();
        texts.any(|text| names.iter().any(|name| text.contains(name)))
    };
    let mut times = written
        .iter()
        .flat_map(|text| text.split("repeat:").skip(1));
    let is_long = times.any(|rest| {
        let place = rest.split('}').next();
        let times = place.and_then(|place| place.rsplit(':').next()?.parse::<u32>().ok());
        times.is_some_and(|times| times > 8192)
    });
    let is_dear = match recipe.algorithm.family() {
        Family::Hmac | Family::EdDsa => false,
        Family::Ecdsa => recipe.algorithm != Algorithm::ES256,
        Family::RsaPkcs1 | Family::RsaPss => true,
    };
    if is_long || recipe.steps.len() > 8 || names(&COSTLY) {
        Cost::Costly
    } else if is_dear || names(&DEAR_WORDS) {
        Cost::Dear
    } else {
        Cost::Cheap
    }
}

/// Names of edits and keys that take long.
const COSTLY: [&str; 7] = [
    "rsa-4096",
    "rsa-8192",
    "rsa-16384",
    "\"until\"",
    "\"many-keys\"",
    "\"add-many\"",
    "\"add-colliding\"",
];

/// Names of keys that sign with RSA or on a large curve, and of the edit that encrypts with RSA.
const DEAR_WORDS: [&str; 4] = ["\"rsa-", "\"p384-", "\"p521-", "\"encrypt\""];
/// Cheap cases are drawn this many times as often as dear ones.
const DEAR: u64 = 8;
#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use arbitrary::Unstructured;

    use super::*;

    #[test]
    fn every_vector_of_the_suite_has_a_seed_that_leads_back_to_it() {
        for (vector, own) in Suite::bundled().presentations() {
            let octets = seed(vector);
            let recipe = super::super::recipe(&mut Unstructured::new(&octets));
            assert_eq!(recipe, own.recipe, "{}", vector.id);
        }
    }

    #[test]
    fn no_two_cases_and_no_two_variants_of_a_case_share_a_hash() {
        let mut cases: HashMap<u32, &str> = HashMap::new();
        for (case, vectors) in NAMES.iter().zip(CASES.iter()) {
            let name = names(vectors[0].vector).0;
            assert_eq!(cases.insert(case.hash, name), None, "{name}");
            let mut variants: HashMap<u32, &str> = HashMap::new();
            for entry in vectors {
                let name = names(entry.vector).1;
                let known = variants.insert(entry.variant, name);
                assert!(
                    known.is_none_or(|known| known == name),
                    "{name} and {known:?}"
                );
            }
        }
    }

    #[test]
    fn cases_are_drawn_alike_dear_ones_seldom_and_costly_ones_never() {
        let mut drawn: HashMap<u32, u32> = HashMap::new();
        let of = |cost| NAMES.iter().filter(move |case| case.cost == cost);
        let times = u32::try_from(of(Cost::Cheap).count()).unwrap() * 50;
        for number in 0..times {
            let value = mix(number + 1);
            let case = nearest(NAMES.iter(), value, |case| (case.hash, case.cost));
            assert_ne!(case.cost, Cost::Costly);
            *drawn.entry(case.hash).or_default() += 1;
        }
        let times = |case: &Name| drawn.get(&case.hash).copied().unwrap_or_default();
        let (mut cheap, mut dear) = (of(Cost::Cheap).map(times), of(Cost::Dear).map(times));
        assert!(cheap.all(|times| (15..110).contains(&times)), "{drawn:?}");
        assert!(dear.all(|times| times < 25), "{drawn:?}");
        assert!(of(Cost::Dear).map(times).sum::<u32>() > 0);
    }

    #[test]
    fn a_fixed_algorithm_is_the_algorithm_of_what_is_drawn() {
        for algorithm in Algorithm::ALL {
            for number in 1..200_u32 {
                let octets: Vec<u8> = (0..3).flat_map(|n| mix(number + n).to_be_bytes()).collect();
                let mut octets = Unstructured::new(&octets);
                let recipe = start(&mut Draw::new(&mut octets), Some(algorithm));
                let mut vectors = Suite::bundled().presentations();
                let is_in_use = vectors.any(|(vector, _)| vector.algorithm == algorithm);
                assert_eq!(recipe.algorithm == algorithm, is_in_use, "{algorithm}");
            }
        }
    }
}
