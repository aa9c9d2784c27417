//! The one generator, on [`arbitrary::Unstructured`]. Three drivers feed it: libFuzzer, proptest
//! and seeded octets. What it makes is a [`Recipe`], so that everything it finds can be shown,
//! shrunk and kept as a case.
//!
//! Every input gives a recipe: where the octets end, the plainest choice is taken, and no octets at
//! all are the valid default. The octets are read from the front, each choice with a fixed width,
//! so that [`seed`] can write those that lead to a vector of the suite.

mod ask;
mod breaking;
mod draw;
mod edit;
mod header;
pub mod json;
mod neutral;
mod pairing;
mod sequence;
mod suite;
mod value;
mod writing;

use arbitrary::{Result, Unstructured};

use self::draw::Draw;
pub use self::{breaking::breaking_mutation, neutral::neutral_mutation, suite::seed};
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
    Within::default().recipe(u)
}

/// A recipe that is about keys and algorithms alone: any algorithm, and one to four edits to how it
/// is signed, to what the header says of it, and to what is registered.
#[must_use]
pub fn pairing(u: &mut Unstructured<'_>) -> Recipe {
    let mut draw = Draw::new(u);
    let profile = *draw.of(&ProfileId::ALL);
    let algorithm = match draw.once_in(2) {
        true => *draw.of(&Algorithm::ALL),
        false => *draw.of(&[Algorithm::ES256, Algorithm::HS256, Algorithm::EdDsa]),
    };
    let mut recipe = Recipe::valid(profile, algorithm);
    for _ in 0..=draw.octet() % 4 {
        let edits = pairing::edits(&mut draw, algorithm);
        recipe.steps[0].edits.extend(edits);
    }
    recipe
}

/// A recipe of two to eight steps: fresh assertions, replays, forgeries that come first, other
/// clients, other keys, and time that passes. Few of the steps have edits besides.
#[must_use]
pub fn sequence(u: &mut Unstructured<'_>) -> Recipe {
    let mut draw = Draw::new(u);
    let within = Within::default();
    let mut recipe = within.unedited(&mut draw);
    let steps = 2 + usize::from(draw.octet() % 7);
    while recipe.steps.len() < steps {
        sequence::step(&mut draw, &within, &mut recipe);
    }
    recipe
}

/// What a builder can be asked for, right or not.
#[must_use]
pub fn ask(u: &mut Unstructured<'_>) -> BuildRecipe {
    ask::recipe(&mut Draw::new(u))
}

/// What the generator is held to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Within {
    /// Every recipe has this algorithm, and a profile and a case that have it, where any do.
    pub algorithm: Option<Algorithm>,
    /// Whether the vectors of the suite are a source. Without them the octets of a
    /// [`seed`] stand for something else.
    pub cases: bool,
}

impl Default for Within {
    fn default() -> Self {
        Self {
            algorithm: None,
            cases: true,
        }
    }
}

impl Within {
    /// The recipe that octets stand for within these limits.
    #[must_use]
    pub fn recipe(&self, u: &mut Unstructured<'_>) -> Recipe {
        let mut draw = Draw::new(u);
        let is_from_suite = draw.octet() & FROM_SUITE == FROM_SUITE && self.cases;
        let mut recipe = match is_from_suite {
            true => suite::start(&mut draw, self.algorithm),
            false => self.unedited(&mut draw),
        };
        // A vector of the suite has its edits already, and half of the time keeps to them.
        let counts = match is_from_suite {
            true => &FURTHER_EDITS[..],
            false => &EDITS,
        };
        for _ in 0..*draw.of(counts) {
            let step = usize::from(draw.octet()) % recipe.steps.len();
            let edits = edit::edits(&mut draw, self, recipe.algorithm);
            recipe.steps[step].edits.extend(edits);
        }
        sequence::extend(&mut draw, self, &mut recipe);
        recipe
    }

    /// A valid default of any kind, one in eight with another registration.
    fn unedited(&self, draw: &mut Draw<'_, '_>) -> Recipe {
        let profile = self.profile(draw);
        let set = match draw.once_in(4) {
            true => draw.among(Profile::sets(profile)),
            false => None,
        };
        let algorithm = self.algorithm_of(draw, profile);
        let mut recipe = Recipe::valid(profile, algorithm);
        recipe.set = set.map(str::to_owned);
        if draw.once_in(8) {
            let edit = pairing::registration(draw, algorithm);
            recipe.setup.push(Mutation::Client(edit));
        }
        recipe
    }

    /// Any, or the next that has the fixed algorithm.
    fn profile(&self, draw: &mut Draw<'_, '_>) -> ProfileId {
        let drawn = *draw.of(&ProfileId::ALL);
        let Some(fixed) = self.algorithm else {
            return drawn;
        };
        let has = |id: &ProfileId| Profile::get(*id).algorithms.supports(fixed);
        let mut in_turn = ProfileId::ALL.into_iter().cycle();
        let in_turn = in_turn.by_ref().skip_while(|id| *id != drawn);
        let mut in_turn = in_turn.take(ProfileId::ALL.len());
        in_turn.find(has).unwrap_or(drawn)
    }

    /// Mostly a cheap one, for the algorithm is seldom the point.
    fn algorithm_of(&self, draw: &mut Draw<'_, '_>, profile: ProfileId) -> Algorithm {
        let octet = draw.octet();
        let table = &Profile::get(profile).algorithms;
        let any = || Algorithm::ALL[usize::from(octet) % Algorithm::ALL.len()];
        let cheap = match octet {
            0..160 => Algorithm::HS256,
            160..240 => Algorithm::ES256,
            240..=255 => any(),
        };
        let fits = |algorithm: &Algorithm| table.supports(*algorithm) || octet >= 252;
        self.algorithm
            .or(Some(cheap))
            .filter(fits)
            .unwrap_or(Algorithm::ES256)
    }
}

/// The bit of the first octet that says that a vector of the suite comes first.
const FROM_SUITE: u8 = 1;
/// How many edits a recipe has that starts from the valid default.
const EDITS: [u8; 16] = [0, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 4, 4];
/// How many edits a recipe has beside those of its case.
const FURTHER_EDITS: [u8; 8] = [0, 0, 0, 0, 1, 1, 2, 3];

/// A valid assertion with up to three edits that change nothing for a server.
///
/// # Errors
///
/// Where the input runs out.
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
/// Where the input runs out.
pub fn broken_recipe(u: &mut Unstructured<'_>) -> Result<Recipe> {
    let mut recipe = plain_recipe(u)?;
    recipe.steps[0].edits = vec![breaking_mutation(u, recipe.algorithm)?];
    Ok(recipe)
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
