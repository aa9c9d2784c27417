//! The lint of builders' vectors: the reference builder and the profile are the second sources.

use std::collections::HashMap;

use super::{ById, Fault, FaultKind};
use crate::{
    builder::{BuildRecipe, inspect, reference},
    model::{BuildRequest, BuildVerdict, Level},
    suite::{Commission, Many, Suite, Vector},
};

/// Compares every vector with the reference builder, with its profile and with the other vectors.
pub(super) fn lint(suite: &Suite, by_id: &ById<'_>, faults: &mut Vec<Fault>) {
    let mut seen: HashMap<String, Vec<(&Vector, BuildVerdict)>> = HashMap::new();
    for (vector, own) in suite.commissions() {
        let mut add = |kind| {
            faults.push(Fault {
                vector: vector.id.clone(),
                kind,
            });
        };
        let Some(request) = own.plain_request() else {
            add(FaultKind::NoRequest);
            continue;
        };
        compare_with_reference(vector, own, &request, &mut add);
        let control = vector.control.as_ref().and_then(|id| by_id.get(id));
        let is_built = control
            .and_then(|control| control.commission())
            .is_none_or(|control| control.verdict == BuildVerdict::Build);
        if !is_built {
            add(FaultKind::Control("is not to be built"));
        }
        let asked = serde_json::to_string(&request).expect("a request is data");
        if vector.is_control {
            continue;
        }
        let alike = seen.entry(asked).or_default();
        for &(other, verdict) in alike.iter() {
            if excludes(verdict, own.verdict) {
                add(FaultKind::Contradiction(other.id.clone()));
            } else if other.rule == vector.rule && reading(other) == reading(vector) {
                add(FaultKind::Twin(other.id.clone()));
            }
        }
        alike.push((vector, own.verdict));
    }
}

/// True where one request must be signed and declined. A `may` excludes nothing: its findings are judged
/// case by case.
fn excludes(one: BuildVerdict, other: BuildVerdict) -> bool {
    use BuildVerdict::{Build, Decline};
    matches!((one, other), (Build, Decline) | (Decline, Build))
}

/// The parts of a case that decide how an answer is read, beside its rule.
fn reading(vector: &Vector) -> (Option<Many>, bool, bool) {
    let case = &vector.case;
    (case.many, case.at_every_second, case.in_every_profile)
}

fn compare_with_reference(
    vector: &Vector,
    own: &Commission,
    request: &BuildRequest,
    add: &mut impl FnMut(FaultKind),
) {
    let (server, signer) = (BuildRecipe::server(), own.recipe.signer());
    let lens = vector.lens(&server, &signer, &[], request.now);
    let built = reference::build(request, JTI);
    match (own.verdict, &built) {
        (BuildVerdict::Build, Err(objection)) => add(FaultKind::Declined(objection.to_string())),
        (BuildVerdict::Decline, Ok(_)) => add(FaultKind::Built),
        (BuildVerdict::Decline, Err(objection)) if objection.rule != vector.rule => {
            add(FaultKind::OtherRule(objection.rule));
        }
        (BuildVerdict::Build | BuildVerdict::May | BuildVerdict::Decline, _) => {}
    }
    if own.verdict == BuildVerdict::Decline && vector.level() != Level::Reject {
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
