//! Builders: what can be asked for, right or not. What the reference builds has no fault in the
//! oracle's eyes, and no library panics, whatever it is asked for.

use std::sync::LazyLock;

use arbitrary::{Result, Unstructured};
use jwt_assay_core::{
    build::{BuildRecipe, Lens, inspect, reference},
    generate,
    model::{BuildRequest, UnixSeconds},
};
use jwt_assay_implementations::{BuildAnswer, Builder, registry};

/// Asks every builder.
///
/// # Errors
///
/// None: every input is a request.
///
/// # Panics
///
/// Where the reference builds what has a fault, or a library fails: the finding.
pub fn run(u: &mut Unstructured<'_>) -> Result<()> {
    let recipe = generate::ask(u);
    if let Some(request) = recipe.request(&reference::FORMATS) {
        if let Ok(assertion) = reference::build(&request, "public-test-jti") {
            let faults = faults(&recipe, &request, &assertion);
            assert!(
                faults.is_empty(),
                "the reference builds {faults:?}: {recipe:?}"
            );
        }
    }
    for builder in BUILDERS.iter() {
        let description = builder.describe();
        let Some(request) = recipe.request(&description.about.key_formats) else {
            continue;
        };
        if is_recorded(&description.about.name, &request) {
            continue;
        }
        if let BuildAnswer::Error { reason } = builder.build(&request) {
            panic!(
                "{} crashed [build]: {reason}: {recipe:?}",
                description.about.name
            );
        }
    }
    Ok(())
}

/// `harness/divergences/jwt-simple.toml`: it keeps times in 32 bits, and what goes beyond them is cut,
/// or with overflow checks a panic.
fn is_recorded(name: &str, request: &BuildRequest) -> bool {
    let exp = request.now + i64::from(request.lifetime);
    name == "jwt-simple" && exp > UnixSeconds(u32::MAX.into())
}

/// What no answer may have.
fn faults(recipe: &BuildRecipe, request: &BuildRequest, assertion: &str) -> Vec<String> {
    let (server, signer) = (BuildRecipe::server(), recipe.signer());
    let lens = Lens {
        server: &server,
        signer: &signer,
        fixed: &[],
        now: request.now,
        at_every_second: false,
        in_every_profile: false,
    };
    let inspection = inspect(request, &lens, assertion);
    let faults = inspection.faults();
    faults
        .map(|fault| format!("{}: {}", fault.rule, fault.detail))
        .collect()
}

static BUILDERS: LazyLock<Vec<Box<dyn Builder>>> = LazyLock::new(registry::builders_in_process);

#[test]
fn smoke() {
    crate::smoke(run, 300);
}
