//! The errors of the command. Their texts fit after "failed to".

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

/// An error of the command. `exit_code` has the code of each.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// Existing files in the folder of a new adapter.
    #[error("write an adapter to `{folder}`: {names} would be replaced; choose another folder")]
    AdapterExists {
        /// The folder of the adapter.
        folder: String,
        /// The names of the existing files.
        names: String,
    },
    /// A file of divergences that could be for several implementations.
    #[error(
        "choose the implementation that divergences `{file}` are for: write `--divergences \
         NAME={file}`"
    )]
    AmbiguousDivergences {
        /// The file as the user gave it.
        file: String,
    },
    /// A records file that another run writes.
    #[error(
        "write `{file}`: another run writes its records there; wait for its end, or name another file \
         with `--records`"
    )]
    RecordsInUse {
        /// The file as the user gave it.
        file: String,
    },
    /// A records file that was removed or changed while its run went on.
    #[error(
        "keep the records in `{file}`: {what}; a program under test or another one changed it, so \
         judge again"
    )]
    RecordsLost {
        /// The file as the user gave it.
        file: String,
        /// The change that was found.
        what: String,
    },
    /// Two outputs, or an input and an output, in one file.
    #[error("use `{file}` as {one} and as {other}: it is one file; give each its own")]
    SameFile {
        /// The file as the user gave it.
        file: String,
        /// The first use.
        one: &'static str,
        /// The second use.
        other: &'static str,
    },
    /// Nothing behind `--`.
    #[error("find a program behind `--`: nothing stands there; is a variable empty?")]
    NoCommand,
    /// Two implementations with one name.
    #[error(
        "judge two implementations called `{}` in one run: give your program another name in its \
         hello, or judge them one after the other",
        jwt_assay_core::escape::for_terminal(name)
    )]
    SameName {
        /// The name.
        name: String,
    },
    /// An invalid file of divergences.
    #[error(transparent)]
    Divergence(#[from] DivergenceError),
    /// An invalid file of frozen verdicts.
    #[error(transparent)]
    Frozen(#[from] FrozenError),
    /// A key that cannot be generated.
    #[error(transparent)]
    Generate(#[from] GenerateError),
    /// Records of runs that cannot be joined.
    #[error(transparent)]
    Join(#[from] JoinError),
    /// An unusable key file.
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
    /// Options of `keygen` that contradict one another, or files in its way.
    #[error(transparent)]
    Keygen(#[from] KeygenError),
    /// A signing program that cannot be measured.
    #[error(transparent)]
    Gate(#[from] GateError),
    /// Throughput that cannot be measured.
    #[error("measure throughput: {problem}")]
    Measure {
        /// The cause, in words.
        problem: String,
    },
    /// An assertion that `mint` does not make.
    #[error(transparent)]
    Mint(#[from] MintError),
    /// An option for limits that the fuzz target does not have.
    #[error(
        "limit the inputs of `{target}`: `--algorithm` and `--without-suite` are for target `{}`; \
         leave them out",
        MutateThenSign.name()
    )]
    NoLimits {
        /// The name of the target.
        target: &'static str,
    },
    /// An input of a fuzz target that makes no token requests.
    #[error(
        "judge `{path}`: inputs of fuzz target `{target}` end in no token request; \
         `cargo run -p jwt-assay-fuzz --bin {target} -- FILE` runs the target on it"
    )]
    NoRecipe {
        /// The path as the user gave it.
        path: String,
        /// The name of the target.
        target: &'static str,
    },
    /// A folder outside of every checkout, so that no program is registered.
    #[error(
        "find `harness/implementations.toml` here or in a folder above: adapters are set up in a \
         checkout of jwt-assay"
    )]
    NoRegistry,
    /// An input in a folder that names no fuzz target.
    #[error(
        "find the fuzz target of `{path}`: its folder is named after none; add `--target` with one \
         of {known}"
    )]
    NoTarget {
        /// The path as the user gave it.
        path: String,
        /// The names of all targets.
        known: String,
    },
    /// A language without an implementation.
    #[error("find an implementation in `{given}`: the known languages are {known}")]
    NoSuchLanguage {
        /// The language as the user gave it.
        given: String,
        /// The names of all languages.
        known: String,
    },
    /// An implementation that this build lacks, or that is not set up.
    #[error("start implementation `{name}`: {reason}")]
    NotBuilt {
        /// The name of the implementation.
        name: String,
        /// The missing feature or setup.
        reason: String,
    },
    /// Languages without an implementation that can be started on this machine.
    #[error(
        "find an implementation in {languages} that is set up; `jwt-assay doctor` says what is \
         missing"
    )]
    NotSetUp {
        /// The languages as the user gave them.
        languages: String,
    },
    /// A program that does not play the role.
    #[error("ask `{command}`: its hello has no role `{role}`")]
    NotInRole {
        /// The command line of the program.
        command: String,
        /// The role that its hello lacks.
        role: Role,
    },
    /// A file of costs that other compilers produced.
    #[error(
        "compare with `{file}`, which was made by other tools: {others}; write it anew with \
         `--write-baseline`, or compare with a revision"
    )]
    OtherTools {
        /// The file of costs.
        file: String,
        /// The tools that differ, with both versions.
        others: String,
    },
    /// Records of another run than the one to resume.
    #[error(
        "resume the run in `{file}`, which is another one: {what}; `jwt-assay run` without \
         `--resume` begins anew"
    )]
    OtherRun {
        /// The file of the records.
        file: String,
        /// The difference between the two runs.
        what: OtherRun,
    },
    /// A pattern on vector ids of the other role.
    #[error("select `{pattern}`: it fits vectors of role `{role}` only; write `--role {role}`")]
    OtherRole {
        /// The pattern as the user gave it.
        pattern: String,
        /// The role whose vectors it fits.
        role: Role,
    },
    /// A selection of no vectors.
    #[error(transparent)]
    Plan(PlanError),
    /// A file that cannot be read.
    #[error("read `{path}`: {source}")]
    Read {
        /// The path of the file.
        path: String,
        /// The system's error.
        source: io::Error,
    },
    /// An unusable file of records.
    #[error(transparent)]
    Records(#[from] RecordsError),
    /// An invalid registry of programs.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// An input that cannot be judged.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// A number of samples for verifiers, which give none.
    #[error("ask verifiers for samples: only builders give them; add `--role build`")]
    SamplesOfVerifiers,
    /// A page without the markers of the tables.
    #[error("splice `{path}`: {source}")]
    Splice {
        /// The path of the page.
        path: String,
        /// The missing or misplaced markers.
        source: SpliceError,
    },
    /// A program that cannot be started.
    #[error(transparent)]
    Start(#[from] StartError),
    /// An invalid case file.
    #[error(transparent)]
    Suite(#[from] SuiteError),
    /// An argument or a file without an assertion.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// A file that is not TOML, or not of the expected form.
    #[error("read `{path}`: {message}")]
    Toml {
        /// The path of the file.
        path: String,
        /// The parser's error, with line and column.
        message: String,
    },
    /// A source tree whose signing program cannot be built.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// An unknown case id.
    #[error("find case `{given}`: the nearest is `{nearest}`; `jwt-assay list` lists all")]
    UnknownCase {
        /// The id as the user gave it.
        given: String,
        /// The known id most like it.
        nearest: String,
    },
    /// An unknown ecosystem.
    #[error("find ecosystem `{given}`: the known ones are {known}")]
    UnknownEcosystem {
        /// The name as the user gave it.
        given: String,
        /// The names of all ecosystems.
        known: String,
    },
    /// An unknown implementation.
    #[error(
        "find implementation `{given}`: the nearest is `{nearest}`; the known ones are {known}"
    )]
    UnknownImplementation {
        /// The name as the user gave it.
        given: String,
        /// The known name most like it.
        nearest: String,
        /// The names of all implementations.
        known: String,
    },
    /// An unknown fuzz target.
    #[error(transparent)]
    UnknownTarget(#[from] UnknownTarget),
    /// An unknown vector id.
    #[error(
        "find vector `{given}`: the nearest is `{nearest}`; `jwt-assay list --vectors` lists all"
    )]
    UnknownVector {
        /// The id as the user gave it.
        given: String,
        /// The known id most like it.
        nearest: String,
    },
    /// A file of divergences that cannot be updated.
    #[error(transparent)]
    Update(#[from] UpdateError),
    /// A file, or standard output, that cannot be written.
    #[error("write `{path}`: {source}")]
    Write {
        /// The path of the file.
        path: String,
        /// The system's error.
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

    /// An error that names the nearest case id of either role.
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

    /// An error that names the nearest built-in library or registered program.
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

    /// An error that names the nearest vector id of either role.
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
    /// Looks for vectors of the other role where the pattern fits none, so that the error names
    /// `--role`.
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
