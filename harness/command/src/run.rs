//! `run`: presents the suite to implementations and judges their answers.

mod args;
mod records;

pub(crate) use args::Args;

use std::{collections::HashSet, env, fs, ops::ControlFlow, path::Path};

use jwt_assay_core::{model::Role, suite::Suite};

use records::{RecordsWriter, Start};

use super::{
    Error,
    files::write_file,
    print,
    report::{render, with_note},
};
use jwt_assay::{
    divergences::Divergences,
    exit_code::ExitCode,
    filter::Filter,
    plan::{Implementation, Plan},
    record::{Line, Run},
    report::{Format, Options},
    session,
};

impl Args {
    pub(crate) fn run(&self) -> Result<ExitCode, Error> {
        let suite = Suite::bundled();
        let filter = Filter::from(self.filter.clone());
        if self.samples.is_some() && filter.role == Role::Verify {
            return Err(Error::SamplesOfVerifiers);
        }
        // An empty variable behind `--` would otherwise judge what is built in.
        if self.choice().command.is_empty()
            && env::args_os().next_back().is_some_and(|it| it == "--")
        {
            return Err(Error::NoCommand);
        }
        let (implementations, absent) = self.choice().find()?;
        if let Some(name) = twice(&implementations) {
            return Err(Error::SameName { name });
        }
        let divergences = divergences(self, &implementations, suite)?;
        let mut plan = Plan::new(suite, &filter, implementations)?;
        let options = self.options();
        let header = session::begin(&plan, &options, absent);
        let belongs = |kept: &Run| session::positions(&plan, &options, kept, &divergences);
        let start = Start::new(self, header, belongs)?;
        let orders = if self.two_orders { 2 } else { 1 };
        let total = plan.asked.len() * plan.implementations.len() * orders;
        let mut writer = RecordsWriter::new(self, &start, total)?;
        let on_line = |line: Line| writer.take(&line);
        let mut run = match start {
            Start::Anew(header) => session::judge(&plan, header, divergences, &options, on_line),
            Start::After { kept, .. } => {
                session::resume(&mut plan, kept, divergences, &options, on_line)
                    .map_err(|what| Error::other_run(self.records(), what))?
            }
        };
        if let Some(seed) = self.second_order() {
            let again = |line: Line| writer.pass(&line);
            let found = session::in_another_order(&plan, &run, &options, seed, again);
            for incident in &found {
                // OK to ignore: the run is over, and an error of writing is kept for the end.
                let _: ControlFlow<()> = writer.take(&Line::Incident(incident.clone()));
            }
            eprintln!(
                "two orders, the suite's and that of seed {seed}: {}",
                match found.len() {
                    0 => "each vector was answered alike".to_owned(),
                    count => format!("{count} incidents"),
                }
            );
            run.incidents.extend(found);
        }
        writer.finish()?;
        report(self, &run)?;
        Ok(ExitCode::of_run(&run))
    }
}

/// A name that two implementations have. Their results would add up in one row.
fn twice(implementations: &[Implementation]) -> Option<String> {
    let names = implementations.iter().map(|it| &it.description.name);
    let mut known = HashSet::new();
    names.into_iter().find(|name| !known.insert(*name)).cloned()
}

fn divergences(
    args: &Args,
    implementations: &[Implementation],
    suite: &Suite,
) -> Result<Vec<Divergences>, Error> {
    let names = implementations
        .iter()
        .map(|it| it.description.name.as_str());
    let names: Vec<&str> = names.collect();
    let mut own = Vec::new();
    for given in &args.divergences {
        let named = given
            .split_once('=')
            .filter(|(name, _)| names.contains(name));
        own.push(match (named, &names[..]) {
            (Some((name, file)), _) => (name, file),
            (None, [only]) => (*only, given.as_str()),
            (None, _) => {
                return Err(Error::AmbiguousDivergences {
                    file: given.clone(),
                });
            }
        });
    }
    let of = |implementation: &Implementation| match own
        .iter()
        .find(|(name, _)| *name == implementation.description.name)
    {
        _ if args.no_divergences => Ok(Divergences::default()),
        // The bundled files speak of the registry's programs and of no other that has their names.
        None if implementation.command.is_some() => Ok(Divergences::default()),

        Some((_, file)) => {
            let path = Path::new(file);
            let text = fs::read_to_string(path).map_err(|source| Error::read(path, source))?;
            let own = Divergences::read(file, &text, suite)?;
            Ok(own.with_toolchain_of(&implementation.description))
        }
        None => Ok(Divergences::bundled(&implementation.description, suite)?),
    };
    implementations.iter().map(of).collect()
}

fn report(args: &Args, run: &Run) -> Result<(), Error> {
    let options = Options {
        by_profile: args.by_profile,
        all: args.all,
    };
    for (name, path) in [("junit", &args.junit), ("markdown", &args.markdown)] {
        if let (Some(path), Some(format)) = (path, Format::named(name)) {
            let text = render(format, run, options, path)?;
            write_file(path, &with_note(format, text))?;
        }
    }
    print(&render(
        args.format,
        run,
        options,
        Path::new("standard output"),
    )?)?;
    if !args.no_records {
        eprintln!("records: {}", args.records().display());
    }
    Ok(())
}
