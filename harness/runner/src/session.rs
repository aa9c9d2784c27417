//! A whole run: presents what is planned, judges it as it comes, and puts the records in order.

use std::{ops::ControlFlow, process};

use jwt_assay_core::model::{Profile, ProfileId};

use crate::{
    assess::Assessor,
    divergences::Divergences,
    plan::Plan,
    record::{Absent, Header, Incident, Line, Record, Run},
    run::{self, Conduct, Event},
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
/// order. `on_line` gets each record and each incident as it comes, in no particular order, and may
/// stop the run.
pub fn judge(
    plan: &Plan<'_>,
    header: Header,
    divergences: Vec<Divergences>,
    conduct: &Conduct,
    mut on_line: impl FnMut(Line) -> ControlFlow<()>,
) -> Run {
    let mut assessor = Assessor::new(plan, &header.run, divergences);
    let mut results: Vec<((usize, usize), Record)> = Vec::new();
    let mut incidents = Vec::new();
    run::run(plan, conduct, |event| match event {
        Event::Sighting(sighting) => {
            let place = (sighting.implementation, sighting.asked);
            let record = assessor.record(sighting);
            results.push((place, record.clone()));
            on_line(Line::Record(Box::new(record)))
        }
        Event::Incident {
            implementation,
            text,
        } => {
            let name = plan.implementations[implementation]
                .description
                .name
                .clone();
            let incident = Incident {
                implementation: name,
                text,
            };
            incidents.push(incident.clone());
            on_line(Line::Incident(incident))
        }
    });
    results.sort_by_key(|(place, _)| *place);
    Run {
        header,
        records: results.into_iter().map(|(_, record)| record).collect(),
        incidents,
    }
}
