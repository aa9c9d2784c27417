//! Answers that were given before, as an implementation: what decides what a finding is asks it, and
//! need not know how the answers came.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use jwt_assay_core::model::Step;
use jwt_assay_implementations::{Answer, Description, Verifier};

use jwt_assay::observation::Observation;

/// An implementation that answers what was seen of another.
pub(super) struct RecordedAnswers {
    description: Description,
    answers: Mutex<VecDeque<Answer>>,
}

impl RecordedAnswers {
    pub(super) fn new(description: Description) -> Self {
        Self {
            description,
            answers: Mutex::default(),
        }
    }

    /// The answers that are given next, in order.
    pub(super) fn answer_with<'o>(&self, seen: impl Iterator<Item = &'o Observation>) {
        *self.answers.lock().unwrap_or_else(PoisonError::into_inner) = seen.map(answer).collect();
    }
}

impl Verifier for RecordedAnswers {
    fn describe(&self) -> Description {
        self.description.clone()
    }

    fn verify(&self, _state: &str, _step: &Step) -> Answer {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers
            .pop_front()
            .unwrap_or_else(|| Answer::unsupported("it was not asked"))
    }
}

fn answer(seen: &Observation) -> Answer {
    match seen {
        Observation::Accepted { client_id } => Answer::Accept {
            client_id: client_id.clone(),
        },
        Observation::Rejected { text, .. } => Answer::reject(text),
        Observation::Unsupported { reason } => Answer::unsupported(reason),
        Observation::Crashed { .. } | Observation::Garbled { .. } | Observation::TimedOut => {
            Answer::Error {
                reason: seen.to_string(),
            }
        }
        // Answers of builders, which no verifier gives.
        Observation::Signed { .. } | Observation::Declined { .. } => Answer::Error {
            reason: seen.to_string(),
        },
    }
}
