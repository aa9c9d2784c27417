//! What fuzzers start from: the suite, the test keys and the protocol's lines, each in the layout in
//! which a target reads its input.

pub mod dictionary;

use std::collections::{BTreeMap, BTreeSet};

use jwt_assay_core::{
    generate,
    keys::{self, TestKey},
    model::{Algorithm, Method, ProfileId, Role, Verdict},
    suite::{Presentation, Suite, Vector, case_files},
};
use serde_json::Value;

use crate::{octets, replay::Target};

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
        Target::Builders | Target::Pairings | Target::Sequences => drawn(),
        Target::CaseFiles => case_texts(),
        Target::Keys => key_files(),
        Target::MutateThenSign => structured(suite),
        Target::Protocol => lines(suite),
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

/// Octets of every length for targets whose choices no vector writes down.
fn drawn() -> Vec<Seed> {
    let seed = |number| Seed {
        name: format!("drawn-{number:02}"),
        octets: octets(1, number),
    };
    (0..64).map(seed).collect()
}

/// Each case of the suite, with the head of its file.
fn case_texts() -> Vec<Seed> {
    let of_file = |(name, text): (&str, &str)| {
        let mut parts = text.split("[[case]]");
        let head = parts.next().unwrap_or_default().to_owned();
        let name = name.trim_end_matches(".toml").to_owned();
        let parts: Vec<String> = parts.map(str::to_owned).collect();
        let seed = move |(number, case): (usize, String)| Seed {
            name: format!("{name}-{number:02}"),
            octets: format!("{AS_IT_IS}{head}[[case]]{case}").into_bytes(),
        };
        parts.into_iter().enumerate().map(seed)
    };
    case_files(Role::Verify).flat_map(of_file).collect()
}

/// Every test key in every form, as a file holds it.
fn key_files() -> Vec<Seed> {
    let of_key = |key: &'static TestKey| {
        let forms = [
            ("pkcs8", Some(key.pkcs8.clone())),
            ("spki", Some(key.spki.clone())),
            ("pkcs1", key.pkcs1.clone()),
            ("sec1", key.sec1.clone()),
            ("pkcs1-public", key.pkcs1_public.clone()),
            ("certificate", key.certificate.clone()),
            ("openssh", key.openssh.clone()),
            (
                "private-jwk",
                Some(Value::Object(key.private_jwk.clone()).to_string()),
            ),
            (
                "public-jwk",
                Some(Value::Object(key.public_jwk()).to_string()),
            ),
        ];
        forms.into_iter().filter_map(|(form, text)| {
            // The octet by which the target takes the rest as it is.
            let octets = format!("\0{}", text?).into_bytes();
            (octets.len() <= LONGEST).then(|| Seed {
                name: format!("{}-{form}", key.id),
                octets,
            })
        })
    };
    keys::all().flat_map(of_key).collect()
}

/// The lines of the protocol's page, and a request of each case, which the target writes itself.
fn lines(suite: &Suite) -> Vec<Seed> {
    let answers = (1..).zip(LINES).map(|(number, line)| Seed {
        name: format!("line-{number}"),
        octets: format!("{AS_IT_IS}{line}").into_bytes(),
    });
    let mut cases = BTreeSet::new();
    let first = suite
        .of(Role::Verify)
        .filter(|vector| cases.insert(&vector.case.id));
    let requests: Vec<Seed> = first
        .map(|vector| Seed {
            name: file_name(vector),
            octets: [&[0], &generate::seed(vector)[..]].concat(),
        })
        .collect();
    answers.chain(requests).collect()
}

/// Vectors as the octets from which the generator makes their recipes: of each case, variant, method
/// and expectation the one that takes least to sign. The octets of its other profiles and algorithms
/// differ in one place, and a corpus that signs everything with RSA is hardly ever gone through.
fn structured(suite: &Suite) -> Vec<Seed> {
    let mut cheapest: BTreeMap<_, &Vector> = BTreeMap::new();
    for (vector, own) in suite.presentations() {
        let verdicts: Vec<String> = own.verdicts.iter().map(Verdict::to_string).collect();
        let id = &vector.id;
        let alike = (id.case(), id.variant(), vector.method().name(), verdicts);
        let least = cheapest.entry(alike).or_insert(vector);
        if price(vector.algorithm) < price(least.algorithm) {
            *least = vector;
        }
    }
    let seed = |vector: &Vector| Seed {
        name: file_name(vector),
        octets: generate::seed(vector),
    };
    cheapest.into_values().map(seed).collect()
}

