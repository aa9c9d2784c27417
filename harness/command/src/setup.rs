//! `setup`: installs the libraries of an ecosystem of adapters.

use std::process::Command;

use jwt_assay_implementations::registered::{Ecosystem, Registered};

use super::{Error, print};
use jwt_assay::exit_code::ExitCode;

/// Installs the pinned libraries of an ecosystem below `harness/shims`, for the adapters there.
///
/// An ecosystem that is set up stays as it is until its lock file or the source of an adapter changes,
/// so that a second call needs no network.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Ecosystems to set up; default: all
    #[arg(value_name = "ECOSYSTEM")]
    ecosystems: Vec<String>,
    /// Installs again what is set up and has not changed
    #[arg(long)]
    again: bool,
}

impl Args {
    pub(crate) fn run(&self) -> Result<ExitCode, Error> {
        let registered = Registered::find()?.ok_or(Error::NoRegistry)?;
        let all = registered.ecosystems.keys();
        let names: Vec<&String> = match self.ecosystems.as_slice() {
            [] => all.collect(),
            some => some.iter().collect(),
        };
        let mut code = ExitCode::Expected;
        for name in names {
            let ecosystem = registered.ecosystems.get(name).ok_or_else(|| {
                let known = registered.ecosystems.keys().map(String::as_str);
                Error::UnknownEcosystem {
                    given: name.clone(),
                    known: known.collect::<Vec<_>>().join(", "),
                }
            })?;
            if ecosystem.is_ready() && ecosystem.is_current() && !self.again {
                print(&format!("{name}: set up already\n"))?;
                continue;
            }
            match make_ready(name, ecosystem)? {
                None => print(&format!("{name}: set up\n"))?,
                Some(problem) => {
                    print(&format!("{name}: {problem}\n"))?;
                    code = ExitCode::Unexpected;
                }
            }
        }
        Ok(code)
    }
}

/// Runs the commands of an ecosystem; returns the problem where they fail.
fn make_ready(name: &str, ecosystem: &Ecosystem) -> Result<Option<String>, Error> {
    let missing = ecosystem.missing();
    if !missing.is_empty() {
        let missing = missing.join(", ");
        return Ok(Some(format!("{missing} not found; install that first")));
    }
    for words in &ecosystem.setup {
        let Some((program, arguments)) = words.split_first() else {
            continue;
        };
        say!("{name}: {}", words.join(" "));
        // A program with a slash lies in the folder; `Command` would look in the caller's.
        let path = if program.contains('/') {
            ecosystem.folder.join(program)
        } else {
            program.into()
        };
        let status = Command::new(&path)
            .args(arguments)
            .current_dir(&ecosystem.folder)
            .status()
            .map_err(|source| Error::read(&path, source))?;
        if !status.success() {
            return Ok(Some(format!("`{}` failed: {status}", words.join(" "))));
        }
    }
    Ok(if ecosystem.is_ready() {
        None
    } else {
        Some("all commands succeeded, but a file that they should create is missing".to_owned())
    })
}

const EXAMPLES: &str = "\
Examples:
  jwt-assay setup python       PyJWT, joserfc and the others, into harness/shims/python/.venv
  jwt-assay setup              all ecosystems; names the programs that the machine lacks";
