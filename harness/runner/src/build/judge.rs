//! What follows from what is asked of a builder and what was seen. Pure, and every pair is written
//! out.

#![warn(clippy::wildcard_enum_match_arm)]

use jwt_assay_core::model::{BuildVerdict, Layer, Rule};

use crate::{
    judge::{Failure, Outcome},
    observation::{Found, Observation},
};

/// One request as the judge sees it.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// What the specifications ask.
    pub verdict: BuildVerdict,
    /// The rule that the vector is about.
    pub rule: Rule,
    /// The layers whose rules the builder claims to keep.
    pub layers: &'a [Layer],
    /// The faults of the control, which are not this vector's unless it is about them; `None` where
    /// there is no control, and every fault counts.
    pub faults_of_control: Option<&'a [Rule]>,
    /// Whether the description promises the algorithm and the form of key that are asked for.
    pub is_promised: bool,
}

/// Judges one answer. No arm catches the rest: a new kind of verdict or observation must stop the
/// build here.
#[must_use]
pub fn judge(question: &Question<'_>, seen: &Observation) -> Outcome {
    use Observation as Seen;
    match (question.verdict, seen) {
        (_, Seen::Crashed { .. }) => Outcome::Failed(Failure::Crashed),
        (_, Seen::TimedOut) => Outcome::Failed(Failure::TimedOut),
        // Answers of verifiers, to questions that no verifier is asked.
        (_, Seen::Garbled { .. } | Seen::Accepted { .. } | Seen::Rejected { .. }) => {
            Outcome::Failed(Failure::Garbled)
        }
        (_, Seen::Built { found } | Seen::Refused { found, .. })
            if found.iter().any(|found| counts(question, found)) =>
        {
            Outcome::WronglyBuilt
        }
        // What is not promised may be declined in this way as well.
        (BuildVerdict::Refuse, Seen::Unsupported { .. }) if !question.is_promised => {
            Outcome::Agrees
        }
        (BuildVerdict::May, Seen::Unsupported { .. }) if !question.is_promised => {
            Outcome::Informational
        }
        (
            BuildVerdict::Build | BuildVerdict::May | BuildVerdict::Refuse,
            Seen::Unsupported { .. },
        ) => Outcome::Failed(Failure::UnsupportedThoughPromised),
        (BuildVerdict::Build, Seen::Built { .. }) => Outcome::Agrees,
        (BuildVerdict::Build, Seen::Refused { .. }) => Outcome::WronglyRefused,
        (BuildVerdict::May, Seen::Built { .. } | Seen::Refused { .. }) => Outcome::Informational,
        (BuildVerdict::Refuse, Seen::Built { .. }) => Outcome::WronglyBuilt,
        (BuildVerdict::Refuse, Seen::Refused { .. }) => Outcome::Agrees,
    }
}

/// What decides that an answer is wrong: a fault under the vector's own rule where there is one, else
/// the first that counts.
#[must_use]
pub fn decisive<'s>(question: &Question<'_>, seen: &'s Observation) -> Option<&'s Found> {
    let (Observation::Built { found } | Observation::Refused { found, .. }) = seen else {
        return None;
    };
    let counting = || found.iter().filter(|found| counts(question, found));
    counting()
        .find(|found| found.rule == question.rule)
        .or_else(|| counting().next())
}

/// Whether something that was found is held against the answer: a fault under a rule that the
/// builder claims to keep, and not one that the control shows as well, unless it is what the vector
/// is about.
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
        }
    }

    fn built(faults: &[Rule]) -> Observation {
        let found = |&rule: &Rule| Found {
            rule,
            is_fault: true,
            detail: String::new(),
        };
        Observation::Built {
            found: faults.iter().map(found).collect(),
        }
    }

    fn refused() -> Observation {
        Observation::Refused {
            text: "no".to_owned(),
            found: Vec::new(),
        }
    }

    #[test]
    fn what_is_wrongly_built_and_what_is_wrongly_refused_are_told_apart() {
        use BuildVerdict::{Build, May, Refuse};
        let of = |verdict, seen: &Observation| judge(&question(verdict), seen);
        assert_eq!(of(Build, &built(&[])), Outcome::Agrees);
        assert_eq!(of(Build, &refused()), Outcome::WronglyRefused);
        assert_eq!(of(May, &built(&[])), Outcome::Informational);
        assert_eq!(of(May, &refused()), Outcome::Informational);
        assert_eq!(of(Refuse, &built(&[])), Outcome::WronglyBuilt);
        assert_eq!(of(Refuse, &refused()), Outcome::Agrees);
    }

    #[test]
    fn a_fault_counts_where_the_control_has_it_not_or_the_vector_is_about_it() {
        let of = |faults: &[Rule]| judge(&question(BuildVerdict::May), &built(faults));
        assert_eq!(of(&[Rule::BuildTyp]), Outcome::WronglyBuilt);
        assert_eq!(of(&[Rule::BuildAlg]), Outcome::Informational);
        assert_eq!(of(&[Rule::BuildKid]), Outcome::WronglyBuilt);
        // Of a layer that is not claimed.
        assert_eq!(of(&[Rule::BuildJtiString]), Outcome::Informational);
        let alone = Question {
            faults_of_control: None,
            ..question(BuildVerdict::Build)
        };
        assert_eq!(
            judge(&alone, &built(&[Rule::BuildAlg])),
            Outcome::WronglyBuilt
        );
    }

    #[test]
    fn unsupported_declines_only_what_is_not_promised() {
        let seen = Observation::Unsupported {
            reason: String::new(),
        };
        let promised = question(BuildVerdict::Refuse);
        let failed = Outcome::Failed(Failure::UnsupportedThoughPromised);
        assert_eq!(judge(&promised, &seen), failed);
        let unpromised = Question {
            is_promised: false,
            ..promised
        };
        assert_eq!(judge(&unpromised, &seen), Outcome::Agrees);
    }
}
