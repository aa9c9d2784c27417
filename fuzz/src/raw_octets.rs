//! Any octets as a client assertion: the parser and the oracle return, and accept nothing that the
//! client did not sign; the fast path past the oracle decides as the oracle does, or not at all.

use std::cell::RefCell;

use arbitrary::{Result, Unstructured};
use jwt_assay_core::{
    model::{Algorithm, Assertion, ProfileId, Step, Verdict},
    oracle::{self, FastPath, Memory, Scratch, SignatureCheck},
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
    let server = u.choose_index(2 * ProfileId::ALL.len())?;
    let octets = u.bytes(u.len())?;
    let (explanation, fast) = SERVERS.with_borrow_mut(|servers| {
        let (step, path) = &mut servers[server];
        let assertion = &mut step.request.client_assertion;
        let assertion = assertion.get_or_insert_with(|| Assertion(Vec::new()));
        assertion.0.clear();
        assertion.0.extend_from_slice(octets);
        let path = path.as_ref();
        let fast =
            path.and_then(|path| path.verdict(&Memory::default(), step, &mut Scratch::default()));
        (oracle::explain(&mut Memory::default(), step), fast)
    });
    let explanation = explanation.expect("the recipe names a profile that there is");
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
    let found = explanation.verdict();
    assert!(
        fast.is_none_or(|fast| fast == found),
        "the fast path finds {fast:?}, the oracle {found}: {}",
        String::from_utf8_lossy(octets)
    );
    Ok(())
}

thread_local! {
    /// A token request to a server of each profile, from a client of each method, with what the fast
    /// path knows of it; only the assertion changes.
    static SERVERS: RefCell<Vec<(Step, Option<FastPath>)>> = {
        let algorithms = [Algorithm::HS256, Algorithm::ES256];
        let kinds = ProfileId::ALL
            .into_iter()
            .flat_map(|profile| algorithms.map(|algorithm| Recipe::valid(profile, algorithm)));
        let steps = kinds.flat_map(|recipe| recipe.present_at(EVALUATION_TIME).steps);
        let with_path = |step| {
            let path = FastPath::new(&step).expect("the recipe names a profile that there is");
            (step, path)
        };
        RefCell::new(steps.map(with_path).collect())
    };
}

#[test]
fn smoke() {
    crate::smoke(run, 300);
}
