//! `run --role build`: asks builders for assertions, and judges what comes back.

use std::ops::ControlFlow;

use jwt_assay_core::{build, suite::Suite};

use super::{Args, RecordsFile, is_unexpected};
use crate::{
    build::{BuildPlan, BuilderImplementation, Samples},
    cli::Error,
    exit_code::ExitCode,
    filter::Filter,
    record::Line,
};

pub(super) fn run(args: &Args) -> Result<ExitCode, Error> {
    if args.resume {
        return Err(Error::ResumedBuilders);
    }
    let (builders, absent) = args.choice().find::<BuilderImplementation>()?;
    let names = builders
        .iter()
        .map(|builder| builder.description.about.name.as_str());
    let divergences = super::divergences(args, &names.collect::<Vec<_>>(), Suite::bundled())?;
    let filter = Filter::from(args.filter.clone());
    let plan = BuildPlan::new(build::Suite::bundled(), &filter, builders)?;
    let header = crate::build::begin(&plan, absent);
    let mut sink = match args.no_records {
        true => None,
        false => Some(RecordsFile::create(args.records(), &header)?),
    };
    let progress = super::progress(plan.asked.len() * plan.builders.len());
    let mut written = Ok(());
    let (conduct, samples) = (super::conduct(args), Samples::default());
    let on_line = |line: Line| {
        progress.inc(1);
        if let Some(sink) = &mut sink {
            written = sink.write_line(&line);
        }
        match written.is_err() || (args.fail_fast && is_unexpected(&line)) {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    };
    let run = crate::build::session(&plan, header, &divergences, &conduct, samples, on_line);
    progress.finish_and_clear();
    written?;
    super::report(args, &run)?;
    Ok(ExitCode::of_run(&run))
}
