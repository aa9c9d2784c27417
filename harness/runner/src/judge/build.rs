//! Judgement of a builder's answer. A pure function that writes out every pair of verdict and
//! observation.

#![warn(clippy::wildcard_enum_match_arm)]

use jwt_assay_core::{
    model::{BuildVerdict, Layer, Rule},
    suite::{Commission, Vector},
};

use super::{Control, Judged, weigh};
use crate::{
    exchange::{Circumstance, StepObservation},
    observation::{Found, Observation},
    outcome::{Deviation, Outcome, SkipReason},
    record::{AsControl, Expected, StepRecord},
};

/// One request as the judge sees it.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The verdict of the specifications.
    pub verdict: BuildVerdict,
    /// The rule of the vector.
    pub rule: Rule,
    /// The layers that the builder claims.
    pub layers: &'a [Layer],
    /// The faults of the control, which count here only under the vector's own rule; `None` without a
    /// control, where every fault counts.
    pub faults_of_control: Option<&'a [Rule]>,
    /// True where the description promises the requested algorithm.
    pub is_promised: bool,
    /// True where the builder answered with the token request that it sent.
    pub has_request: bool,
}

/// Judges the answer to a vector, and weighs a declined request by its control.
pub(super) fn judge(
    vector: &Vector,
    own: &Commission,
    seen: Vec<StepObservation>,
    layers: &[Layer],
    control: Option<&Control>,
) -> Judged {
    let expected = Expected::of(vector);
    let mut judged = Judged {
        steps: Vec::with_capacity(1),
        outcome: Outcome::Wrong(Deviation::Garbled),
        rule: vector.rule,
        as_control: AsControl::Wrong,
    };
    for step in seen {
        let StepObservation {
            observation,
            circumstance,
        } = step;
        let outcome = match circumstance {
            Circumstance::Commissioned {
                is_sound,
                is_promised,
                has_request,
            } => {
                let question = Question {
                    verdict: own.verdict,
                    rule: vector.rule,
                    layers,
                    faults_of_control: control.map(|control| control.faults.as_slice()),
                    is_promised,
                    has_request,
                };
                // A sound signature is enough for a control: a builder with faults elsewhere has
                // shown all the same that it signs with this key, so that declining means
                // something.
                if is_sound {
                    judged.as_control = AsControl::Right;
                }
                let outcome = outcome(&question, &observation);
                // Of a request that must be declined the vector's own rule is to blame. Otherwise the
                // fault decides, and a report files it under the rule of that fault.
                if own.verdict != BuildVerdict::Decline
                    && outcome == Outcome::Wrong(Deviation::Signed)
                    && let Some(found) = decisive(&question, &observation)
                {
                    judged.rule = found.rule;
                }
                // Declining can be right for the wrong reason. So can a signed assertion, since faults that
                // the control shows as well do not count: without a sound control nothing is left of it.
                match &vector.control {
                    Some(id) => weigh(&outcome, id, control.map(|control| control.as_control)),
                    None => outcome,
                }
            }
            // Only a verifier has these circumstances, and a plan has one role.
            Circumstance::Presented(_) => Outcome::Wrong(Deviation::Garbled),
        };
        judged.outcome = outcome.clone();
        judged.steps.push(StepRecord {
            expected,
            seen: observation,
            outcome,
        });
    }
    judged
}

/// The rules of the faults in an answer.
#[must_use]
pub fn faults(seen: &Observation) -> Vec<Rule> {
    let found = match seen {
        Observation::Signed { found } | Observation::Declined { found, .. } => found.as_slice(),
        Observation::Accepted { .. }
        | Observation::Crashed { .. }
        | Observation::Garbled { .. }
        | Observation::Rejected { .. }
        | Observation::TimedOut
        | Observation::Unsupported { .. } => &[],
    };
    let faults = found.iter().filter(|found| found.is_fault);
    faults.map(|found| found.rule).collect()
}

/// Judges one answer. No arm catches the rest, so that a new kind of verdict or observation stops the
/// build here and gets a decision.
#[must_use]
pub fn outcome(question: &Question<'_>, seen: &Observation) -> Outcome {
    use Observation as Seen;
    match (question.verdict, seen) {
        (_, Seen::Crashed { .. }) => Outcome::Wrong(Deviation::Crashed),
        (_, Seen::TimedOut) => Outcome::Wrong(Deviation::TimedOut),
        // Garbled answers, and those of verifiers, which a builder's protocol does not have.
        (_, Seen::Garbled { .. } | Seen::Accepted { .. } | Seen::Rejected { .. }) => {
            Outcome::Wrong(Deviation::Garbled)
        }
        // Before the verdict: no verdict permits a fault, and a builder that declines in words that
        // contain the key has not declined.
        (_, Seen::Signed { found } | Seen::Declined { found, .. })
            if found.iter().any(|found| counts(question, found)) =>
        {
            Outcome::Wrong(Deviation::Signed)
        }
        // `unsupported` is a right way to decline an algorithm that was never promised.
        (BuildVerdict::Decline, Seen::Unsupported { .. }) if !question.is_promised => {
            Outcome::Agrees
        }
        (BuildVerdict::May, Seen::Unsupported { .. }) if !question.is_promised => Outcome::Open,
        (
            BuildVerdict::Build | BuildVerdict::May | BuildVerdict::Decline,
            Seen::Unsupported { .. },
        ) => Outcome::Wrong(Deviation::Unsupported),
        // The harness put the token request around the assertion, so its parameters prove nothing.
        (BuildVerdict::Build | BuildVerdict::May, Seen::Signed { .. })
            if question.rule.info().layer == Layer::Request && !question.has_request =>
        {
            Outcome::Skipped(SkipReason::NoRequestSeen)
        }
        (BuildVerdict::Build, Seen::Signed { .. }) => Outcome::Agrees,
        (BuildVerdict::Build, Seen::Declined { .. }) => Outcome::Wrong(Deviation::Declined),
        (BuildVerdict::May, Seen::Signed { .. } | Seen::Declined { .. }) => Outcome::Open,
        (BuildVerdict::Decline, Seen::Signed { .. }) => Outcome::Wrong(Deviation::Signed),
        (BuildVerdict::Decline, Seen::Declined { .. }) => Outcome::Agrees,
    }
}

