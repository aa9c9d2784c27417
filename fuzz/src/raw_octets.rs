//! Any octets as a client assertion: the parser and the oracle return, and accept nothing that the
//! client did not sign.

use std::sync::LazyLock;

use arbitrary::{Result, Unstructured};
use jwt_assay_core::{
    model::{Algorithm, Assertion, ProfileId, Step, Verdict},
    oracle::{self, Memory, SignatureCheck},
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
    let mut step = server.clone();
    step.request.client_assertion = Some(Assertion(octets.to_vec()));
    let explanation = oracle::explain(&mut Memory::default(), &step)
        .expect("the recipe names a profile that there is");
    // Seeds are assertions that the client did sign. Whoever cannot decrypt cannot say what is inside.
    let is_signed = explanation.signature == SignatureCheck::Valid;
    let is_encrypted = octets.iter().filter(|octet| **octet == b'.').count() == 4;
    let is_owed = match explanation.verdict() {
        Verdict::Reject(_) => true,
        Verdict::Accept => is_signed,
        Verdict::May(_) => is_signed || is_encrypted,
    };
    assert!(
        is_owed,
        "accepted without the client's signature: {}",
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
    let mut steps: Vec<Step> = kinds
        .flat_map(|recipe| recipe.present_at(EVALUATION_TIME).steps)
        .collect();
    for step in &mut steps {
        step.request.client_assertion = None;
    }
    steps
});

#[test]
fn smoke() {
    crate::smoke(run, 300);
}
