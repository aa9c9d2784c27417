//! A case: one named experiment, not yet multiplied by profile, algorithm and variant.

use crate::model::{CaseId, Role, Rule};

/// One named experiment: a valid default, an edit of it, and a verdict per profile.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// The permanent name.
    pub id: CaseId,
    /// The role of the implementations under test.
    pub role: Role,
    /// The letter of the case's group.
    pub group: char,
    /// The edit in one sentence.
    pub text: String,
    /// The rule that the case is about.
    pub rule: Rule,
    /// Other rules that the edit breaks.
    pub also_breaks: Vec<Rule>,
    /// The cited clauses: the case's own, or else those of the rule.
    pub clauses: Vec<String>,
    /// The reason for an open or surprising verdict.
    pub note: Option<String>,
    /// The kind of question: a rule, or the support of an algorithm.
    pub support: Support,
    /// True where only an implementation that is given the time can be asked: the case has boundaries of
    /// a second, fixed dates or moving time.
    pub needs_given_clock: bool,
    /// True where a live endpoint must show no side effect beside the rejection.
    pub no_side_effects: bool,
    /// The number of answers of a builder to one request, where they are read together.
    pub many: Option<Many>,
    /// True where a builder's answer is read at every second of its lifetime.
    pub at_every_second: bool,
    /// True where the servers of all profiles read a builder's answer.
    pub in_every_profile: bool,
}

/// The kind of question that a case asks.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Support {
    /// The support of an algorithm. `unsupported` is an answer where the profile says `may`.
    Algorithm,
    /// The observance of a rule.
    Rule,
}

/// The number of answers that a builder is asked for, with threads and restarts.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct Many {
    /// The number of answers.
    pub count: usize,
    /// The number of threads that ask at once.
    #[serde(default = "one")]
    pub threads: usize,
    /// The number of restarts of the builder between the first answer and the last.
    #[serde(default)]
    pub restarts: usize,
}

const fn one() -> usize {
    1
}
