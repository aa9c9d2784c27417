//! Why a file of divergences is not updated. The texts fit after "failed to".

use crate::divergences::DivergenceError;

/// Why a file is not updated.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum UpdateError {
    /// Records of several implementations, and one file.
    #[error(
        "choose the implementation that divergences `{file}` are of: the records are of {names}; \
         add `--implementation NAME`"
    )]
    Ambiguous {
        /// Which file.
        file: String,
        /// All names.
        names: String,
    },
    /// The file cannot be used as it is.
    #[error(transparent)]
    Divergence(#[from] DivergenceError),
    /// Entries in a form that cannot be edited without loss.
    #[error("update divergences `{file}`: write each as a table of its own, `[[divergence]]`")]
    InlineTables {
        /// Which file.
        file: String,
    },
    /// The results say nothing.
    #[error(
        "update divergences `{file}`: not one control of `{implementation}` came out right, so \
         its results say nothing; see `jwt-assay run {implementation}`"
    )]
    NoControl {
        /// Which file.
        file: String,
        /// Of which implementation.
        implementation: String,
    },
    /// No result at all.
    #[error(
        "update divergences `{file}`: nothing was judged of `{implementation}`; \
         `jwt-assay run {implementation}` says why"
    )]
    NothingJudged {
        /// Which file.
        file: String,
        /// Of which implementation.
        implementation: String,
    },
    /// Records that were made with other cases or other verdicts.
    #[error(
        "update divergences `{file}`: the records are of another suite, {what}; judge again with \
         this jwt-assay: `jwt-assay run`"
    )]
    OtherSuite {
        /// Which file.
        file: String,
        /// By what it shows.
        what: String,
    },
    /// A fault of this program: it would have written what it cannot read.
    #[error("check what was to be written, and nothing was: {0}")]
    SelfCheck(DivergenceError),
    /// A name that is not in the records.
    #[error("find implementation `{given}` in the records: they are of {names}")]
    UnknownImplementation {
        /// As it was given.
        given: String,
        /// All names.
        names: String,
    },
}
