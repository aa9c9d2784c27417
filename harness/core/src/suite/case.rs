//! A case: one named experiment, before it is multiplied by profile, algorithm and variant.

use crate::model::{CaseId, Role, Rule};

/// One named experiment: a valid default, an edit of it, and a verdict per profile.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// The permanent name: that of the catalogue's row.
    pub id: CaseId,
    /// The role of the implementations that it is for.
    pub role: Role,
    /// The letter of the group in the catalogue.
    pub group: char,
    /// The edit in one sentence.
    pub text: String,
    /// The rule that the case is about.
    pub rule: Rule,
    /// Rules that fall together with it.
    pub also_breaks: Vec<Rule>,
    /// The clauses that the case cites; those of the rule where it names none of its own.
    pub clauses: Vec<String>,
    /// The reason for an open or surprising verdict.
    pub note: Option<String>,
    /// The kind of question: a rule, or the support of an algorithm.
    pub support: Support,
    /// Boundaries of seconds, fixed dates or moving time: only for implementations that can be
    /// given the time.
    pub needs_given_clock: bool,
    /// A live endpoint must show no side effect beside the rejection.
    pub no_side_effects: bool,
    /// Many answers of a builder to the same request, read together.
    pub many: Option<Many>,
    /// Whether a builder's answer is read at every second of its life.
    pub at_every_second: bool,
    /// Whether the other profiles read a builder's answer as well.
    pub in_every_profile: bool,
}

/// The kind of question that a case asks.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Support {
    /// Is this algorithm supported? `unsupported` is an answer where the profile says `may`.
    Algorithm,
    /// Is this rule kept?
    Rule,
}

/// The number of answers that a builder is asked for, and how they are asked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct Many {
    /// Answers.
    pub count: usize,
    /// Threads that ask at once.
    #[serde(default = "one")]
    pub threads: usize,
    /// Restarts of the builder between the first answer and the last.
    #[serde(default)]
    pub restarts: usize,
}

const fn one() -> usize {
    1
}
