//! Catches of broken builders: their answers judged as a run judges them.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use jwt_assay::{
    judge,
    outcome::{Deviation, Outcome},
    plan::{Asked, Implementation},
    run::{RunOptions, ask},
};
use jwt_assay_core::{
    model::{BuildVerdict, CaseId, Level, Rule},
    suite::{Commission, Suite, Vector},
};

use super::{Mistake, Saboteur, all};
use crate::{Broken, Catch, MatrixRow};

/// Asks every broken builder for the vectors of its rule and for the plain ones. Where none of these
/// catches it, it is asked for all others that want a single assertion. Asking every builder for every
/// vector would take an hour of signing.
pub(crate) fn rows(suite: &Suite) -> Vec<MatrixRow> {
    let mut by_rule: BTreeMap<Rule, Vec<&Vector>> = BTreeMap::new();
    for (vector, _) in suite.commissions() {
        by_rule.entry(vector.rule).or_default().push(vector);
    }
    all()
        .map(|mistake| MatrixRow {
            catches: catches_of(suite, &by_rule, &mistake),
            broken: Broken::Builder(mistake),
        })
        .collect()
}

fn catches_of(
    suite: &Suite,
    by_rule: &BTreeMap<Rule, Vec<&Vector>>,
    mistake: &Mistake,
) -> Vec<Catch> {
    let of_rule = |rule| by_rule.get(&rule).into_iter().flatten().copied();
    let (many, single): (Vec<_>, Vec<_>) =
        of_rule(mistake.rule).partition(|vector| vector.case.many.is_some());
    let plain = of_rule(Rule::Baseline);
    let mut defenders: Vec<&Vector> = Vec::new();
    for vector in single.into_iter().chain(plain).chain(many) {
        // One vector per case is enough, and cases of many assertions are slow: they come last, and only
        // where nothing else has caught the builder.
        let is_enough = vector.case.many.is_some() && !defenders.is_empty();
        let has_case = defenders
            .iter()
            .any(|other| other.case.id == vector.case.id);
        if !is_enough && !has_case && catches(vector, mistake) {
            defenders.push(vector);
        }
    }
    if defenders.is_empty() {
        let others = suite.commissions().map(|(vector, _)| vector);
        let mut others = others.filter(|vector| vector.case.many.is_none());
        defenders.extend(others.find(|vector| catches(vector, mistake)));
    }
    let caught = defenders.into_iter().map(|vector| Catch {
        vector: vector.id.clone(),
        names_the_rule: true,
    });
    caught.collect()
}

/// The idle cases: they can find a fault, and catch no broken builder. A `may` can find a fault only
/// where its rule binds in the profile; elsewhere the case is informative.
pub(crate) fn idle(suite: &Suite, rows: &[MatrixRow], useful: &BTreeSet<&str>) -> Vec<CaseId> {
    let asks = |(vector, own): &(&Vector, &Commission)| {
        let holds = own.verdict != BuildVerdict::May || vector.level() == Level::Reject;
        !vector.is_control && holds
    };
    let mut of_case: BTreeMap<&CaseId, Vec<&Vector>> = BTreeMap::new();
    for (vector, _) in suite.commissions().filter(asks) {
        of_case.entry(&vector.case.id).or_default().push(vector);
    }
    let mistakes: Vec<&Mistake> = rows
        .iter()
        .filter_map(|row| match &row.broken {
            Broken::Builder(mistake) => Some(mistake),
            Broken::Verifier(_) => None,
        })
        .collect();
    // `rows` skips cases of many assertions where another case caught the builder, so they are asked here.
    let catches_any = |vector: &&Vector| {
        let mut of_rule = mistakes
            .iter()
            .filter(|mistake| mistake.rule == vector.rule);
        of_rule.any(|mistake| catches(vector, mistake))
    };
    of_case
        .into_iter()
        .filter(|(id, _)| !useful.contains(id.as_str()))
        .filter(|(_, vectors)| !vectors.iter().any(catches_any))
        .map(|(id, _)| id.clone())
        .collect()
}

/// True where the vector catches the broken builder under the broken rule.
fn catches(vector: &Vector, mistake: &Mistake) -> bool {
    let builder = Implementation::builder(Arc::new(Saboteur::new(mistake.flaw)));
    let Some(exchange) = ask(&Asked::selected(vector), &builder, &OPTIONS) else {
        return false;
    };
    let layers = &builder.description.layers;
    let judged = judge::judge(vector, exchange, layers, None);
    // No control: every builder here is the reference but for its flaw, and lint has it build the controls.
    let outcome = judged.steps.last().map(|step| &step.outcome);
    match outcome {
        Some(Outcome::Wrong(Deviation::Signed | Deviation::Declined)) => {
            judged.rule == mistake.rule
        }
        Some(Outcome::Agrees | Outcome::Open | Outcome::Skipped(_) | Outcome::Wrong(_)) | None => {
            false
        }
    }
}

/// Enough samples for a scalar with a leading zero octet, one in 256, to occur with near certainty.
const OPTIONS: RunOptions = RunOptions {
    samples: Some(2000),
    timeout: Duration::MAX,
    ..RunOptions::PLAIN
};
