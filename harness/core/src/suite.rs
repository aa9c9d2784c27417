//! The suite: case files become cases, cases become vectors.

mod bundled;
mod case;
mod compile;
mod file;
mod vector;

pub use self::{
    bundled::case_files,
    case::{Case, Support},
    compile::Suite,
    file::SuiteError,
    vector::Vector,
};
