//! `doctor`: finds missing implementations and tools on this machine, and names the remedies.

use std::{
    env,
    process::{Command, Stdio},
};

use clap::ValueEnum;
use jwt_assay_implementations::{
    reach::process::{Program, Spec},
    registered::{Adapter, Ecosystem, Registered},
    registry::KNOWN,
};
use serde::Serialize;

use super::{Error, print};
use jwt_assay::exit_code::ExitCode;
use jwt_assay_core::escape::for_terminal;

/// Checks that every known implementation can be judged on this machine, and names remedies.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Format of the findings
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// The format of the findings.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Format {
    /// One JSON array
    Json,
    /// One line per finding
    #[default]
    Terminal,
}

impl Args {
    pub(crate) fn run(&self) -> Result<ExitCode, Error> {
        let findings = examine()?;
        print(&match self.format {
            Format::Json => serde_json::to_string_pretty(&findings).unwrap_or_default() + "\n",
            Format::Terminal => findings.iter().map(Inspected::line).collect(),
        })?;
        let is_missing = |finding: &Inspected| finding.standing == Standing::Missing;
        Ok(if findings.iter().any(is_missing) {
            ExitCode::Unexpected
        } else {
            ExitCode::Expected
        })
    }
}

/// One implementation, ecosystem or tool that was examined.
#[derive(Debug, Serialize)]
struct Inspected {
    what: String,
    standing: Standing,
    says: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Standing {
    /// A known implementation or ecosystem cannot be used.
    Missing,
    /// A tool or a registry is missing that no run needs.
    Note,
    /// Everything is in place.
    Right,
}

impl Inspected {
    fn new(standing: Standing, what: &str, says: impl Into<String>) -> Self {
        Self {
            what: what.to_owned(),
            standing,
            says: says.into(),
            remedy: None,
        }
    }

    fn with_remedy(self, remedy: impl Into<String>) -> Self {
        Self {
            remedy: Some(remedy.into()),
            ..self
        }
    }

