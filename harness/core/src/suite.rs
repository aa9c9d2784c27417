//! The suite: case files are compiled to cases, and cases to vectors. One suite holds the vectors of both
//! roles.

mod bundled;
mod case;
mod compile;
mod file;
mod frozen;
mod lint;
mod published;
mod vector;
mod written;

pub use self::{
    bundled::case_files,
    case::{Case, Many, Support},
    compile::Suite,
    file::SuiteError,
    frozen::{Frozen, FrozenChange, FrozenError, VerdictTexts},
    lint::{Fault, FaultKind, UNEXPLAINED},
    published::{
        Large, PublishedBuild, PublishedBuildCase, PublishedCase, PublishedClient,
        PublishedContext, PublishedRequest, PublishedRule, PublishedStep, PublishedVector,
    },
    vector::{Commission, Experiment, Presentation, Vector},
    written::case_file,
};
