//! The one integration binary of the crate.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has to stop"
)]

mod builder;
mod explanations;
mod order;
mod place;
mod properties;
mod suite;
