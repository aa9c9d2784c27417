//! The judgement of builders: known faults are found, and the reference has none.

use jwt_assay::outcome::Deviation;
use jwt_assay::{
    Clock, Description, KeyFormat,
    model::{Algorithm, BuildRequest, Layer, Method, Rule},
};
use jwt_assay_core::builder::reference;
use jwt_assay_fuzzing::{BuildAnswer, Builder, BuilderDescription, OwnBuilder};

struct Fake(fn(&BuildRequest) -> BuildAnswer);

impl Builder for Fake {
    fn describe(&self) -> BuilderDescription {
        BuilderDescription {
            about: Description {
                name: "fake".to_owned(),
                version: String::new(),
                language: "Rust".to_owned(),
                toolchain: None,
                url: String::new(),
                layers: Layer::ALL.to_vec(),
                methods: vec![Method::ClientSecretJwt, Method::PrivateKeyJwt],
                algorithms: Algorithm::ALL.to_vec(),
                clock: Clock::Given,
                key_formats: vec![KeyFormat::Jwk, KeyFormat::Secret],
                lacks: Vec::new(),
            },
            fixed: Vec::new(),
        }
    }

    fn build(&self, request: &BuildRequest) -> BuildAnswer {
        self.0(request)
    }
}

/// The rules that a builder gets wrong, and how.
fn found(answer: fn(&BuildRequest) -> BuildAnswer) -> Vec<(Rule, Deviation)> {
    let found = OwnBuilder::new(Fake(answer)).hunt(1, 800);
    let keys = found.into_iter().map(|finding| finding.key);
    keys.map(|key| (key.rule, key.kind)).collect()
}

fn right(request: &BuildRequest) -> BuildAnswer {
    match reference::build(request, "public-test-jti") {
        Ok(assertion) => BuildAnswer::Assertion(assertion),
        Err(objection) => BuildAnswer::decline(objection),
    }
}

#[test]
fn nothing_is_found_in_what_the_reference_signs() {
    assert_eq!(found(right), []);
}

#[test]
fn a_builder_that_declines_what_is_plain_is_found_out() {
    let declines = found(|_| BuildAnswer::decline("not today"));
    assert_eq!(declines, [(Rule::Baseline, Deviation::Declined)]);
}

#[test]
fn a_builder_that_panics_is_found_out() {
    let panics = found(|request| {
        assert_ne!(request.lifetime, 0, "no life");
        right(request)
    });
    assert_eq!(panics, [(Rule::Baseline, Deviation::Crashed)]);
}

#[test]
fn a_builder_is_found_out_for_the_request_that_it_gets_wrong() {
    let longer = found(|request| {
        let mut request = request.clone();
        // Right for every request but one.
        if request.lifetime == 59 {
            request.lifetime = 61;
        }
        right(&request)
    });
    assert!(!longer.is_empty());
    let is_signed = |(_, kind): &(Rule, Deviation)| *kind == Deviation::Signed;
    assert!(longer.iter().all(is_signed), "{longer:?}");
}
