//! What the command's exit code says. Scripts rely on these numbers.

use std::process;

use crate::{
    record::{Record, Run},
    summary,
};

/// What the command's exit code says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(u8)]
pub enum ExitCode {
    /// Everything came out as expected, recorded divergences included.
    Expected = 0,
    /// Something did not: a wrong answer, a failure, or a recorded divergence that was judged and
    /// did not happen.
    Unexpected = 1,
    /// The command line or a file it names cannot be used; nothing was run.
    Usage = 2,
    /// The implementation could not be started, not one of its controls came out right, or the
    /// harness itself failed. The results say nothing.
    Fault = 3,
    /// Nothing was judged, or nothing that must be accepted, or nothing that must be refused, in
    /// some layer that an implementation claims.
    NothingJudged = 4,
}

impl ExitCode {
    /// All codes, in order, with what they say in a line.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Expected, "as expected"),
        (
            Self::Unexpected,
            "an unexpected result, or a recorded divergence that did not happen",
        ),
        (
            Self::Usage,
            "the command line, or a file it names, cannot be used",
        ),
        (
            Self::Fault,
            "not one control came out right, or the harness itself failed",
        ),
        (
            Self::NothingJudged,
            "nothing was judged, at all or in some claimed layer",
        ),
    ];

    /// What a run amounts to: a fault outweighs an unexpected result, and that outweighs a gap.
    #[must_use]
    pub fn of_run(run: &Run) -> Self {
        if !summary::without_controls(run).is_empty() {
            Self::Fault
        } else if run.records.iter().any(Record::is_unexpected) || !run.incidents.is_empty() {
            Self::Unexpected
        } else if run.header.implementations.is_empty() || !summary::gaps(run).is_empty() {
            Self::NothingJudged
        } else {
            Self::Expected
        }
    }
}

impl From<ExitCode> for process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code as u8)
    }
}
