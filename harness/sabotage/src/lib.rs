//! Sabotage, the test of the suite: verifiers and builders that each make one known mistake. For each of
//! them some vector must catch the mistake, under the rule that it breaks.

pub mod builders;
mod coverage;
mod matrix;
pub mod verifiers;

use jwt_assay_core::model::{Role, Rule};

pub use self::{
    coverage::{Coverage, Defence},
    matrix::{Catch, Matrix, MatrixRow},
};

/// An implementation that makes one known mistake.
#[derive(Clone, Copy, Debug)]
pub enum Broken {
    /// A verifier: the oracle, with one finding misread.
    Verifier(verifiers::Sabotage),
    /// A builder: the reference, with one flaw.
    Builder(builders::Mistake),
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

    /// The name of the mistake: `lax aud-mismatch`, `aud compared as a prefix`.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Verifier(sabotage) => sabotage.name(),
            Self::Builder(mistake) => mistake.to_string(),
        }
    }

    /// The rule that the mistake breaks.
    #[must_use]
    pub const fn rule(&self) -> Rule {
        match self {
            Self::Verifier(sabotage) => sabotage.rule(),
            Self::Builder(mistake) => mistake.rule,
        }
    }
}
