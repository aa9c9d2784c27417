//! Implementations at another place than the test server: each answers as at that server.
//!
//! Each vector is signed four times for that. All of them are asked where `JWT_ASSAY_WHOLE` is set, as in CI,
//! and each fourth otherwise.

use std::env;

use jwt_assay::{Answer, Clock, Verifier, reference::Reference, run::machine_time};
use jwt_assay_core::{
    model::{Presented, UnixSeconds},
    recipe::{EVALUATION_TIME, Place},
    suite::{Presentation, Suite},
};
use jwt_assay_implementations::registry;

#[test]
fn the_reference_and_two_libraries_answer_elsewhere_as_at_the_test_server() {
    let mut asked: Vec<Box<dyn Verifier>> = vec![Box::new(Reference::default())];
    asked.extend(["jsonwebtoken", "jwt-simple"].map(|name| registry::named(name).unwrap()));
    let step = env::var_os("JWT_ASSAY_WHOLE").map_or(4, |_| 1);
    for (vector, own) in Suite::bundled().presentations().step_by(step) {
        let given = both(own, EVALUATION_TIME);
        let mut by_clock = None;
        for verifier in &asked {
            let description = verifier.describe();
            let is_promised = description.algorithms.contains(&vector.algorithm);
            let presented = match description.clock {
                _ if !is_promised => continue,
                Clock::Given => &given,
                // The two are asked a moment apart, which a boundary of seconds would show.
                Clock::System if vector.case.needs_given_clock => continue,
                Clock::System => &*by_clock.get_or_insert_with(|| both(own, machine_time())),
            };
            let [here, elsewhere] = presented;
            // A name of its own for each, since a verifier keeps a replay memory by name.
            let here = answers(&**verifier, &format!("{} here", vector.id), here);
            let elsewhere = answers(&**verifier, &format!("{} elsewhere", vector.id), elsewhere);
            assert_eq!(elsewhere, here, "{}: {}", description.name, vector.id);
        }
    }
}

/// The vector at the test server and at another.
fn both(own: &Presentation, now: UnixSeconds) -> [Presented; 2] {
    [Place::test(), Place::elsewhere()].map(|place| own.present_in(place, now))
}

/// The kind of the answer to each step. Reasons may name what differs.
fn answers(verifier: &dyn Verifier, state: &str, presented: &Presented) -> Vec<&'static str> {
    let steps = presented.steps.iter();
    let answer = |step| match verifier.verify(state, step) {
        Answer::Accept { .. } => "accept",
        Answer::Reject { .. } => "reject",
        Answer::Unsupported { .. } => "unsupported",
        Answer::Error { .. } => "error",
    };
    steps.map(answer).collect()
}
