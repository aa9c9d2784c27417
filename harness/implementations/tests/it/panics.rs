//! A library that panics costs its own case only.

use std::{
    env,
    process::{Command, Stdio},
    thread,
};

use jwt_assay_core::model::{Algorithm, Need, Step};
use jwt_assay_implementations::{Answer, Clock, Description, Verifier, reach::call::CatchPanics};

use crate::presented::Presented;

#[test]
fn a_panic_is_an_error_with_its_message_every_time() {
    let verifier = CatchPanics(Panicking);
    let step = Presented::valid(Algorithm::HS256, &verifier.describe()).sign();
    for _ in 0..2 {
        for (state, reason) in [
            ("text", "panicked: plain text"),
            ("formatted", "panicked: formatted 7"),
            ("other", "panicked: with something that is not text"),
        ] {
            let error = Answer::Error {
                reason: reason.to_owned(),
            };
            assert_eq!(verifier.verify(state, &step), error);
        }
    }
}

#[test]
fn a_caught_panic_is_silent_and_one_of_another_thread_is_not() {
    let child = Command::new(env::current_exe().unwrap())
        .args([
            "--exact",
            "panics::two_threads_panic",
            "--ignored",
            "--nocapture",
        ])
        .stdout(Stdio::null())
        .output()
        .unwrap();
    let reports = String::from_utf8(child.stderr).unwrap();
    assert!(child.status.success(), "{reports}");
    assert!(reports.contains("this is not caught"), "{reports}");
    assert!(!reports.contains("plain text"), "{reports}");
}

#[test]
#[ignore = "prints a panic on purpose; another test runs it and reads that"]
fn two_threads_panic() {
    let verifier = CatchPanics(Panicking);
    let step = Presented::valid(Algorithm::HS256, &verifier.describe()).sign();
    verifier.verify("text", &step);
    let other = thread::spawn(|| panic!("this is not caught"));
    verifier.verify("text", &step);
    other.join().unwrap_err();
    verifier.verify("text", &step);
}

/// Panics in the way that the name of the state says.
struct Panicking;

impl Verifier for Panicking {
    fn describe(&self) -> Description {
        Description {
            name: "panicking".to_owned(),
            version: "1".to_owned(),
            language: "Rust".to_owned(),
            toolchain: None,
            url: String::new(),
            layers: Vec::new(),
            methods: Vec::new(),
            algorithms: Vec::new(),
            clock: Clock::Given,
            key_formats: Vec::new(),
            lacks: vec![Need::TwoLeeways],
        }
    }

    fn verify(&self, state: &str, _step: &Step) -> Answer {
        match state {
            "text" => panic!("plain text"),
            "formatted" => panic!("formatted {}", 3 + 4),
            _ => std::panic::panic_any(7),
        }
    }
}
