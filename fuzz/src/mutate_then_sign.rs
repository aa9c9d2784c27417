//! Structure-aware: a recipe is edited and then signed, so that inputs get past the signature. One
//! edit that promises a rule is held to its promise; anything else must give a stable verdict, and
//! no verdict but a refusal where the signature is not the client's.

use arbitrary::{Result, Unstructured};
use jwt_assay_core::{
    generate,
    model::{Level, Profile, Verdict},
    oracle::{self, Memory, SignatureCheck},
    recipe::{EVALUATION_TIME, Recipe},
};

/// Builds a recipe from the input and judges it.
///
/// # Errors
///
/// Where the input runs out.
///
/// # Panics
///
/// Where promise and oracle disagree, or a verdict is not stable: the finding.
pub fn run(u: &mut Unstructured<'_>) -> Result<()> {
    match u.arbitrary()? {
        true => keeps_its_promise(&generate::broken_recipe(u)?),
        false => is_stable(&generate::recipe(u)),
    }
    Ok(())
}

fn keeps_its_promise(recipe: &Recipe) {
    let Some(promised) = recipe.steps[0].edits[0].breaks() else {
        return;
    };
    let expected = match Profile::get(recipe.profile).level(promised) {
        Level::Refuse => Verdict::Reject(promised),
        Level::May(lean) => Verdict::May(lean),
        Level::Accept => Verdict::Accept,
    };
    let found = verdicts(recipe)[0];
    assert!(
        expected.agrees_with(found),
        "promised {expected}, found {found}: {recipe:?}"
    );
}

fn is_stable(recipe: &Recipe) {
    assert_eq!(verdicts(recipe), verdicts(recipe), "not stable: {recipe:?}");
    let mut memory = Memory::default();
    for step in recipe.present_at(EVALUATION_TIME).steps {
        let explanation = oracle::explain(&mut memory, &step).expect("a known profile");
        assert!(
            explanation.is_refused() || explanation.signature == SignatureCheck::Valid,
            "accepted without the client's signature: {recipe:?}"
        );
    }
}

fn verdicts(recipe: &Recipe) -> Vec<Verdict> {
    oracle::verdicts(&recipe.present_at(EVALUATION_TIME)).expect("a known profile")
}

#[test]
fn smoke() {
    crate::smoke(run, 400);
}
