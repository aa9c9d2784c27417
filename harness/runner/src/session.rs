//! A whole run: presents what is planned, judges it as it comes, and puts the records in order.

mod resume;

use std::{ops::ControlFlow, process};

use jwt_assay_core::model::{Profile, ProfileId};

pub use self::resume::{OtherRun, Place, places};
use crate::{
    assess::Assessor,
    divergences::Divergences,
    plan::Plan,
    record::{Absent, Header, Incident, Line, Record, Run},
    run::{self, Event, RunOptions},
};

/// The header of a run that begins now.
#[must_use]
pub fn begin(plan: &Plan<'_>, options: &RunOptions, absent: Vec<Absent>) -> Header {
    let started = run::machine_time();
    Header {
        format: Header::FORMAT,
        run: format!("{started}-{}", process::id()),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        role: Some(plan.role),
        started,
        profiles: ProfileId::ALL.map(|id| Profile::get(id).label()).to_vec(),
        is_whole: plan.is_whole,
        planned: plan.selected().count(),
        selection: resume::selection(plan, options),
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
    options: &RunOptions,
    on_line: impl FnMut(Line) -> ControlFlow<()>,
) -> Run {
    let nothing = Run::begun(header);
    go_on(plan, (nothing, Vec::new()), divergences, options, on_line)
}

/// Goes on with a run that was stopped: presents what is missing, and hands over only that. All of
/// it comes back, the kept records as they were.
///
/// # Errors
///
/// Where what is kept is of another run than the plan's; nothing was presented then.
pub fn resume(
    plan: &mut Plan<'_>,
    kept: Run,
    divergences: Vec<Divergences>,
    options: &RunOptions,
    on_line: impl FnMut(Line) -> ControlFlow<()>,
) -> Result<Run, OtherRun> {
    let places = places(plan, options, &kept, &divergences)?;
    plan.done = places.iter().copied().collect();
    Ok(go_on(plan, (kept, places), divergences, options, on_line))
}

/// `kept` is what there is already, and the places of its records.
fn go_on(
    plan: &Plan<'_>,
    kept: (Run, Vec<Place>),
    divergences: Vec<Divergences>,
    options: &RunOptions,
    mut on_line: impl FnMut(Line) -> ControlFlow<()>,
) -> Run {
    let (
        Run {
            header,
            records,
            mut incidents,
        },
        places,
    ) = kept;
    let mut assessor = Assessor::new(plan, &header.run, divergences);
    let mut results: Vec<(Place, Record)> = places.into_iter().zip(records).collect();
    for ((implementation, asked), record) in &results {
        assessor.keep(*implementation, *asked, record);
    }
    run::run(plan, options, |event| match event {
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
