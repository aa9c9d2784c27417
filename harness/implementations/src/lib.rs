//! Implementations under test: verifiers and builders of client assertions, behind a trait each.
//!
//! An adapter gets what a server or a client could know and reports what the library did. It never
//! sees a verdict, so that it cannot special-case one, and it adds no rule that it does not declare.

pub mod protocol;
pub mod reach;
pub mod registered;
pub mod registry;
pub mod timed;

mod builder;
mod description;
mod libraries;

// Tests share a file with those of the public interface, which call the crate by its name.
#[cfg(test)]
extern crate self as jwt_assay_implementations;

use jwt_assay_core::model::Step;

pub use self::{
    builder::{BuildAnswer, Builder, BuilderDescription},
    description::{Clock, Description, KeyFormat},
};

/// A verifier of client assertions.
///
/// The harness calls it from several threads. Steps that carry an equal `state` share one replay
/// memory and arrive in order, one at a time; a name not seen before is an empty memory.
pub trait Verifier: Send + Sync {
    /// The implementation's description; the same on every call.
    fn describe(&self) -> Description;

    /// Presents one token request, which the implementation accepts or rejects.
    fn verify(&self, state: &str, step: &Step) -> Answer;
}

/// A verifier's answer: it accepts or rejects.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Answer {
    /// It accepted the request, and authenticated a client.
    Accept {
        /// The client that was authenticated.
        client_id: String,
    },
    /// It rejected the request, as its documentation says it rejects.
    Reject {
        /// Its own words.
        reason: String,
    },
    /// It does not do this at all; allowed only for what the description did not promise.
    Unsupported {
        /// The capability that it lacks.
        reason: String,
    },
    /// It failed in a way that its documentation does not describe.
    Error {
        /// Its own words.
        reason: String,
    },
}

impl Answer {
    /// Rejects, in the implementation's own words.
    pub fn reject(reason: impl std::fmt::Display) -> Self {
        Self::Reject {
            reason: reason.to_string(),
        }
    }

    /// Says which capability the implementation lacks.
    pub fn unsupported(reason: impl std::fmt::Display) -> Self {
        Self::Unsupported {
            reason: reason.to_string(),
        }
    }
}
