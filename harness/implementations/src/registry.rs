//! The implementations that can be asked for by name.

pub use crate::libraries::Library as Known;
use crate::{
    Builder, Verifier,
    libraries::{self, Parts},
};

/// Every library that this crate has an adapter for, in the order of reports.
pub const KNOWN: &[Known] = libraries::ALL;

/// All libraries that were built in, in the order of [`KNOWN`].
#[must_use]
pub fn in_process() -> Vec<Box<dyn Verifier>> {
    KNOWN
        .iter()
        .filter_map(|known| known.parts.ok())
        .map(|parts| (parts.verifier)())
        .collect()
}

/// All libraries that were built in as builders, in the order of [`KNOWN`].
#[must_use]
pub fn builders_in_process() -> Vec<Box<dyn Builder>> {
    KNOWN
        .iter()
        .filter_map(|known| known.parts.ok())
        .map(|parts| (parts.builder)())
        .collect()
}

/// The library of a name, as a builder.
///
/// # Errors
///
/// If there is no adapter of that name, or it was not built in.
pub fn builder_named(name: &str) -> Result<Box<dyn Builder>, UnknownImplementation> {
    Ok((parts(name)?.builder)())
}

/// The library of a name.
///
/// # Errors
///
/// If there is no adapter of that name, or it was not built in.
pub fn named(name: &str) -> Result<Box<dyn Verifier>, UnknownImplementation> {
    Ok((parts(name)?.verifier)())
}

fn parts(name: &str) -> Result<Parts, UnknownImplementation> {
    let known = KNOWN.iter().find(|known| known.name == name);
    let known = known.ok_or_else(|| UnknownImplementation::no_such_name(name))?;
    known
        .parts
        .map_err(|reason| UnknownImplementation::NotBuilt {
            name: known.name,
            reason,
        })
}

/// A name that stands for nothing that can be started.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum UnknownImplementation {
    /// There is no such adapter.
    #[error(
        "find implementation `{given}`: the nearest is `{nearest}`; the known ones are {known}"
    )]
    NoSuchName {
        /// The name that was asked for.
        given: String,
        /// The name most like it.
        nearest: String,
        /// All names, with commas between.
        known: String,
    },
    /// There is an adapter, but not in this build.
    #[error("start implementation `{name}`: {reason}")]
    NotBuilt {
        /// The name that was asked for.
        name: &'static str,
        /// The part that the build lacks.
        reason: &'static str,
    },
}

impl UnknownImplementation {
    fn no_such_name(given: &str) -> Self {
        let names: Vec<&str> = KNOWN.iter().map(|known| known.name).collect();
        Self::NoSuchName {
            given: given.to_owned(),
            nearest: jwt_assay_core::nearest(given, names.iter().copied()),
            known: names.join(", "),
        }
    }
}
