//! The broken builders against the vectors of builders.

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

use super::{Saboteur, Way, all};
use crate::{Broken, Catch, Row};

/// Asks every broken builder for the vectors that are about its rule and for the plain ones, and
/// where none of these catches it, for all others that want one assertion only. To ask all of
/// everything would take an hour of signing.
pub(crate) fn rows(suite: &Suite) -> Vec<Row> {
    let mut by_rule: BTreeMap<Rule, Vec<&Vector>> = BTreeMap::new();
    for (vector, _) in suite.commissions() {
        by_rule.entry(vector.rule).or_default().push(vector);
    }
    all()
        .map(|way| Row {
            catches: catches_of(suite, &by_rule, &way),
            broken: Broken::Builder(way),
        })
        .collect()
}

fn catches_of(suite: &Suite, by_rule: &BTreeMap<Rule, Vec<&Vector>>, way: &Way) -> Vec<Catch> {
    let of_rule = |rule| by_rule.get(&rule).into_iter().flatten().copied();
    let (many, single): (Vec<_>, Vec<_>) =
        of_rule(way.rule).partition(|vector| vector.case.many.is_some());
    let plain = of_rule(Rule::Baseline);
    let mut defenders: Vec<&Vector> = Vec::new();
    for vector in single.into_iter().chain(plain).chain(many) {
        // A case that catches it once need not catch it in every profile.
        let is_enough = vector.case.many.is_some() && !defenders.is_empty();
        let has_case = defenders
            .iter()
            .any(|other| other.case.id == vector.case.id);
        if !is_enough && !has_case && catches(vector, way) {
            defenders.push(vector);
        }
    }
    if defenders.is_empty() {
        let others = suite.commissions().map(|(vector, _)| vector);
        let mut others = others.filter(|vector| vector.case.many.is_none());
        defenders.extend(others.find(|vector| catches(vector, way)));
    }
    let caught = defenders.into_iter().map(|vector| Catch {
        vector: vector.id.clone(),
        names_the_rule: true,
    });
    caught.collect()
}

/// Cases that hold something against an answer and catch nothing. Where the rule of a `may` is open
/// in the profile, the case only tells.
pub(crate) fn idle(suite: &Suite, rows: &[Row], useful: &BTreeSet<&str>) -> Vec<CaseId> {
    let asks = |(vector, own): &(&Vector, &Commission)| {
        let holds = own.verdict != BuildVerdict::May || vector.level() == Level::Reject;
        !vector.is_control && holds
    };
    let mut of_case: BTreeMap<&CaseId, Vec<&Vector>> = BTreeMap::new();
    for (vector, _) in suite.commissions().filter(asks) {
        of_case.entry(&vector.case.id).or_default().push(vector);
    }
    let ways: Vec<&Way> = rows
        .iter()
        .filter_map(|row| match &row.broken {
            Broken::Builder(way) => Some(way),
            Broken::Verifier(_) => None,
        })
        .collect();
    // Many assertions are not asked for where one did, so that these cases are asked again.
    let catches_any = |vector: &&Vector| {
        let mut of_rule = ways.iter().filter(|way| way.rule == vector.rule);
        of_rule.any(|way| catches(vector, way))
    };
    of_case
        .into_iter()
        .filter(|(id, _)| !useful.contains(id.as_str()))
        .filter(|(_, vectors)| !vectors.iter().any(catches_any))
        .map(|(id, _)| id.clone())
        .collect()
}

/// Whether a vector tells the broken builder from a right one, under the broken rule.
fn catches(vector: &Vector, way: &Way) -> bool {
    let builder = Implementation::builder(Arc::new(Saboteur::new(way.twist)));
    let Some(exchange) = ask(&Asked::selected(vector), &builder, &OPTIONS) else {
        return false;
    };
    let layers = &builder.description.layers;
    let judged = judge::judge(vector, exchange, layers, None);
    // Without a control a declined request has no weight; here the reference is the control.
    let outcome = judged.steps.last().map(|step| &step.outcome);
    match outcome {
        Some(Outcome::Wrong(Deviation::Signed | Deviation::Declined)) => judged.rule == way.rule,
        Some(Outcome::Agrees | Outcome::Open | Outcome::Skipped(_) | Outcome::Wrong(_)) | None => {
            false
        }
    }
}

/// Answers enough for zeros at the beginning of a scalar.
const OPTIONS: RunOptions = RunOptions {
    samples: Some(2000),
    timeout: Duration::MAX,
    ..RunOptions::PLAIN
};
