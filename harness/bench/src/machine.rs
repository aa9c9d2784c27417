//! What was measured on: without it a table of times says nothing.

use std::{fs, process::Command, thread};

use serde::{Deserialize, Serialize};

/// The machine and the tools that decide how fast a signature is.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Machine {
    /// The processor's name, and where the kernel tells them, the extensions that signers use.
    pub processor: String,
    /// How many of them this process may use.
    pub processors: usize,
    /// The kind of system.
    pub system: String,
}

impl Machine {
    /// The machine that this runs on.
    #[must_use]
    pub fn here() -> Self {
        let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let field = |name: &str| {
            let line = info.lines().find(|line| line.starts_with(name))?;
            line.split_once(':').map(|(_, value)| value.trim())
        };
        let model = field("model name").unwrap_or("unknown processor");
        let flags: Vec<&str> = field("flags").unwrap_or_default().split(' ').collect();
        let known = EXTENSIONS.into_iter().filter(|name| flags.contains(name));
        let known: Vec<&str> = known.collect();
        let processor = match known.is_empty() {
            true => model.to_owned(),
            false => format!("{model} ({})", known.join(", ")),
        };
        Self {
            processor,
            processors: thread::available_parallelism().map_or(1, usize::from),
            system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
        }
    }
}

/// How many programs wanted a processor in the last minute, on average; `None` where the system
/// does not tell.
#[must_use]
pub fn load() -> Option<f64> {
    let text = fs::read_to_string("/proc/loadavg").ok()?;
    text.split(' ').next()?.parse().ok()
}

/// The first line that a tool says of its version; `None` where there is no such tool.
#[must_use]
pub fn version(tool: &str) -> Option<String> {
    let output = Command::new(tool).arg("--version").output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().next().map(str::to_owned)
}

/// Those that make a signature faster by much.
const EXTENSIONS: [&str; 5] = ["adx", "avx2", "avx512ifma", "sha_ni", "vaes"];
