//! The one integration binary of the crate.

mod build;
mod explanations;
mod properties;
mod suite;
