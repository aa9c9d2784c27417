//! The suite as a source: a recipe can start from any vector, and an edit can be borrowed from any
//! case. A vector is named by the hashes of its parts, so that a seed stays what it is while cases
//! are added, and any other octets still name some vector, each as likely as the next.

use std::sync::LazyLock;

use super::draw::Draw;
use crate::{
    model::{Algorithm, ProfileId},
    mutate::Mutation,
    recipe::Recipe,
    suite::{Suite, Vector},
};

/// The octets from which [`super::recipe`] makes the recipe of a vector of the bundled suite.
#[must_use]
pub fn seed(vector: &Vector) -> Vec<u8> {
    let (case, variant) = names(vector);
    let profile = (0..)
        .zip(ProfileId::ALL)
        .find(|(_, id)| *id == vector.profile);
    let algorithm = (0..)
        .zip(Algorithm::ALL)
        .find(|(_, own)| *own == vector.algorithm);
    let mut octets = vec![super::FROM_SUITE];
    octets.extend(hash(case).to_be_bytes());
    // OK: both tables hold all there are.
    octets.push(profile.map_or(0, |(place, _)| place));
    octets.push(algorithm.map_or(0, |(place, _)| place));
    octets.extend(hash(variant).to_be_bytes());
    octets
}

/// The recipe of some vector.
pub(super) fn start(draw: &mut Draw<'_, '_>, fixed: Option<Algorithm>) -> Recipe {
    let case = draw.word();
    let profile = usize::from(draw.octet()) % ProfileId::ALL.len();
    let algorithm = match fixed {
        Some(fixed) => {
            draw.octet();
            fixed
        }
        None => algorithm(draw.octet()),
    };
    let variant = draw.word();
    let vectors = &nearest(&CASES, case, |case| (case.hash, case.is_costly)).vectors;
    // Where the case is not for this profile or not for this algorithm, the next in order.
    let profile = next(profile, ProfileId::ALL.len(), |index| {
        vectors
            .iter()
            .any(|v| v.vector.profile == ProfileId::ALL[index])
    });
    let in_profile = |v: &&Entry| v.vector.profile == ProfileId::ALL[profile];
    let vectors: Vec<&Entry> = vectors.iter().filter(in_profile).collect();
    let first = Algorithm::ALL.iter().position(|own| *own == algorithm);
    let algorithm = next(first.unwrap_or_default(), Algorithm::ALL.len(), |index| {
        vectors
            .iter()
            .any(|v| v.vector.algorithm == Algorithm::ALL[index])
    });
    let with_algorithm = |v: &&Entry| v.vector.algorithm == Algorithm::ALL[algorithm];
    let vectors: Vec<&Entry> = vectors.into_iter().filter(with_algorithm).collect();
    let chosen = nearest(&vectors, variant, |v| (v.variant, v.is_costly));
    chosen.vector.recipe.clone()
}

/// The edits of some vector, those of its last step that has any.
pub(super) fn borrowed(draw: &mut Draw<'_, '_>) -> Vec<Mutation> {
    let case = nearest(&CASES, draw.word(), |case| (case.hash, case.is_costly));
    let vectors: Vec<&Entry> = case.vectors.iter().collect();
    let chosen = nearest(&vectors, draw.word(), |v| (v.variant, v.is_costly));
    let recipe = &chosen.vector.recipe;
    let edited = recipe
        .steps
        .iter()
        .rev()
        .find(|step| !step.edits.is_empty());
    let edits = edited.into_iter().flat_map(|step| &step.edits);
    recipe.setup.iter().chain(edits).cloned().collect()
}

/// A case with its vectors.
struct Case {
    hash: u32,
    vectors: Vec<Entry>,
    is_costly: bool,
}

/// A vector under the hash of its variant.
struct Entry {
    variant: u32,
    is_costly: bool,
    vector: &'static Vector,
}

static CASES: LazyLock<Vec<Case>> = LazyLock::new(|| {
    let same_case = |one: &Vector, other: &Vector| one.case.id == other.case.id;
    let cases = Suite::bundled().vectors.chunk_by(same_case);
    let entry = |vector: &'static Vector| Entry {
        variant: hash(names(vector).1),
        is_costly: is_costly(&vector.recipe),
        vector,
    };
    cases
        .map(|vectors| {
            let vectors: Vec<Entry> = vectors.iter().map(entry).collect();
            Case {
                hash: hash(names(vectors[0].vector).0),
                is_costly: vectors.iter().all(|v| v.is_costly),
                vectors,
            }
        })
        .collect()
});

