//! `setup`: makes an ecosystem of adapters ready.

use std::process::Command;

use jwt_assay_implementations::registered::{Ecosystem, Registered};

use super::{Error, print};
use jwt_assay::exit_code::ExitCode;

/// Installs the pinned libraries of an ecosystem, below `harness/shims`, for the adapters there.
///
/// What is set up already is left as it is, so that a second run needs no network.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The ecosystems; all of them where none is named
    #[arg(value_name = "ECOSYSTEM")]
    ecosystems: Vec<String>,
    /// Run the commands even where everything is there, as after a change of a lock file
    #[arg(long)]
    again: bool,
}

pub(super) fn setup(args: &Args) -> Result<ExitCode, Error> {
    let registered = Registered::find()?.ok_or(Error::NoRegistry)?;
    let all = registered.ecosystems.keys();
    let names: Vec<&String> = match args.ecosystems.as_slice() {
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
        if ecosystem.is_ready() && !args.again {
            print(&format!("{name}: is set up\n"))?;
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

/// Runs the commands; what went wrong, where something did.
fn make_ready(name: &str, ecosystem: &Ecosystem) -> Result<Option<String>, Error> {
    let missing = ecosystem.missing();
    if !missing.is_empty() {
        return Ok(Some(format!("it needs {}, not found", missing.join(", "))));
    }
    for words in &ecosystem.setup {
        let Some((program, arguments)) = words.split_first() else {
            continue;
        };
        eprintln!("{name}: {}", words.join(" "));
        // What is called with a slash lies in the folder.
        let path = match program.contains('/') {
            true => ecosystem.folder.join(program),
            false => program.into(),
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
    Ok(match ecosystem.is_ready() {
        true => None,
        false => Some("the commands went through, and it is not ready all the same".to_owned()),
    })
}

const EXAMPLES: &str = "\
Examples:
  jwt-assay setup python       PyJWT, joserfc and the others, into harness/shims/python/.venv
  jwt-assay setup              everything; what a machine lacks is said";
