//! Records, one result each, and the run that they belong to. Every report and the exit code are
//! functions of the records alone.
//!
//! Two runs of the same implementations over the same vectors have equal records, except for `run`
//! and for free text (`text`, `detail`, and `reason` of a crash): libraries put the time, a random
//! signature, or members of a set in any order into their messages.

mod join;

use std::{collections::HashMap, fmt};

use jwt_assay_core::{
    model::{
        Algorithm, BuildVerdict, CaseId, Layer, Lean, Level, ProfileId, Role, Rule, UnixSeconds,
        VectorId, Verdict,
    },
    suite::{Experiment, Suite, Vector},
};
use jwt_assay_implementations::Description;
use serde::{Deserialize, Serialize};

pub use self::join::JoinError;
use crate::{
    divergences::{DivergenceStatus, RecordedDivergence},
    observation::Observation,
    outcome::Outcome,
};

/// A run with all its results.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// The header: the selection and the implementations.
    pub header: Header,
    /// The results, in the order of the report.
    pub records: Vec<Record>,
    /// Incidents that belong to no single vector; each makes the run fail.
    pub incidents: Vec<Incident>,
}

impl Run {
    /// A run without results.
    #[must_use]
    pub const fn without_results(header: Header) -> Self {
        Self {
            header,
            records: Vec::new(),
            incidents: Vec::new(),
        }
    }

    /// The role of the implementations: that of the header, else that of the vectors.
    #[must_use]
    pub fn role(&self, suite: &Suite) -> Role {
        let of_vector = || {
            let record = self.records.first()?;
            suite.vector(&record.vector).map(Vector::role)
        };
        self.header.role.or_else(of_vector).unwrap_or_default()
    }

    /// Sorts the records into the order of the report: by implementation, then by the suite. A file
    /// has them in the order in which threads finished.
    pub fn put_in_order(&mut self, suite: &Suite) {
        let implementations = self.header.implementations.iter();
        let implementations: HashMap<&str, usize> = implementations
            .map(|it| it.name.as_str())
            .zip(0..)
            .collect();
        let vectors: HashMap<&VectorId, usize> =
            suite.vectors.iter().map(|it| &it.id).zip(0..).collect();
        // Unknown names come last, in the order of the file: a record is never dropped.
        self.records.sort_by_key(|record| {
            let implementation = implementations.get(record.implementation.as_str());
            let vector = vectors.get(&record.vector);
            (
                implementation.copied().unwrap_or(usize::MAX),
                vector.copied().unwrap_or(usize::MAX),
            )
        });
    }
}

/// An act of an implementation that belongs to no single vector, such as a crash that did not repeat.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Incident {
    /// The implementation's name.
    pub implementation: String,
    /// The incident in words.
    pub text: String,
}

/// A line of a records file.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Line {
    /// The first line of a run.
    Run(Header),
    /// An incident that belongs to no single result.
    Incident(Incident),
    /// One result.
    Record(Box<Record>),
}

/// The header of a run: the selection and the implementations.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Header {
    /// The version of the format.
    pub format: u32,
    /// The id of the run, unlike that of any other run.
    pub run: String,
    /// The version of jwt-assay.
    pub version: String,
    /// The role of the implementations; `None` in records older than the member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// The start of the run.
    pub started: UnixSeconds,
    /// The profiles of the suite with their versions.
    pub profiles: Vec<String>,
    /// True where no filter restricts the suite.
    pub is_whole: bool,
    /// The number of selected vectors; a run that was stopped has fewer records.
    pub planned: usize,
    /// A hash of the selection: the vectors, their recipes and their verdicts. Empty in records older
    /// than the member.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub selection: String,
    /// The implementations that were judged, in the order of the report.
    pub implementations: Vec<Description>,
    /// The known implementations that could not be judged.
    pub absent: Vec<Absent>,
    /// The sentence that says that the run is incomplete, in records that a report wrote. It is written
    /// and never read: the records decide.
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    pub incomplete: Option<String>,
}

impl Header {
    /// The version of the format that this program writes.
    pub const FORMAT: u32 = 1;
}

/// A known implementation that could not be judged.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Absent {
    /// Its name.
    pub name: String,
    /// The reason, such as a feature or a toolchain that it lacks.
    pub reason: String,
}

/// The reason of a right rejection, by the table of the implementation's words.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Ground {
    /// Another rule, so the rejection does not prove that the rule of the verdict is kept.
    Another(Rule),
    /// Words that no entry of the table maps.
    NotSaid,
    /// The rule that the verdict names.
    TheRule,
}

/// The result of one vector with one implementation.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Record {
    /// The id of the run.
    pub run: String,
    /// The implementation's name.
    pub implementation: String,
    /// The implementation's version.
    pub version: String,
    /// The vector.
    pub vector: VectorId,
    /// The case of the vector.
    pub case: CaseId,
    /// The profile.
    pub profile: ProfileId,
    /// The client's algorithm.
    pub algorithm: Algorithm,
    /// The layer that answers for the vector.
    pub layer: Layer,
    /// The rule that decides: the one of the verdict, else the one of the case.
    pub rule: Rule,
    /// The clauses of that rule, the profile's own first.
    pub clauses: Vec<String>,
    /// True for a vector newer than the release of its profile's version; it fails no run.
    #[serde(default)]
    pub is_newer: bool,
    /// True for a control that was not selected itself; it does not count.
    pub is_support: bool,
    /// The result as a control; `None` where no other vector waited for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_control: Option<AsControl>,
    /// True where the request was made for the machine's clock.
    pub is_live: bool,
    /// The verdict of the vector as a whole.
    pub expected: Expected,
    /// The verdict and the observation of each step; empty where the vector was not presented.
    pub steps: Vec<StepRecord>,
    /// The outcome of the vector.
    pub outcome: Outcome,
    /// The divergence recorded for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub divergence: Option<RecordedDivergence>,
    /// The command that runs it alone.
    pub rerun: String,
}

