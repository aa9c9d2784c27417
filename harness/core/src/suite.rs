//! The suite: case files become cases, cases become vectors.

mod bundled;
mod case;
mod compile;
pub(crate) mod file;
mod frozen;
mod lint;
mod per_profile;
mod published;
mod vector;
mod written;

pub use self::{
    bundled::case_files,
    case::{Case, Support},
    compile::Suite,
    file::SuiteError,
    frozen::{Asked, Frozen, FrozenError, Thawed},
    lint::{Fault, FaultKind, UNEXPLAINED},
    published::{
        Large, PublishedCase, PublishedClient, PublishedContext, PublishedRequest, PublishedRule,
        PublishedStep, PublishedVector,
    },
    vector::Vector,
    written::case_file,
};
pub(crate) use self::{
    bundled::{bundled_files, released},
    per_profile::PerProfile,
    published::{GENERATED, jsonl, line},
};
