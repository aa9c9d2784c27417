//! Compares outcomes with the recorded divergences.

use jwt_assay_core::model::VectorId;
use serde::{Deserialize, Serialize};

use super::{Divergence, Divergences, Severity};
use crate::{
    observation::Observation,
    outcome::{Deviation, Outcome},
};

/// A divergence as a record carries it, compared with an outcome.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct RecordedDivergence {
    /// The result of the comparison.
    #[serde(rename = "standing")]
    pub status: DivergenceStatus,
    /// The recorded deviation.
    pub seen: Deviation,
    /// The recorded reason.
    pub reason: String,
    /// The clause that the deviation breaks.
    pub clause: String,
    /// The address of its documentation or of a report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// The kind of harm that it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// The file that records it; `None` in records older than the member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

impl RecordedDivergence {
    /// True where both excuse the same in the same words, from whichever file.
    #[must_use]
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        let without_file = |it: &Self| Self {
            file: None,
            ..it.clone()
        };
        without_file(self) == without_file(other)
    }
}

/// The result of comparing a recorded divergence with an outcome.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DivergenceStatus {
    /// The deviation happened.
    AsRecorded,
    /// The vector was judged and the deviation did not happen: the file is out of date.
    Stale,
}

impl Divergences {
    /// Every vector that a divergence in force names, with the recorded deviation.
    pub fn vectors(&self) -> impl Iterator<Item = (&VectorId, Deviation)> {
        self.of_vector.iter().flat_map(|(vector, indices)| {
            let entries = indices.iter().map(|&index| &self.entries[index]);
            let in_force = entries.filter(|entry| self.force(entry) != Force::None);
            in_force.map(move |entry| (vector, entry.seen))
        })
    }

    /// The force of a divergence under the toolchain of the implementation.
    pub(super) fn force(&self, entry: &Divergence) -> Force {
        let Some(bound) = &entry.toolchain else {
            return Force::Full;
        };
        let toolchain = self.toolchain.as_deref();
        match toolchain.and_then(|toolchain| bound.holds_for(toolchain)) {
            Some(true) => Force::Full,
            Some(false) => Force::None,
            None => Force::Unknown,
        }
    }

    /// The divergence recorded for a vector, compared with its outcome and observations. `None` where
    /// nothing is recorded for the toolchain, or where the vector was not judged.
    #[must_use]
    pub fn compare<'a>(
        &self,
        vector: &VectorId,
        outcome: &Outcome,
        seen: impl IntoIterator<Item = &'a Observation>,
    ) -> Option<RecordedDivergence> {
        let entries = self.of_vector.get(vector)?.iter();
        let seen: Vec<&Observation> = seen.into_iter().collect();
        let mut compared = entries.filter_map(|&index| {
            let entry = &self.entries[index];
            let recorded = RecordedDivergence {
                file: self.file.clone(),
                ..entry.compare(outcome, &seen)?
            };
            match (self.force(entry), recorded.status) {
                (Force::Full, _) | (Force::Unknown, DivergenceStatus::AsRecorded) => Some(recorded),
                (Force::None, _) | (Force::Unknown, DivergenceStatus::Stale) => None,
            }
        });
        // The first is enough: with a known toolchain one entry at most is in force, as reading has
        // checked, and with an unknown one only a deviation that happened is left.
        compared.next()
    }
}

/// The force of a divergence, by the toolchain that it is bound to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Force {
    /// Excuses the deviation that it records, and is stale where that does not happen.
    Full,
    /// Counts as not recorded.
    None,
    /// The implementation does not say its toolchain, so it may be the one that the bound means: a
    /// deviation is excused. It may as well be another one, so agreement makes nothing stale; else no
    /// run of an adapter that never says its toolchain could ever be as expected.
    Unknown,
}

impl Divergence {
    fn compare(&self, outcome: &Outcome, seen: &[&Observation]) -> Option<RecordedDivergence> {
        let status = match (outcome, self.seen) {
            // A vector that was not judged is no evidence, neither for an entry nor against it.
            (Outcome::Skipped(_), _) => return None,
            (Outcome::Agrees, _) if self.sometimes => return None,
            (Outcome::Wrong(seen), recorded) if *seen == recorded => DivergenceStatus::AsRecorded,
            // One pattern may span profiles that leave the point open, where the same answer is no
            // deviation; the entry is right as long as the answer is the recorded one.
            (Outcome::Open, recorded)
                if seen.iter().any(|seen| Deviation::of(seen) == recorded) =>
            {
                DivergenceStatus::AsRecorded
            }
            // A deviation of another kind makes the entry stale too: an acceptance must not hide
            // behind a recorded rejection.
            (Outcome::Agrees | Outcome::Open | Outcome::Wrong(_), _) => DivergenceStatus::Stale,
        };
        Some(RecordedDivergence {
            status,
            seen: self.seen,
            reason: self.reason.clone(),
            clause: self.clause.clone(),
            link: self.link.clone(),
            severity: self.severity,
            file: None,
        })
    }
}
