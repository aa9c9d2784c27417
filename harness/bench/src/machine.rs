//! The machine of a measurement, without which a table of times means nothing.

use std::{fs, process::Command, thread};

use serde::{Deserialize, Serialize};

/// The machine, as far as it decides how fast a signature is.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Machine {
    /// The name of the processor, with the extensions that signers use where the kernel tells them.
    pub processor: String,
    /// The number of processors that this process may use.
    pub processors: usize,
    /// The operating system and the architecture.
    pub system: String,
}

impl Machine {
    /// The machine on which this program runs.
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
        let processor = if known.is_empty() {
            model.to_owned()
        } else {
            format!("{model} ({})", known.join(", "))
        };
        Self {
            processor,
            processors: thread::available_parallelism().map_or(1, usize::from),
            system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
        }
    }
}

/// The load average of the last minute; `None` where the system does not tell it.
#[must_use]
pub fn load() -> Option<f64> {
    let text = fs::read_to_string("/proc/loadavg").ok()?;
    text.split(' ').next()?.parse().ok()
}

/// The first line of a tool's `--version`; `None` where the tool is missing.
#[must_use]
pub fn version(tool: &str) -> Option<String> {
    let output = Command::new(tool).arg("--version").output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().next().map(str::to_owned)
}

/// The processor extensions that make signatures much faster.
const EXTENSIONS: [&str; 5] = ["adx", "avx2", "avx512ifma", "sha_ni", "vaes"];
