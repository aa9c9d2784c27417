//! The one integration binary of the crate.

mod explanations;
mod properties;
mod suite;
