//! The suite against everything that is broken on purpose.

mod builders;
mod verifiers;
