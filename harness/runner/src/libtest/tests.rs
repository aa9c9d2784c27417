//! Test programs of verifiers that must fail.

use jwt_assay_core::model::{Algorithm, Method, Need, Step};
use jwt_assay_implementations::{Answer, Clock, Description};

use super::{harness::Conclusion, *};

struct Fake(fn(&Step) -> Answer);

impl Verifier for Fake {
    fn describe(&self) -> Description {
        Description {
            name: "fake".to_owned(),
            version: String::new(),
            language: String::new(),
            toolchain: None,
            url: String::new(),
            layers: vec![Layer::Jws, Layer::Assertion],
            methods: vec![Method::ClientSecretJwt],
            algorithms: vec![Algorithm::HS256],
            clock: Clock::Given,
            key_formats: Vec::new(),
            lacks: vec![Need::TwoLeeways],
        }
    }

    fn verify(&self, _state: &str, step: &Step) -> Answer {
        self.0(step)
    }
}

/// `pos-full` and `pos-min` where the latter must be rejected: with HS256 a positive, a
/// rejection and two claims are judged, and the other algorithms are ignored.
fn concluded(answer: fn(&Step) -> Answer, divergences: &str) -> Conclusion {
    let suite = Suite::bundled();
    let divergences = Divergences::read("known.toml", divergences, suite).unwrap();
    let context = TestContext {
        suite,
        called: UnderTest::Verifier(Arc::new(CatchPanics(Fake(answer)))),
        divergences,
        samples: Tests::SAMPLES,
    };
    let filter = Filter {
        only: vec!["pos-{full,min}/oidc-core/*".parse().unwrap()],
        ..Filter::default()
    };
    let vectors: Vec<_> = suite.vectors.iter().filter(|v| filter.selects(v)).collect();
    let arguments = Arguments::default();
    let trials = trials(&Arc::new(context), &vectors);
    harness::conclude(&arguments, trials, &mut Vec::new())
}

fn accept(step: &Step) -> Answer {
    let client_id = step.context.clients[0].client_id.to_string();
    Answer::Accept { client_id }
}

#[test]
fn a_verifier_that_accepts_everything_fails_the_rejections() {
    let conclusion = concluded(accept, "");
    assert_eq!((conclusion.passed, conclusion.failed), (3, 1));
    assert_eq!(conclusion.ignored, 16);
}

#[test]
fn a_verifier_that_rejects_everything_passes_no_vector() {
    let conclusion = concluded(|_| Answer::reject("no"), "");
    assert_eq!((conclusion.passed, conclusion.failed), (2, 2));
}

#[test]
fn a_verifier_that_panics_fails_every_vector() {
    let conclusion = concluded(|_| panic!("no"), "");
    assert_eq!((conclusion.passed, conclusion.failed), (2, 2));
}

#[test]
fn a_recorded_divergence_passes_and_a_stale_one_fails() {
    let known = |pattern, seen| {
        format!(
            "[[divergence]]\nvectors = [\"{pattern}/oidc-core/*\"]\nseen = \"{seen}\"\n\
             reason = \"known\"\nclause = \"RFC 7523 3\"\n"
        )
    };
    let recorded = concluded(accept, &known("pos-min", "accepted"));
    assert_eq!((recorded.passed, recorded.failed), (4, 0));
    let stale = concluded(accept, &known("pos-full", "rejected"));
    assert_eq!((stale.passed, stale.failed), (2, 2));
}

#[test]
fn a_test_is_named_after_profile_case_algorithm_and_variant() {
    let name = |id: &str| test_name(&id.parse().unwrap());
    assert_eq!(name("aud-missing/okta/es256"), "okta::aud-missing::es256");
    assert_eq!(
        name("b64-padding/okta/es256/payload"),
        "okta::b64-padding::es256::payload"
    );
}
