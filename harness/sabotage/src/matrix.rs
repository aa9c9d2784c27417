//! The matrix of sabotage: the vectors that catch each broken implementation, for either role.

use std::collections::BTreeSet;

use jwt_assay_core::{
    model::{CaseId, Role, VectorId},
    suite::Suite,
};

use crate::{
    Broken, builders,
    coverage::{self, Coverage, Standing},
    verifiers,
};

/// All broken implementations of a role against the vectors of that role.
#[derive(Debug)]
pub struct Matrix {
    /// A row for each broken implementation.
    pub rows: Vec<Row>,
    /// The defence of each rule in each profile, in the order of profiles and of rules; of verifiers
    /// only, whose rules have a sabotage each by construction.
    pub coverage: Vec<Coverage>,
    /// Cases that ask for an answer and catch nothing: they tell no implementation from another.
    pub idle: Vec<CaseId>,
}

/// One broken implementation and the vectors that caught it.
#[derive(Debug)]
pub struct Row {
    /// The broken implementation.
    pub broken: Broken,
    /// The vectors that caught it: of a verifier all, of a builder one of each case that was asked.
    pub catches: Vec<Catch>,
}

/// A vector that caught a sabotage.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Catch {
    /// The vector.
    pub vector: VectorId,
    /// Whether the rule that the vector names is the rule that is broken.
    pub names_the_rule: bool,
}

impl Row {
    /// Whether a vector that names the right rule caught it.
    #[must_use]
    pub fn is_caught(&self) -> bool {
        self.catches.iter().any(|catch| catch.names_the_rule)
    }

    /// The cases that caught it under the right rule.
    #[must_use]
    pub fn defenders(&self) -> BTreeSet<&str> {
        let catches = self.catches.iter().filter(|catch| catch.names_the_rule);
        catches.map(|catch| catch.vector.case()).collect()
    }

    /// The profiles in which a vector that names the right rule caught it.
    #[must_use]
    pub fn profiles(&self) -> BTreeSet<&str> {
        let catches = self.catches.iter().filter(|catch| catch.names_the_rule);
        catches.map(|catch| catch.vector.profile()).collect()
    }
}

impl Matrix {
    /// Puts the vectors of a role to every broken implementation of it.
    ///
    /// # Panics
    ///
    /// Where a vector names a policy that there is not, which the suite's compiler excludes.
    #[must_use]
    pub fn of(suite: &Suite, role: Role) -> Self {
        match role {
            Role::Verify => {
                let rows = verifiers::rows(suite);
                Self {
                    coverage: coverage::of(&rows),
                    idle: verifiers::idle(suite, &useful(&rows)),
                    rows,
                }
            }
            Role::Build => {
                let rows = builders::rows(suite);
                Self {
                    coverage: Vec::new(),
                    idle: builders::idle(suite, &rows, &useful(&rows)),
                    rows,
                }
            }
        }
    }

    /// Rules that bind in a profile, could show there, and are held by no case.
    pub fn gaps(&self) -> impl Iterator<Item = &Coverage> {
        let is_open = |row: &&Coverage| matches!(row.standing, Standing::Open);
        self.coverage.iter().filter(is_open)
    }
}

/// The cases that catch something.
fn useful(rows: &[Row]) -> BTreeSet<&str> {
    rows.iter().flat_map(Row::defenders).collect()
}
