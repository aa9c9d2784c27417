//! `new-adapter`: a template of a program that speaks the process protocol for a library.

use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
};

use clap::ValueEnum;

use super::{Error, print};
use jwt_assay::{exit_code::ExitCode, report::generated::command_line};
use jwt_assay_core::escape::for_terminal;

/// Writes an adapter and its test: a small verifier and builder that speaks the process protocol
/// and needs the standard library alone. Your library goes where the file says REPLACE.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Language of the adapter
    #[arg(value_enum, value_name = "LANGUAGE")]
    language: Language,
    /// Folder to write to; existing files are never replaced
    #[arg(value_name = "FOLDER", default_value = "adapter")]
    folder: PathBuf,
}

/// The language of an adapter.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Language {
    /// Go 1.19 or later
    Go,
    /// Node.js 20 or later
    Node,
    /// Python 3.9 or later
    Python,
}

impl Args {
    pub(crate) fn run(&self) -> Result<ExitCode, Error> {
        let files = self.language.files();
        check(&self.folder, files)?;
        fs::create_dir_all(&self.folder).map_err(|source| Error::write(&self.folder, source))?;
        for (name, text) in files {
            let path = self.folder.join(name);
            // `create_new` also fails for a file that another process made since the check.
            File::create_new(&path)
                .and_then(|mut file| file.write_all(text.as_bytes()))
                .map_err(|source| Error::write(&path, source))?;
            say!("wrote {}", path.display());
        }
        print(&self.language.next_steps(&self.folder))?;
        Ok(ExitCode::Expected)
    }
}

/// Checks that no file of the adapter exists.
fn check(folder: &Path, files: &[(&str, &str)]) -> Result<(), Error> {
    let there: Vec<String> = files
        .iter()
        .filter(|(name, _)| folder.join(name).symlink_metadata().is_ok())
        .map(|(name, _)| format!("`{name}`"))
        .collect();
    if there.is_empty() {
        Ok(())
    } else {
        Err(Error::AdapterExists {
            folder: folder.display().to_string(),
            names: there.join(", "),
        })
    }
}

impl Language {
    /// The files of the template, by name and text.
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

    /// The commands that build, test, try and judge the adapter.
    fn next_steps(self, folder: &Path) -> String {
        let path = |name: &str| folder.join(name).display().to_string();
        let here = command_line([&*folder.display().to_string()]);
        let (build, test, run) = match self {
            Self::Go => (
                Some(format!("(cd {here} && go build -o adapter)")),
                format!("(cd {here} && go test)"),
                // A shell looks a name without a slash up in PATH.
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

/// A vector that every template answers right.
const EXAMPLE: &str = "pos-full/rfc7523/hs256";
const EXAMPLES: &str = "\
The template verifies and builds client_secret_jwt with HS256, and `run` finds nothing wrong with
it. Existing files are never replaced.

Examples:
  jwt-assay new-adapter python               adapter/adapter.py and its test
  jwt-assay run -- python3 adapter/adapter.py
  jwt-assay new-adapter node shims/mine";
