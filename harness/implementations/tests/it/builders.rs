//! Every adapter as a builder, with every algorithm that it names.

use jwt_assay_core::{
    builder::{BuildRecipe, inspect},
    model::{Algorithm, KeyFormat, Layer},
    suite::Suite,
};
use jwt_assay_implementations::{BuildAnswer, registry};

#[test]
fn every_algorithm_that_a_builder_names_it_signs_with() {
    let builders = registry::builders_in_process();
    let mut signed = Vec::new();
    for builder in &builders {
        let about = builder.describe().about;
        let commissions = Suite::bundled().commissions();
        for (vector, own) in commissions.filter(|(vector, _)| is_plain(vector.id.as_str())) {
            if !about.algorithms.contains(&vector.algorithm) {
                continue;
            }
            let request = own.recipe.request(&about.key_formats).unwrap();
            let BuildAnswer::Assertion(assertion) = builder.build(&request) else {
                panic!("{}: {:?}", about.name, builder.build(&request));
            };
            let (server, signer) = (BuildRecipe::server(), own.recipe.signer());
            let lens = vector.lens(&server, &signer, &[], request.now);
            let inspection = inspect(&request, &lens, &assertion);
            let faults: Vec<String> = inspection
                .faults()
                .filter(|finding| finding.rule.info().layer != Layer::Assertion)
                .map(|finding| format!("{}: {}", finding.rule, finding.detail))
                .collect();
            assert_eq!(faults, Vec::<String>::new(), "{} {}", about.name, vector.id);
        }
        signed.push((about.name, about.algorithms.len()));
    }
    let expected = registry::KNOWN
        .iter()
        .filter(|known| known.missing().is_none());
    assert_eq!(signed.len(), expected.count());
}

#[test]
fn an_unpromised_request_is_unsupported() {
    for builder in registry::builders_in_process() {
        let about = builder.describe().about;
        let vector = "bld-valid/rfc7523/hs256".parse().unwrap();
        let vector = Suite::bundled().vector(&vector).unwrap();
        let own = vector.commission().unwrap();
        let mut request = own.recipe.request(&[KeyFormat::Secret]).unwrap();
        request.algorithm = "none".to_owned();
        let answer = builder.build(&request);
        assert!(
            matches!(answer, BuildAnswer::Unsupported { .. }),
            "{}",
            about.name
        );
    }
}

/// The plain default, of the profile with the nine core algorithms.
fn is_plain(id: &str) -> bool {
    id.starts_with("bld-valid/rfc7523/") && !id.ends_with(Algorithm::ES512.slug())
}
