//! Implementations that are programs, driven over the process protocol.
//!
//! Requests are pipelined; the answers may come in any order. A program that crashes, hangs or
//! answers nonsense costs its own requests only: it is started again, what was under way is asked
//! again one by one, and what fails then is what fails.

mod child;
mod dialogue;

use std::{
    ffi::OsString,
    fmt, io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use self::child::{Child, Output};
pub use self::dialogue::{Failure, Incident, Seen, Task, WriteLine};
use crate::protocol::{self, Hello};

/// How a program is started.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The program and its arguments; the program is looked up in `folder` where it has a slash.
    pub command: OsString,
    /// The arguments.
    pub arguments: Vec<OsString>,
    /// Where it runs; here, where nothing is said.
    pub folder: Option<PathBuf>,
    /// A command that becomes the program by way of [`launch`], so that the program ends where
    /// the harness is killed; without it, the end of its input must do.
    pub launcher: Option<PathBuf>,
    /// How long the oldest request may wait for its answer.
    pub timeout: Duration,
    /// How long hello may wait: an interpreter that has never run takes its time.
    pub greeting: Duration,
}

impl Spec {
    /// What hello may wait where nobody says otherwise.
    pub const GREETING: Duration = Duration::from_secs(30);
}

impl Spec {
    /// What is started: absolute where it is a path, so that the folder does not matter twice.
    fn program(&self) -> PathBuf {
        let command = Path::new(&self.command);
        match &self.folder {
            Some(folder) if command.components().count() > 1 => {
                let path = folder.join(command);
                std::path::absolute(&path).unwrap_or(path)
            }
            _ => command.to_owned(),
        }
    }
}

impl fmt::Display for Spec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.command.display())?;
        let mut arguments = self.arguments.iter();
        arguments.try_for_each(|argument| write!(f, " {}", argument.display()))
    }
}

/// A program that has introduced itself.
#[derive(Debug)]
pub struct Program {
    spec: Spec,
    /// What it said at its first start.
    pub hello: Hello,
    child: Option<Child>,
    seq: u64,
    states: u64,
    incidents: Vec<Incident>,
    has_answered: bool,
    failures_in_a_row: usize,
    timeouts: usize,
}

impl Program {
    /// Starts a program and asks who it is. The thread that calls this must outlive it.
    ///
    /// # Errors
    ///
    /// Where it cannot be started, or what it says is not the protocol.
    pub fn start(spec: Spec) -> Result<Self, StartError> {
        let (child, hello) = greet(&spec)?;
        Ok(Self {
            spec,
            hello,
            child: Some(child),
            seq: 0,
            states: 0,
            incidents: Vec::new(),
            has_answered: false,
            failures_in_a_row: 0,
            timeouts: 0,
        })
    }

    /// How it is started.
    #[must_use]
    pub const fn spec(&self) -> &Spec {
        &self.spec
    }

    /// Says goodbye, makes sure that nothing is left running, and starts the program anew with
    /// the next request.
    pub fn restart(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.send(protocol::BYE);
            child.close_input();
            let deadline = Instant::now() + FAREWELL;
            if !child.ends_by(deadline) {
                self.note(Incident::StillRunning);
            }
            if let Some(Output::Line(line)) = child.receive(Instant::now()) {
                let line = protocol::shown(&line);
                self.note(Incident::Afterthought { line });
            }
        }
    }

    /// Says goodbye and makes sure that nothing is left running. What happened on the way and
    /// belongs to no single answer comes back.
    pub fn finish(mut self) -> Vec<Incident> {
        self.restart();
        self.incidents
    }
}

/// Starts a program and reads its first line.
fn greet(spec: &Spec) -> Result<(Child, Hello), StartError> {
    let failed = |problem: String| StartError {
        command: spec.to_string(),
        problem,
    };
    let child = Child::start(spec).map_err(|error| failed(error.to_string()))?;
    child.send(protocol::HELLO);
    let line = match child.receive(Instant::now() + spec.greeting) {
        Some(Output::Line(line)) => line,
        Some(Output::Flood) => return Err(failed("its first line does not end".to_owned())),
        Some(Output::End) => {
            let obituary = child.obituary();
            return Err(failed(format!("it ended before it said hello: {obituary}")));
        }
        None => {
            let words = child.last_words();
            return Err(failed(format!(
                "it does not answer hello; its last words: {words}"
            )));
        }
    };
    let hello: Hello = serde_json::from_slice(&line).map_err(|error| {
        let line = protocol::shown(&line);
        failed(format!("its hello is not the protocol's, {error}: {line}"))
    })?;
    if hello.protocol != protocol::VERSION {
        let (theirs, ours) = (hello.protocol, protocol::VERSION);
        return Err(failed(format!("it speaks protocol {theirs}, not {ours}")));
    }
    if hello.roles.verify.is_none() && hello.roles.build.is_none() {
        return Err(failed("its hello names no role".to_owned()));
    }
    Ok((child, hello))
}

/// A program that cannot be asked anything.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("start `{command}`: {problem}")]
pub struct StartError {
    command: String,
    problem: String,
}

/// Becomes the program, so that the program is killed when the thread that started it ends. The
/// harness calls itself like this, since only a process can ask this for itself.
#[must_use]
pub fn launch(program: &OsString, arguments: &[OsString]) -> io::Error {
    use std::os::unix::process::CommandExt;

    #[cfg(target_os = "linux")]
    rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL)).ok();
    std::process::Command::new(program).args(arguments).exec()
}

/// The subcommand under which a launcher calls [`launch`].
pub const LAUNCH: &str = "launch-program";

const FAREWELL: Duration = Duration::from_secs(5);
