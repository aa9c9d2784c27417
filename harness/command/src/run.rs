//! `run`: presents the suite to implementations and judges their answers.

mod args;
mod place;
mod records;

pub(crate) use args::Args;

use std::{collections::HashSet, env, ops::ControlFlow, path::Path};

use jwt_assay_core::{model::Role, suite::Suite};

use records::{RecordsFile, RecordsWriter, Start};

use super::{
    Error,
    files::{check_writable, distinct, read_text, write_file},
    print,
    report::{render, this_words, with_note},
    signals::{Ending, received, watch},
};
use jwt_assay::{
    divergences::Divergences,
    exit_code::ExitCode,
    filter::Filter,
    plan::{Implementation, Plan},
    record::{Line, Run},
    report::{Format, Options, generated},
    run::RunOptions,
    session,
};

impl Args {
    pub(crate) fn run(&self) -> Result<ExitCode, Error> {
        // Before programs start, which may not answer.
        watch(
            Ending::ByItself,
            "the same command with --resume presents what is missing in the records",
        );
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
        let records = (!self.no_records).then(|| place::records(self, &header));
        check_outputs(self, records.as_deref())?;
        let file = records.as_deref().map(RecordsFile::open).transpose()?;
        let belongs = |kept: &Run| session::positions(&plan, &options, kept, &divergences);
        let start = Start::new(self, file.as_ref(), header, belongs)?;
        let orders = if self.two_orders { 2 } else { 1 };
        let total = plan.asked.len() * plan.implementations.len() * orders;
        let mut writer = RecordsWriter::new(self, file, &start, total)?;
        let on_line = |line: Line| writer.take(&line);
        let mut run = match start {
            Start::Anew(header) => session::judge(&plan, header, divergences, &options, on_line),
            Start::After { kept, .. } => {
                let resumed = session::resume(&mut plan, kept, divergences, &options, on_line);
                resumed
                    .map_err(|what| Error::other_run(&records.clone().unwrap_or_default(), what))?
            }
        };
        compare_orders(self, &plan, &mut run, &options, &mut writer);
        let file = writer.finish(&mut run)?;
        report(self, &run)?;
        if let Some(file) = file {
            say!("records: {}", file.path().display());
            // After the report, which does not come from the file, and is all that may be left.
            file.check()?;
        }
        if let Some(signal) = received() {
            let kept = if records.is_some() {
                format!("`{}` presents the others", resuming())
            } else {
                "without records, nothing is kept".to_owned()
            };
            let count = run.records.len();
            say!(
                "stopped by {} after {count} of {total} records; {kept}",
                signal.name()
            );
        }
        Ok(ExitCode::of_run(&run))
    }
}

/// Presents everything a second time where two orders are asked for, and adds what differs to the run.
fn compare_orders(
    args: &Args,
    plan: &Plan<'_>,
    run: &mut Run,
    options: &RunOptions,
    writer: &mut RecordsWriter,
) {
    let Some(seed) = args.second_order().filter(|_| received().is_none()) else {
        return;
    };
    let again = |_| writer.pass();
    let found = session::in_another_order(plan, run, options, seed, again);
    for incident in &found {
        // OK to ignore: the run is over, and an error of writing is kept for the end.
        let _: ControlFlow<()> = writer.take(&Line::Incident(incident.clone()));
    }
    let seen = match found.len() {
        0 => "each vector was answered alike".to_owned(),
        count => format!("{count} incidents"),
    };
    say!("two orders, the suite's and that of seed {seed}: {seen}");
    run.incidents.extend(found);
}

/// The command line that resumes this run.
fn resuming() -> String {
    let mut words = this_words();
    if !words.iter().any(|word| word == "--resume") {
        // Before the program, whose arguments are its own.
        let end = words.iter().position(|word| word == "--");
        words.insert(end.unwrap_or(words.len()), "--resume".to_owned());
    }
    generated::command_line(words.iter().map(String::as_str))
}

/// Checks before the run that each output has a file of its own, which can be written. Divergences are
/// among them, since a report in their place would replace a person's words.
fn check_outputs(args: &Args, records: Option<&Path>) -> Result<(), Error> {
    let reports = [("--junit", &args.junit), ("--markdown", &args.markdown)];
    let reports = reports.map(|(name, path)| path.as_deref().map(|path| (name, path)));
    let stdout = ("standard output", Path::new("/dev/stdout"));
    let outputs = records.map(|path| ("--records", path)).into_iter();
    let outputs = outputs.chain(reports.into_iter().flatten()).chain([stdout]);
    let outputs: Vec<(&str, &Path)> = outputs.collect();
    distinct(outputs.iter().copied())?;
    // Two implementations may share a file of divergences, so each is compared with the outputs alone.
    for given in &args.divergences {
        let file = given.split_once('=').map_or(&**given, |(_, file)| file);
        for input in [given, file] {
            let input = ("--divergences", Path::new(input));
            distinct(outputs.iter().copied().chain([input]))?;
        }
    }
    for (_, path) in reports.into_iter().flatten() {
        check_writable(path)?;
    }
    Ok(())
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
            let text = read_text(path)?;
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
    Ok(())
}
