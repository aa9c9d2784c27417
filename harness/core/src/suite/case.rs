//! A case: one named experiment, before it is multiplied by profile, algorithm and variant.

use crate::model::{CaseId, Rule};

/// One named experiment: a valid default plus edits, and what each profile asks.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// The permanent name.
    pub id: CaseId,
    /// The letter of the group in the catalogue.
    pub group: char,
    /// What is done, in one sentence.
    pub text: String,
    /// The rule the case is about.
    pub rule: Rule,
    /// Rules that fall together with it.
    pub also_breaks: Vec<Rule>,
    /// The clauses the case cites; those of the rule where it names none of its own.
    pub clauses: Vec<String>,
    /// Why a `may` is open, or how a surprising verdict comes about.
    pub note: Option<String>,
    /// Whether the case asks for support of an algorithm rather than for a rule.
    pub support: Support,
    /// Boundaries of seconds, fixed dates or moving time: only for implementations that can be
    /// given the time.
    pub needs_given_clock: bool,
    /// A live endpoint must show no side effect beside the refusal.
    pub no_side_effects: bool,
}

/// What kind of question a case asks.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Support {
    /// Is this algorithm supported? `unsupported` is an answer where the profile says `may`.
    Algorithm,
    /// Is this rule kept?
    Rule,
}
