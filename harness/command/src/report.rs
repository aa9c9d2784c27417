//! `report`: the results of finished runs, in any format.

use std::{
    env,
    path::{Path, PathBuf},
};

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use jwt_assay_core::suite::Suite;

use super::{
    Error,
    files::{distinct, last_records, read_records, read_text, write_file},
    print,
    signals::{Ending, watch},
};
use jwt_assay::{
    conclusion,
    exit_code::ExitCode,
    record::Run,
    report::{
        FORMATS, Format, Options, generated,
        splice::{Part, splice},
    },
};

/// Writes the results of finished runs in any format, from their records alone.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Files of records; several are joined to one run of all their implementations; default: those of
    /// the last run of verifiers, the newer of `assay-results/records.jsonl` and
    /// `assay-results/records-partial.jsonl`
    #[arg(value_name = "RECORDS")]
    records: Vec<PathBuf>,
    /// Format of the report
    #[arg(long, default_value = "terminal", value_parser = format_parser())]
    format: &'static Format,
    /// File to write; default: standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Page whose tables to replace, between `<!-- BEGIN: run -->` and `<!-- END: run -->`, and
    /// between the same markers of `matrix`
    #[arg(long, value_name = "FILE", conflicts_with_all = ["format", "output"])]
    splice: Option<PathBuf>,
    /// Prints one row per implementation and profile
    #[arg(long)]
    by_profile: bool,
    /// Lists every unexpected result; default: one of each case, of the first 40 cases
    #[arg(long)]
    all: bool,
}

impl Args {
    pub(crate) fn run(&self) -> Result<ExitCode, Error> {
        watch(Ending::AtOnce, "the same command begins anew");
        let mut records = self.records.clone();
        if records.is_empty() {
            records.push(last_records());
        }
        if let Some(output) = self.output.as_ref().or(self.splice.as_ref()) {
            let inputs = records.iter().map(|path| ("RECORDS", path.as_path()));
            for input in inputs {
                distinct([input, ("the output", output)])?;
            }
        }
        let runs: Vec<Run> = records
            .iter()
            .map(|path| read_records(path))
            .collect::<Result<_, _>>()?;
        let Some(mut run) = Run::join(runs)? else {
            return Ok(ExitCode::NothingJudged);
        };
        run.put_in_order(Suite::bundled());
        let options = Options {
            by_profile: self.by_profile,
            all: self.all,
        };
        if let Some(page) = &self.splice {
            splice_page(page, &run, options)?;
        } else if let Some(path) = &self.output {
            let text = render(self.format, &run, options, path.as_ref())?;
            let text = anstream::adapter::strip_str(&text).to_string();
            write_file(path, &with_note(self.format, text))?;
        } else {
            let name = Path::new("standard output");
            print(&render(self.format, &run, options, name)?)?;
        }
        // The other codes are those of `run`. This one says that the report itself cannot be relied on.
        Ok(match conclusion::incomplete(&run) {
            Some(_) => ExitCode::Fault,
            None => ExitCode::Expected,
        })
    }
}

/// The values of `--format`, with the help of each.
pub(super) fn format_parser() -> impl TypedValueParser<Value = &'static Format> {
    let values = FORMATS
        .iter()
        .map(|format| PossibleValue::new(format.name).help(format.about));
    PossibleValuesParser::new(values)
        .map(|name| Format::named(&name).expect("a possible value is a format's name"))
}

/// Renders the run; errors name the destination as `name`.
pub(super) fn render(
    format: &Format,
    run: &Run,
    options: Options,
    name: &Path,
) -> Result<String, Error> {
    format
        .render(run, options)
        .map_err(|source| Error::write(name, source))
}

/// The text of a file, with the note that it is generated where the format takes one.
pub(super) fn with_note(format: &Format, text: String) -> String {
    match format.language {
        Some(language) => generated::with_note(language, &this_command(), &text),
        None => text,
    }
}

fn splice_page(page: &Path, run: &Run, options: Options) -> Result<(), Error> {
    let text = read_text(page)?;
    let spliced = splice(&text, run, options, &this_command());
    let (new, parts) = spliced.map_err(|source| Error::Splice {
        path: page.display().to_string(),
        source,
    })?;
    if new != text {
        write_file(page, &new)?;
    }
    let names: Vec<&str> = parts.into_iter().map(Part::name).collect();
    print(&format!("{}: {}\n", page.display(), names.join(", ")))
}

/// The command line of this process, with `jwt-assay` in place of the program's path.
pub(super) fn this_command() -> String {
    generated::command_line(this_words().iter().map(String::as_str))
}

/// The words of [`this_command`]. The arguments of a user's program are left out, unless they may be shown.
pub(super) fn this_words() -> Vec<String> {
    let arguments = env::args_os().skip(1);
    let arguments = arguments.map(|word| word.to_string_lossy().into_owned());
    let mut words: Vec<String> = std::iter::once("jwt-assay".to_owned())
        .chain(arguments)
        .collect();
    let end = words.iter().position(|word| word == "--");
    if let Some(program) = end.map(|end| end + 1)
        && !words[..program]
            .iter()
            .any(|word| word == "--show-arguments")
        && let Some(command) = words.get_mut(program)
    {
        *command = Path::new(&*command).file_name().map_or_else(
            || command.clone(),
            |name| name.to_string_lossy().into_owned(),
        );
        if words.len() > program + 1 {
            words.truncate(program + 1);
            words.push("…".to_owned());
        }
    }
    words
}

const EXAMPLES: &str = "\
Exit code: 0 where the report was written, whatever the results, for which `run` has codes; 3 where the
run is incomplete.

Examples:
  jwt-assay report                                      the last run, as `run` printed it
  jwt-assay report --format findings --output findings.md
  jwt-assay report python.jsonl node.jsonl --format matrix    several runs of the same vectors
  jwt-assay report --format junit --output results.xml
  jwt-assay report --splice reports/README.md           the tables between the markers";
