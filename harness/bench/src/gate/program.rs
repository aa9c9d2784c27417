//! Programs made with `jwt-assay-gate`: the works that they watch, their allocations and their times.

use std::{
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use serde::{Deserialize, de::DeserializeOwned};

/// A built program.
#[derive(Clone, Debug)]
pub struct Program {
    /// The path of the executable.
    pub path: PathBuf,
    /// True for the base of a comparison, in which no slowdown is planted.
    pub is_base: bool,
}

/// A watched work of a program.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Watched {
    /// The name of the work.
    pub name: String,
    /// A part of the names of the functions that are the primitive.
    #[serde(default)]
    pub primitive: Option<String>,
    /// The companion work, beside which this one is timed.
    #[serde(default)]
    pub beside: Option<String>,
}

/// The least allocations of one repetition.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Allocations {
    /// The name of the work.
    pub name: String,
    /// The number of allocations.
    pub allocations: u64,
    /// The number of allocated octets.
    pub octets: u64,
}

impl Program {
    /// The watched works, in order.
    ///
    /// # Errors
    ///
    /// If the program cannot be run, or is not made with `jwt-assay-gate`.
    pub fn list(&self) -> Result<Vec<Watched>, GateError> {
        let watched: Vec<Watched> = self.lines("list")?;
        if watched.is_empty() {
            Err(self.error("it watches nothing".to_owned()))
        } else {
            Ok(watched)
        }
    }

    /// The allocations of the works, in the order of the list.
    ///
    /// # Errors
    ///
    /// If the program cannot be run, or is not made with `jwt-assay-gate`.
    pub fn allocations(&self) -> Result<Vec<Allocations>, GateError> {
        self.lines("allocations")
    }

    /// Starts the program for timing.
    ///
    /// # Errors
    ///
    /// If the program cannot be started.
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

    /// A command that runs `program`: this one, or a tool that runs this one.
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

/// A program that is being timed. It ends when the clock is dropped.
#[derive(Debug)]
pub struct Clock<'a> {
    program: &'a Program,
    process: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Clock<'_> {
    /// Nanoseconds per repetition of the work at a place of the list.
    ///
    /// # Errors
    ///
    /// If the program ends or answers anything but a time.
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
        // The program ends at the end of its input.
        self.input = None;
        self.process.wait().ok();
    }
}

/// The failure to measure a program.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("measure `{program}`: {problem}")]
pub struct GateError {
    /// The path of the program.
    pub program: String,
    /// The problem.
    pub problem: String,
}

/// The environment variable with planted slowdowns, which prove the gate (`benches/prove.py`).
const PLANT: &str = "JWT_ASSAY_PLANT";