/// The finding that makes an answer wrong: the first fault under the vector's own rule, else the
/// first that counts.
#[must_use]
pub fn decisive<'s>(question: &Question<'_>, seen: &'s Observation) -> Option<&'s Found> {
    let (Observation::Signed { found } | Observation::Declined { found, .. }) = seen else {
        return None;
    };
    let counting = || found.iter().filter(|found| counts(question, found));
    counting()
        .find(|found| found.rule == question.rule)
        .or_else(|| counting().next())
}

/// True where a finding counts against the answer: a fault in a claimed layer that the control does
/// not show, or that is under the vector's own rule. A builder that always writes one claim wrong
/// would otherwise fail every vector, and hide its other faults.
#[must_use]
pub fn counts(question: &Question<'_>, found: &Found) -> bool {
    let is_own = found.rule == question.rule;
    let is_known = |known: &[Rule]| known.contains(&found.rule);
    found.is_fault
        && question.layers.contains(&found.rule.info().layer)
        && (is_own || !question.faults_of_control.is_some_and(is_known))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAYERS: [Layer; 2] = [Layer::Jws, Layer::Jwt];

    fn question(verdict: BuildVerdict) -> Question<'static> {
        Question {
            verdict,
            rule: Rule::BuildKid,
            layers: &LAYERS,
            faults_of_control: Some(&[Rule::BuildAlg, Rule::BuildKid]),
            is_promised: true,
            has_request: false,
        }
    }

    fn signed(faults: &[Rule]) -> Observation {
        let found = |&rule: &Rule| Found {
            rule,
            is_fault: true,
            detail: String::new(),
        };
        Observation::Signed {
            found: faults.iter().map(found).collect(),
        }
    }

    fn declined() -> Observation {
        Observation::Declined {
            text: "no".to_owned(),
            found: Vec::new(),
        }
    }

    #[test]
    fn wrong_signing_and_wrong_declining_are_two_deviations() {
        use BuildVerdict::{Build, Decline, May};
        let of = |verdict, seen: &Observation| outcome(&question(verdict), seen);
        assert_eq!(of(Build, &signed(&[])), Outcome::Agrees);
        assert_eq!(of(Build, &declined()), Outcome::Wrong(Deviation::Declined));
        assert_eq!(of(May, &signed(&[])), Outcome::Open);
        assert_eq!(of(May, &declined()), Outcome::Open);
        assert_eq!(of(Decline, &signed(&[])), Outcome::Wrong(Deviation::Signed));
        assert_eq!(of(Decline, &declined()), Outcome::Agrees);
    }

    #[test]
    fn a_fault_counts_where_the_control_has_it_not_or_the_vector_is_about_it() {
        let of = |faults: &[Rule]| outcome(&question(BuildVerdict::May), &signed(faults));
        assert_eq!(of(&[Rule::BuildTyp]), Outcome::Wrong(Deviation::Signed));
        assert_eq!(of(&[Rule::BuildAlg]), Outcome::Open);
        assert_eq!(of(&[Rule::BuildKid]), Outcome::Wrong(Deviation::Signed));
        // Of a layer that is not claimed.
        assert_eq!(of(&[Rule::BuildJtiString]), Outcome::Open);
        let alone = Question {
            faults_of_control: None,
            ..question(BuildVerdict::Build)
        };
        assert_eq!(
            outcome(&alone, &signed(&[Rule::BuildAlg])),
            Outcome::Wrong(Deviation::Signed)
        );
    }

    #[test]
    fn an_assertion_alone_says_nothing_about_the_token_request() {
        let alone = Question {
            rule: Rule::ClientIdMismatch,
            ..question(BuildVerdict::Build)
        };
        let skipped = Outcome::Skipped(SkipReason::NoRequestSeen);
        assert_eq!(outcome(&alone, &signed(&[])), skipped);
        // A fault in the assertion itself counts all the same.
        let faulty = outcome(&alone, &signed(&[Rule::BuildTyp]));
        assert_eq!(faulty, Outcome::Wrong(Deviation::Signed));
        let sent = Question {
            has_request: true,
            ..alone
        };
        assert_eq!(outcome(&sent, &signed(&[])), Outcome::Agrees);
    }

    #[test]
    fn unsupported_declines_only_what_is_not_promised() {
        let seen = Observation::Unsupported {
            reason: String::new(),
        };
        let promised = question(BuildVerdict::Decline);
        let failed = Outcome::Wrong(Deviation::Unsupported);
        assert_eq!(outcome(&promised, &seen), failed);
        let unpromised = Question {
            is_promised: false,
            ..promised
        };
        assert_eq!(outcome(&unpromised, &seen), Outcome::Agrees);
    }
}
