//! How an implementation is reached, a module for each way.

pub mod call;
pub mod process;
