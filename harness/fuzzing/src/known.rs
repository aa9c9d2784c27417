//! Recorded faults of an implementation, as fuzzing recognises them: by rule and deviation. Words of an error are
//! no help, since one library has several words for one fault and one word for several.

use std::collections::HashSet;

use jwt_assay_core::{
    model::{Rule, Verdict},
    recipe::EVALUATION_TIME,
    suite::{Presentation, Suite, Vector},
};

use super::{ExplainedSteps, unusual};
use jwt_assay::{divergences::Divergences, outcome::Deviation};

/// The rules that an implementation is known to get wrong, each in some way.
#[derive(Clone, Debug, Default)]
pub struct KnownDeviations(HashSet<(Rule, Deviation)>);

impl KnownDeviations {
    /// The rules of the recorded divergences. A vector that breaks several rules and is accepted all the same
    /// counts for each of them.
    #[must_use]
    pub fn of(divergences: &Divergences, suite: &Suite) -> Self {
        let mut known = HashSet::new();
        for (id, seen) in divergences.vectors() {
            let vector = suite.vector(id);
            // Of builders' vectors nothing is recognised here.
            if let Some((vector, own)) = vector.and_then(|it| Some((it, it.presentation()?))) {
                known.extend(rules(vector, own, seen));
            }
        }
        Self(known)
    }

    /// True where a fault is recorded.
    #[must_use]
    pub fn has(&self, rule: Rule, kind: Deviation) -> bool {
        self.0.contains(&(rule, kind))
    }
}

fn rules(vector: &Vector, own: &Presentation, seen: Deviation) -> Vec<(Rule, Deviation)> {
    let rejected = own.verdicts.iter().filter_map(|verdict| match verdict {
        Verdict::Reject(rule) => Some(*rule),
        Verdict::Accept | Verdict::May(_) => None,
    });
    let rejected: Vec<Rule> = rejected
        .chain(vector.case.also_breaks.iter().copied())
        .collect();
    let must_reject = matches!(own.verdict(), Verdict::Reject(_));
    match seen {
        Deviation::Accepted if must_reject => {
            let accepted = rejected.into_iter().map(|rule| (rule, Deviation::Accepted));
            accepted.collect()
        }
        // A pattern may take in profiles that leave the point open.
        Deviation::Accepted => Vec::new(),
        // Which of the unusual things was too much cannot be told.
        Deviation::Crashed => {
            let read = ExplainedSteps::of(&own.recipe, EVALUATION_TIME).explanations;
            let mut rules: Vec<Rule> = read.iter().flat_map(unusual::rules).collect();
            if rules.is_empty() {
                rules.push(Rule::Baseline);
            }
            let crashed = rules.into_iter().map(|rule| (rule, Deviation::Crashed));
            crashed.collect()
        }
        Deviation::Rejected if own.verdict() == Verdict::Accept => {
            vec![(vector.rule, Deviation::Rejected)]
        }
        Deviation::Declined
        | Deviation::Garbled
        | Deviation::Rejected
        | Deviation::Signed
        | Deviation::TimedOut
        | Deviation::Unsupported => Vec::new(),
    }
}
