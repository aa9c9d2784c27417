//! Builders of client assertions, behind one trait.

use jwt_assay_core::model::{BuildRequest, Fixed};
use serde::{Deserialize, Serialize};

use crate::Description;

/// A builder of client assertions.
///
/// The harness calls it from several threads.
pub trait Builder: Send + Sync {
    /// What the implementation is and what it promises; the same on every call.
    fn describe(&self) -> BuilderDescription;

    /// Asks for one assertion and says what came of it.
    fn build(&self, request: &BuildRequest) -> BuildAnswer;

    /// Begins anew, as after a restart of the program: what it remembers of earlier builds is gone.
    /// What remembers nothing has nothing to do.
    fn restart(&self) {}
}

/// How a builder introduces itself.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct BuilderDescription {
    /// What it is and has. Of its layers, only the rules are asked for that it keeps by itself: a
    /// library whose user composes the claims keeps none of layer `assertion`.
    pub about: Description,
    /// What it cannot be told.
    pub fixed: Vec<Fixed>,
}

/// What a builder answers.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum BuildAnswer {
    /// An assertion.
    Assertion(String),
    /// It declined, as its documentation says it declines.
    Refused {
        /// Its own words.
        reason: String,
    },
    /// It does not do this at all; allowed only for what the description did not promise.
    Unsupported {
        /// What it does not do.
        reason: String,
    },
    /// It failed in a way that its documentation does not call a refusal.
    Error {
        /// Its own words.
        reason: String,
    },
}

impl BuildAnswer {
    /// A refusal in the implementation's own words.
    pub fn refuse(reason: impl std::fmt::Display) -> Self {
        Self::Refused {
            reason: reason.to_string(),
        }
    }
}
