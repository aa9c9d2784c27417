//! What the suite of the build role can get wrong by itself: each is an error of the suite, not of
//! a builder.

use std::{collections::HashMap, fmt};

use super::{BuildRecipe, Many, Suite, Vector, inspect, reference};
use crate::model::{BuildRequest, BuildVerdict, Level, Rule, VectorId};

/// An error of the suite.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Fault {
    /// Where it shows.
    pub vector: VectorId,
    /// What is wrong.
    pub kind: FaultKind,
}

/// What is wrong with a vector.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum FaultKind {
    /// The reference declines what must be built.
    Declined(String),
    /// What the reference builds has a fault.
    Faulty(String),
    /// The reference builds what must be declined.
    Built,
    /// The reference declines it for another rule than the case names.
    OtherRule(Rule),
    /// The profile's level of the rule asks for something else than the case.
    Level(Level),
    /// Another vector asks the same of the profile and wants another answer.
    Contradiction(VectorId),
    /// Another vector asks the same of the profile, about the same rule, and reads it in the same
    /// way; this one shows nothing that the other does not.
    Twin(VectorId),
    /// Its control is not to be built.
    Control,
    /// There is no request for a reader of every form of key.
    NoRequest,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let vector = &self.vector;
        match &self.kind {
            FaultKind::Declined(why) => write!(f, "{vector}: the reference declines it: {why}"),
            FaultKind::Faulty(what) => write!(f, "{vector}: what the reference builds: {what}"),
            FaultKind::Built => write!(f, "{vector}: the reference builds it"),
            FaultKind::OtherRule(rule) => {
                write!(f, "{vector}: the reference declines for `{rule}`")
            }
            FaultKind::Level(level) => write!(f, "{vector}: the profile says `{level}`"),
            FaultKind::Contradiction(other) => {
                write!(
                    f,
                    "{vector}: `{other}` asks the same and wants another answer"
                )
            }
            FaultKind::Twin(other) => {
                write!(
                    f,
                    "{vector}: `{other}` asks the same about the same rule; take one out"
                )
            }
            FaultKind::Control => write!(f, "{vector}: its control is not to be built"),
            FaultKind::NoRequest => write!(f, "{vector}: no form of the key can be asked with"),
        }
    }
}

impl Suite {
    /// Compares every vector with the reference builder, with the profile and with the others.
    ///
    /// # Panics
    ///
    /// Where a request does not serialize, which the tests exclude.
    #[must_use]
    pub fn lint(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut seen: HashMap<String, Vec<&Vector>> = HashMap::new();
        let by_id: HashMap<&VectorId, &Vector> = self
            .vectors
            .iter()
            .map(|vector| (&vector.id, vector))
            .collect();
        for vector in &self.vectors {
            let mut add = |kind| {
                faults.push(Fault {
                    vector: vector.id.clone(),
                    kind,
                });
            };
            let Some(request) = vector.plain_request() else {
                add(FaultKind::NoRequest);
                continue;
            };
            compare_with_reference(vector, &request, &mut add);
            let is_built = |id| {
                by_id
                    .get(id)
                    .is_some_and(|v: &&Vector| v.verdict == BuildVerdict::Build)
            };
            if vector.control.as_ref().is_some_and(|id| !is_built(id)) {
                add(FaultKind::Control);
            }
            let asked = serde_json::to_string(&request).expect("a request is data");
            if vector.is_control {
                continue;
            }
            let alike = seen.entry(asked).or_default();
            for other in alike.iter() {
                if excludes(other.verdict, vector.verdict) {
                    add(FaultKind::Contradiction(other.id.clone()));
                } else if other.rule == vector.rule && reading(other) == reading(vector) {
                    add(FaultKind::Twin(other.id.clone()));
                }
            }
            alike.push(vector);
        }
        faults
    }
}

/// Whether no builder can answer both; what is open, and what is read in it, differs by case.
fn excludes(one: BuildVerdict, other: BuildVerdict) -> bool {
    use BuildVerdict::{Build, Refuse};
    matches!((one, other), (Build, Refuse) | (Refuse, Build))
}

/// How the answer is read beside the rule.
fn reading(vector: &Vector) -> (Option<Many>, bool, bool) {
    let case = &vector.case;
    (case.many, case.at_every_second, case.in_every_profile)
}

fn compare_with_reference(
    vector: &Vector,
    request: &BuildRequest,
    add: &mut impl FnMut(FaultKind),
) {
    let (server, signer) = (BuildRecipe::server(), vector.recipe.signer());
    let lens = vector.lens(&server, &signer, &[], request.now);
    let built = reference::build(request, JTI);
    match (vector.verdict, &built) {
        (BuildVerdict::Build, Err(objection)) => add(FaultKind::Declined(objection.to_string())),
        (BuildVerdict::Refuse, Ok(_)) => add(FaultKind::Built),
        (BuildVerdict::Refuse, Err(objection)) if objection.rule != vector.rule => {
            add(FaultKind::OtherRule(objection.rule));
        }
        (BuildVerdict::Build | BuildVerdict::May | BuildVerdict::Refuse, _) => {}
    }
    if vector.verdict == BuildVerdict::Refuse && vector.level() != Level::Refuse {
        add(FaultKind::Level(vector.level()));
    }
    if let Ok(assertion) = &built {
        let inspection = inspect(request, &lens, assertion);
        for fault in inspection.faults() {
            add(FaultKind::Faulty(format!(
                "{}: {}",
                fault.rule, fault.detail
            )));
        }
    }
}

const JTI: &str = "public-test-jti-0123456789abcdef";
