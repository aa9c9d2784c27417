//! Where an implementation and the oracle differ: who, over which rule, and how.

use std::fmt;

use jwt_assay_core::model::{Rule, Verdict};

use jwt_assay::{observation::Observation, outcome::Deviation};
use jwt_assay_core::escape;

/// One difference that counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What it is a finding of; two with the same key are one finding.
    pub key: Key,
    /// The step, counted from one.
    pub step: usize,
    /// What the oracle asks at that step.
    pub verdict: Verdict,
    /// What the implementation did.
    pub seen: Observation,
    /// The clauses of the rule, the profile's own first.
    pub clauses: Vec<String>,
    /// Whether a divergence is recorded of this implementation, for this rule, in this way.
    pub is_known: bool,
}

/// What makes two findings the same: the implementation, the rule, and the way.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Key {
    /// The implementation's name.
    pub implementation: String,
    /// The rule that the oracle decides by.
    pub rule: Rule,
    /// What the implementation does.
    pub kind: Deviation,
}

/// The kind of report that a deviation is a candidate for.
#[must_use]
pub const fn candidate(deviation: Deviation) -> &'static str {
    match deviation {
        Deviation::Accepted | Deviation::Signed => "security candidate",
        Deviation::Declined | Deviation::Rejected => "interoperability candidate",
        Deviation::Crashed | Deviation::Garbled | Deviation::TimedOut | Deviation::Unsupported => {
            "crash"
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            implementation,
            rule,
            kind,
        } = self;
        write!(f, "{implementation} {kind} [{rule}]")
    }
}

/// On one line; the implementation's own words are escaped.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} ({}): step {}: the verdict is {}, it {}; {}",
            self.key,
            candidate(self.key.kind),
            self.step,
            self.verdict,
            escape::for_terminal(&self.seen.to_string()),
            self.clauses.join(", ")
        )
    }
}
