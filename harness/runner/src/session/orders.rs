//! A second run in another order. An answer that depends on what was asked before shows state that leaks
//! from one request to the next: a cached key, a clock read once, a claim of the request before.

use std::{collections::HashMap, ops::ControlFlow};

use jwt_assay_core::model::VectorId;

use super::{begin, judge};
use crate::{
    observation::Observation,
    outcome::Outcome,
    plan::Plan,
    record::{Incident, Line, Record, Run},
    run::RunOptions,
};

/// Presents the plan once more, in the order that a seed draws, and returns an incident for each vector
/// that an implementation answered differently: other words are no difference, another kind of answer is.
/// `on_line` receives each line of the second run, and may stop it; what was answered until then is
/// compared.
///
/// Results without an answer in both orders are not compared. What else happened in the second run alone,
/// such as a control that was lost, is returned as well.
pub fn in_another_order(
    plan: &Plan<'_>,
    first: &Run,
    options: &RunOptions,
    seed: u64,
    on_line: impl FnMut(Line) -> ControlFlow<()>,
) -> Vec<Incident> {
    let options = RunOptions {
        seed: Some(seed),
        ..*options
    };
    let header = begin(plan, &options, Vec::new());
    let second = judge(plan, header, Vec::new(), &options, on_line);
    let mut incidents: Vec<Incident> = second
        .incidents
        .iter()
        .filter(|incident| !first.incidents.contains(incident))
        .map(|incident| Incident {
            implementation: incident.implementation.clone(),
            text: format!("in the order of seed {seed}: {}", incident.text),
        })
        .collect();
    for implementation in &plan.implementations {
        let name = &implementation.description.name;
        incidents.extend(differences(name, first, &second, seed));
    }
    incidents
}

/// One incident for each vector that differs, up to a limit, and one that counts the rest.
fn differences(name: &str, first: &Run, second: &Run, seed: u64) -> Vec<Incident> {
    let of = |run: &'_ Run| -> Vec<Record> {
        let records = run.records.iter();
        let judged = |record: &&Record| {
            record.implementation == name && !matches!(record.outcome, Outcome::Skipped(_))
        };
        records.filter(judged).cloned().collect()
    };
    let (first, second) = (of(first), of(second));
    let second: HashMap<&VectorId, &Record> = second.iter().map(|it| (&it.vector, it)).collect();
    let differing: Vec<String> = first
        .iter()
        .filter_map(|record| {
            let [one, other] = [record, second.get(&record.vector)?].map(kinds);
            (one != other).then(|| {
                format!(
                    "{}: {one} in the one order, {other} in that of seed {seed}; an earlier request \
                     decides",
                    record.vector
                )
            })
        })
        .collect();
    let rest = differing.len().saturating_sub(LISTED);
    let more = (rest > 0).then(|| format!("{rest} more vectors were answered differently as well"));
    let texts = differing.into_iter().take(LISTED).chain(more);
    texts
        .map(|text| Incident {
            implementation: name.to_owned(),
            text,
        })
        .collect()
}

/// The kinds of answers to the steps of a vector, without words.
fn kinds(record: &Record) -> String {
    let of_step = |seen: &Observation| match seen {
        Observation::Accepted { client_id } => format!("accepted as {client_id}"),
        Observation::Signed { .. } => "signed".to_owned(),
        Observation::Crashed { .. } => "crashed".to_owned(),
        Observation::Garbled { .. } => "garbled".to_owned(),
        Observation::Declined { .. } => "declined".to_owned(),
        Observation::Rejected { .. } => "rejected".to_owned(),
        Observation::TimedOut => "timed out".to_owned(),
        Observation::Unsupported { .. } => "unsupported".to_owned(),
    };
    let steps: Vec<String> = record.steps.iter().map(|it| of_step(&it.seen)).collect();
    steps.join(", then ")
}

/// Differences that are listed one by one for each implementation: one cause may change thousands.
const LISTED: usize = 20;
