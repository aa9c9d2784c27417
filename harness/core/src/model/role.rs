//! The two roles of an implementation: it verifies assertions, or it builds them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A role of an implementation.
#[derive(
    Clone, Copy, Debug, Default, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// A server: it accepts and rejects token requests.
    #[default]
    Verify,
    /// A client: it signs assertions, or declines.
    Build,
}

impl Role {
    /// Both, in the order of the suite.
    pub const ALL: [Self; 2] = [Self::Verify, Self::Build];

    /// The name in options and files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Build => "build",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
