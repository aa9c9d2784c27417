//! `run --role build`: asks builders for assertions, and judges what comes back.

use jwt_assay_core::{build::Suite, suite};

use super::{
    Args,
    records::{Begun, Taking},
};
use crate::Error;
use jwt_assay::{
    build::{self, BuildPlan, BuilderImplementation},
    exit_code::ExitCode,
    filter::Filter,
    record::{Line, Run},
};

pub(super) fn run(args: &Args) -> Result<ExitCode, Error> {
    let (builders, absent) = args.choice().find::<BuilderImplementation>()?;
    let descriptions = builders.iter().map(|builder| &builder.description.about);
    let descriptions: Vec<_> = descriptions.collect();
    let divergences = super::divergences(args, &descriptions, suite::Suite::bundled())?;
    let filter = Filter::from(args.filter.clone());
    let mut plan = BuildPlan::new(Suite::bundled(), &filter, builders)?;
    let (conduct, samples) = (args.conduct(), args.samples());
    let header = build::begin(&plan, samples, absent);
    let belongs = |kept: &Run| build::places(&plan, kept, &divergences, samples);
    let begun = Begun::new(args, header, belongs)?;
    let mut taking = Taking::new(args, &begun, plan.asked.len() * plan.builders.len())?;
    let on_line = |line: Line| taking.take(&line);
    let run = match begun {
        Begun::Anew(header) => {
            build::session(&plan, header, &divergences, &conduct, samples, on_line)
        }
        Begun::Before { kept, .. } => {
            build::resume(&mut plan, kept, &divergences, &conduct, samples, on_line)
                .map_err(|what| Error::other_run(args.records(), what))?
        }
    };
    taking.finish()?;
    super::report(args, &run)?;
    Ok(ExitCode::of_run(&run))
}
