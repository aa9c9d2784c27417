//! A whole run: presents the vectors of a plan, judges each exchange at once, and sorts the records.

mod orders;
mod resume;

use std::{ops::ControlFlow, process};

use jwt_assay_core::model::{Profile, ProfileId};

pub use self::orders::in_another_order;
pub use self::resume::{OtherRun, Position, positions};
use crate::{
    assess::Assessor,
    divergences::Divergences,
    plan::Plan,
    record::{Absent, Header, Line, Record, Run},
    run::{self, RunOptions},
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
        incomplete: None,
    }
}

/// Runs the plan. `divergences` are in the order of [`Plan::implementations`]. `on_line` receives
/// each record and each incident at once, in the order in which threads finish, and may stop the
/// run.
pub fn judge(
    plan: &Plan<'_>,
    header: Header,
    divergences: Vec<Divergences>,
    options: &RunOptions,
    on_line: impl FnMut(Line) -> ControlFlow<()>,
) -> Run {
    let nothing = Run::without_results(header);
    finish(plan, (nothing, Vec::new()), divergences, options, on_line)
}

/// Resumes a run that was stopped: presents the missing vectors, and sends only their records to
/// `on_line`. Returns the whole run, with the kept records unchanged.
///
/// # Errors
///
/// Fails if the kept records are of another run than the plan's; then nothing was presented.
pub fn resume(
    plan: &mut Plan<'_>,
    kept: Run,
    divergences: Vec<Divergences>,
    options: &RunOptions,
    on_line: impl FnMut(Line) -> ControlFlow<()>,
) -> Result<Run, OtherRun> {
    let positions = positions(plan, options, &kept, &divergences)?;
    plan.done = positions.iter().copied().collect();
    Ok(finish(
        plan,
        (kept, positions),
        divergences,
        options,
        on_line,
    ))
}

/// Runs the rest of a plan. `kept` is the part that is done, with the positions of its records.
fn finish(
    plan: &Plan<'_>,
    kept: (Run, Vec<Position>),
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
        positions,
    ) = kept;
    let mut assessor = Assessor::new(plan, &header.run, divergences, options);
    let mut results: Vec<(Position, Record)> = positions.into_iter().zip(records).collect();
    // The controls first: a kept control is not asked again, and its vectors may still be missing.
    for ((implementation, asked), record) in &results {
        assessor.keep_control(*implementation, *asked, record);
    }
    let mut is_stopped = false;
    run::run(plan, options, |event| {
        let (records, incident) = assessor.take(event);
        for (position, record) in records {
            results.push((position, record.clone()));
            if on_line(Line::Record(Box::new(record))).is_break() {
                is_stopped = true;
                return ControlFlow::Break(());
            }
        }
        if let Some(incident) = incident {
            incidents.push(incident.clone());
            if on_line(Line::Incident(incident)).is_break() {
                is_stopped = true;
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    });
    // A run that was stopped asks for the rest when it is resumed; nothing of it is void.
    for (position, record) in assessor.finish().into_iter().filter(|_| !is_stopped) {
        results.push((position, record.clone()));
        if on_line(Line::Record(Box::new(record))).is_break() {
            break;
        }
    }
    // Threads and programs finish in any order, and reports must not depend on it.
    results.sort_by_key(|(position, _)| *position);
    Run {
        header,
        records: results.into_iter().map(|(_, record)| record).collect(),
        incidents,
    }
}
