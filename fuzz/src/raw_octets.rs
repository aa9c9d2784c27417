//! Any octets as a client assertion: the parser and the oracle return, and accept nothing that the
//! client did not sign.

use std::sync::{Arc, LazyLock};

use arbitrary::{Result, Unstructured};
use jwt_assay_core::{
    model::{Algorithm, Assertion, ProfileId, Step, Verdict},
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
    let server = u.choose(&SERVERS)?;
    let octets = u.bytes(u.len())?;
    let mut step = Step {
        context: Arc::clone(&server.context),
        ..server.clone()
    };
    step.request.client_assertion = Some(Assertion(octets.to_vec()));
    let explanation = oracle::explain(&mut Memory::default(), &step)
        .expect("the recipe names a profile that there is");
    assert!(
        matches!(explanation.verdict(), Verdict::Reject(_)),
        "accepted without the client's key: {}",
        String::from_utf8_lossy(octets)
    );
    Ok(())
}

/// A server of each profile, made once, with a client of each method.
static SERVERS: LazyLock<Vec<Step>> = LazyLock::new(|| {
    let algorithms = [Algorithm::HS256, Algorithm::ES256];
    let kinds = ProfileId::ALL
        .into_iter()
        .flat_map(|profile| algorithms.map(|algorithm| Recipe::valid(profile, algorithm)));
    kinds
        .flat_map(|recipe| recipe.present_at(EVALUATION_TIME).steps)
        .collect()
});

#[test]
fn smoke() {
    crate::smoke(run, 300);
}
