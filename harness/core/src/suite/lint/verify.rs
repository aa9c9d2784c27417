//! The lint of verifiers' vectors: the oracle and the promises of edits are the second sources.

use std::collections::HashMap;

use super::{ById, Fault, FaultKind, UNEXPLAINED};
use crate::{
    model::{Hash, Presented, Profile, Rule, Verdict},
    oracle::{self, Explanation, Memory},
    recipe::StepRecipe,
    sign,
    suite::{Presentation, Suite, Support, Vector},
};

/// Compares every vector with the oracle, with the promise of its edit and with the other vectors.
pub(super) fn lint(suite: &Suite, by_id: &ById<'_>, faults: &mut Vec<Fault>) {
    let mut seen: HashMap<Vec<u8>, (&Vector, &Presentation)> = HashMap::new();
    for (vector, own) in suite.presentations() {
        let presented = own.present();
        let mut add = |kind| {
            faults.push(Fault {
                vector: vector.id.clone(),
                kind,
            });
        };
        let breaks_several = compare_with_oracle(vector, own, &presented, &mut add);
        if vector.case.text.starts_with(UNEXPLAINED) && !vector.is_control {
            add(FaultKind::Unexplained);
        }
        if own.is_combined && !breaks_several {
            add(FaultKind::NotCombined);
        }
        let control = vector.control.as_ref().and_then(|id| by_id.get(id));
        let control = control.and_then(|control| control.presentation());
        if let Some(problem) = control.and_then(|control| fault_of_control(vector, own, control)) {
            add(FaultKind::Control(problem));
        }
        if let Some((other, its)) = seen.insert(fingerprint(&presented), (vector, own))
            && !agree(&its.verdicts, &own.verdicts)
            && other.case.support == vector.case.support
        {
            add(FaultKind::Contradiction(other.id.clone()));
        }
    }
}

/// The difference that makes the control another experiment than the vector with its fault undone.
fn fault_of_control(
    vector: &Vector,
    own: &Presentation,
    control: &Presentation,
) -> Option<&'static str> {
    let (own, plain) = (&own.recipe, &control.recipe);
    let is_for_another = own.profile != plain.profile || own.set != plain.set;
    // No assertion is valid with an algorithm that the profile rejects; another stands in for it.
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
        Some("must be rejected too, so that it proves nothing")
    } else {
        None
    }
}

/// Compares step by step with the oracle. True where some step must be rejected by a second rule as well.
fn compare_with_oracle(
    vector: &Vector,
    own: &Presentation,
    presented: &Presented,
    add: &mut impl FnMut(FaultKind),
) -> bool {
    let mut breaks_several = false;
    let mut memory = Memory::default();
    for (index, (step, declared)) in presented.steps.iter().zip(&own.verdicts).enumerate() {
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
            .rejections()
            .filter(|finding| !declares(finding.rule))
        {
            add(FaultKind::Undeclared(finding.rule));
        }
        let others = || {
            explanation
                .rejections()
                .filter(|finding| finding.rule != named)
        };
        breaks_several |= others().next().is_some();
        if let Some(other) = others().find(|finding| declares(finding.rule))
            && !own.is_combined
        {
            add(FaultKind::Combined(other.rule));
        }
        let recipe = &own.recipe.steps[index];
        if let ([edit], true, None) = (
            recipe.edits.as_slice(),
            own.recipe.setup.is_empty(),
            recipe.resend,
        ) && let Some(promised) = edit.breaks().filter(|promised| *promised != named)
        {
            add(FaultKind::Promise { promised, named });
        }
    }
    breaks_several
}

/// True where two lists of verdicts ask for the same answers. The lean of a `may` is editorial.
fn agree(one: &[Verdict], other: &[Verdict]) -> bool {
    one.len() == other.len()
        && one
            .iter()
            .zip(other)
            .all(|(one, other)| one.agrees_with(*other))
}

/// True where the declared verdict agrees with the oracle. A case about the support of an algorithm is
/// exempt from its acceptance: the profile's table of algorithms says `may`, which the oracle does not
/// read.
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

/// A hash of the server's knowledge and of the requests that it gets.
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
