//! The suite tested by sabotage: verifiers that are broken in exactly one known way, each of
//! which some vector must catch.
//!
//! Every sabotage is the oracle with one finding misread. Three kinds come from the table of
//! rules by themselves: too lax in a rule, too strict in a rule, and the degenerate ones that
//! answer always the same. The others, in `ways`, are the plausible ways of getting a rule
//! wrong: off by one, prefix instead of equality, DER accepted, a wrong type read as absent.

mod caught;
mod ways;

use jwt_assay_core::{
    model::{Level, Rule, Step},
    oracle::{Explanation, Finding},
};

pub(crate) use self::caught::{idle, rows};
pub use self::ways::{WAYS, Way};

/// A verifier broken in one known way.
#[derive(Clone, Copy, Debug)]
pub enum Sabotage {
    /// It does not mind what the rule forbids.
    Lax(Rule),
    /// It minds what the rule permits.
    Strict(Rule),
    /// It gets the rule wrong in a way that people do.
    Way(&'static Way),
}

impl Sabotage {
    /// Every sabotage: two of every rule that binds, and all the ways.
    pub fn all() -> impl Iterator<Item = Self> {
        let rules = || Rule::ALL.iter().copied();
        let binds = |rule: Rule, level: Level| {
            jwt_assay_core::model::ProfileId::ALL
                .into_iter()
                .any(|id| jwt_assay_core::model::Profile::get(id).level(rule) == level)
        };
        rules()
            .filter(move |&rule| binds(rule, Level::Reject))
            .map(Self::Lax)
            // Whoever minds a plain valid assertion refuses everything.
            .chain(
                rules()
                    .filter(|&rule| rule != Rule::Baseline)
                    .filter(move |&rule| binds(rule, Level::Accept))
                    .map(Self::Strict),
            )
            .chain(WAYS.iter().map(Self::Way))
    }

    /// The rule that it gets wrong.
    #[must_use]
    pub const fn rule(&self) -> Rule {
        match self {
            Self::Lax(rule) | Self::Strict(rule) => *rule,
            Self::Way(way) => way.rule,
        }
    }

    /// Its name: `lax aud-mismatch`, `strict typ-absent`, `aud compared as a prefix`.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Lax(rule) => format!("lax {rule}"),
            Self::Strict(rule) => format!("strict {rule}"),
            Self::Way(way) => way.name.to_owned(),
        }
    }

    /// Whether the broken verifier accepts, step by step, what the oracle explains so.
    #[must_use]
    pub fn answers(&self, steps: &[Step], explanations: &[Explanation]) -> Vec<bool> {
        let is_lax = |rule: Rule, read: &Explanation| {
            accepted(read.findings.iter().filter(|found| found.rule != rule))
        };
        let is_strict = |rule: Rule, read: &Explanation| {
            let minds = |found: &Finding| found.rule == rule && found.level == Level::Accept;
            accepted(read.findings.iter()) && !read.findings.iter().any(minds)
        };
        let read = explanations.iter();
        match self {
            Self::Lax(rule) => read.map(|read| is_lax(*rule, read)).collect(),
            Self::Strict(rule) => read.map(|read| is_strict(*rule, read)).collect(),
            Self::Way(way) => way.answers(steps.iter().zip(explanations)),
        }
    }
}

/// The answer that follows from findings. Open points are accepted, so that nothing but the
/// misread rule decides.
fn accepted<'a>(mut findings: impl Iterator<Item = &'a Finding>) -> bool {
    findings.all(|finding| finding.level != Level::Reject)
}
