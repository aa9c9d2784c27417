//! The one integration binary of the crate.

mod builder;
mod explanations;
mod properties;
mod suite;
