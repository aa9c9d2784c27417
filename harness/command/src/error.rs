//! What can be wrong with a command. The texts fit after "failed to".

mod exit_code;

use std::{collections::BTreeSet, io, path::Path};

use jwt_assay_core::{
    model::{CaseId, Role, VectorId},
    suite::{FrozenError, Suite, SuiteError},
};
use jwt_assay_implementations::{
    reach::process::StartError, registered::RegistryError, registry::KNOWN,
};

use super::{check::TokenError, keygen::KeygenError};
use jwt_assay::{
    divergences::{DivergenceError, update::UpdateError},
    filter::IdPattern,
    plan::PlanError,
    record::JoinError,
    reference::Reference,
    report::{jsonl::RecordsError, splice::SpliceError},
    session::OtherRun,
};
use jwt_assay_assertion::{
    key_file::{GenerateError, KeyFileError},
    mint::{ChoiceError, MintError},
};
use jwt_assay_bench::gate::{GateError, tree::TreeError};
use jwt_assay_fuzzing::{
    replay::ReplayError,
    targets::{self, MutateThenSign, Target, UnknownTarget},
};

/// What can be wrong with a command. Its exit code is in `exit_code`.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// Files where an adapter is to be written.
    #[error("write an adapter to `{folder}`: {names} would be replaced; choose another folder")]
    AdapterExists {
        /// Where.
        folder: String,
        /// Which.
        names: String,
    },
    /// One file of divergences, and several implementations that it could be for.
    #[error(
        "choose the implementation that divergences `{file}` are for: write `--divergences \
         NAME={file}`"
    )]
    AmbiguousDivergences {
        /// As it was given.
        file: String,
    },
    /// A file of divergences.
    #[error(transparent)]
    Divergence(#[from] DivergenceError),
    /// A file of frozen verdicts.
    #[error(transparent)]
    Frozen(#[from] FrozenError),
    /// A key that cannot be made.
    #[error(transparent)]
    Generate(#[from] GenerateError),
    /// Records of runs that do not make one.
    #[error(transparent)]
    Join(#[from] JoinError),
    /// A key file.
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
    /// What is asked of `keygen`.
    #[error(transparent)]
    Keygen(#[from] KeygenError),
    /// A signing program that cannot be measured.
    #[error(transparent)]
    Gate(#[from] GateError),
    /// Throughput that cannot be measured.
    #[error("measure throughput: {problem}")]
    Measure {
        /// What went wrong.
        problem: String,
    },
    /// What is asked of `mint`.
    #[error(transparent)]
    Mint(#[from] MintError),
    /// A limit of the generator that the target does not read by.
    #[error(
        "`--algorithm` and `--without-suite` say how `{}` reads its inputs; those of `{target}` \
         stand for the same without them",
        MutateThenSign.name()
    )]
    NoLimits {
        /// The target.
        target: &'static str,
    },
    /// An input of a target that has nothing to do with token requests.
    #[error(
        "judge `{path}`: inputs of fuzz target `{target}` end in no token request; \
         `cargo run -p jwt-assay-fuzz --bin {target} -- FILE` runs the target on it"
    )]
    NoRecipe {
        /// As it was given.
        path: String,
        /// The target.
        target: &'static str,
    },
    /// There is no list of known programs.
    #[error(
        "find `harness/implementations.toml` here or in a folder above: adapters are set up in a \
         checkout of jwt-assay"
    )]
    NoRegistry,
    /// An input whose target is not said.
    #[error(
        "tell which fuzz target `{path}` is an input of: it lies in no folder of that name; add \
         `--target` with one of {known}"
    )]
    NoTarget {
        /// As it was given.
        path: String,
        /// All targets.
        known: String,
    },
    /// A language that nothing is written in.
    #[error("find an implementation in `{given}`; the known languages are {known}")]
    NoSuchLanguage {
        /// As it was given.
        given: String,
        /// All languages.
        known: String,
    },
    /// An implementation that this build lacks, or that is not set up.
    #[error("start implementation `{name}`: {reason}")]
    NotBuilt {
        /// Its name.
        name: String,
        /// What the build lacks.
        reason: String,
    },
    /// Languages of which nothing can be started here.
    #[error(
        "find an implementation in {languages} that is set up; `jwt-assay doctor` says what is \
         missing"
    )]
    NotSetUp {
        /// As they were given.
        languages: String,
    },
    /// A program that does something else.
    #[error("ask `{command}`: its hello has no role `{role}`")]
    NotInRole {
        /// As it was given.
        command: String,
        /// What it was to do.
        role: Role,
    },
    /// A file of costs that other compilers made.
    #[error(
        "compare with `{file}`, which was made by other tools: {others}; write it anew with \
         `--write-baseline`, or compare with a revision"
    )]
    OtherTools {
        /// Which file.
        file: String,
        /// Which tools, with both versions.
        others: String,
    },
    /// Records of another run than the one that is to go on.
    #[error(
        "go on with the run in `{file}`, which is another one: {what}; `jwt-assay run` without \
         `--resume` begins anew"
    )]
    OtherRun {
        /// Where the records are.
        file: String,
        /// What is not the same.
        what: OtherRun,
    },
    /// A pattern on the ids of the other role.
    #[error("select `{pattern}`: it fits vectors of role `{role}` only; write `--role {role}`")]
    OtherRole {
        /// As it was given.
        pattern: String,
        /// The role whose vectors it fits.
        role: Role,
    },
    /// A selection.
    #[error(transparent)]
    Plan(PlanError),
    /// A file that cannot be read.
    #[error("read `{path}`: {source}")]
    Read {
        /// Which file.
        path: String,
        /// What the system says.
        source: io::Error,
    },
    /// A file of records.
    #[error(transparent)]
    Records(#[from] RecordsError),
    /// A list of known programs that cannot be used.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// An input that is not judged.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// A number of samples for a role that has none.
    #[error("ask verifiers for samples: only builders give them; say `--role build` as well")]
    SamplesOfVerifiers,
    /// A page without the places for the tables.
    #[error("splice `{path}`: {source}")]
    Splice {
        /// Which page.
        path: String,
        /// What is wrong with it.
        source: SpliceError,
    },
    /// A program that cannot be started.
    #[error(transparent)]
    Start(#[from] StartError),
    /// A case file that cannot be used.
    #[error(transparent)]
    Suite(#[from] SuiteError),
    /// The place of an assertion.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// A file that is not TOML, or not of the form that is expected.
    #[error("read `{path}`: {message}")]
    Toml {
        /// Which file.
        path: String,
        /// What is wrong, with line and column.
        message: String,
    },
    /// A source tree whose signing program cannot be had.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// A name that no case has.
    #[error("find case `{given}`: the nearest is `{nearest}`; `jwt-assay list` lists all")]
    UnknownCase {
        /// As it was given.
        given: String,
        /// The name most like it.
        nearest: String,
    },
    /// A name that no ecosystem has.
    #[error("find ecosystem `{given}`: the known ones are {known}")]
    UnknownEcosystem {
        /// As it was given.
        given: String,
        /// All names.
        known: String,
    },
    /// A name that no implementation has.
    #[error(
        "find implementation `{given}`: the nearest is `{nearest}`; the known ones are {known}"
    )]
    UnknownImplementation {
        /// As it was given.
        given: String,
        /// The name most like it.
        nearest: String,
        /// All names.
        known: String,
    },
    /// A name that no fuzz target has.
    #[error(transparent)]
    UnknownTarget(#[from] UnknownTarget),
    /// A name that no vector has.
    #[error(
        "find vector `{given}`: the nearest is `{nearest}`; `jwt-assay list --vectors` lists all"
    )]
    UnknownVector {
        /// As it was given.
        given: String,
        /// The name most like it.
        nearest: String,
    },
    /// A file of divergences that is not updated.
    #[error(transparent)]
    Update(#[from] UpdateError),
    /// A file, or standard output, that cannot be written.
    #[error("write `{path}`: {source}")]
    Write {
        /// Which file.
        path: String,
        /// What the system says.
        source: io::Error,
    },
}

