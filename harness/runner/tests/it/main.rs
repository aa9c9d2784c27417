//! The judging of implementations from the outside: runs over small suites, by verifiers made up for
//! the purpose.

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
mod place;
mod plan;
mod published;
mod update;
