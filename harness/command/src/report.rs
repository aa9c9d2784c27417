//! `report`: the results of finished runs, in any form.

use std::{
    env, io,
    path::{Path, PathBuf},
};

use clap::ValueEnum;
use jwt_assay_core::suite::Suite;

use super::{
    Error,
    files::{read_records, replace, write_file},
    print,
};
use jwt_assay::{
    exit_code::ExitCode,
    record::Run,
    report::{
        Options, findings,
        generated::{self, Language},
        jsonl, junit, markdown, matrix,
        splice::{Part, splice},
        terminal,
    },
};

/// Writes what came of finished runs, in any form, from their records alone.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Records of runs; several are read as one run of all their implementations
    #[arg(value_name = "RECORDS", default_value = "assay-results/records.jsonl")]
    records: Vec<PathBuf>,
    /// What is written
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Where it is written; standard output where not given
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Rewrite the part of this page between `<!-- BEGIN: run -->` and `<!-- END: run -->`, and the
    /// part between the same with `matrix`
    #[arg(long, value_name = "FILE", conflicts_with_all = ["format", "output"])]
    splice: Option<PathBuf>,
    /// One row per implementation and profile
    #[arg(long)]
    by_profile: bool,
    /// List every unexpected result, not just one of each case and of the first 40 cases
    #[arg(long)]
    all: bool,
}

/// What is written.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Format {
    /// Per implementation what is wrong, by severity, with clause and reason
    Findings,
    /// Records, a JSON object a line
    Jsonl,
    /// JUnit XML, for CI services
    Junit,
    /// For pull requests
    Markdown,
    /// Rules down, implementations across
    Matrix,
    /// For people
    #[default]
    Terminal,
}

pub(super) fn report(args: &Args) -> Result<ExitCode, Error> {
    let runs: Vec<Run> = args
        .records
        .iter()
        .map(|path| read_records(path))
        .collect::<Result<_, _>>()?;
    let Some(mut run) = Run::join(runs)? else {
        return Ok(ExitCode::NothingJudged);
    };
    run.put_in_order(Suite::bundled());
    let options = Options {
        by_profile: args.by_profile,
        all: args.all,
    };
    if let Some(page) = &args.splice {
        splice_page(page, &run, options)?;
    } else if let Some(path) = &args.output {
        let text = render(args.format, &run, options, path.as_ref())?;
        let text = anstream::adapter::strip_str(&text).to_string();
        write_file(path, &with_note(args.format, &text))?;
    } else {
        let name = Path::new("standard output");
        print(&render(args.format, &run, options, name)?)?;
    }
    Ok(ExitCode::Expected)
}

/// `name` is where it goes, for a message.
fn render(format: Format, run: &Run, options: Options, name: &Path) -> Result<String, Error> {
    Ok(match format {
        Format::Findings => findings::render(run),
        Format::Jsonl => {
            let mut text = Vec::new();
            jsonl::write(run, &mut text).map_err(|source| Error::write(name, source))?;
            String::from_utf8_lossy(&text).into_owned()
        }
        Format::Junit => {
            junit::render(run).map_err(|error| Error::write(name, io::Error::other(error)))?
        }
        Format::Markdown => markdown::render(run, options),
        Format::Matrix => matrix::render(run),
        Format::Terminal => terminal::render(run, options),
    })
}

fn with_note(format: Format, text: &str) -> String {
    let language = match format {
        Format::Findings | Format::Markdown | Format::Matrix => Language::Markdown,
        // A line that is no record would not be read back.
        Format::Jsonl => return text.to_owned(),
        Format::Junit => Language::Xml,
        Format::Terminal => Language::Text,
    };
    generated::with_note(language, &this_command(), text)
}

fn splice_page(page: &Path, run: &Run, options: Options) -> Result<(), Error> {
    let text = std::fs::read_to_string(page).map_err(|source| Error::read(page, source))?;
    let spliced = splice(&text, run, options, &this_command());
    let (new, parts) = spliced.map_err(|source| Error::Splice {
        path: page.display().to_string(),
        source,
    })?;
    if new != text {
        replace(page, &new).map_err(|source| Error::write(page, source))?;
    }
    let names: Vec<&str> = parts.into_iter().map(Part::name).collect();
    print(&format!("{}: {}\n", page.display(), names.join(", ")))
}

/// The command line that the process was started with, whatever the path of the program.
pub(super) fn this_command() -> String {
    let words: Vec<String> = env::args_os()
        .skip(1)
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    let words = words.iter().map(String::as_str);
    generated::command_line(std::iter::once("jwt-assay").chain(words))
}

const EXAMPLES: &str = "\
Exits 0 where the report was written, whatever it says; `run` has the exit codes for results.

Examples:
  jwt-assay report                                      the last run, as it was shown then
  jwt-assay report --format findings --output findings.md
  jwt-assay report python.jsonl node.jsonl --format matrix    several runs of the same vectors
  jwt-assay report --format junit --output results.xml
  jwt-assay report --splice README.md                   the tables between the markers";
