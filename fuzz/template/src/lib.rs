//! Examples of what can be fuzzed, each with a bug on purpose: a verifier and a builder of HS256 by hand. In
//! yours a file is an adapter of some forty lines around your library.

mod builder;
mod verifier;

pub use self::{builder::ExampleBuilder, verifier::ExampleVerifier};
