//! The sabotage matrix of a role: each broken implementation, with the vectors that catch it.

use std::collections::BTreeSet;

use jwt_assay_core::{
    model::{CaseId, Role, VectorId},
    suite::Suite,
};

use crate::{
    Broken, builders,
    coverage::{self, Coverage, Defence},
    verifiers,
};

/// The sabotage matrix: all broken implementations of a role against the vectors of that role.
#[derive(Debug)]
pub struct Matrix {
    /// A row for each broken implementation.
    pub rows: Vec<MatrixRow>,
    /// The coverage of each rule in each profile, in the order of profiles and of rules. Empty for
    /// builders: only the rules of verifiers have a sabotage each by construction.
    pub coverage: Vec<Coverage>,
    /// Idle cases: they ask for an answer, and catch no broken implementation.
    pub idle: Vec<CaseId>,
}

/// One broken implementation and the vectors that caught it.
#[derive(Debug)]
pub struct MatrixRow {
    /// The broken implementation.
    pub broken: Broken,
    /// The vectors that caught it: all of them for a verifier, one of each case for a builder.
    pub catches: Vec<Catch>,
}

/// A vector that caught a sabotage.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Catch {
    /// The vector.
    pub vector: VectorId,
    /// True where the vector names the rule that is broken.
    pub names_the_rule: bool,
}

impl MatrixRow {
    /// True where a vector that names the broken rule caught the implementation.
    #[must_use]
    pub fn is_caught(&self) -> bool {
        self.catches.iter().any(|catch| catch.names_the_rule)
    }

    /// The cases that caught the implementation under the broken rule.
    #[must_use]
    pub fn defenders(&self) -> BTreeSet<&str> {
        let catches = self.catches.iter().filter(|catch| catch.names_the_rule);
        catches.map(|catch| catch.vector.case()).collect()
    }

    /// The profiles in which a vector that names the broken rule caught the implementation.
    #[must_use]
    pub fn profiles(&self) -> BTreeSet<&str> {
        let catches = self.catches.iter().filter(|catch| catch.names_the_rule);
        catches.map(|catch| catch.vector.profile()).collect()
    }
}

impl Matrix {
    /// Asks every broken implementation of a role for its answers to the vectors of that role.
    ///
    /// # Panics
    ///
    /// If a vector names an unknown policy, which the suite's compiler excludes.
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

    /// The gaps: rules that bind in a profile and are observable there, and that no case defends.
    pub fn gaps(&self) -> impl Iterator<Item = &Coverage> {
        let is_open = |row: &&Coverage| matches!(row.defence, Defence::Open);
        self.coverage.iter().filter(is_open)
    }
}

/// The cases that catch a broken implementation.
fn useful(rows: &[MatrixRow]) -> BTreeSet<&str> {
    rows.iter().flat_map(MatrixRow::defenders).collect()
}