impl Record {
    /// True where the result counts: every selected vector, and a control beside them that failed. A
    /// program that crashes at the control alone has crashed.
    #[must_use]
    pub fn counts(&self) -> bool {
        !self.is_support || self.is_unexpected()
    }

    /// True where the record makes the run fail.
    #[must_use]
    pub fn is_unexpected(&self) -> bool {
        let status = self.divergence.as_ref().map(|recorded| recorded.status);
        match status {
            None => self.outcome.is_wrong() && !self.is_newer,
            Some(DivergenceStatus::AsRecorded) => false,
            Some(DivergenceStatus::Stale) => true,
        }
    }

    /// True where a recorded divergence happened.
    #[must_use]
    pub fn is_as_recorded(&self) -> bool {
        self.divergence
            .as_ref()
            .is_some_and(|recorded| recorded.status == DivergenceStatus::AsRecorded)
    }

    /// True where a recorded divergence did not happen.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        self.divergence
            .as_ref()
            .is_some_and(|recorded| recorded.status == DivergenceStatus::Stale)
    }

    /// The reason of the rejection, compared with the rule of the verdict; `None` where the record is
    /// not a right rejection.
    #[must_use]
    pub fn ground(&self) -> Option<Ground> {
        let step = self.steps.last()?;
        let (Outcome::Agrees, Expected::Reject(wanted)) = (&self.outcome, step.expected) else {
            return None;
        };
        match &step.seen {
            Observation::Rejected {
                reason: Some(rule), ..
            } if *rule == wanted => Some(Ground::TheRule),
            Observation::Rejected {
                reason: Some(rule), ..
            } => Some(Ground::Another(*rule)),
            Observation::Rejected { reason: None, .. } => Some(Ground::NotSaid),
            Observation::Accepted { .. }
            | Observation::Signed { .. }
            | Observation::Declined { .. }
            | Observation::Crashed { .. }
            | Observation::Garbled { .. }
            | Observation::TimedOut
            | Observation::Unsupported { .. } => None,
        }
    }

    /// True where the vector was presented and its answer counts.
    #[must_use]
    pub const fn is_judged(&self) -> bool {
        !matches!(self.outcome, Outcome::Skipped(_))
    }
}

/// The result of a vector as the control of others.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AsControl {
    /// Accepted as the right client, or soundly signed.
    Right,
    /// Any other answer.
    Wrong,
}

/// One step of a record.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct StepRecord {
    /// The verdict of the specifications.
    pub expected: Expected,
    /// The observation.
    pub seen: Observation,
    /// The outcome of the step.
    pub outcome: Outcome,
}

/// The verdict of the specifications, as records write it.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expected {
    /// Must be accepted.
    Accept,
    /// Must be built.
    Build,
    /// Must be declined, because of this rule.
    Decline(Rule),
    /// May be either.
    May,
    /// May be either; the literal or majority reading leans to acceptance.
    MayLeaningToAccept,
    /// May be either; the literal or majority reading leans to rejection.
    MayLeaningToReject,
    /// Must be rejected, because of this rule.
    Reject(Rule),
}

impl Expected {
    /// The verdict of a vector as a whole.
    #[must_use]
    pub fn of(vector: &Vector) -> Self {
        match &vector.experiment {
            Experiment::Verify(own) => own.verdict().into(),
            Experiment::Build(own) => match (own.verdict, vector.level()) {
                (BuildVerdict::Build, _) => Self::Build,
                (BuildVerdict::Decline, _) => Self::Decline(vector.rule),
                (BuildVerdict::May, Level::May(Lean::Reject)) => Self::MayLeaningToReject,
                (BuildVerdict::May, Level::Accept | Level::Reject | Level::May(_)) => Self::May,
            },
        }
    }
}

impl From<Verdict> for Expected {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Accept => Self::Accept,
            Verdict::May(Lean::Accept) => Self::MayLeaningToAccept,
            Verdict::May(Lean::Neither) => Self::May,
            Verdict::May(Lean::Reject) => Self::MayLeaningToReject,
            Verdict::Reject(rule) => Self::Reject(rule),
        }
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accept => f.write_str("must be accepted"),
            Self::Build => f.write_str("must be built"),
            Self::Decline(rule) => write!(f, "must be declined ({rule})"),
            Self::May => f.write_str("may be either"),
            Self::MayLeaningToAccept => f.write_str("may be either, leaning to acceptance"),
            Self::MayLeaningToReject => f.write_str("may be either, leaning to rejection"),
            Self::Reject(rule) => write!(f, "must be rejected ({rule})"),
        }
    }
}
