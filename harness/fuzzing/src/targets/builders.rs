//! Builders, asked with right and wrong requests. An assertion of the reference has no fault in the oracle's
//! eyes, one of a library has none that is not recorded, and no library panics.

use std::sync::LazyLock;

use arbitrary::Unstructured;
use jwt_assay::divergences::Divergences;
use jwt_assay_core::{
    builder::{BuildRecipe, reference, token_request},
    generate::{self, Draw},
    model::UnixSeconds,
    suite::Suite,
};
use jwt_assay_implementations::registry;

use super::Target;
use crate::{
    builders::{JudgedBuilder, faults},
    seeds::{self, Seed},
};

/// Requests to builders.
#[derive(Clone, Copy, Debug)]
pub struct Builders;

impl Target for Builders {
    fn name(&self) -> &'static str {
        "builders"
    }

    fn run(&self, octets: &[u8]) {
        let recipe = generate::build_request(&mut Draw::new(&mut Unstructured::new(octets)));
        if let Some(request) = recipe.request(&reference::FORMATS)
            && let Ok(assertion) = reference::build(&request, "public-test-jti")
        {
            let faults = faults(&recipe, &request, &[], &token_request(&request, &assertion));
            assert!(
                faults.is_empty(),
                "the reference builds {faults:?}: {recipe:?}"
            );
        }
        for builder in LIBRARIES
            .iter()
            .filter(|it| !is_recorded(it.name(), &recipe))
        {
            let mut findings = builder.judge(&recipe).into_iter();
            if let Some(finding) = findings.find(|finding| !finding.is_known) {
                panic!("{finding}: {recipe:?}");
            }
        }
    }

    fn seeds(&self) -> Vec<Seed> {
        seeds::drawn()
    }
}

/// `harness/divergences/jwt-simple.toml`: it keeps times in 32 bits, and what goes beyond them is cut,
/// or with overflow checks a panic.
fn is_recorded(name: &str, recipe: &BuildRecipe) -> bool {
    let is_beyond = || {
        let request = recipe.request(&reference::FORMATS);
        request.is_some_and(|it| it.now + i64::from(it.lifetime) > UnixSeconds(u32::MAX.into()))
    };
    name == "jwt-simple" && is_beyond()
}

static LIBRARIES: LazyLock<Vec<JudgedBuilder>> = LazyLock::new(|| {
    let builders = registry::builders_in_process().into_iter();
    let judged = builders.map(|builder| {
        let about = builder.describe().about;
        let recorded = Divergences::bundled(&about, Suite::bundled());
        let recorded = recorded.expect("the bundled divergences fit the suite, tested");
        JudgedBuilder::new(builder, &recorded)
    });
    judged.collect()
});
