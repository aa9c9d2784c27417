//! A program that was made with `jwt-assay-gate`: what it watches, what it allocates, how long it
//! takes.

use std::{
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use serde::{Deserialize, de::DeserializeOwned};

/// A program, built.
#[derive(Clone, Debug)]
pub struct Program {
    /// Where it lies.
    pub path: PathBuf,
    /// Whether it is what the other is compared with: then nothing is planted in it.
    pub is_base: bool,
}

/// Something that a program watches.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Watched {
    /// Its name.
    pub name: String,
    /// What the names of functions hold in which the primitive's cost is spent.
    #[serde(default)]
    pub primitive: Option<String>,
    /// The work that it is timed beside.
    #[serde(default)]
    pub beside: Option<String>,
}

/// What one repetition allocates at least.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Allocations {
    /// The work.
    pub name: String,
    /// How often.
    pub allocations: u64,
    /// How much.
    pub octets: u64,
}

impl Program {
    /// What it watches, in order.
    ///
    /// # Errors
    ///
    /// Where it cannot be run, or is no program of this kind.
    pub fn list(&self) -> Result<Vec<Watched>, GateError> {
        let watched: Vec<Watched> = self.lines("list")?;
        match watched.is_empty() {
            true => Err(self.error("it watches nothing".to_owned())),
            false => Ok(watched),
        }
    }

    /// What its works allocate, in the order of the list.
    ///
    /// # Errors
    ///
    /// Where it cannot be run, or is no program of this kind.
    pub fn allocations(&self) -> Result<Vec<Allocations>, GateError> {
        self.lines("allocations")
    }

    /// Starts it to be timed.
    ///
    /// # Errors
    ///
    /// Where it cannot be started.
    pub fn clock(&self) -> Result<Clock<'_>, GateError> {
        let mut command = self.command(&self.path);
        command.arg("time");
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let started = command.spawn();
        let mut process = started.map_err(|error| self.error(error.to_string()))?;
        let (Some(input), Some(output)) = (process.stdin.take(), process.stdout.take()) else {
            unreachable!("both are piped");
        };
        Ok(Clock {
            program: self,
            process,
            input: Some(input),
            output: BufReader::new(output),
        })
    }

    /// A command that runs `program`, which is this one or something that runs it.
    pub(super) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        if self.is_base {
            command.env_remove(PLANT);
        }
        command
    }

    pub(super) fn error(&self, problem: String) -> GateError {
        GateError {
            program: self.path.display().to_string(),
            problem,
        }
    }

    fn lines<T: DeserializeOwned>(&self, order: &str) -> Result<Vec<T>, GateError> {
        let output = self.command(&self.path).arg(order).output();
        let output = output.map_err(|error| self.error(error.to_string()))?;
        if !output.status.success() {
            let words = String::from_utf8_lossy(&output.stderr);
            let words = words.lines().last().unwrap_or("it says nothing");
            return Err(self.error(format!("`{order}` ended with {}: {words}", output.status)));
        }
        let lines = output.stdout.split(|octet| *octet == b'\n');
        let lines = lines.filter(|line| !line.is_empty());
        let read = |line: &[u8]| {
            serde_json::from_slice(line).map_err(|error| {
                let line = String::from_utf8_lossy(line);
                self.error(format!(
                    "`{order}` answered `{line}`, {error}; it must be built with the version of \
                     jwt-assay-gate that belongs to this command"
                ))
            })
        };
        lines.map(read).collect()
    }
}

/// A program that is being timed. It ends when this is dropped.
#[derive(Debug)]
pub struct Clock<'a> {
    program: &'a Program,
    process: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Clock<'_> {
    /// Nanoseconds for one repetition of the work at that place of the list.
    ///
    /// # Errors
    ///
    /// Where the program ends or answers something else.
    pub fn nanoseconds(&mut self, place: usize, milliseconds: u32) -> Result<f64, GateError> {
        let mut line = String::new();
        let failed = |error: std::io::Error| self.program.error(error.to_string());
        if let Some(input) = &mut self.input {
            writeln!(input, "{place} {milliseconds}").map_err(failed)?;
        }
        self.output.read_line(&mut line).map_err(failed)?;
        let taken = line.trim().parse().ok().filter(|taken| *taken > 0.0);
        taken.ok_or_else(|| {
            let line = line.trim();
            self.program.error(format!("`time` answered `{line}`"))
        })
    }
}

impl Drop for Clock<'_> {
    fn drop(&mut self) {
        // The end of its input ends it.
        self.input = None;
        self.process.wait().ok();
    }
}

/// A program that cannot be measured.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("measure `{program}`: {problem}")]
pub struct GateError {
    /// Which program.
    pub program: String,
    /// What is wrong.
    pub problem: String,
}

/// Slowdowns that are planted to prove the gate (`benches/prove.py`).
const PLANT: &str = "JWT_ASSAY_PLANT";