impl Error {
    pub(super) fn read(path: &Path, source: io::Error) -> Self {
        Self::Read {
            path: path.display().to_string(),
            source,
        }
    }

    pub(super) fn write(path: impl AsRef<Path>, source: io::Error) -> Self {
        Self::Write {
            path: path.as_ref().display().to_string(),
            source,
        }
    }

    pub(super) fn no_limits(target: &dyn Target) -> Self {
        Self::NoLimits {
            target: target.name(),
        }
    }

    pub(super) fn no_recipe(path: &Path, target: &dyn Target) -> Self {
        Self::NoRecipe {
            path: path.display().to_string(),
            target: target.name(),
        }
    }

    pub(super) fn no_target(path: &Path) -> Self {
        Self::NoTarget {
            path: path.display().to_string(),
            known: targets::names().join(", "),
        }
    }

    pub(super) fn other_run(path: &Path, what: OtherRun) -> Self {
        Self::OtherRun {
            file: path.display().to_string(),
            what,
        }
    }

    /// Among the cases of both roles.
    pub(super) fn unknown_case(given: &str) -> Self {
        let ids = Suite::bundled().cases.iter().map(|case| &case.id);
        let nearest = jwt_assay_core::nearest(given, ids.map(CaseId::as_str));
        Self::UnknownCase {
            given: given.to_owned(),
            nearest,
        }
    }

