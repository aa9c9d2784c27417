//! The adapters against assertions that the harness signs.

#![allow(clippy::unwrap_used, reason = "these are tests, helpers included")]

mod adapters;
mod builders;
mod known_answers;
mod panics;
mod presented;
mod programs;
mod registry;
#[cfg(any(feature = "jsonwebtoken", feature = "jwt-simple", feature = "openssl"))]
mod signed;
