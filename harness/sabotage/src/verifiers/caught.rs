//! Catches of broken verifiers: their answers compared with the verdicts of the vectors.

use std::collections::BTreeSet;

use jwt_assay_core::{
    model::{CaseId, Rule, Verdict},
    oracle::{self, Explanation, Memory},
    suite::{Presentation, Suite, Vector},
};

use super::Sabotage;
use crate::{Broken, Catch, MatrixRow};

/// Presents every vector to every broken verifier. The oracle reads each vector once.
pub(crate) fn rows(suite: &Suite) -> Vec<MatrixRow> {
    let mut rows: Vec<(Sabotage, Vec<Catch>)> = Sabotage::all()
        .map(|sabotage| (sabotage, Vec::new()))
        .collect();
    for (vector, own) in suite.presentations() {
        let steps = own.present().steps;
        let mut memory = Memory::default();
        let explanations: Vec<Explanation> = steps
            .iter()
            .map(|step| oracle::explain(&mut memory, step).expect("a known policy"))
            .collect();
        for (sabotage, catches) in &mut rows {
            let answers = sabotage.answers(&steps, &explanations);
            if let Some(names_the_rule) = caught(vector, own, &answers, sabotage.rule()) {
                catches.push(Catch {
                    vector: vector.id.clone(),
                    names_the_rule,
                });
            }
        }
    }
    rows.into_iter()
        .map(|(sabotage, catches)| MatrixRow {
            broken: Broken::Verifier(sabotage),
            catches,
        })
        .collect()
}

/// The idle cases: they ask for an answer, and catch no broken verifier. A `may` asks for no answer. A
/// case that breaks several rules at once is exempt, since no verifier that overlooks one rule fails it.
pub(crate) fn idle(suite: &Suite, useful: &BTreeSet<&str>) -> Vec<CaseId> {
    let asks = |(vector, own): &(&Vector, &Presentation)| {
        let has_answer = |verdict: &Verdict| !matches!(verdict, Verdict::May(_));
        !vector.is_control && !own.is_combined && own.verdicts.iter().any(has_answer)
    };
    let asking = suite.presentations().filter(asks);
    let asking: BTreeSet<&CaseId> = asking.map(|(vector, _)| &vector.case.id).collect();
    let is_idle = |id: &&CaseId| !useful.contains(id.as_str());
    asking.into_iter().filter(is_idle).cloned().collect()
}

/// A comparison of answers with verdicts: `None` where no step catches the verifier, else true where
/// the vector names the broken rule.
fn caught(vector: &Vector, own: &Presentation, answers: &[bool], rule: Rule) -> Option<bool> {
    own.verdicts
        .iter()
        .zip(answers)
        .find_map(|(verdict, accepts)| match (verdict, accepts) {
            (Verdict::Reject(named), true) => Some(*named == rule && !own.is_combined),
            (Verdict::Accept, false) => Some(vector.rule == rule),
            (Verdict::Accept, true) | (Verdict::Reject(_), false) | (Verdict::May(_), _) => None,
        })
}
