//! Needs of vectors: what an implementation must be able to do before it is asked.

use serde::{Deserialize, Serialize};

use super::{Algorithm, KeyFormat, Method};

/// A capability that a vector needs and an implementation may lack.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Need {
    /// A client authentication method.
    Method(Method),
    /// A signature algorithm.
    Algorithm(Algorithm),
    /// The evaluation time as an argument, since single seconds decide, or time moves.
    GivenClock,
    /// One leeway for `exp`, and another one for `nbf` and `iat`.
    TwoLeeways,
    /// A key format.
    KeyFormat(KeyFormat),
}
