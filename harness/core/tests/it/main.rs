//! Integration tests of the crate, in one binary.

mod builder;
mod explanations;
mod limits;
mod order;
mod place;
mod properties;
mod suite;
