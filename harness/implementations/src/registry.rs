//! The implementations that can be asked for by name.

use crate::{Builder, Verifier};

/// A library that the harness has an adapter for.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// The name that its description has.
    pub name: &'static str,
    start: Result<fn() -> Box<dyn Verifier>, &'static str>,
    start_builder: Result<fn() -> Box<dyn Builder>, &'static str>,
}

impl Known {
    /// Why it cannot be used, where it cannot.
    #[must_use]
    pub const fn missing(&self) -> Option<&'static str> {
        match self.start {
            Ok(_) => None,
            Err(reason) => Some(reason),
        }
    }
}

/// An entry of [`KNOWN`]: the name, the feature that brings it, its library.
macro_rules! known {
    ($name:literal, $feature:literal, $library:ident :: $new:expr) => {
        Known {
            name: $name,
            #[cfg(feature = $feature)]
            start: Ok(|| {
                use crate::{
                    in_process::{library::Adapter, $library::*},
                    reach::call::CatchPanics,
                };
                Box::new(CatchPanics(Adapter($new)))
            }),
            #[cfg(not(feature = $feature))]
            start: Err(concat!("built without feature `", $feature, "`")),
            #[cfg(feature = $feature)]
            start_builder: Ok(|| {
                use crate::{
                    in_process::{builders::Signer, $library::*},
                    reach::call::CatchPanics,
                };
                Box::new(CatchPanics(Signer($new)))
            }),
            #[cfg(not(feature = $feature))]
            start_builder: Err(concat!("built without feature `", $feature, "`")),
        }
    };
}

/// Every library that this crate has an adapter for, in the order of reports.
pub const KNOWN: [Known; 5] = [
    known!(
        "jsonwebtoken",
        "jsonwebtoken",
        jsonwebtoken::JsonWebToken::new()
    ),
    known!("jwt-simple", "jwt-simple", jwt_simple::JwtSimple),
    known!("biscuit", "biscuit", biscuit::Biscuit),
    known!("josekit", "openssl", josekit::Josekit),
    known!("jwtk", "openssl", jwtk::Jwtk),
];

/// All libraries that were built in, in the order of [`KNOWN`].
#[must_use]
pub fn in_process() -> Vec<Box<dyn Verifier>> {
    KNOWN
        .iter()
        .filter_map(|known| known.start.ok())
        .map(|start| start())
        .collect()
}

/// All libraries that were built in as builders, in the order of [`KNOWN`].
#[must_use]
pub fn builders_in_process() -> Vec<Box<dyn Builder>> {
    KNOWN
        .iter()
        .filter_map(|known| known.start_builder.ok())
        .map(|start| start())
        .collect()
}

/// The library of a name, as a builder.
///
/// # Errors
///
/// Where there is no adapter of that name, or it was not built in.
pub fn builder_named(name: &str) -> Result<Box<dyn Builder>, UnknownImplementation> {
    let known = known(name)?;
    let start = known
        .start_builder
        .map_err(|reason| UnknownImplementation::NotBuilt {
            name: known.name,
            reason,
        })?;
    Ok(start())
}

/// The library of a name.
///
/// # Errors
///
/// Where there is no adapter of that name, or it was not built in.
pub fn named(name: &str) -> Result<Box<dyn Verifier>, UnknownImplementation> {
    let known = known(name)?;
    let start = known
        .start
        .map_err(|reason| UnknownImplementation::NotBuilt {
            name: known.name,
            reason,
        })?;
    Ok(start())
}

fn known(name: &str) -> Result<Known, UnknownImplementation> {
    KNOWN
        .into_iter()
        .find(|known| known.name == name)
        .ok_or_else(|| UnknownImplementation::no_such_name(name))
}

/// A name that stands for nothing that can be started.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum UnknownImplementation {
    /// There is no such adapter.
    #[error(
        "find implementation `{given}`: the nearest is `{nearest}`; the known ones are {known}"
    )]
    NoSuchName {
        /// What was asked for.
        given: String,
        /// The name most like it.
        nearest: String,
        /// All names, with commas between.
        known: String,
    },
    /// There is an adapter, but not in this build.
    #[error("start implementation `{name}`: {reason}")]
    NotBuilt {
        /// What was asked for.
        name: &'static str,
        /// What the build lacks.
        reason: &'static str,
    },
}

impl UnknownImplementation {
    fn no_such_name(given: &str) -> Self {
        let names = KNOWN.map(|known| known.name);
        Self::NoSuchName {
            given: given.to_owned(),
            nearest: jwt_assay_core::nearest(given, names),
            known: names.join(", "),
        }
    }
}
