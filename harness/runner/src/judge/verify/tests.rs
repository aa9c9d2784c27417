//! A test for every row of the judge's table.

use jwt_assay_core::model::{ClientId, Lean, Rule};

use super::*;
use crate::subject::Subject;

const OPEN: [Verdict; 3] = [
    Verdict::May(Lean::Accept),
    Verdict::May(Lean::Neither),
    Verdict::May(Lean::Reject),
];
const MUST_REJECT: Verdict = Verdict::Reject(Rule::Expired);

fn about_a_rule(verdict: Verdict, seen: &Observation) -> Outcome {
    step_outcome(&question(verdict, Support::Rule), seen)
}

fn about_an_algorithm(verdict: Verdict, seen: &Observation) -> Outcome {
    step_outcome(&question(verdict, Support::Algorithm), seen)
}

fn question(verdict: Verdict, support: Support) -> Question {
    Question {
        verdict,
        support,
        subject: Subject::Client(ClientId("own".to_owned())),
    }
}

fn accepted() -> Observation {
    Observation::Accepted {
        client_id: "own".to_owned(),
    }
}

fn accepted_as_another() -> Observation {
    Observation::Accepted {
        client_id: "other".to_owned(),
    }
}

fn rejected() -> Observation {
    Observation::Rejected {
        text: "no".to_owned(),
        reason: None,
    }
}

fn unsupported() -> Observation {
    Observation::Unsupported {
        reason: "no such key".to_owned(),
    }
}

#[test]
fn accepting_what_must_be_accepted_agrees() {
    assert_eq!(about_a_rule(Verdict::Accept, &accepted()), Outcome::Agrees);
}

#[test]
fn rejecting_what_must_be_rejected_agrees() {
    assert_eq!(about_a_rule(MUST_REJECT, &rejected()), Outcome::Agrees);
}

#[test]
fn accepting_what_must_be_rejected_is_wrongly_accepted() {
    assert_eq!(
        about_a_rule(MUST_REJECT, &accepted()),
        Outcome::Wrong(Deviation::Accepted)
    );
    assert_eq!(
        about_a_rule(MUST_REJECT, &accepted_as_another()),
        Outcome::Wrong(Deviation::Accepted)
    );
}

#[test]
fn rejecting_what_must_be_accepted_is_wrongly_rejected() {
    assert_eq!(
        about_a_rule(Verdict::Accept, &rejected()),
        Outcome::Wrong(Deviation::Rejected)
    );
}

#[test]
fn accepting_as_another_client_is_wrongly_accepted_even_where_acceptance_is_right_or_open() {
    assert_eq!(
        about_a_rule(Verdict::Accept, &accepted_as_another()),
        Outcome::Wrong(Deviation::Accepted)
    );
    for verdict in OPEN {
        assert_eq!(
            about_a_rule(verdict, &accepted_as_another()),
            Outcome::Wrong(Deviation::Accepted)
        );
    }
}

#[test]
fn either_answer_to_an_open_question_is_informational() {
    for verdict in OPEN {
        assert_eq!(about_a_rule(verdict, &accepted()), Outcome::Open);
        assert_eq!(about_a_rule(verdict, &rejected()), Outcome::Open);
    }
}

#[test]
fn a_crash_a_silence_and_nonsense_fail_whatever_the_verdict() {
    let seen = [
        (
            Observation::Crashed {
                reason: String::new(),
            },
            Deviation::Crashed,
        ),
        (
            Observation::Garbled {
                answer: String::new(),
            },
            Deviation::Garbled,
        ),
        (Observation::TimedOut, Deviation::TimedOut),
    ];
    for verdict in [Verdict::Accept, MUST_REJECT].into_iter().chain(OPEN) {
        for (observation, failure) in &seen {
            assert_eq!(about_a_rule(verdict, observation), Outcome::Wrong(*failure));
        }
    }
}

#[test]
fn unsupported_is_no_answer_where_support_was_promised() {
    let failed = Outcome::Wrong(Deviation::Unsupported);
    for verdict in [Verdict::Accept, MUST_REJECT].into_iter().chain(OPEN) {
        assert_eq!(about_a_rule(verdict, &unsupported()), failed);
    }
    assert_eq!(about_an_algorithm(Verdict::Accept, &unsupported()), failed);
    assert_eq!(about_an_algorithm(MUST_REJECT, &unsupported()), failed);
}

#[test]
fn unsupported_is_informational_for_an_algorithm_that_need_not_be_there() {
    for verdict in OPEN {
        assert_eq!(about_an_algorithm(verdict, &unsupported()), Outcome::Open);
    }
}

#[test]
fn several_steps_come_out_as_the_first_wrong_one_else_as_the_last() {
    let wrong = Outcome::Wrong(Deviation::Accepted);
    let worse = Outcome::Wrong(Deviation::Crashed);
    let (agrees, open) = (Outcome::Agrees, Outcome::Open);
    let of = |outcomes: &[&Outcome]| {
        let step = |&outcome: &&Outcome| StepRecord {
            expected: Expected::May,
            seen: Observation::TimedOut,
            outcome: outcome.clone(),
        };
        outcome_of(&outcomes.iter().map(step).collect::<Vec<_>>())
    };
    assert_eq!(of(&[&agrees, &wrong, &worse, &agrees]), wrong);
    assert_eq!(of(&[&open, &agrees]), agrees.clone());
    assert_eq!(of(&[&agrees, &open]), open);
}
