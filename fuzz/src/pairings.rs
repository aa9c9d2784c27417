//! Keys and algorithms, and nothing else: every pair, fitting or wrong in a named way, with what the
//! header says of it and what is registered.

use arbitrary::{Result, Unstructured};
use jwt_assay_core::generate;

use crate::judged;

/// Builds a recipe from the input and judges it.
///
/// # Errors
///
/// None: every input is a recipe.
///
/// # Panics
///
/// Where an implementation differs from the oracle, or a verdict is not stable: the finding.
pub fn run(u: &mut Unstructured<'_>) -> Result<()> {
    let lot = judged::lot(u);
    let recipe = generate::pairing(u);
    let reading = judged::hold_to_account(&recipe, lot);
    judged::put_to_some(&recipe, &reading, lot);
    Ok(())
}

#[test]
fn smoke() {
    crate::smoke(run, 200);
}
