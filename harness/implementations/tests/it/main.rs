//! The adapters against assertions that the harness signs.

#![allow(clippy::unwrap_used, reason = "these are tests, helpers included")]

mod adapters;
mod builders;
mod panics;
mod presented;
mod programs;
mod registry;
