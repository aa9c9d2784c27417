//! A run of builders that was stopped, and goes on.

use std::ops::ControlFlow;

use super::{begin, go_on, rerun};
use crate::{
    build::{plan::BuildPlan, run::Samples},
    divergences::Divergences,
    record::{Line, Run},
    run::Conduct,
    session::{OtherRun, Place, Planned, hash_of},
};

/// Goes on with a run that was stopped: asks for what is missing, and hands over only that. All of
/// it comes back, the kept records as they were.
///
/// # Errors
///
/// Where what is kept is of another run than the plan's; nothing was asked for then.
pub fn resume(
    plan: &mut BuildPlan<'_>,
    kept: Run,
    divergences: &[Divergences],
    conduct: &Conduct,
    samples: Samples,
    on_line: impl FnMut(Line) -> ControlFlow<()>,
) -> Result<Run, OtherRun> {
    let places = places(plan, &kept, divergences, samples)?;
    plan.done = places.iter().copied().collect();
    let kept = (kept, places);
    Ok(go_on(plan, kept, divergences, conduct, samples, on_line))
}

/// The places of all kept records in the plan.
///
/// # Errors
///
/// Where the kept run is of other vectors, builders, divergences or samples than the plan.
pub fn places(
    plan: &BuildPlan<'_>,
    kept: &Run,
    divergences: &[Divergences],
    samples: Samples,
) -> Result<Vec<Place>, OtherRun> {
    let builders = plan.builders.iter();
    Planned {
        header: begin(plan, samples, Vec::new()),
        implementations: builders
            .map(|builder| builder.description.about.name.as_str())
            .collect(),
        asked: plan.asked.iter().map(|asked| &asked.vector.id).collect(),
        rerun: &|(builder, asked)| rerun(&plan.builders[builder], &plan.asked[asked].vector.id),
    }
    .places(kept, divergences)
}

/// A hash of what is selected, and of how many assertions are asked for.
pub(super) fn selection(plan: &BuildPlan<'_>, samples: Samples) -> String {
    hash_of(plan.asked.iter().map(|asked| {
        let vector = asked.vector;
        let known = (vector.verdict, &vector.control, &vector.recipe);
        (&vector.id, asked.role, known, samples)
    }))
}
