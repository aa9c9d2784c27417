//! Any octets as a client assertion: the parser and the oracle return, and accept nothing that the
//! client did not sign.

use arbitrary::{Result, Unstructured};
use jwt_assay_core::{
    model::{Algorithm, Assertion, ProfileId, Verdict},
    oracle::{self, Memory},
    recipe::{EVALUATION_TIME, Recipe},
};

/// Presents the rest of the input to a server of some profile.
///
/// # Errors
///
/// Where the input runs out.
///
/// # Panics
///
/// Where the oracle would accept what no client signed: the finding.
pub fn run(u: &mut Unstructured<'_>) -> Result<()> {
    let profile = *u.choose(&ProfileId::ALL)?;
    let algorithm = *u.choose(&[Algorithm::HS256, Algorithm::ES256])?;
    let mut presented = Recipe::valid(profile, algorithm).present_at(EVALUATION_TIME);
    let octets = u.bytes(u.len())?;
    presented.steps[0].request.client_assertion = Some(Assertion(octets.to_vec()));
    let explanation = oracle::explain(&mut Memory::default(), &presented.steps[0])
        .expect("the recipe names a profile that there is");
    assert!(
        matches!(explanation.verdict(), Verdict::Reject(_)),
        "accepted without the client's key: {}",
        String::from_utf8_lossy(octets)
    );
    Ok(())
}

#[test]
fn smoke() {
    crate::smoke(run, 300);
}
