//! Findings: differences between an implementation and the oracle, by implementation, rule and deviation.

use std::fmt;

use jwt_assay_core::model::{Rule, Verdict};

use jwt_assay::{observation::Observation, outcome::Deviation};
use jwt_assay_core::escape;

/// One difference that counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The key; two findings with the same key are one finding.
    pub key: Key,
    /// The step, counted from one.
    pub step: usize,
    /// The verdict of the oracle at that step.
    pub verdict: Verdict,
    /// The answer of the implementation.
    pub seen: Observation,
    /// The clauses of the rule, the profile's own first.
    pub clauses: Vec<String>,
    /// A divergence is recorded of this implementation, for this rule, in this way.
    pub is_known: bool,
}

/// The key of a finding: implementation, rule and deviation.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Key {
    /// The implementation's name.
    pub implementation: String,
    /// The rule that the oracle decides by.
    pub rule: Rule,
    /// The deviation.
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
