//! `new-adapter`: a program that speaks the process protocol, to put a library into.

use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
};

use clap::ValueEnum;

use super::{Error, print};
use jwt_assay::{exit_code::ExitCode, report::generated::command_line};
use jwt_assay_core::escape::for_terminal;

/// Writes an adapter with its own test: a small verifier and builder that speaks the process
/// protocol and needs the standard library alone. Your library goes into the marked places.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// What the adapter is written in
    #[arg(value_enum, value_name = "LANGUAGE")]
    language: Language,
    /// Where it is written; nothing that is there is replaced
    #[arg(value_name = "FOLDER", default_value = "adapter")]
    folder: PathBuf,
}

/// What an adapter is written in.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Language {
    /// Go 1.19 or later
    Go,
    /// Node.js 20 or later
    Node,
    /// Python 3.9 or later
    Python,
}

pub(super) fn new_adapter(args: &Args) -> Result<ExitCode, Error> {
    let files = args.language.files();
    check(&args.folder, files)?;
    fs::create_dir_all(&args.folder).map_err(|source| Error::write(&args.folder, source))?;
    for (name, text) in files {
        let path = args.folder.join(name);
        // What came to be there since it was checked is not replaced either.
        File::create_new(&path)
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .map_err(|source| Error::write(&path, source))?;
        eprintln!("wrote {}", path.display());
    }
    print(&args.language.next_steps(&args.folder))?;
    Ok(ExitCode::Expected)
}

/// That nothing is in the way.
fn check(folder: &Path, files: &[(&str, &str)]) -> Result<(), Error> {
    let there: Vec<String> = files
        .iter()
        .filter(|(name, _)| folder.join(name).symlink_metadata().is_ok())
        .map(|(name, _)| format!("`{name}`"))
        .collect();
    match there.is_empty() {
        true => Ok(()),
        false => Err(Error::AdapterExists {
            folder: folder.display().to_string(),
            names: there.join(", "),
        }),
    }
}

impl Language {
    /// Names and texts.
    const fn files(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Go => &[
                ("go.mod", include_str!("../templates/go/go.mod")),
                ("main.go", include_str!("../templates/go/main.go")),
                ("main_test.go", include_str!("../templates/go/main_test.go")),
            ],
            Self::Node => &[
                ("adapter.mjs", include_str!("../templates/node/adapter.mjs")),
                (
                    "adapter.test.mjs",
                    include_str!("../templates/node/adapter.test.mjs"),
                ),
            ],
            Self::Python => &[
                ("adapter.py", include_str!("../templates/python/adapter.py")),
                (
                    "test_adapter.py",
                    include_str!("../templates/python/test_adapter.py"),
                ),
            ],
        }
    }

    /// How it is built, if at all, tested, tried by hand, and judged.
    fn next_steps(self, folder: &Path) -> String {
        let path = |name: &str| folder.join(name).display().to_string();
        let here = command_line([&*folder.display().to_string()]);
        let (build, test, run) = match self {
            Self::Go => (
                Some(format!("(cd {here} && go build -o adapter)")),
                format!("(cd {here} && go test)"),
                // Without a slash it would be looked up elsewhere.
                match folder.components().count() {
                    0 => "./adapter".to_owned(),
                    _ => command_line([&*path("adapter")]),
                },
            ),
            Self::Node => (
                None,
                command_line(["node", "--test", &path("adapter.test.mjs")]),
                command_line(["node", &path("adapter.mjs")]),
            ),
            Self::Python => (
                None,
                command_line(["python3", &path("test_adapter.py")]),
                command_line(["python3", &path("adapter.py")]),
            ),
        };
        let build = build.map_or_else(String::new, |build| {
            format!("to build it:        {build}\n")
        });
        let text = format!(
            "{build}\
             to test it:         {test}\n\
             to try it by hand:  jwt-assay show {EXAMPLE} --json | {run}\n\
             to judge it:        jwt-assay run -- {run}\n\
             and as a builder:   jwt-assay run --role build -- {run}\n"
        );
        text.lines().map(|line| for_terminal(line) + "\n").collect()
    }
}

/// Of what a template promises.
const EXAMPLE: &str = "pos-full/rfc7523/hs256";
const EXAMPLES: &str = "\
As it is written the adapter judges and builds client_secret_jwt with HS256, and `run` finds nothing
wrong with it. Nothing in the folder is replaced.

Examples:
  jwt-assay new-adapter python               adapter/adapter.py and its test
  jwt-assay run -- python3 adapter/adapter.py
  jwt-assay new-adapter node shims/mine";
