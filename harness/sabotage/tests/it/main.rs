//! Sabotage tests: the suite against every broken verifier and builder.

mod builders;
mod verifiers;
