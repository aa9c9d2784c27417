//! What the command's exit code says. Scripts rely on these numbers.

use std::process;

use crate::{
    cli::{Error, mint::MintError},
    divergences::update::UpdateError,
    key_file::GenerateError,
    plan::PlanError,
    record::{Record, Run},
    replay::ReplayError,
    report::jsonl::RecordsError,
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

impl From<&Error> for ExitCode {
    fn from(error: &Error) -> Self {
        match error {
            Error::AdapterExists { .. }
            | Error::AmbiguousDivergences { .. }
            | Error::Divergence(_)
            | Error::Join(_)
            | Error::KeyFile(_)
            | Error::Keygen(_)
            | Error::NoLimits { .. }
            | Error::NoRecipe { .. }
            | Error::NoRegistry
            | Error::NoSuchLanguage { .. }
            | Error::NoTarget { .. }
            | Error::NotInRole { .. }
            | Error::NotSetUp { .. }
            | Error::OtherRole { .. }
            | Error::OtherRun { .. }
            | Error::OtherTools { .. }
            | Error::Read { .. }
            | Error::Registry(_)
            | Error::SamplesOfVerifiers
            | Error::Splice { .. }
            | Error::Suite(_)
            | Error::Token(_)
            | Error::Frozen(_)
            | Error::Toml { .. }
            | Error::Tree(_)
            | Error::UnknownCase { .. }
            | Error::UnknownEcosystem { .. }
            | Error::UnknownImplementation { .. }
            | Error::UnknownTarget(_)
            | Error::UnknownVector { .. } => Self::Usage,
            Error::Plan(error) => match error {
                PlanError::Empty => Self::NothingJudged,
                PlanError::UnmatchedPattern { .. } => Self::Usage,
            },
            Error::Replay(ReplayError::Plan(_)) => Self::NothingJudged,
            Error::Replay(ReplayError::Divergences(_)) => Self::Usage,
            Error::Generate(error) => match error {
                GenerateError::Library => Self::Fault,
                GenerateError::NoKeyPair { .. } => Self::Usage,
            },
            Error::Mint(MintError::NoRandomness | MintError::Signing(_)) => Self::Fault,
            Error::Mint(_) => Self::Usage,
            Error::Records(error) => match error {
                RecordsError::Empty { .. } => Self::NothingJudged,
                RecordsError::Broken { .. }
                | RecordsError::Format { .. }
                | RecordsError::Missing { .. } => Self::Usage,
            },
            Error::Update(error) => match error {
                UpdateError::NoControl { .. } | UpdateError::SelfCheck(_) => Self::Fault,
                UpdateError::NothingJudged { .. } => Self::NothingJudged,
                UpdateError::Ambiguous { .. }
                | UpdateError::Divergence(_)
                | UpdateError::InlineTables { .. }
                | UpdateError::OtherSuite { .. }
                | UpdateError::UnknownImplementation { .. } => Self::Usage,
            },
            Error::Gate(_)
            | Error::Measure { .. }
            | Error::NotBuilt { .. }
            | Error::Start(_)
            | Error::Write { .. } => Self::Fault,
        }
    }
}

impl From<ExitCode> for process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code as u8)
    }
}
