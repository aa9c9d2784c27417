//! Keys and algorithms, and nothing else: every pair, fitting or wrong in a named way, with what the
//! header says of it and what is registered.

use arbitrary::Unstructured;
use jwt_assay_core::{
    generate::{self, Draw, GeneratorLimits},
    recipe::Recipe,
};

use super::{Target, judged};
use crate::seeds::{self, Seed};

/// Recipes that are about keys and algorithms alone.
#[derive(Clone, Copy, Debug)]
pub struct Pairings;

impl Target for Pairings {
    fn name(&self) -> &'static str {
        "pairings"
    }

    fn run(&self, octets: &[u8]) {
        let lot = judged::lot(octets);
        let recipe = generate::pairing(&mut Draw::new(&mut Unstructured::new(octets)));
        let reading = judged::hold_to_account(&recipe, lot);
        judged::put_to_some(&recipe, &reading, lot);
    }

    fn seeds(&self) -> Vec<Seed> {
        seeds::drawn()
    }

    fn recipe(&self, draw: &mut Draw<'_, '_>, _: &GeneratorLimits) -> Option<Recipe> {
        Some(generate::pairing(draw))
    }
}
