//! Which cases of the build role catch which broken builder, and which catch none.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use jwt_assay_core::{
    build::{Suite, Vector},
    model::{BuildVerdict, CaseId, Level, Rule},
};
use jwt_assay_implementations::Builder;

use super::{Saboteur, Way, all};
use jwt_assay::{
    build::{
        Samples, ask,
        judge::{self, Question},
    },
    judge::Outcome,
};

/// All broken builders against the cases that could catch them.
#[derive(Debug)]
pub struct Matrix {
    /// A row for each broken builder.
    pub rows: Vec<Row>,
    /// Cases that hold something against an answer and catch nothing: they tell no builder from
    /// another.
    pub idle: Vec<CaseId>,
}

/// One sabotage and what caught it.
#[derive(Debug)]
pub struct Row {
    /// The broken builder.
    pub way: Way,
    /// The cases that caught it under its own rule; not all, but one at least where there is one.
    pub defenders: BTreeSet<String>,
}

impl Matrix {
    /// Has every broken builder asked for the vectors that are about its rule and for the plain
    /// ones, and where none of these catches it, for all others that want one assertion only.
    #[must_use]
    pub fn of(suite: &Suite) -> Self {
        let mut by_rule: BTreeMap<Rule, Vec<&Vector>> = BTreeMap::new();
        for vector in &suite.vectors {
            by_rule.entry(vector.rule).or_default().push(vector);
        }
        let rows: Vec<Row> = all()
            .map(|way| Row {
                defenders: defenders(suite, &by_rule, &way),
                way,
            })
            .collect();
        Self {
            idle: idle(suite, &rows),
            rows,
        }
    }
}

fn defenders(suite: &Suite, by_rule: &BTreeMap<Rule, Vec<&Vector>>, way: &Way) -> BTreeSet<String> {
    let of_rule = |rule| by_rule.get(&rule).into_iter().flatten().copied();
    let (many, single): (Vec<_>, Vec<_>) =
        of_rule(way.rule).partition(|vector| vector.case.many.is_some());
    let plain = of_rule(Rule::Baseline);
    let mut defenders = BTreeSet::new();
    for vector in single.into_iter().chain(plain).chain(many) {
        // A case that catches it once need not catch it in every profile.
        let case = vector.id.case();
        let is_enough = vector.case.many.is_some() && !defenders.is_empty();
        if !is_enough && !defenders.contains(case) && catches(vector, way) {
            defenders.insert(case.to_owned());
        }
    }
    if defenders.is_empty() {
        let mut others = suite.vectors.iter().filter(|v| v.case.many.is_none());
        let first = others.find(|vector| catches(vector, way));
        defenders.extend(first.map(|vector| vector.id.case().to_owned()));
    }
    defenders
}

/// Cases that hold something against an answer and catch nothing. Where the rule of a `may` is open
/// in the profile, the case only tells.
fn idle(suite: &Suite, rows: &[Row]) -> Vec<CaseId> {
    let useful: BTreeSet<&str> = rows
        .iter()
        .flat_map(|row| row.defenders.iter().map(String::as_str))
        .collect();
    let asks =
        |vector: &&Vector| vector.verdict != BuildVerdict::May || vector.level() == Level::Refuse;
    let mut of_case: BTreeMap<&CaseId, Vec<&Vector>> = BTreeMap::new();
    let own = suite.vectors.iter().filter(|vector| !vector.is_control);
    for vector in own.filter(asks) {
        of_case.entry(&vector.case.id).or_default().push(vector);
    }
    // Many assertions are not asked for where one did, so that these cases are asked again.
    let catches_any = |vector: &&Vector| {
        let of_rule = rows.iter().filter(|row| row.way.rule == vector.rule);
        of_rule.map(|row| &row.way).any(|way| catches(vector, way))
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
    let builder = Saboteur::new(way.twist);
    let description = builder.describe();
    let seen = ask(vector, &builder, &description, Duration::MAX, ENOUGH);
    let question = Question {
        verdict: vector.verdict,
        rule: vector.rule,
        layers: &description.about.layers,
        faults_of_control: None,
        is_promised: seen.is_promised,
    };
    match judge::judge(&question, &seen.observation) {
        // Not declined: whatever else is wrong with what came.
        Outcome::WronglyBuilt if vector.verdict == BuildVerdict::Refuse => vector.rule == way.rule,
        Outcome::WronglyBuilt => {
            let rule = judge::decisive(&question, &seen.observation).map(|found| found.rule);
            rule.unwrap_or(vector.rule) == way.rule
        }
        Outcome::WronglyRefused => vector.rule == way.rule,
        Outcome::Agrees
        | Outcome::Failed(_)
        | Outcome::Informational
        | Outcome::Skipped(_)
        | Outcome::WronglyAccepted
        | Outcome::WronglyRejected => false,
    }
}

/// Enough for zeros at the beginning of a scalar.
const ENOUGH: Samples = Samples {
    at_most: Some(2000),
};
