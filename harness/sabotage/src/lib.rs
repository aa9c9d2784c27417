//! The suite tested by sabotage: verifiers and builders, each broken in one known way, each of which
//! some vector must catch under the right rule.

pub mod builders;
mod coverage;
mod matrix;
pub mod verifiers;

use jwt_assay_core::model::{Role, Rule};

pub use self::{
    coverage::{Coverage, Standing},
    matrix::{Catch, Matrix, Row},
};

/// An implementation that is broken in one known way.
#[derive(Clone, Copy, Debug)]
pub enum Broken {
    /// A verifier: the oracle with one finding misread.
    Verifier(verifiers::Sabotage),
    /// A builder: the reference with one thing made otherwise.
    Builder(builders::Way),
}

impl Broken {
    /// Every broken implementation of a role.
    #[must_use]
    pub fn all(role: Role) -> Vec<Self> {
        match role {
            Role::Verify => verifiers::Sabotage::all().map(Self::Verifier).collect(),
            Role::Build => builders::all().map(Self::Builder).collect(),
        }
    }

    /// Its name: `lax aud-mismatch`, `aud compared as a prefix`.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Verifier(sabotage) => sabotage.name(),
            Self::Builder(way) => way.name.to_owned(),
        }
    }

    /// The rule that it breaks.
    #[must_use]
    pub const fn rule(&self) -> Rule {
        match self {
            Self::Verifier(sabotage) => sabotage.rule(),
            Self::Builder(way) => way.rule,
        }
    }
}
