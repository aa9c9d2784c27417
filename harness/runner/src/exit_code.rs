//! Exit codes of the command. Scripts rely on these numbers.

use std::process;

use crate::{
    conclusion,
    record::{Record, Run},
    summary,
};

/// An exit code of the command.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(u8)]
pub enum ExitCode {
    /// Everything came out as expected, recorded divergences included.
    Expected = 0,
    /// A result is unexpected: a wrong answer, a failure, or a recorded divergence that was judged
    /// and did not happen.
    Unexpected = 1,
    /// The command line or a file it names cannot be used; nothing was run.
    Usage = 2,
    /// The implementation could not be started, none of its controls was accepted, more than a tenth of
    /// its results are void, the run is incomplete, or the harness itself failed. The results prove
    /// nothing.
    Fault = 3,
    /// No vector was judged; or in a claimed layer none that must be accepted, or none that must be
    /// rejected.
    NothingJudged = 4,
}

impl ExitCode {
    /// All codes in order, with their meanings in a line.
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
            "no control came out right, more than a tenth is void, the run is incomplete, or the \
             harness failed",
        ),
        (
            Self::NothingJudged,
            "nothing was judged, at all or in some claimed layer",
        ),
    ];

    /// The exit code of a run: a fault outweighs an unexpected result, and that outweighs a gap.
    /// Without controls every rejection is worthless, so "unexpected" would still say too much of
    /// the run; so it would of a run that was stopped, whose counts are those of a part.
    #[must_use]
    pub fn of_run(run: &Run) -> Self {
        if conclusion::incomplete(run).is_some()
            || !summary::without_controls(run).is_empty()
            || summary::is_mostly_void(run)
        {
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
