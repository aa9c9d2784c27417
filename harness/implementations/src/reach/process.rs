//! Programs, reached over the process protocol.
//!
//! Requests are pipelined; answers may come in any order. A program that crashes, hangs or answers
//! nonsense costs its own requests only: it is started again, the requests that were under way are sent
//! again one by one, and the one that fails then is the one to blame.

mod child;
mod dialogue;
mod limits;
mod task;

use std::{
    ffi::OsString,
    fmt, io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use jwt_assay_core::escape::for_terminal;

use self::child::{Child, Output};
pub use self::task::{Failure, ProgramIncident, Seen, Task, WriteLine};
use crate::protocol::{self, Hello};

/// The command line of a program, with its folder and its deadlines.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The program, looked up in `folder` if it has a slash.
    pub command: OsString,
    /// The arguments.
    pub arguments: Vec<OsString>,
    /// The folder in which it runs; `None` for the working folder.
    pub folder: Option<PathBuf>,
    /// A command that supervises the program under [`LAUNCH`]: it ends the program and everything that
    /// it started, when it is told so and when the harness is gone. Without one, the end of its input
    /// has to end a program whose harness is gone.
    pub launcher: Option<PathBuf>,
    /// True where records and reports may hold the arguments. Those of a user's program may be secrets.
    pub shows_arguments: bool,
    /// The time that the oldest request may wait for its answer.
    pub timeout: Duration,
    /// The time that hello may wait: an interpreter that has never run needs longer than a request.
    pub greeting: Duration,
}

impl Spec {
    /// The default of `greeting`.
    pub const GREETING: Duration = Duration::from_secs(30);
}

impl Spec {
    /// The program's path, absolute: the system would look a relative one up in the new folder or in
    /// the old one, depending on its kind.
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

/// The command line as records and reports hold it: without the arguments and the program's folder, unless
/// they may be shown.
impl fmt::Display for Spec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.shows_arguments {
            write!(f, "{}", self.command.display())?;
            let mut arguments = self.arguments.iter();
            return arguments.try_for_each(|argument| write!(f, " {}", argument.display()));
        }
        let name = Path::new(&self.command).file_name();
        write!(f, "{}", name.unwrap_or(&self.command).display())?;
        f.write_str(if self.arguments.is_empty() {
            ""
        } else {
            " …"
        })
    }
}

/// A program that has introduced itself.
#[derive(Debug)]
pub struct Program {
    spec: Spec,
    /// Its hello at its first start.
    pub hello: Hello,
    child: Option<Child>,
    seq: u64,
    states: u64,
    incidents: Vec<ProgramIncident>,
    /// The number of incidents that were handed over.
    taken: usize,
    has_answered: bool,
    failures_in_a_row: usize,
    timeouts: usize,
    second_answers: usize,
}

impl Program {
    /// Starts a program and reads its hello.
    ///
    /// # Errors
    ///
    /// If the program cannot be started, or its hello is not the protocol's.
    pub fn start(spec: Spec) -> Result<Self, StartError> {
        let (child, hello) = greet(&spec)?;
        Ok(Self {
            spec,
            hello,
            child: Some(child),
            seq: 0,
            states: 0,
            incidents: Vec::new(),
            taken: 0,
            has_answered: false,
            failures_in_a_row: 0,
            timeouts: 0,
            second_answers: 0,
        })
    }

    /// The command line with which it is started.
    #[must_use]
    pub const fn spec(&self) -> &Spec {
        &self.spec
    }

    /// Ends the program with `bye`, or kills it; the next request starts it anew.
    pub fn restart(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.send(protocol::BYE);
            child.close_input();
            let farewell = child.ends_by(Instant::now() + limits::FAREWELL);
            match farewell.status {
                None => self.note(ProgramIncident::StillRunning),
                Some(status) if !status.success() => {
                    let end = child.end_in_words();
                    self.note(ProgramIncident::FailedAtBye { end });
                }
                Some(_) => {}
            }
            if let Some(line) = farewell.wrote {
                let line = protocol::shown(&line);
                self.note(ProgramIncident::WroteAfterBye { line });
            }
            self.kill(child);
        }
    }

    /// The incidents that were not taken yet. Of each kind only the first few are kept.
    pub fn take_incidents(&mut self) -> Vec<ProgramIncident> {
        let new = self.incidents[self.taken..].to_vec();
        self.taken = self.incidents.len();
        new
    }

    /// Ends the program with `bye`, or kills it, and returns the incidents that were not taken.
    pub fn finish(mut self) -> Vec<ProgramIncident> {
        self.restart();
        self.take_incidents()
    }
}

/// Starts a program and reads its first line.
fn greet(spec: &Spec) -> Result<(Child, Hello), StartError> {
    let failed = |problem: String| StartError {
        command: spec.to_string(),
        problem,
    };
    let mut child = Child::start(spec).map_err(|error| failed(error.to_string()))?;
    child.send(protocol::HELLO);
    let line = match child.receive(Instant::now() + spec.greeting) {
        Some(Output::Line(line)) => line,
        Some(Output::Flood) => return Err(failed("its first line does not end".to_owned())),
        Some(Output::End | Output::HalfLine(_)) => {
            let end = child.end_in_words();
            return Err(failed(format!("it ended before it said hello: {end}")));
        }
        None => {
            let words = child.last_words();
            return Err(failed(format!(
                "it does not answer hello; its last words: {words}"
            )));
        }
    };
    let hello = Hello::read(&line).map_err(failed)?;
    Ok((child, hello))
}

/// A program that cannot be asked anything.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("start `{command}`: {}", for_terminal(problem))]
pub struct StartError {
    command: String,
    problem: String,
}

/// Becomes the program, which is then killed when its parent ends. Only a process can ask the kernel for
/// that, and for itself alone.
#[must_use]
pub fn launch(program: &OsString, arguments: &[OsString]) -> io::Error {
    use std::os::unix::process::CommandExt;

    #[cfg(target_os = "linux")]
    rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL)).ok();
    std::process::Command::new(program).args(arguments).exec()
}

/// The first argument of a launcher. Behind it stand the number of the harness's process, the beginning
/// of the lines in which it names what could not be killed, and the program with its arguments.
pub const LAUNCH: &str = "launch-program";
