//! The one generator, on [`arbitrary::Unstructured`]. Three drivers feed it: libFuzzer, proptest
//! and seeded octets. What it makes is a [`Recipe`], so that everything it finds can be shown,
//! shrunk and kept as a case.
//!
//! Every input gives a recipe: where the octets end, the plainest choice is taken, and no octets at
//! all are the valid default. The octets are read from the front, each choice with a fixed width,
//! so that [`seed`] can write those that lead to a vector of the suite.
//!
//! Octets choose by the hash of a name (see [`Choices`]), so that a profile, a mutation or a value more
//! leaves what kept inputs mean as it is.

mod breaking;
mod build_request;
mod choices;
mod draw;
mod edit;
mod header;
pub mod json;
mod kinds;
mod neutral;
mod pairing;
mod registration;
mod sequence;
mod suite;
mod time;
mod value;
mod writing;

use std::{collections::BTreeMap, sync::LazyLock};

use arbitrary::{Result, Unstructured};

use self::choices::Table;
pub use self::{
    choices::Choices,
    draw::{Draw, Drawn},
    neutral::neutral_mutation,
    suite::seed,
};
use crate::{
    builder::BuildRecipe,
    model::{Algorithm, Profile, ProfileId},
    mutate::Mutation,
    recipe::Recipe,
};

/// The recipe that octets stand for: any profile, parameter set, algorithm, registration, edits
/// and sequence of steps, half of the time starting from a vector of the suite.
#[must_use]
pub fn recipe(u: &mut Unstructured<'_>) -> Recipe {
    GeneratorLimits::default().recipe(&mut Draw::new(u))
}

/// A recipe that is about keys and algorithms alone: any algorithm, and one to four edits to how it
/// is signed, to what the header says of it, and to what is registered.
#[must_use]
pub fn pairing(draw: &mut Draw<'_, '_>) -> Recipe {
    let profile = *draw.of(&kinds::PROFILES);
    let algorithm = match draw.of(&PAIRED) {
        Some(algorithm) => *algorithm,
        None => *draw.of(&kinds::ALGORITHMS),
    };
    let mut recipe = Recipe::valid(profile, algorithm);
    for _ in 0..=draw.below(4) {
        let edits = pairing::edits(draw, algorithm);
        recipe.steps[0].edits.extend(edits);
    }
    recipe
}

/// A recipe of two to eight steps: fresh assertions, replays, forgeries that come first, other
/// clients, other keys, and time that passes. Few of the steps have edits besides.
#[must_use]
pub fn sequence(draw: &mut Draw<'_, '_>) -> Recipe {
    let within = GeneratorLimits::default();
    let mut recipe = within.unedited(draw);
    let steps = 2 + usize::from(draw.below(7));
    while recipe.steps.len() < steps {
        sequence::step(draw, &within, &mut recipe);
    }
    recipe
}

/// A request to a builder, right or not.
#[must_use]
pub fn build_request(draw: &mut Draw<'_, '_>) -> BuildRecipe {
    build_request::recipe(draw)
}

/// The limits of the generator.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct GeneratorLimits {
    /// Every recipe has this algorithm, and a profile and a case that have it, where any do.
    pub algorithm: Option<Algorithm>,
    /// Vectors of the suite are a source. Without them the octets of a [`seed`] stand for something else.
    pub cases: bool,
}

impl Default for GeneratorLimits {
    fn default() -> Self {
        Self {
            algorithm: None,
            cases: true,
        }
    }
}

impl GeneratorLimits {
    /// The recipe that is drawn within these limits.
    #[must_use]
    pub fn recipe(&self, draw: &mut Draw<'_, '_>) -> Recipe {
        let source = match draw.of(&SOURCES) {
            Source::Suite if !self.cases => &Source::Default,
            source => source,
        };
        let (mut recipe, counts) = match source {
            Source::Default => (self.unedited(draw), &EDITS),
            Source::Suite => (suite::start(draw, self.algorithm), &FURTHER_EDITS),
        };
        for _ in 0..*draw.of(counts) {
            let step = usize::from(draw.octet()) % recipe.steps.len();
            let edits = edit::edits(draw, self, recipe.algorithm);
            recipe.steps[step].edits.extend(edits);
        }
        sequence::extend(draw, self, &mut recipe);
        recipe
    }

    /// A valid default of any kind; one in eight has another registration.
    fn unedited(&self, draw: &mut Draw<'_, '_>) -> Recipe {
        let profile = self.profile(draw);
        let set = draw.once_in(4).then(|| draw.of(&SETS[&profile]).clone());
        let algorithm = self.algorithm_of(draw, profile);
        let mut recipe = Recipe::valid(profile, algorithm);
        recipe.set = set.flatten();
        if draw.once_in(8) {
            let edit = registration::edit(draw, algorithm);
            recipe.setup.push(Mutation::Client(edit));
        }
        recipe
    }

