//! The one integration binary of the crate.

mod builder;
mod explanations;
mod order;
mod place;
mod properties;
mod suite;
