//! The fuzzing of implementations from the outside: known faults are found, and nothing else is.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has to stop"
)]

mod builders;
#[expect(dead_code, reason = "the tests of runs need the rest of it")]
#[path = "../../../runner/tests/it/fakes.rs"]
mod fakes;
mod fuzz;
mod kept;
mod properties;
mod seeds;
