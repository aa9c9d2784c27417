//! The harness from the outside: the command, and runs over small suites and verifiers made up
//! for the purpose.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has to stop"
)]

mod bench;
mod build;
mod check;
mod commands;
mod controls;
mod design;
mod divergences;
mod doctor;
mod fakes;
mod fuzz;
mod generated;
mod keygen;
mod mint;
mod new_adapter;
mod newer;
mod openssl;
mod plan;
mod programs;
mod properties;
mod published;
mod replay;
mod report;
mod resume;
mod sabotage;
mod seeds;
mod session;
mod update;
mod update_command;