/// The one whose hash it is, else any that is not costly: the one whose hash is nearest after
/// mixing, which adding another does not change for most values.
fn nearest<T>(all: &[T], value: u32, read: impl Fn(&T) -> (u32, bool)) -> &T {
    let distance = |own: &&T| {
        let (hash, is_costly) = read(own);
        (is_costly && hash != value, mix(hash ^ value))
    };
    all.iter()
        .min_by_key(distance)
        .expect("a case has vectors, and the suite has cases")
}

/// The first place at or after a start at which something is, round the end.
fn next(start: usize, len: usize, is_there: impl Fn(usize) -> bool) -> usize {
    let places = (start..len).chain(0..start);
    places
        .into_iter()
        .find(|place| is_there(*place))
        .expect("a case has vectors")
}

/// Seeds name an algorithm by its place; other octets mostly mean a cheap one.
const fn algorithm(octet: u8) -> Algorithm {
    match octet {
        0..14 => Algorithm::ALL[octet as usize],
        14..152 => Algorithm::HS256,
        152..240 => Algorithm::ES256,
        240..=255 => Algorithm::ALL[octet as usize % Algorithm::ALL.len()],
    }
}

/// The parts of a vector's name that are hashed: case and variant.
fn names(vector: &Vector) -> (&str, &str) {
    let variant = vector.id.as_str().split('/').nth(3);
    (vector.id.case(), variant.unwrap_or_default())
}

/// Whether building or reading it takes a thousand times as long as others: large keys, searches,
/// texts of many KiB, hundreds of keys or members, dozens of steps.
fn is_costly(recipe: &Recipe) -> bool {
    let names_costly = |edit: &Mutation| {
        let text = serde_json::to_string(edit).expect("edits are data");
        let repeats = text.split("repeat:").skip(1);
        let mut times = repeats.filter_map(|rest| {
            let place = rest.split('}').next()?;
            place.rsplit(':').next()?.parse::<u32>().ok()
        });
        COSTLY.iter().any(|name| text.contains(name)) || times.any(|times| times > 8192)
    };
    let steps = recipe.steps.iter().flat_map(|step| &step.edits);
    recipe.steps.len() > 8 || recipe.setup.iter().chain(steps).any(names_costly)
}

/// FNV-1a, mixed: names that differ in one letter are far apart.
fn hash(name: &str) -> u32 {
    let step = |hash: u32, octet: u8| (hash ^ u32::from(octet)).wrapping_mul(0x0100_0193);
    mix(name.bytes().fold(0x811c_9dc5, step))
}

/// A permutation of the 32-bit numbers that keeps 0, so that nothing is nearer than itself (the
/// finaliser of MurmurHash3).
const fn mix(mut number: u32) -> u32 {
    number = (number ^ (number >> 16)).wrapping_mul(0x85eb_ca6b);
    number = (number ^ (number >> 13)).wrapping_mul(0xc2b2_ae35);
    number ^ (number >> 16)
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

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use arbitrary::Unstructured;

    use super::*;

    #[test]
    fn every_vector_of_the_suite_has_a_seed_that_leads_back_to_it() {
        for vector in &Suite::bundled().vectors {
            let octets = seed(vector);
            let recipe = super::super::recipe(&mut Unstructured::new(&octets));
            assert_eq!(recipe, vector.recipe, "{}", vector.id);
        }
    }

    #[test]
    fn no_two_cases_and_no_two_variants_of_a_case_share_a_hash() {
        let mut cases: HashMap<u32, &str> = HashMap::new();
        for case in CASES.iter() {
            let name = names(case.vectors[0].vector).0;
            assert_eq!(cases.insert(case.hash, name), None, "{name}");
            let mut variants: HashMap<u32, &str> = HashMap::new();
            for entry in &case.vectors {
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
    fn cases_are_drawn_alike_and_costly_ones_never() {
        let mut drawn: HashMap<u32, u32> = HashMap::new();
        let cheap = CASES.iter().filter(|case| !case.is_costly).count();
        let times = u32::try_from(cheap).unwrap() * 50;
        for number in 0..times {
            let case = nearest(&CASES, mix(number + 1), |case| (case.hash, case.is_costly));
            assert!(!case.is_costly);
            *drawn.entry(case.hash).or_default() += 1;
        }
        assert_eq!(drawn.len(), cheap);
        assert!(
            drawn.values().all(|times| (15..110).contains(times)),
            "{drawn:?}"
        );
    }
}
