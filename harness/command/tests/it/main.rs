//! End-to-end tests of the command: a process for each call, as a user would make it.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has to stop"
)]

mod bench;
mod check;
mod commands;
mod doctor;
mod inputs;
mod keygen;
mod kills;
mod mint;
mod misbehaviour;
mod new_adapter;
mod outputs;
mod pipes;
mod programs;
mod replay;
mod report;
mod resume;
mod seeds;
mod session;
mod signals;
mod supply_chain;
mod update_command;
mod whole;