    fn line(&self) -> String {
        let word = match self.standing {
            Standing::Missing => "missing",
            Standing::Note => "note",
            Standing::Right => "ok",
        };
        let (what, says) = (for_terminal(&self.what), for_terminal(&self.says));
        let remedy = match &self.remedy {
            Some(remedy) => format!("; {}", for_terminal(remedy)),
            None => String::new(),
        };
        format!("{word:8} {what}: {says}{remedy}\n")
    }
}

fn examine() -> Result<Vec<Inspected>, Error> {
    let mut findings: Vec<Inspected> = KNOWN
        .iter()
        .map(|known| match known.missing() {
            None => Inspected::new(Standing::Right, known.name, "built in"),
            Some(reason) => Inspected::new(Standing::Missing, known.name, reason).with_remedy(
                "build with `--features openssl`, which needs the headers of OpenSSL, such as the \
                 package libssl-dev",
            ),
        })
        .collect();
    match Registered::find()? {
        None => findings.push(
            Inspected::new(
                Standing::Note,
                "adapters",
                "no `harness/implementations.toml` here or in a folder above, so no program is \
                 known by name",
            )
            .with_remedy(
                "run this in a checkout of jwt-assay; `jwt-assay run -- COMMAND` works anywhere",
            ),
        ),
        Some(registered) => {
            for (name, ecosystem) in &registered.ecosystems {
                findings.push(of_ecosystem(name, ecosystem));
            }
            let adapters = registered.adapters.iter();
            findings.extend(adapters.map(|adapter| of_adapter(&registered, adapter)));
        }
    }
    findings.extend(TOOLS.iter().map(of_tool));
    Ok(findings)
}

fn of_ecosystem(name: &str, ecosystem: &Ecosystem) -> Inspected {
    let what = format!("ecosystem {name}");
    let missing = ecosystem.missing();
    match (ecosystem.is_ready(), missing.is_empty()) {
        (true, true) if !ecosystem.is_current() => {
            Inspected::new(Standing::Note, &what, "set up before its files changed")
                .with_remedy(format!("`jwt-assay setup {name}` does it again"))
        }
        (true, true) => Inspected::new(Standing::Right, &what, "set up"),
        (true, false) => {
            // Adapters may run without the tools that built them; each is started below and says
            // so.
            let says = format!("set up, though {} is not found", missing.join(", "));
            Inspected::new(Standing::Note, &what, says)
        }
        (false, true) => Inspected::new(Standing::Missing, &what, "not set up")
            .with_remedy(format!("`jwt-assay setup {name}` does it")),
        (false, false) => {
            let missing = missing.join(", ");
            let says = format!("not set up, and {missing} is not found");
            Inspected::new(Standing::Missing, &what, says)
                .with_remedy(format!("install {missing}, then `jwt-assay setup {name}`"))
        }
    }
}

/// Starts an adapter and reads its hello, since a file that exists need not run.
fn of_adapter(registered: &Registered, adapter: &Adapter) -> Inspected {
    let missing = |says: String| Inspected::new(Standing::Missing, &adapter.name, says);
    let launcher = env::current_exe().ok();
    let Ok(spec) = registered.spec(adapter, launcher, Spec::GREETING) else {
        let remedy = format!("`jwt-assay setup {}` does it", adapter.ecosystem);
        return missing("not set up".to_owned()).with_remedy(remedy);
    };
    let again = || format!("`jwt-assay setup {} --again` may help", adapter.ecosystem);
    match Program::start(spec) {
        Err(error) => missing(format!("failed to {error}")).with_remedy(again()),
        Ok(program) => {
            let named = &program.hello.implementation;
            let mut says = format!("says hello: {} {}", named.version, named.language);
            if let Some(toolchain) = &named.toolchain {
                says += &format!(", with {toolchain}");
            }
            let incidents = program.finish();
            if incidents.is_empty() {
                Inspected::new(Standing::Right, &adapter.name, says)
            } else {
                missing(format!("{says}, and does not end when it is asked to"))
                    .with_remedy(again())
            }
        }
    }
}

/// A development tool that some of the work on jwt-assay needs.
struct Tool {
    what: &'static str,
    command: &'static [&'static str],
    needed_for: &'static str,
    remedy: &'static str,
}

fn of_tool(tool: &Tool) -> Inspected {
    let version = tool.command.split_first().and_then(|(program, arguments)| {
        let mut command = Command::new(program);
        // rustup would download a toolchain to answer a question about its version.
        let command = command
            .args(arguments)
            .env("RUSTUP_AUTO_INSTALL", "0")
            .stdin(Stdio::null());
        let output = command.output().ok().filter(|it| it.status.success())?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.lines().next().map(str::to_owned)
    });
    match version {
        Some(version) => Inspected::new(Standing::Right, tool.what, version),
        None => {
            let says = format!("not found; only {} needs it", tool.needed_for);
            Inspected::new(Standing::Note, tool.what, says).with_remedy(tool.remedy)
        }
    }
}

const TOOLS: [Tool; 3] = [
    Tool {
        what: "openssl, the command",
        command: &["openssl", "version"],
        needed_for: "a part of `cargo test`",
        remedy: "install OpenSSL 3",
    },
    Tool {
        what: "cargo-fuzz",
        command: &["cargo", "fuzz", "--version"],
        needed_for: "fuzzing",
        remedy: "`cargo install --locked cargo-fuzz`",
    },
    Tool {
        what: "a nightly toolchain",
        command: &["rustc", "+nightly", "--version"],
        needed_for: "fuzzing with sanitizers",
        remedy: "`rustup toolchain install nightly`",
    },
];
const EXAMPLES: &str = "\
Exit code: 0 where every known implementation can be judged, 1 otherwise. Lines marked `note` do not
count.

Examples:
  jwt-assay doctor                   before the first run, or when a run skips an implementation
  jwt-assay doctor --format json     for scripts";
