//! The suite tested by sabotage: verifiers and builders, each broken in one known way, each of which
//! some vector must catch.

pub mod builders;
pub mod verifiers;
