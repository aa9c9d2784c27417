//! Broken verifiers: each is the oracle with one finding misread, and some vector must catch it.
//!
//! Two kinds follow from the table of rules: too lax in a rule, and too strict in a rule. The others,
//! in `mistakes`, are plausible mistakes: off by one, a prefix taken for equality, a DER signature
//! accepted, a wrong type read as absent.

mod caught;
mod mistakes;

use jwt_assay_core::{
    model::{Level, Rule, Step},
    oracle::{Explanation, Finding},
};

pub(crate) use self::caught::{idle, rows};
pub use self::mistakes::{MISTAKES, Mistake};

/// A verifier that makes one known mistake.
#[derive(Clone, Copy, Debug)]
pub enum Sabotage {
    /// Accepts what the rule forbids.
    Lax(Rule),
    /// Rejects what the rule permits.
    Strict(Rule),
    /// Makes a mistake that is known from practice.
    Mistake(&'static Mistake),
}

impl Sabotage {
    /// Every sabotage: a lax or a strict one for each rule that binds, and all known mistakes.
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
            // Strict in the baseline would be a verifier that rejects everything.
            .chain(
                rules()
                    .filter(|&rule| rule != Rule::Baseline)
                    .filter(move |&rule| binds(rule, Level::Accept))
                    .map(Self::Strict),
            )
            .chain(MISTAKES.iter().map(Self::Mistake))
    }

    /// The rule that the verifier gets wrong.
    #[must_use]
    pub const fn rule(&self) -> Rule {
        match self {
            Self::Lax(rule) | Self::Strict(rule) => *rule,
            Self::Mistake(mistake) => mistake.rule,
        }
    }

    /// The name of the mistake: `lax aud-mismatch`, `strict typ-absent`, `aud compared as a prefix`.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Lax(rule) => format!("lax {rule}"),
            Self::Strict(rule) => format!("strict {rule}"),
            Self::Mistake(mistake) => mistake.name.to_owned(),
        }
    }

    /// The answers of the broken verifier, step by step: true where it accepts. `explanations` are the
    /// oracle's, one for each step.
    #[must_use]
    pub fn answers(&self, steps: &[Step], explanations: &[Explanation]) -> Vec<bool> {
        let is_lax = |rule: Rule, read: &Explanation| {
            accepted(read.findings.iter().filter(|found| found.rule != rule))
        };
        let is_strict = |rule: Rule, read: &Explanation| {
            let is_rejected = |found: &Finding| found.rule == rule && found.level == Level::Accept;
            accepted(read.findings.iter()) && !read.findings.iter().any(is_rejected)
        };
        let read = explanations.iter();
        match self {
            Self::Lax(rule) => read.map(|read| is_lax(*rule, read)).collect(),
            Self::Strict(rule) => read.map(|read| is_strict(*rule, read)).collect(),
            Self::Mistake(mistake) => mistake.answers(steps.iter().zip(explanations)),
        }
    }
}

/// The answer that follows from the findings. A `may` is accepted, so that the misread rule alone
/// decides.
fn accepted<'a>(mut findings: impl Iterator<Item = &'a Finding>) -> bool {
    findings.all(|finding| finding.level != Level::Reject)
}