/// The order in which algorithms take longer to sign with.
const fn price(algorithm: Algorithm) -> u8 {
    match algorithm {
        Algorithm::HS256 => 0,
        Algorithm::HS384 | Algorithm::HS512 => 1,
        Algorithm::ES256 | Algorithm::EdDsa => 2,
        Algorithm::ES256K | Algorithm::ES384 | Algorithm::ES512 => 3,
        Algorithm::RS256 | Algorithm::RS384 | Algorithm::RS512 => 4,
        Algorithm::PS256 | Algorithm::PS384 | Algorithm::PS512 => 5,
    }
}

/// The assertions of the suite that are one step and not too long, behind the server's profile and
/// the client's algorithm, of which the target knows two.
fn raw_octets(suite: &Suite) -> Vec<Seed> {
    let profiles: BTreeMap<ProfileId, u8> = ProfileId::ALL.into_iter().zip(0..).collect();
    let is_short = |(vector, own): &(&Vector, &Presentation)| {
        own.recipe.steps.len() == 1
            && matches!(vector.algorithm, Algorithm::HS256 | Algorithm::ES256)
    };
    let seed = |(vector, own): (&Vector, &Presentation)| {
        let presented = own.present();
        let assertion = presented.steps.first()?.request.client_assertion.clone()?;
        let method = match Method::of(vector.algorithm) {
            Method::ClientSecretJwt => 0,
            Method::PrivateKeyJwt => 1,
        };
        let server = 2 * profiles.get(&vector.profile)? + method;
        (assertion.0.len() <= LONGEST).then(|| Seed {
            name: file_name(vector),
            octets: [&[server], &assertion.0[..]].concat(),
        })
    };
    suite
        .presentations()
        .filter(is_short)
        .filter_map(seed)
        .collect()
}

/// The id with hyphens for slashes.
fn file_name(vector: &Vector) -> String {
    vector.id.as_str().replace('/', "--")
}

/// The octet by which targets take what follows as it is.
const AS_IT_IS: char = '\u{2}';
/// One line of each kind that a program writes.
const LINES: [&str; 6] = [
    r#"{"protocol":1,"implementation":{"name":"PyJWT","version":"2.15.1","language":"Python 3.11"},"roles":{"verify":{"layers":["jws","key","jwt"]},"build":{"fixed":["audience"]}},"methods":["client_secret_jwt","private_key_jwt"],"algorithms":["HS256","ES512"],"clock":"given","key_formats":["jwk","pkcs8","secret"],"bench":false}"#,
    r#"{"seq":17,"verdict":"accept","client_id":"assay-client-a"}"#,
    r#"{"seq":17,"verdict":"reject","reason":"expired"}"#,
    r#"{"seq":17,"verdict":"unsupported","reason":"PS256"}"#,
    r#"{"seq":17,"verdict":"error","reason":"IndexError"}"#,
    r#"{"seq":18,"assertion":"e30.e30.AA"}"#,
];
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
    fn the_structured_target_makes_the_recipe_of_every_vector_of_its_octets() {
        let mut vectors = Suite::bundled().presentations();
        assert!(vectors.all(|(vector, own)| {
            let octets = generate::seed(vector);
            Target::MutateThenSign.recipe(&octets).as_ref() == Some(&own.recipe)
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
        for seed in of(Target::MutateThenSign) {
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
        let seeds = of(Target::RawOctets);
        assert!(seeds.len() > 1000, "{}", seeds.len());
        let vectors = suite.presentations();
        let of_name: BTreeMap<String, (&Vector, &Presentation)> =
            vectors.map(|it| (file_name(it.0), it)).collect();
        for seed in &seeds {
            let (vector, own) = of_name[&seed.name];
            let recipe = Target::RawOctets.recipe(&seed.octets).unwrap();
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
        for target in Target::ALL {
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
