//! Divergences: recorded, explained and linked deviations of an implementation from the
//! specifications. A recorded deviation does not fail a run; one that is recorded and does not
//! happen does, so the files cannot rot.

mod comparing;
mod file_text;
mod reading;
mod toolchain;
pub mod update;

use std::collections::HashMap;

use jwt_assay_core::model::VectorId;
use serde::{Deserialize, Serialize};

pub(crate) use self::update::UNEXPLAINED;
pub use self::{
    comparing::{DivergenceStatus, RecordedDivergence},
    reading::DivergenceError,
    toolchain::{Bound, InvalidBound},
};
use crate::outcome::Deviation;

/// The divergences of one implementation.
#[derive(Clone, Debug, Default)]
pub struct Divergences {
    entries: Vec<Divergence>,
    /// The indices of the entries that name a vector. Where there are two, they are bound to
    /// toolchains that exclude one another.
    of_vector: HashMap<VectorId, Vec<usize>>,
    /// The toolchain of the implementation, where its description has one.
    toolchain: Option<String>,
    /// The name of the file, which each record that it excuses repeats.
    file: Option<String>,
}

/// One recorded deviation.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Divergence {
    /// Patterns on vector ids, as in `--only`.
    pub vectors: Vec<String>,
    /// The deviation of the implementation.
    pub seen: Deviation,
    /// The reason for it, in a person's words.
    pub reason: String,
    /// The clause that it breaks.
    pub clause: String,
    /// The address of its documentation or of a report.
    #[serde(default)]
    pub link: Option<String>,
    /// The kind of harm that it does.
    #[serde(default)]
    pub severity: Option<Severity>,
    /// Agreement is as good as the deviation: the moment decides, as where a limit lies a second from
    /// the implementation's own clock.
    #[serde(default)]
    pub sometimes: bool,
    /// The toolchain that it depends on; with any other one it counts as not recorded.
    #[serde(default)]
    pub toolchain: Option<Bound>,
}

/// The kind of harm that a deviation does.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Valid assertions are rejected, or not signed.
    Interoperability,
    /// A rule of the profile is broken, without harm by itself.
    Policy,
    /// Crashes, or work without bound.
    Robustness,
    /// Assertions are accepted that prove nothing.
    Vulnerability,
}

impl Severity {
    /// The word in files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Interoperability => "interoperability",
            Self::Policy => "policy",
            Self::Robustness => "robustness",
            Self::Vulnerability => "vulnerability",
        }
    }
}
