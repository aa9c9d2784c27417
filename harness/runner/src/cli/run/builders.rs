//! `run --role build`: asks builders for assertions, and judges what comes back.

use std::{ops::ControlFlow, sync::Arc};

use jwt_assay_core::{build, suite::Suite};
use jwt_assay_implementations::registry::{self, KNOWN};

use super::{Args, RecordsFile};
use crate::{
    build::{BuildPlan, BuilderImplementation, ReferenceBuilder, Samples},
    cli::Error,
    exit_code::ExitCode,
    filter::Filter,
    record::{Absent, Line},
    reference::Reference,
};

pub(super) fn run(args: &Args) -> Result<ExitCode, Error> {
    let (builders, absent) = builders(&args.implementations)?;
    let names = builders
        .iter()
        .map(|builder| builder.description.about.name.as_str());
    let divergences = super::divergences(args, &names.collect::<Vec<_>>(), Suite::bundled())?;
    let filter = Filter::from(args.filter.clone());
    let plan = BuildPlan::new(build::Suite::bundled(), &filter, builders)?;
    let header = crate::build::begin(&plan, absent);
    let mut sink = match args.no_records {
        true => None,
        false => Some(RecordsFile::create(&args.records, &header)?),
    };
    let progress = super::progress(plan.asked.len() * plan.builders.len());
    let mut written = Ok(());
    let (conduct, samples) = (super::conduct(args), Samples::default());
    let run = crate::build::session(&plan, header, &divergences, &conduct, samples, |record| {
        progress.inc(1);
        if let Some(sink) = &mut sink {
            written = sink.write_line(&Line::Record(Box::new(record.clone())));
        }
        match written.is_err() || (args.fail_fast && record.is_unexpected()) {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    });
    progress.finish_and_clear();
    written?;
    super::report(args, &run)?;
    Ok(ExitCode::of_run(&run))
}

/// The builders to ask: those named, each once, else all that are built in.
fn builders(names: &[String]) -> Result<(Vec<BuilderImplementation>, Vec<Absent>), Error> {
    let reference = || BuilderImplementation::new(Arc::new(ReferenceBuilder));
    if !names.is_empty() {
        let first = |&(index, name): &(usize, &String)| !names[..index].contains(name);
        let named = names.iter().enumerate().filter(first).map(|(_, name)| {
            if name == Reference::NAME {
                return Ok(reference());
            }
            let found = registry::builder_named(name).map_err(unknown)?;
            Ok(BuilderImplementation::new(found.into()))
        });
        return Ok((named.collect::<Result<_, Error>>()?, Vec::new()));
    }
    let built_in = registry::builders_in_process()
        .into_iter()
        .map(|builder| BuilderImplementation::new(builder.into()));
    Ok((
        std::iter::once(reference()).chain(built_in).collect(),
        absent(),
    ))
}

fn absent() -> Vec<Absent> {
    let missing = KNOWN.iter().filter_map(|known| {
        Some(Absent {
            name: known.name.to_owned(),
            reason: known.missing()?.to_owned(),
        })
    });
    missing.collect()
}

fn unknown(error: registry::UnknownImplementation) -> Error {
    match error {
        registry::UnknownImplementation::NoSuchName { given, .. } => {
            Error::unknown_implementation(&given, &[])
        }
        registry::UnknownImplementation::NotBuilt { name, reason } => Error::NotBuilt {
            name: name.to_owned(),
            reason: reason.to_owned(),
        },
    }
}
