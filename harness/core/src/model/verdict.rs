//! The verdict of the specifications on a request to a server.

use std::fmt;

use super::Rule;

/// The answer of a conforming server.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// Must accept; a rejection breaks interoperability.
    Accept,
    /// May do either; never a failure, recorded all the same.
    May(Lean),
    /// Must reject, because of this rule; acceptance is usually a vulnerability.
    Reject(Rule),
}

impl Verdict {
    /// Compares what both ask of an implementation. The lean of a `may` is editorial and does not count.
    #[must_use]
    pub fn agrees_with(self, other: Self) -> bool {
        match (self, other) {
            (Self::Accept, Self::Accept) | (Self::May(_), Self::May(_)) => true,
            (Self::Reject(mine), Self::Reject(theirs)) => mine == theirs,
            (Self::Accept | Self::May(_) | Self::Reject(_), _) => false,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accept => f.write_str("accept"),
            Self::May(Lean::Accept) => f.write_str("may+"),
            Self::May(Lean::Neither) => f.write_str("may"),
            Self::May(Lean::Reject) => f.write_str("may-"),
            Self::Reject(rule) => write!(f, "reject {rule}"),
        }
    }
}

/// The side that the literal or the majority reading of an open point takes.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Lean {
    /// Towards acceptance.
    Accept,
    /// Neither way.
    Neither,
    /// Towards rejection.
    Reject,
}
