//! What the suite can get wrong by itself: each is an error of the suite, not of an
//! implementation.

use std::{collections::HashMap, fmt};

use super::{Suite, Support, Vector};
use crate::{
    model::{Hash, Presented, Profile, Rule, VectorId, Verdict},
    oracle::{self, Explanation, Memory},
    recipe::StepRecipe,
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
    /// It breaks another rule that binds too, so that a verifier lax in the case's own still
    /// refuses it, and is not marked for that.
    Combined(Rule),
    /// It is marked as breaking several rules in this profile, and breaks one.
    NotCombined,
    /// Its control is something else than the case with its one fault undone.
    Control(&'static str),
    /// Its one edit promises another rule than the case names.
    Promise {
        /// What the edit promises.
        promised: Rule,
        /// What the case names.
        named: Rule,
    },
    /// The same is presented under the same profile, and another answer is asked for.
    Contradiction(VectorId),
    /// Nobody has said yet what is done in it.
    Unexplained,
}

impl Fault {
    /// Whether all that is wrong is that nobody has said what is done.
    #[must_use]
    pub fn is_unexplained(&self) -> bool {
        self.kind == FaultKind::Unexplained
    }
}

/// How the text of a case begins that a command wrote, for a person to say what is done in it.
pub const UNEXPLAINED: &str = "not explained yet: ";

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
            FaultKind::Combined(rule) => {
                write!(
                    f,
                    "{vector}: a verifier that forgets the case's rule still refuses it for `{rule}`; \
                     make it break one rule, or list the profile in `combined`"
                )
            }
            FaultKind::NotCombined => {
                write!(
                    f,
                    "{vector}: it breaks one rule; take the profile out of `combined`"
                )
            }
            FaultKind::Control(problem) => write!(f, "{vector}: its control {problem}"),
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
            FaultKind::Unexplained => {
                write!(
                    f,
                    "{vector}: say in the case's `text` what is done, in one sentence"
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
        let by_id: HashMap<&VectorId, &Vector> = self
            .vectors
            .iter()
            .map(|vector| (&vector.id, vector))
            .collect();
        for vector in &self.vectors {
            let presented = vector.present();
            let mut add = |kind| {
                faults.push(Fault {
                    vector: vector.id.clone(),
                    kind,
                })
            };
            let breaks_several = compare_with_oracle(vector, &presented, &mut add);
            if vector.case.text.starts_with(UNEXPLAINED) && !vector.is_control {
                add(FaultKind::Unexplained);
            }
            if vector.is_combined && !breaks_several {
                add(FaultKind::NotCombined);
            }
            let control = vector.control.as_ref().and_then(|id| by_id.get(id));
            if let Some(problem) = control.and_then(|control| fault_of_control(vector, control)) {
                add(FaultKind::Control(problem));
            }
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

/// What makes the control another experiment than the vector with its one fault undone.
fn fault_of_control(vector: &Vector, control: &Vector) -> Option<&'static str> {
    let (own, plain) = (&vector.recipe, &control.recipe);
    let is_for_another = own.profile != plain.profile || own.set != plain.set;
    // An algorithm that the profile refuses has no valid assertion; another stands in for it.
    let is_supported = Profile::get(vector.profile)
        .algorithms
        .supports(vector.algorithm);
    if is_for_another {
        Some("is for another profile or parameter set")
    } else if own.algorithm != plain.algorithm && is_supported {
        Some("is signed with another algorithm")
    } else if own.setup != plain.setup {
        Some("has another setup, so that more than the fault is undone")
    } else if plain.steps != [StepRecipe::default()] {
        Some("has edits of its own, so that more than the fault is undone")
    } else if control
        .verdicts
        .iter()
        .any(|verdict| matches!(verdict, Verdict::Reject(_)))
    {
        Some("must be refused too, so that it proves nothing")
    } else {
        None
    }
}

/// Compares step by step; whether a step must be refused for more rules than the named one.
fn compare_with_oracle(
    vector: &Vector,
    presented: &Presented,
    add: &mut impl FnMut(FaultKind),
) -> bool {
    let mut breaks_several = false;
    let mut memory = Memory::default();
    for (index, (step, declared)) in presented.steps.iter().zip(&vector.verdicts).enumerate() {
        let explanation = match oracle::explain(&mut memory, step) {
            Ok(explanation) => explanation,
            Err(error) => {
                let (declared, found) = (declared.to_string(), error.to_string());
                add(FaultKind::Disagreement {
                    step: index + 1,
                    declared,
                    found,
                });
                return breaks_several;
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
        let others = || {
            explanation
                .refusals()
                .filter(|finding| finding.rule != named)
        };
        breaks_several |= others().next().is_some();
        if let Some(other) = others().find(|finding| declares(finding.rule))
            && !vector.is_combined
        {
            add(FaultKind::Combined(other.rule));
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
    breaks_several
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
