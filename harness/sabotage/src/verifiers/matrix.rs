//! Which vectors catch which sabotage.

use std::collections::BTreeSet;

use jwt_assay_core::{
    model::{CaseId, Rule, VectorId, Verdict},
    oracle::{self, Explanation, Memory},
    suite::{Suite, Vector},
};

use super::{
    Sabotage,
    coverage::{self, Coverage, Standing},
};

/// All sabotages against all vectors.
#[derive(Debug)]
pub struct Matrix {
    /// A row for each sabotage.
    pub rows: Vec<Row>,
    /// How each rule is held in each profile, in the order of profiles and of rules.
    pub coverage: Vec<Coverage>,
    /// Cases that ask for an answer and catch nothing: they tell no verifier from another.
    pub idle: Vec<CaseId>,
}

/// One sabotage and what caught it.
#[derive(Debug)]
pub struct Row {
    /// The broken verifier.
    pub sabotage: Sabotage,
    /// The vectors that caught it, and whether they name its rule.
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
    /// Presents every vector to every sabotage. The oracle reads each vector once.
    ///
    /// # Panics
    ///
    /// Where a vector names a policy that there is not, which the suite's compiler excludes.
    #[must_use]
    pub fn of(suite: &Suite) -> Self {
        let mut rows: Vec<Row> = Sabotage::all()
            .map(|sabotage| Row {
                sabotage,
                catches: Vec::new(),
            })
            .collect();
        for vector in &suite.vectors {
            let steps = vector.present().steps;
            let mut memory = Memory::default();
            let explanations: Vec<Explanation> = steps
                .iter()
                .map(|step| oracle::explain(&mut memory, step).expect("a known policy"))
                .collect();
            for row in &mut rows {
                let answers = row.sabotage.answers(&steps, &explanations);
                if let Some(names_the_rule) = caught(vector, &answers, row.sabotage.rule()) {
                    row.catches.push(Catch {
                        vector: vector.id.clone(),
                        names_the_rule,
                    });
                }
            }
        }
        Self {
            coverage: coverage::of(&rows),
            idle: idle(suite, &rows),
            rows,
        }
    }

    /// Rules that bind in a profile, could show there, and are held by no case.
    pub fn gaps(&self) -> impl Iterator<Item = &Coverage> {
        let is_open = |row: &&Coverage| matches!(row.standing, Standing::Open);
        self.coverage.iter().filter(is_open)
    }
}

/// Cases that ask for an answer and catch nothing. A `may` asks for none, and a case that breaks
/// several rules at once is not there to catch.
fn idle(suite: &Suite, rows: &[Row]) -> Vec<CaseId> {
    let useful: BTreeSet<&str> = rows.iter().flat_map(Row::defenders).collect();
    let asks = |vector: &&Vector| {
        let has_answer = |verdict: &Verdict| !matches!(verdict, Verdict::May(_));
        !vector.is_control && !vector.is_combined && vector.verdicts.iter().any(has_answer)
    };
    let asking = suite.vectors.iter().filter(asks);
    let asking: BTreeSet<&CaseId> = asking.map(|vector| &vector.case.id).collect();
    let is_idle = |id: &&CaseId| !useful.contains(id.as_str());
    asking.into_iter().filter(is_idle).cloned().collect()
}

/// Whether a vector tells the broken verifier from a right one, and under the broken rule.
fn caught(vector: &Vector, answers: &[bool], rule: Rule) -> Option<bool> {
    vector
        .verdicts
        .iter()
        .zip(answers)
        .find_map(|(verdict, accepts)| match (verdict, accepts) {
            (Verdict::Reject(named), true) => Some(*named == rule && !vector.is_combined),
            (Verdict::Accept, false) => Some(vector.rule == rule),
            (Verdict::Accept, true) | (Verdict::Reject(_), false) | (Verdict::May(_), _) => None,
        })
}
