//! A recipe built once and read by the oracle once, for all that are put to it.

use jwt_assay_core::{
    model::{Rule, Step, UnixSeconds, Verdict},
    oracle::{self, Explanation, Memory},
    recipe::Recipe,
};

/// The steps that a recipe makes at one moment, with the oracle's explanation of each.
#[derive(Clone, Debug)]
pub struct ExplainedSteps {
    /// The steps as they are presented, in order.
    pub steps: Vec<Step>,
    /// The oracle's findings at each step.
    pub explanations: Vec<Explanation>,
}

impl ExplainedSteps {
    /// Builds, signs and reads.
    #[must_use]
    pub fn of(recipe: &Recipe, now: UnixSeconds) -> Self {
        Self::again(recipe.present_at(now).steps)
    }

    /// Reads what was built before.
    #[must_use]
    pub fn again(steps: Vec<Step>) -> Self {
        let explanations = explain(&steps);
        Self {
            steps,
            explanations,
        }
    }

    /// The verdict of the oracle at each step.
    #[must_use]
    pub fn verdicts(&self) -> Vec<Verdict> {
        let read = self.explanations.iter();
        read.map(Explanation::verdict).collect()
    }

    /// True where the verdicts, and the rules that ask for a rejection, are the same some seconds earlier and
    /// later. Only then can an implementation with a clock of its own be blamed: its clock may stand on
    /// either side of the moment that the oracle was given.
    #[must_use]
    pub fn is_steady(&self) -> bool {
        let asked = |read: &[Explanation]| -> Vec<(Verdict, Vec<Rule>)> {
            let rejections =
                |read: &Explanation| read.rejections().map(|found| found.rule).collect();
            let read = read.iter().map(|read| (read.verdict(), rejections(read)));
            read.collect()
        };
        let own = asked(&self.explanations);
        [-MARGIN, MARGIN].into_iter().all(|shift| {
            let mut steps = self.steps.clone();
            for step in &mut steps {
                step.now = step.now + shift;
            }
            asked(&explain(&steps)) == own
        })
    }
}

fn explain(steps: &[Step]) -> Vec<Explanation> {
    let Some((last, before)) = steps.split_last() else {
        return Vec::new();
    };
    let mut memory = Memory::default();
    let mut read = Vec::with_capacity(steps.len());
    read.extend(before.iter().map(|step| oracle::explain(&mut memory, step)));
    read.push(oracle::explain_last(&memory, last));
    let read = read.into_iter().collect::<Result<_, _>>();
    read.expect("a recipe names a profile that there is")
}

/// Seconds from a boundary within which a clock of its own may come out on either side, as for the
/// vectors of the suite.
const MARGIN: i64 = 5;
