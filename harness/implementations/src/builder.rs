//! Builders of client assertions, behind one trait.

use jwt_assay_core::{
    builder::token_request,
    model::{BuildRequest, Fixed, TokenRequest},
};
use serde::{Deserialize, Serialize};

use crate::Description;

/// A builder of client assertions.
///
/// The harness calls it from several threads.
pub trait Builder: Send + Sync {
    /// The builder's description; the same on every call.
    fn describe(&self) -> BuilderDescription;

    /// Builds one assertion, or declines to.
    fn build(&self, request: &BuildRequest) -> BuildAnswer;

    /// Forgets earlier builds, as a restart of the program does. A builder that remembers nothing
    /// has nothing to do.
    fn restart(&self) {}
}

/// A builder's description.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct BuilderDescription {
    /// The description that verifiers have as well. Of its layers, only the rules are asked for that
    /// the builder keeps by itself: a library whose user composes the claims keeps none of layer
    /// `assertion`.
    pub about: Description,
    /// The parts of a request that it cannot be told.
    pub fixed: Vec<Fixed>,
}

/// A builder's answer: it signs or declines.
#[derive(Clone, Debug, PartialEq)]
pub enum BuildAnswer {
    /// An assertion alone, signed, as a function returns it. The request around it is its caller's.
    Assertion(String),
    /// The token request that it sent, with the assertion in it: its parameters are judged as well.
    Request(TokenRequest),
    /// It declined, as its documentation says it declines.
    Declined {
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

impl BuildAnswer {
    /// The token request that carries the signed assertion.
    ///
    /// # Errors
    ///
    /// The answer itself, where nothing was signed.
    pub fn into_sent(self, request: &BuildRequest) -> Result<TokenRequest, Self> {
        match self {
            Self::Assertion(assertion) => Ok(token_request(request, &assertion)),
            Self::Request(sent) => Ok(sent),
            Self::Declined { .. } | Self::Unsupported { .. } | Self::Error { .. } => Err(self),
        }
    }

    /// Declines, in the implementation's own words.
    pub fn decline(reason: impl std::fmt::Display) -> Self {
        Self::Declined {
            reason: reason.to_string(),
        }
    }
}
