//! Runs over small suites with fake verifiers and builders, through the public interface.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has to stop"
)]

mod build;
mod controls;
mod divergences;
mod fakes;
mod generated;
mod newer;
mod orders;
mod place;
mod plan;
mod published;
mod tiring;
mod update;
