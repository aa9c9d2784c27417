//! Instruction counts of valgrind's callgrind, function by function. It simulates the processor, so that
//! counts depend neither on the load nor on the hour.

use std::{
    collections::BTreeMap,
    fs, io,
    path::Path,
    process::{Command, Stdio},
};

use super::program::{GateError, Program, Watched};

/// The cost of a work in instructions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cost {
    /// The instructions of all repetitions, by function.
    pub by_function: BTreeMap<String, u64>,
    /// The instructions among them that were spent inside the primitive.
    pub primitive: u64,
}

impl Cost {
    /// The number of all instructions.
    #[must_use]
    pub fn whole(&self) -> u64 {
        self.by_function.values().sum()
    }

    /// The number of instructions outside of the primitive.
    #[must_use]
    pub fn encoding(&self) -> u64 {
        self.whole().saturating_sub(self.primitive)
    }
}

/// The version of valgrind; `None` where it cannot be run.
#[must_use]
pub fn version() -> Option<String> {
    let output = Command::new("valgrind").arg("--version").output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    output.status.success().then_some(text)
}

/// Counts the instructions of every work of a program, in the order of its list.
///
/// # Errors
///
/// If valgrind or the program fails, or its output cannot be read.
pub fn count(program: &Program, watched: &[Watched]) -> Result<Vec<Cost>, GateError> {
    let folder = tempfile::tempdir().map_err(|error| program.error(error.to_string()))?;
    let file = folder.path().join("callgrind.out");
    let output = program
        .command(Path::new("valgrind"))
        .args(["--tool=callgrind", "--collect-atstart=no"])
        // Each call of the function ends a part of the output, so that each work has its own.
        .args([
            format!("--toggle-collect={MEASURED}"),
            format!("--dump-after={MEASURED}"),
            format!("--callgrind-out-file={}", file.display()),
        ])
        .args(["--compress-strings=no", "--compress-pos=no"])
        .arg(&program.path)
        .arg("count")
        .stdin(Stdio::null())
        .output();
    let output = output.map_err(|error| program.error(format!("valgrind: {error}")))?;
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr);
        let words = words.lines().last().unwrap_or_default();
        return Err(program.error(format!("valgrind ended with {}: {words}", output.status)));
    }
    let part = |(place, watched): (usize, &Watched)| {
        let path = format!("{}.{}", file.display(), place + 1);
        let text = fs::read_to_string(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => program.error(format!(
                "callgrind saw no call of `{MEASURED}` for `{}`; build it with debug information \
                 at least of lines, and do not strip it",
                watched.name
            )),
            _ => program.error(error.to_string()),
        })?;
        Ok(read(&text, watched.primitive.as_deref()))
    };
    watched.iter().enumerate().map(part).collect()
}

/// Reads one part of callgrind's output, with uncompressed names and positions.
#[must_use]
pub fn read(text: &str, primitive: Option<&str>) -> Cost {
    let mut cost = Cost::default();
    let (mut function, mut called, mut is_call) = ("", "", false);
    let is_primitive = |name: &str| primitive.is_some_and(|text| name.contains(text));
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("fn=") {
            function = name;
        } else if let Some(name) = line.strip_prefix("cfn=") {
            called = name;
        } else if line.starts_with("calls=") {
            is_call = true;
        } else if line.starts_with(|first: char| first.is_ascii_digit()) {
            // A line has a line number, and the cost where there is any.
            let instructions = line.split(' ').nth(1);
            let instructions = instructions.and_then(|text| text.parse().ok()).unwrap_or(0);
            if is_call {
                is_call = false;
                // The cost of a call includes all that the callee spends, and its functions have their
                // own lines as well: so a call adds to the primitive only, and once.
                if is_primitive(called) && !is_primitive(function) {
                    cost.primitive += instructions;
                }
            } else if let Some(own) = cost.by_function.get_mut(function) {
                *own += instructions;
            } else {
                cost.by_function.insert(function.to_owned(), instructions);
            }
        }
    }
    cost
}

/// The function of `jwt-assay-gate` that repeats a work.
const MEASURED: &str = "jwt_assay_gate::measured";

#[cfg(test)]
mod tests {
    use super::*;

    const PART: &str = "\
events: Ir
fl=a.rs
fn=own::sign
3 100
fi=b.rs
4 20
cfn=own::Key::primitive
calls=2 9
5 700
6

fl=b.rs
fn=own::Key::primitive
9 300
cfn=own::Key::primitive::inner
calls=1 12
10 400
fn=own::Key::primitive::inner
12 400

totals: 820
";

    #[test]
    fn a_call_costs_what_its_function_costs_and_is_counted_once() {
        let cost = read(PART, Some("Key::primitive"));
        assert_eq!(
            (cost.whole(), cost.primitive, cost.encoding()),
            (820, 700, 120)
        );
        assert_eq!(cost.by_function["own::sign"], 120);
    }

    #[test]
    fn without_a_primitive_every_instruction_is_encoding() {
        let cost = read(PART, None);
        assert_eq!((cost.whole(), cost.encoding()), (820, 820));
    }
}
