//! Ways to reach an implementation, a module each.

pub mod call;
pub mod process;
