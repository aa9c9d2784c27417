//! A whole run: presents what is planned, judges it as it comes, and puts the records in order.

use std::{ops::ControlFlow, process};

use jwt_assay_core::model::{Profile, ProfileId};

use crate::{
    assess::Assessor,
    divergences::Divergences,
    plan::Plan,
    record::{Absent, Header, Record, Run},
    run::{self, Conduct},
};

/// The header of a run that begins now.
#[must_use]
pub fn begin(plan: &Plan<'_>, absent: Vec<Absent>) -> Header {
    let started = run::machine_time();
    Header {
        format: Header::FORMAT,
        run: format!("{started}-{}", process::id()),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        started,
        profiles: ProfileId::ALL.map(|id| Profile::get(id).label()).to_vec(),
        is_whole: plan.is_whole,
        planned: plan.selected().count(),
        implementations: plan
            .implementations
            .iter()
            .map(|i| i.description.clone())
            .collect(),
        absent,
    }
}

/// Runs the plan. `divergences` are those of [`Plan::implementations`], in that
/// order. `on_record` gets each record as it comes, in no particular order, and may stop the run.
pub fn judge(
    plan: &Plan<'_>,
    header: Header,
    divergences: Vec<Divergences>,
    conduct: &Conduct,
    mut on_record: impl FnMut(&Record) -> ControlFlow<()>,
) -> Run {
    let mut assessor = Assessor::new(plan, &header.run, divergences);
    let mut results: Vec<((usize, usize), Record)> = Vec::new();
    run::run(plan, conduct, |sighting| {
        let place = (sighting.implementation, sighting.asked);
        let record = assessor.record(sighting);
        let flow = on_record(&record);
        results.push((place, record));
        flow
    });
    results.sort_by_key(|(place, _)| *place);
    Run {
        header,
        records: results.into_iter().map(|(_, record)| record).collect(),
    }
}
