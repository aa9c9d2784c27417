//! A test for every row of the judge's table.

use jwt_assay_core::model::{ClientId, Lean, Rule};

use super::*;
use crate::question::Subject;

const OPEN: [Verdict; 3] = [
    Verdict::May(Lean::Accept),
    Verdict::May(Lean::Neither),
    Verdict::May(Lean::Reject),
];
const REFUSE: Verdict = Verdict::Reject(Rule::Expired);

fn about_a_rule(verdict: Verdict, seen: &Observation) -> Outcome {
    judge(&question(verdict, Support::Rule), seen)
}

fn about_an_algorithm(verdict: Verdict, seen: &Observation) -> Outcome {
    judge(&question(verdict, Support::Algorithm), seen)
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
fn refusing_what_must_be_refused_agrees() {
    assert_eq!(about_a_rule(REFUSE, &rejected()), Outcome::Agrees);
}

#[test]
fn accepting_what_must_be_refused_is_wrongly_accepted() {
    assert_eq!(about_a_rule(REFUSE, &accepted()), Outcome::WronglyAccepted);
    assert_eq!(
        about_a_rule(REFUSE, &accepted_as_another()),
        Outcome::WronglyAccepted
    );
}

#[test]
fn refusing_what_must_be_accepted_is_wrongly_rejected() {
    assert_eq!(
        about_a_rule(Verdict::Accept, &rejected()),
        Outcome::WronglyRejected
    );
}

#[test]
fn accepting_as_another_client_is_wrongly_accepted_even_where_acceptance_is_right_or_open() {
    assert_eq!(
        about_a_rule(Verdict::Accept, &accepted_as_another()),
        Outcome::WronglyAccepted
    );
    for verdict in OPEN {
        assert_eq!(
            about_a_rule(verdict, &accepted_as_another()),
            Outcome::WronglyAccepted
        );
    }
}

#[test]
fn either_answer_to_an_open_question_is_informational() {
    for verdict in OPEN {
        assert_eq!(about_a_rule(verdict, &accepted()), Outcome::Informational);
        assert_eq!(about_a_rule(verdict, &rejected()), Outcome::Informational);
    }
}

#[test]
fn a_crash_a_silence_and_nonsense_fail_whatever_the_verdict() {
    let seen = [
        (
            Observation::Crashed {
                reason: String::new(),
            },
            Failure::Crashed,
        ),
        (
            Observation::Garbled {
                answer: String::new(),
            },
            Failure::Garbled,
        ),
        (Observation::TimedOut, Failure::TimedOut),
    ];
    for verdict in [Verdict::Accept, REFUSE].into_iter().chain(OPEN) {
        for (observation, failure) in &seen {
            assert_eq!(
                about_a_rule(verdict, observation),
                Outcome::Failed(*failure)
            );
        }
    }
}

#[test]
fn unsupported_is_no_answer_where_support_was_promised() {
    let failed = Outcome::Failed(Failure::UnsupportedThoughPromised);
    for verdict in [Verdict::Accept, REFUSE].into_iter().chain(OPEN) {
        assert_eq!(about_a_rule(verdict, &unsupported()), failed);
    }
    assert_eq!(about_an_algorithm(Verdict::Accept, &unsupported()), failed);
    assert_eq!(about_an_algorithm(REFUSE, &unsupported()), failed);
}

#[test]
fn unsupported_is_informational_for_an_algorithm_that_need_not_be_there() {
    for verdict in OPEN {
        assert_eq!(
            about_an_algorithm(verdict, &unsupported()),
            Outcome::Informational
        );
    }
}

#[test]
fn several_steps_come_out_as_the_first_wrong_one_else_as_the_last() {
    let wrong = Outcome::WronglyAccepted;
    let worse = Outcome::Failed(Failure::Crashed);
    let (agrees, open) = (Outcome::Agrees, Outcome::Informational);
    let of = |steps: &[&Outcome]| {
        of_steps(&steps.iter().map(|&step| step.clone()).collect::<Vec<_>>()).cloned()
    };
    assert_eq!(of(&[&agrees, &wrong, &worse, &agrees]), Some(wrong));
    assert_eq!(of(&[&open, &agrees]), Some(agrees.clone()));
    assert_eq!(of(&[&agrees, &open]), Some(open));
    assert_eq!(of(&[]), None);
}

#[test]
fn skip_reasons_are_counted_without_the_names_of_controls() {
    let control: VectorId = "pos-full/okta/es256".parse().unwrap();
    let reason = SkipReason::ControlNotAccepted(control);
    assert_eq!(
        reason.to_string(),
        "the control pos-full/okta/es256 was not accepted"
    );
    assert_eq!(reason.kind(), "the control was not accepted");
    assert_eq!(
        SkipReason::LayerNotClaimed(Layer::Key).kind(),
        "layer key is not claimed"
    );
}
