//! Tasks for a program, and their results.

use std::fmt;

use crate::protocol::{Nonsense, Reply};

/// A question to a program, in one or more steps that share a replay memory.
pub struct Task<'a, A> {
    /// The number by which the caller knows it.
    pub place: usize,
    /// The number of steps; each is sent once the one before is answered.
    pub steps: usize,
    /// Writes the line of a step, for a `seq` and a `state` that were never used before. It is called
    /// when the line is sent, and again if the task begins again.
    pub line: WriteLine<'a>,
    /// Reads the answer to a step.
    pub read: fn(&Reply) -> Result<A, Nonsense>,
}

/// Writes the line of a step, given its number among the steps, its `seq` and its `state`.
pub type WriteLine<'a> = Box<dyn FnMut(usize, u64, &str) -> String + 'a>;

/// The result of a step.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Seen<A> {
    /// An answer.
    Answered(A),
    /// No answer.
    Failed(Failure),
}

/// The reason why there is no answer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Failure {
    /// The program ended.
    Crashed(String),
    /// It wrote something that is no answer.
    Garbled(String),
    /// It wrote nothing in time.
    TimedOut,
}

/// An incident: a mistake of the program that belongs to no single answer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ProgramIncident {
    /// It wrote a line after `bye`.
    WroteAfterBye {
        /// The line's beginning.
        line: String,
    },
    /// It failed, and no request that was under way failed again when it was sent alone.
    NotReproduced {
        /// The failure.
        failure: Failure,
        /// The requests that were under way, the oldest first.
        under_way: Vec<usize>,
    },
    /// It answered a request twice.
    SecondAnswer {
        /// The request.
        place: usize,
    },
    /// A process that it started, or it itself, could not be killed.
    LeftRunning {
        /// Its name and number.
        process: String,
    },
    /// It ended after `bye` by a signal, or with another exit code than 0.
    FailedAtBye {
        /// Its exit status, and its last words.
        end: String,
    },
    /// It still ran five seconds after `bye`, and was killed.
    StillRunning,
    /// It was given up; the remaining requests were not sent.
    Stopped {
        /// The reason.
        reason: String,
    },
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Crashed(how) => write!(f, "crashed: {how}"),
            Self::Garbled(what) => write!(f, "answered nonsense: {what}"),
            Self::TimedOut => f.write_str("timed out"),
        }
    }
}
