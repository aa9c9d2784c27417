//! What the suite can get wrong by itself: each is an error of the suite, not of an
//! implementation.

use std::{collections::HashMap, fmt};

use super::{Suite, Support, Vector};
use crate::{
    model::{Hash, Presented, Rule, VectorId, Verdict},
    oracle::{self, Explanation, Memory},
    sign,
};

/// An error of the suite.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Fault {
    /// Where it shows first.
    pub vector: VectorId,
    /// What is wrong.
    pub kind: FaultKind,
}

/// What is wrong with a vector.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum FaultKind {
    /// The oracle reads the specifications otherwise.
    Disagreement {
        /// The step, counted from one.
        step: usize,
        /// What the case declares.
        declared: String,
        /// What the oracle says, with its findings.
        found: String,
    },
    /// It breaks a rule that it does not declare.
    Undeclared(Rule),
    /// Its one edit promises another rule than the case names.
    Promise {
        /// What the edit promises.
        promised: Rule,
        /// What the case names.
        named: Rule,
    },
    /// The same is presented under the same profile, and another answer is asked for.
    Contradiction(VectorId),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let vector = &self.vector;
        match &self.kind {
            FaultKind::Disagreement {
                step,
                declared,
                found,
            } => write!(
                f,
                "{vector}: the case declares `{declared}` at step {step}, the oracle finds {found}"
            ),
            FaultKind::Undeclared(rule) => {
                write!(
                    f,
                    "{vector}: it breaks `{rule}` too; declare it in `also-breaks`, or mend it"
                )
            }
            FaultKind::Promise { promised, named } => {
                write!(
                    f,
                    "{vector}: its edit promises `{promised}`, the case names `{named}`"
                )
            }
            FaultKind::Contradiction(other) => {
                write!(
                    f,
                    "{vector}: `{other}` presents the same and asks for another answer"
                )
            }
        }
    }
}

impl Suite {
    /// Compares every vector with the oracle, with its own mutations and with the others.
    #[must_use]
    pub fn lint(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut seen: HashMap<Vec<u8>, &Vector> = HashMap::new();
        for vector in &self.vectors {
            let presented = vector.present();
            let mut add = |kind| {
                faults.push(Fault {
                    vector: vector.id.clone(),
                    kind,
                })
            };
            compare_with_oracle(vector, &presented, &mut add);
            if let Some(other) = seen.insert(fingerprint(&presented), vector)
                && !agree(&other.verdicts, &vector.verdicts)
                && other.case.support == vector.case.support
            {
                add(FaultKind::Contradiction(other.id.clone()));
            }
        }
        faults
    }
}

fn compare_with_oracle(vector: &Vector, presented: &Presented, add: &mut impl FnMut(FaultKind)) {
    let mut memory = Memory::default();
    for (index, (step, declared)) in presented.steps.iter().zip(&vector.verdicts).enumerate() {
        let explanation = match oracle::explain(&mut memory, step) {
            Ok(explanation) => explanation,
            Err(error) => {
                let (declared, found) = (declared.to_string(), error.to_string());
                return add(FaultKind::Disagreement {
                    step: index + 1,
                    declared,
                    found,
                });
            }
        };
        if !agrees(vector, *declared, &explanation) {
            add(FaultKind::Disagreement {
                step: index + 1,
                declared: declared.to_string(),
                found: shown(&explanation),
            });
            continue;
        }
        let Verdict::Reject(named) = *declared else {
            continue;
        };
        let declares = |rule: Rule| rule == named || vector.case.also_breaks.contains(&rule);
        for finding in explanation
            .refusals()
            .filter(|finding| !declares(finding.rule))
        {
            add(FaultKind::Undeclared(finding.rule));
        }
        let recipe = &vector.recipe.steps[index];
        if let ([edit], true, None) = (
            recipe.edits.as_slice(),
            vector.recipe.setup.is_empty(),
            recipe.resend,
        ) && let Some(promised) = edit.breaks().filter(|promised| *promised != named)
        {
            add(FaultKind::Promise { promised, named });
        }
    }
}

/// Whether two lists of verdicts ask for the same answers; the lean of a `may` is editorial.
fn agree(one: &[Verdict], other: &[Verdict]) -> bool {
    one.len() == other.len()
        && one
            .iter()
            .zip(other)
            .all(|(one, other)| one.agrees_with(*other))
}

/// Where a case asks whether an algorithm is supported, the profile's table of algorithms answers
/// with `may`; the oracle only sees an assertion that is right.
fn agrees(vector: &Vector, declared: Verdict, explanation: &Explanation) -> bool {
    let found = explanation.verdict();
    let is_about_support =
        vector.case.support == Support::Algorithm && matches!(declared, Verdict::May(_));
    declared.agrees_with(found) || (is_about_support && found == Verdict::Accept)
}

fn shown(explanation: &Explanation) -> String {
    let findings: Vec<String> = explanation
        .findings
        .iter()
        .map(|finding| {
            format!(
                "\n    {} ({}): {}",
                finding.rule, finding.level, finding.detail
            )
        })
        .collect();
    format!("`{}`:{}", explanation.verdict(), findings.join(""))
}

/// What the server knows and what it is sent, as one hash.
fn fingerprint(presented: &Presented) -> Vec<u8> {
    let mut text = Vec::new();
    for step in &presented.steps {
        text.extend(step.now.0.to_be_bytes());
        let context = serde_json::to_vec(&*step.context);
        let request = serde_json::to_vec(&step.request);
        text.extend(context.expect("a context is data"));
        text.extend(request.expect("a request is data"));
    }
    sign::hash(Hash::Sha256, &text)
}
