//! The suite at another place than the test server: other names, other clients, other keys. The whole
//! suite is signed for it where `JWT_ASSAY_WHOLE` is set, as in CI, and each fourth vector otherwise.

use std::env;

use jwt_assay_core::{
    builder::{inspect, reference},
    encoding::read_base64url,
    model::{Presented, Rule, Step},
    oracle,
    recipe::{EVALUATION_TIME, Place},
    suite::Suite,
};

#[test]
fn the_oracle_judges_the_suite_elsewhere_as_at_the_test_server_whose_names_do_not_occur() {
    let step = env::var_os("JWT_ASSAY_WHOLE").map_or(4, |_| 1);
    for (vector, own) in Suite::bundled().presentations().step_by(step) {
        let here = oracle::verdicts(&own.present()).unwrap();
        let presented = own.present_in(Place::elsewhere(), EVALUATION_TIME);
        assert_eq!(oracle::verdicts(&presented).unwrap(), here, "{}", vector.id);
        for text in texts(&presented) {
            // Cases name a second server, which belongs to the suite and not to a place.
            let text = text.to_lowercase().replace("other-as.example", "");
            for name in NAMES {
                assert!(!text.contains(name), "{}: `{name}` in {text}", vector.id);
            }
        }
    }
}

#[test]
fn the_reference_builds_elsewhere_as_at_the_test_server() {
    for (vector, own) in Suite::bundled().commissions() {
        let [here, elsewhere] = [Place::test(), Place::elsewhere()].map(|place| {
            let request = own.recipe.request_in(place, &reference::FORMATS)?;
            let signer = own.recipe.signer_in(place);
            let lens = vector.lens(place.server(), &signer, &[], request.now);
            let built = reference::build(&request, "public-test-jti-0123456789abcdef");
            let faults = |assertion: String| {
                let inspection = inspect(&request, &lens, &assertion);
                let faults = inspection.faults().map(|fault| fault.rule);
                faults.collect::<Vec<Rule>>()
            };
            Some(built.map(faults).map_err(|objection| objection.rule))
        });
        assert_eq!(elsewhere, here, "{}", vector.id);
    }
}

#[test]
fn a_place_without_keys_of_its_own_has_the_test_keys() {
    let test = Place::test();
    let same = Place::new(
        test.server().clone(),
        test.client_id(),
        test.other_client_id(),
    );
    let elsewhere = Place::elsewhere();
    for (vector, own) in Suite::bundled().presentations().step_by(97) {
        assert_eq!(own.present_in(&same, EVALUATION_TIME), own.present());
        assert_ne!(
            own.present_in(elsewhere, EVALUATION_TIME),
            own.present(),
            "{}",
            vector.id
        );
    }
}

/// The names of the test server in lower case, with other spellings of its host.
const NAMES: [&str; 5] = [
    "as.example",
    "61s.example",
    "asxexample",
    "assay-client-a",
    "assay-client-b",
];

/// The text that a server sees or knows: the parameters, the registered clients, and the segments of the
/// assertion that decode.
fn texts(presented: &Presented) -> Vec<String> {
    let of_step = |step: &Step| {
        let context = serde_json::to_string(&*step.context).expect("a context is data");
        let assertion = step.request.client_assertion.iter();
        let parts = assertion.flat_map(|octets| octets.0.split(|octet| *octet == b'.'));
        let decoded = parts.filter_map(|part| Some(read_base64url(part).ok()?.octets));
        let mut texts: Vec<String> = decoded
            .map(|octets| String::from_utf8_lossy(&octets).into_owned())
            .collect();
        texts.extend([context, step.request.client_id.clone().unwrap_or_default()]);
        texts
    };
    presented.steps.iter().flat_map(of_step).collect()
}
