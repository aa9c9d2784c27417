//! A vector: a case made concrete for one profile, one algorithm and one variant.

use std::sync::Arc;

use super::Case;
use crate::{
    model::{Algorithm, Method, Presented, ProfileId, Rule, UnixSeconds, VectorId, Verdict},
    recipe::{EVALUATION_TIME, Recipe},
};

/// A case made concrete. It is signed when it is asked for, always to the same octets.
#[derive(Clone, Debug)]
pub struct Vector {
    /// The permanent name.
    pub id: VectorId,
    /// The case it was made from.
    pub case: Arc<Case>,
    /// The profile.
    pub profile: ProfileId,
    /// The client's algorithm.
    pub algorithm: Algorithm,
    /// The rule this variant is about; the case's unless the variant has its own.
    pub rule: Rule,
    /// What the profile asks at each step, in order.
    pub verdicts: Vec<Verdict>,
    /// The vector that must have been accepted before a refusal of this one counts; `None` for
    /// vectors in which nothing is to be refused.
    pub control: Option<VectorId>,
    /// Whether more than one rule refuses it, so that it tells nothing about a verifier that
    /// forgets one of them. It is here because it is seen in the field.
    pub is_combined: bool,
    /// Whether it came after the release of its profile's version: then a wrong answer is
    /// reported, and fails nobody.
    pub is_newer: bool,
    /// Whether it is here only as the control of another.
    pub is_control: bool,
    /// How it is built.
    pub recipe: Recipe,
}

impl Vector {
    /// Builds and signs what a server is presented with, at the suite's own evaluation time.
    #[must_use]
    pub fn present(&self) -> Presented {
        self.recipe.present_at(EVALUATION_TIME)
    }

    /// The same at another evaluation time, for implementations with a clock of their own.
    #[must_use]
    pub fn present_at(&self, now: UnixSeconds) -> Presented {
        self.recipe.present_at(now)
    }

    /// The client authentication method of the client.
    #[must_use]
    pub const fn method(&self) -> Method {
        Method::of(self.algorithm)
    }

    /// What the profile asks of the vector as a whole: the last step's verdict.
    ///
    /// # Panics
    ///
    /// Where there is no step; the compiler makes no such vector.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        *self
            .verdicts
            .last()
            .expect("the compiler makes no vector without a step")
    }
}
