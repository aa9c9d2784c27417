//! Errors of an update. Their texts fit after "failed to".

use crate::divergences::DivergenceError;

/// An update that cannot be made.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum UpdateError {
    /// The records are of several implementations, and the file is of one.
    #[error(
        "choose the implementation that divergences `{file}` are of: the records are of {names}; \
         add `--implementation NAME`"
    )]
    Ambiguous {
        /// The file's name.
        file: String,
        /// The names of all implementations in the records.
        names: String,
    },
    /// The file itself cannot be used.
    #[error(transparent)]
    Divergence(#[from] DivergenceError),
    /// The entries are in a form that cannot be edited without loss.
    #[error("update divergences `{file}`: write each as a table of its own, `[[divergence]]`")]
    InlineTables {
        /// The file's name.
        file: String,
    },
    /// No control came out right, so no result proves anything.
    #[error(
        "update divergences `{file}`: not one control of `{implementation}` came out right, so \
         its results say nothing; see `jwt-assay run {implementation}`"
    )]
    NoControl {
        /// The file's name.
        file: String,
        /// The implementation's name.
        implementation: String,
    },
    /// No vector was judged.
    #[error(
        "update divergences `{file}`: nothing was judged of `{implementation}`; \
         `jwt-assay run {implementation}` says why"
    )]
    NothingJudged {
        /// The file's name.
        file: String,
        /// The implementation's name.
        implementation: String,
    },
    /// The records were made with other cases or other verdicts.
    #[error(
        "update divergences `{file}`: the records are of another suite, {what}; judge again with \
         this jwt-assay: `jwt-assay run`"
    )]
    OtherSuite {
        /// The file's name.
        file: String,
        /// The profile or vector that shows it.
        what: String,
    },
    /// The new text cannot be read back, which is a fault of this program; the file is untouched.
    #[error("check what was to be written, and nothing was: {0}")]
    SelfCheck(DivergenceError),
    /// The name is not in the records.
    #[error("find implementation `{given}` in the records: they are of {names}")]
    UnknownImplementation {
        /// The name as it was given.
        given: String,
        /// The names of all implementations in the records.
        names: String,
    },
}