    /// Any profile, or the next on the ring that has the fixed algorithm.
    fn profile(&self, draw: &mut Draw<'_, '_>) -> ProfileId {
        let has = |id: &ProfileId| {
            let supports = |fixed| Profile::get(*id).algorithms.supports(fixed);
            self.algorithm.is_none_or(supports)
        };
        let has_any = ProfileId::ALL.iter().any(has);
        let fit = draw.of_fit(&kinds::PROFILES, |id| !has_any || has(id));
        *fit.unwrap_or(&ProfileId::Rfc7523)
    }

    /// Mostly an algorithm that is cheap to sign with: it is seldom the point, and RSA takes fifty times as
    /// long as a MAC.
    fn algorithm_of(&self, draw: &mut Draw<'_, '_>, profile: ProfileId) -> Algorithm {
        let drawn = match draw.of(&SIGNED_WITH) {
            SignedWith::Cheap(cheap) => (*cheap, false),
            SignedWith::Supported => (*draw.of(&kinds::ALGORITHMS), false),
            SignedWith::Any => (*draw.of(&kinds::ALGORITHMS), true),
        };
        let table = &Profile::get(profile).algorithms;
        match (self.algorithm, drawn) {
            (Some(fixed), _) => fixed,
            (None, (algorithm, true)) => algorithm,
            (None, (algorithm, false)) if table.supports(algorithm) => algorithm,
            (None, _) => Algorithm::ES256,
        }
    }
}

/// The start of a recipe.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Source {
    /// The valid default of a profile and an algorithm.
    Default,
    /// A vector of the suite.
    Suite,
}

static SOURCES: Table<Source> =
    Table::new(|| Choices::even([("default", Source::Default), ("suite", Source::Suite)]));

/// Numbers of edits to the valid default.
static EDITS: Table<u8> = Table::new(|| {
    Choices::weighted([
        ("0", 1, 0),
        ("1", 7, 1),
        ("2", 4, 2),
        ("3", 2, 3),
        ("4", 2, 4),
    ])
});

/// Numbers of edits beside those of a case: half of the time none, so that the suite itself is run as well.
static FURTHER_EDITS: Table<u8> =
    Table::new(|| Choices::weighted([("0", 4, 0), ("1", 2, 1), ("2", 1, 2), ("3", 1, 3)]));

/// The parameter sets of each profile, none where it has none.
static SETS: LazyLock<BTreeMap<ProfileId, Choices<Option<String>>>> = LazyLock::new(|| {
    let sets = |id| match Profile::sets(id).next() {
        None => Choices::even([("", None)]),
        Some(_) => Choices::even(Profile::sets(id).map(|set| (set, Some(set.to_owned())))),
    };
    ProfileId::ALL
        .into_iter()
        .map(|id| (id, sets(id)))
        .collect()
});

/// The choice of a valid default's algorithm.
#[derive(Clone, Copy, Debug)]
enum SignedWith {
    /// One that is cheap to sign with, where the profile has it.
    Cheap(Algorithm),
    /// Any that the profile has.
    Supported,
    /// Any at all.
    Any,
}

static SIGNED_WITH: Table<SignedWith> = Table::new(|| {
    Choices::weighted([
        ("HS256", 40, SignedWith::Cheap(Algorithm::HS256)),
        ("ES256", 20, SignedWith::Cheap(Algorithm::ES256)),
        ("supported", 3, SignedWith::Supported),
        ("any", 1, SignedWith::Any),
    ])
});

/// The algorithm of a pairing: any, or one of each kind that is cheap to sign with.
static PAIRED: Table<Option<Algorithm>> = Table::new(|| {
    Choices::weighted([
        ("ES256", 1, Some(Algorithm::ES256)),
        ("HS256", 1, Some(Algorithm::HS256)),
        ("EdDSA", 1, Some(Algorithm::EdDsa)),
        ("any", 3, None),
    ])
});

/// A valid assertion with up to three edits that change nothing for a server.
///
/// # Errors
///
/// If the input runs out.
pub fn valid_recipe(u: &mut Unstructured<'_>) -> Result<Recipe> {
    let mut recipe = plain_recipe(u)?;
    let edits: Result<Vec<Mutation>> = (0..u.int_in_range(0..=3)?)
        .map(|_| neutral_mutation(u))
        .collect();
    recipe.steps[0].edits = edits?;
    Ok(recipe)
}

/// A valid assertion with exactly one edit, which promises the rule that it breaks.
///
/// # Errors
///
/// If the input runs out.
pub fn broken_recipe(u: &mut Unstructured<'_>) -> Result<Recipe> {
    let valid = plain_recipe(u)?;
    Ok(breaking::broken(u, &valid))
}

fn plain_recipe(u: &mut Unstructured<'_>) -> Result<Recipe> {
    let profile = *u.choose(&ProfileId::ALL)?;
    let table = &Profile::get(profile).algorithms;
    let algorithms: Vec<Algorithm> = table
        .required
        .iter()
        .chain(&table.optional)
        .copied()
        .collect();
    Ok(Recipe::valid(profile, *u.choose(&algorithms)?))
}
