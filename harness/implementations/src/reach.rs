//! Implementations behind a call or a process, a module for each way to reach them.

pub mod call;
pub mod process;
