//! The exit code of each error of the command.

use std::io;

use jwt_assay::{
    divergences::update::UpdateError, exit_code::ExitCode, plan::PlanError,
    report::jsonl::RecordsError,
};
use jwt_assay_assertion::{key_file::GenerateError, mint::MintError};
use jwt_assay_fuzzing::replay::ReplayError;

use super::Error;

impl Error {
    /// The exit code of a command that failed with this error.
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Self::AdapterExists { .. }
            | Self::AmbiguousDivergences { .. }
            | Self::SameName { .. }
            | Self::Divergence(_)
            | Self::Join(_)
            | Self::KeyFile(_)
            | Self::Keygen(_)
            | Self::NoCommand
            | Self::NoLimits { .. }
            | Self::NoRecipe { .. }
            | Self::NoRegistry
            | Self::NoSuchLanguage { .. }
            | Self::NoTarget { .. }
            | Self::NotInRole { .. }
            | Self::NotSetUp { .. }
            | Self::OtherRole { .. }
            | Self::OtherRun { .. }
            | Self::OtherTools { .. }
            | Self::Read { .. }
            | Self::Registry(_)
            | Self::RecordsInUse { .. }
            | Self::SameFile { .. }
            | Self::SamplesOfVerifiers
            | Self::Splice { .. }
            | Self::Suite(_)
            | Self::Token(_)
            | Self::Frozen(_)
            | Self::Toml { .. }
            | Self::Tree(_)
            | Self::UnknownCase { .. }
            | Self::UnknownEcosystem { .. }
            | Self::UnknownImplementation { .. }
            | Self::UnknownTarget(_)
            | Self::UnknownVector { .. } => ExitCode::Usage,
            Self::Plan(error) => match error {
                PlanError::Empty => ExitCode::NothingJudged,
                PlanError::UnmatchedPattern { .. } => ExitCode::Usage,
            },
            Self::Replay(ReplayError::Plan(_)) => ExitCode::NothingJudged,
            Self::Replay(ReplayError::Divergences(_)) => ExitCode::Usage,
            Self::Generate(error) => match error {
                GenerateError::Library => ExitCode::Fault,
                GenerateError::NoKeyPair { .. } => ExitCode::Usage,
            },
            Self::Mint(MintError::NoRandomness | MintError::Signing(_)) => ExitCode::Fault,
            Self::Mint(_) => ExitCode::Usage,
            Self::Records(error) => match error {
                RecordsError::Empty { .. } => ExitCode::NothingJudged,
                RecordsError::Broken { .. }
                | RecordsError::Format { .. }
                | RecordsError::Missing { .. } => ExitCode::Usage,
            },
            Self::Update(error) => match error {
                UpdateError::NoControl { .. } | UpdateError::SelfCheck(_) => ExitCode::Fault,
                UpdateError::NothingJudged { .. } => ExitCode::NothingJudged,
                UpdateError::Ambiguous { .. }
                | UpdateError::Divergence(_)
                | UpdateError::InlineTables { .. }
                | UpdateError::OtherSuite { .. }
                | UpdateError::UnknownImplementation { .. } => ExitCode::Usage,
            },
            Self::Gate(_)
            | Self::Measure { .. }
            | Self::NotBuilt { .. }
            | Self::RecordsLost { .. }
            | Self::Start(_) => ExitCode::Fault,
            Self::Write { source, .. } => match source.kind() {
                // The path cannot be used, whatever is written to it.
                io::ErrorKind::AlreadyExists
                | io::ErrorKind::InvalidFilename
                | io::ErrorKind::InvalidInput
                | io::ErrorKind::IsADirectory
                | io::ErrorKind::NotADirectory
                | io::ErrorKind::NotFound
                | io::ErrorKind::PermissionDenied
                | io::ErrorKind::ReadOnlyFilesystem => ExitCode::Usage,
                _ => ExitCode::Fault,
            },
        }
    }
}