    pub(super) fn no_such_language<'a>(given: &str, known: impl Iterator<Item = &'a str>) -> Self {
        let known: BTreeSet<&str> = known.collect();
        Self::NoSuchLanguage {
            given: given.to_owned(),
            known: known.into_iter().collect::<Vec<_>>().join(", "),
        }
    }

    /// `programs` are known beside those that this crate has adapters for.
    pub(super) fn unknown_implementation(given: &str, programs: &[&str]) -> Self {
        let known = || {
            let built_in = KNOWN.iter().map(|known| known.name);
            let all = std::iter::once(Reference::NAME).chain(built_in);
            all.chain(programs.iter().copied())
        };
        Self::UnknownImplementation {
            given: given.to_owned(),
            nearest: jwt_assay_core::nearest(given, known()),
            known: known().collect::<Vec<_>>().join(", "),
        }
    }

    /// Among the vectors of both roles.
    pub(super) fn unknown_vector(given: &str) -> Self {
        let ids = Suite::bundled().vectors.iter().map(|vector| &vector.id);
        let nearest = jwt_assay_core::nearest(given, ids.map(VectorId::as_str));
        Self::UnknownVector {
            given: given.to_owned(),
            nearest,
        }
    }
}

impl From<PlanError> for Error {
    /// What fits nothing may fit vectors of the other role, where that is asked for.
    fn from(error: PlanError) -> Self {
        let PlanError::UnmatchedPattern { pattern, .. } = &error else {
            return Self::Plan(error);
        };
        let fits = pattern.parse::<IdPattern>();
        let mut vectors = Suite::bundled().vectors.iter();
        let found = vectors.find(|vector| fits.as_ref().is_ok_and(|fits| fits.matches(&vector.id)));
        match found {
            None => Self::Plan(error),
            Some(vector) => Self::OtherRole {
                pattern: pattern.clone(),
                role: vector.role(),
            },
        }
    }
}

impl From<ChoiceError> for Error {
    fn from(error: ChoiceError) -> Self {
        match error {
            ChoiceError::KeyFile(error) => error.into(),
            ChoiceError::Mint(error) => error.into(),
        }
    }
}
