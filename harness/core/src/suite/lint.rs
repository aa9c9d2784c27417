//! Errors that the suite can have by itself, each of which is no error of an implementation.

mod build;
mod verify;

use std::{collections::HashMap, fmt};

use super::{Suite, Vector};
use crate::model::{Level, Rule, VectorId};

/// An error of the suite.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Fault {
    /// Where it shows first.
    pub vector: VectorId,
    /// What is wrong.
    pub kind: FaultKind,
}

/// What is wrong with a vector.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum FaultKind {
    /// The oracle reads the specifications otherwise.
    Disagreement {
        /// The step, counted from one.
        step: usize,
        /// What the case declares.
        declared: String,
        /// What the oracle says, with its findings.
        found: String,
    },
    /// It breaks a rule that it does not declare.
    Undeclared(Rule),
    /// It breaks another rule that binds too, so that a verifier lax in the case's own still
    /// refuses it, and is not marked for that.
    Combined(Rule),
    /// It is marked as breaking several rules in this profile, and breaks one.
    NotCombined,
    /// Its control is something else than the case with its one fault undone.
    Control(&'static str),
    /// Its one edit promises another rule than the case names.
    Promise {
        /// What the edit promises.
        promised: Rule,
        /// What the case names.
        named: Rule,
    },
    /// The same is presented under the same profile, and another answer is asked for.
    Contradiction(VectorId),
    /// The text of the case does not say yet what its edit is.
    Unexplained,
    /// The reference declines what must be signed.
    Declined(String),
    /// What the reference signs has a fault.
    Faulty(String),
    /// The reference signs what must be declined.
    Built,
    /// The reference declines it for another rule than the case names.
    OtherRule(Rule),
    /// The profile's level of the rule asks for something else than the case.
    Level(Level),
    /// Another vector asks the same of the profile, about the same rule, and reads it in the same
    /// way; this one shows nothing that the other does not.
    Twin(VectorId),
    /// There is no request for a reader of every form of key.
    NoRequest,
}

impl Fault {
    /// Whether all that is wrong is that nobody has said what is done.
    #[must_use]
    pub fn is_unexplained(&self) -> bool {
        self.kind == FaultKind::Unexplained
    }
}

/// How the text of a case begins that a command wrote, for a person to say what is done in it.
pub const UNEXPLAINED: &str = "not explained yet: ";

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let vector = &self.vector;
        match &self.kind {
            FaultKind::Disagreement {
                step,
                declared,
                found,
            } => write!(
                f,
                "{vector}: the case declares `{declared}` at step {step}, the oracle finds {found}"
            ),
            FaultKind::Undeclared(rule) => {
                write!(
                    f,
                    "{vector}: it breaks `{rule}` too; declare it in `also-breaks`, or mend it"
                )
            }
            FaultKind::Combined(rule) => {
                write!(
                    f,
                    "{vector}: a verifier that forgets the case's rule still refuses it for `{rule}`; \
                     make it break one rule, or list the profile in `combined`"
                )
            }
            FaultKind::NotCombined => {
                write!(
                    f,
                    "{vector}: it breaks one rule; take the profile out of `combined`"
                )
            }
            FaultKind::Control(problem) => write!(f, "{vector}: its control {problem}"),
            FaultKind::Promise { promised, named } => {
                write!(
                    f,
                    "{vector}: its edit promises `{promised}`, the case names `{named}`"
                )
            }
            FaultKind::Contradiction(other) => {
                write!(
                    f,
                    "{vector}: `{other}` presents the same and asks for another answer"
                )
            }
            FaultKind::Declined(why) => write!(f, "{vector}: the reference declines it: {why}"),
            FaultKind::Faulty(what) => write!(f, "{vector}: what the reference builds: {what}"),
            FaultKind::Built => write!(f, "{vector}: the reference builds it"),
            FaultKind::OtherRule(rule) => {
                write!(f, "{vector}: the reference declines for `{rule}`")
            }
            FaultKind::Level(level) => write!(f, "{vector}: the profile says `{level}`"),
            FaultKind::Twin(other) => {
                write!(
                    f,
                    "{vector}: `{other}` asks the same about the same rule; take one out"
                )
            }
            FaultKind::NoRequest => write!(f, "{vector}: no form of the key can be asked with"),
            FaultKind::Unexplained => {
                write!(
                    f,
                    "{vector}: say in the case's `text` what is done, in one sentence"
                )
            }
        }
    }
}

impl Suite {
    /// Compares every vector with a second source (the oracle, or the reference builder), with its
    /// own edits, with its profile, and with the other vectors of its role.
    ///
    /// # Panics
    ///
    /// Where a request does not serialize, which the tests exclude.
    #[must_use]
    pub fn lint(&self) -> Vec<Fault> {
        let vectors = self.vectors.iter();
        let by_id = vectors.map(|vector| (&vector.id, vector)).collect();
        let mut faults = Vec::new();
        verify::lint(self, &by_id, &mut faults);
        build::lint(self, &by_id, &mut faults);
        faults
    }
}

type ById<'s> = HashMap<&'s VectorId, &'s Vector>;
