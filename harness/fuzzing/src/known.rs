//! What is recorded of an implementation, as fuzzing recognises it: by rule and outcome, never by
//! the words of an error.

use std::collections::HashSet;

use jwt_assay_core::{
    model::{Rule, Verdict},
    recipe::EVALUATION_TIME,
    suite::{Suite, Vector},
};

use super::{Kind, Reading, unusual};
use jwt_assay::divergences::{Divergences, Seen};

/// The rules that an implementation is known to get wrong, each in some way.
#[derive(Clone, Debug, Default)]
pub struct Known(HashSet<(Rule, Kind)>);

impl Known {
    /// What the recorded divergences say. A vector that breaks several rules and is accepted all
    /// the same says it of each of them.
    #[must_use]
    pub fn of(divergences: &Divergences, suite: &Suite) -> Self {
        let mut known = HashSet::new();
        for (id, seen) in divergences.vectors() {
            let Some(vector) = suite.vector(id) else {
                // A vector of the build role, which nothing here is about.
                continue;
            };
            known.extend(rules(vector, seen));
        }
        Self(known)
    }

    /// Whether it is recorded.
    #[must_use]
    pub fn has(&self, rule: Rule, kind: Kind) -> bool {
        self.0.contains(&(rule, kind))
    }
}

fn rules(vector: &Vector, seen: Seen) -> Vec<(Rule, Kind)> {
    let refused = vector.verdicts.iter().filter_map(|verdict| match verdict {
        Verdict::Reject(rule) => Some(*rule),
        Verdict::Accept | Verdict::May(_) => None,
    });
    let refused: Vec<Rule> = refused
        .chain(vector.case.also_breaks.iter().copied())
        .collect();
    let is_refused = matches!(vector.verdict(), Verdict::Reject(_));
    match seen {
        Seen::Accepted if is_refused => {
            let accepted = refused
                .into_iter()
                .map(|rule| (rule, Kind::WronglyAccepted));
            accepted.collect()
        }
        // A pattern may take in profiles that leave the point open.
        Seen::Accepted => Vec::new(),
        // Which of the unusual things was too much cannot be told.
        Seen::Crashed => {
            let read = Reading::of(&vector.recipe, EVALUATION_TIME).explanations;
            let mut rules: Vec<Rule> = read.iter().flat_map(unusual::rules).collect();
            if rules.is_empty() {
                rules.push(Rule::Baseline);
            }
            let crashed = rules.into_iter().map(|rule| (rule, Kind::Crashed));
            crashed.collect()
        }
        Seen::Rejected if vector.verdict() == Verdict::Accept => {
            vec![(vector.rule, Kind::WronglyRejected)]
        }
        Seen::Built | Seen::Refused | Seen::Rejected => Vec::new(),
    }
}
