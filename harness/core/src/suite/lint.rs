//! Faults of the suite itself: each vector is compared with a second source, its control and its twins.

mod build;
mod verify;

use std::{collections::HashMap, fmt};

use super::{Suite, Vector};
use crate::model::{Level, Rule, VectorId};

/// A fault of the suite.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Fault {
    /// The first vector that shows the fault.
    pub vector: VectorId,
    /// The kind of fault.
    pub kind: FaultKind,
}

/// The kind of fault that a vector has.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum FaultKind {
    /// A verdict with which the oracle disagrees.
    Disagreement {
        /// The step, counted from one.
        step: usize,
        /// The verdict that the case declares.
        declared: String,
        /// The verdict of the oracle, with its findings.
        found: String,
    },
    /// A broken rule that the case does not declare.
    Undeclared(Rule),
    /// A second broken rule that binds as well, in a case that is not marked as combined: a verifier
    /// that overlooks the case's own rule still rejects the request by this one.
    Combined(Rule),
    /// A case that is marked as combined in this profile, and breaks one rule.
    NotCombined,
    /// A control that is not the case with its one fault undone.
    Control(&'static str),
    /// An edit that promises another rule than the case names.
    Promise {
        /// The rule that the edit promises to break.
        promised: Rule,
        /// The rule that the case names.
        named: Rule,
    },
    /// Equal requests under one profile, with different verdicts.
    Contradiction(VectorId),
    /// A case whose text does not yet describe the edit.
    Unexplained,
    /// A request that must be signed, and that the reference declines.
    Declined(String),
    /// An assertion of the reference with a fault.
    Faulty(String),
    /// A request that must be declined, and that the reference signs.
    Built,
    /// A request that the reference declines by another rule than the case names.
    OtherRule(Rule),
    /// A verdict that the level of the rule in the profile does not support.
    Level(Level),
    /// An equal request in another vector, about the same rule and read in the same way, so that this
    /// vector shows nothing new.
    Twin(VectorId),
    /// A request that cannot be made, even for a builder that reads every key format.
    NoRequest,
}

impl Fault {
    /// True where the only fault is that the text of the case does not describe the edit.
    #[must_use]
    pub fn is_unexplained(&self) -> bool {
        self.kind == FaultKind::Unexplained
    }
}

/// The beginning of the text of a case that a command wrote, until a person describes the edit.
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
                    "{vector}: it breaks `{rule}` too; declare it in `also-breaks`, or change the edit"
                )
            }
            FaultKind::Combined(rule) => {
                write!(
                    f,
                    "{vector}: a verifier that overlooks the case's rule still rejects it for `{rule}`; \
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
            FaultKind::Faulty(what) => {
                write!(
                    f,
                    "{vector}: the reference signs a faulty assertion: {what}"
                )
            }
            FaultKind::Built => write!(f, "{vector}: the reference signs it"),
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
                    "{vector}: describe the edit in the case's `text`, in one sentence"
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
    /// If a request does not serialize, which the tests exclude.
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
