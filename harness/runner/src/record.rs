//! One result as a row of data, and the run it belongs to. Records are the only truth: every
//! report and the exit code are functions of them.
//!
//! Two runs of the same things have the same records, but for `run`, and for the words of a library
//! and of a finding (`text`, `detail`, and `reason` of a crash): these may name the time, a
//! signature that is another each time, or members of a set in any order.

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
    divergences::{Noted, Standing},
    observation::Observation,
    outcome::Outcome,
};

/// A run and all that came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// What was run.
    pub header: Header,
    /// What came of it, in the order of the report.
    pub records: Vec<Record>,
    /// What happened and belongs to no single vector; each makes the run fail.
    pub incidents: Vec<Incident>,
}

impl Run {
    /// A run of which nothing has come yet.
    #[must_use]
    pub const fn begun(header: Header) -> Self {
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

    /// Puts the records into the order of the report: that of the implementations, then that of the
    /// suite. A file has them as they came.
    pub fn put_in_order(&mut self, suite: &Suite) {
        let implementations = self.header.implementations.iter();
        let implementations: HashMap<&str, usize> = implementations
            .map(|it| it.name.as_str())
            .zip(0..)
            .collect();
        let vectors: HashMap<&VectorId, usize> =
            suite.vectors.iter().map(|it| &it.id).zip(0..).collect();
        // What is not known comes last, as it stood there.
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

/// Something that an implementation did and that belongs to no single vector.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Incident {
    /// The implementation's name.
    pub implementation: String,
    /// What it did, in words.
    pub text: String,
}

/// A line of a records file.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Line {
    /// The first line of a run.
    Run(Header),
    /// Something that belongs to no single result.
    Incident(Incident),
    /// One result.
    Record(Box<Record>),
}

/// What was run.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Header {
    /// The version of this format.
    pub format: u32,
    /// Unlike that of any other run.
    pub run: String,
    /// The version of jwt-assay.
    pub version: String,
    /// The role of the implementations; not there in records of before it was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// When it began.
    pub started: UnixSeconds,
    /// The profiles of the suite with their versions.
    pub profiles: Vec<String>,
    /// Whether nothing was filtered out.
    pub is_whole: bool,
    /// How many vectors are selected; a run that was stopped has fewer records.
    pub planned: usize,
    /// What is selected, as a hash: which vectors, how they are built and what is asked of them.
    /// Empty where it was not written down.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub selection: String,
    /// The implementations that were judged, in the order of the report.
    pub implementations: Vec<Description>,
    /// Those that are known and were not there to be judged.
    pub absent: Vec<Absent>,
}

impl Header {
    /// The version of the format of headers and records that is written.
    pub const FORMAT: u32 = 1;
}

/// A known implementation that was not there to be judged.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Absent {
    /// Its name.
    pub name: String,
    /// What it lacks.
    pub reason: String,
}

/// Why an implementation refused what must be refused, by the table of its words.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Ground {
    /// For another rule: a weak negative, which does not show that the wanted one is kept.
    Another(Rule),
    /// No entry of the table explains its words.
    NotSaid,
    /// For the rule that it must be refused for.
    TheRule,
}

/// What came of one vector and one implementation.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Record {
    /// The run.
    pub run: String,
    /// The implementation's name.
    pub implementation: String,
    /// The implementation's version.
    pub version: String,
    /// The vector.
    pub vector: VectorId,
    /// The case it was made from.
    pub case: CaseId,
    /// The profile.
    pub profile: ProfileId,
    /// The client's algorithm.
    pub algorithm: Algorithm,
    /// The layer that answers for it.
    pub layer: Layer,
    /// The rule that decides: the one it must be refused for, else the one it is about.
    pub rule: Rule,
    /// The clauses of that rule, the profile's own first.
    pub clauses: Vec<String>,
    /// Whether it came after the release of its profile's version; then it fails nobody.
    #[serde(default)]
    pub is_newer: bool,
    /// Whether it was there only as the control of another; then it does not count.
    pub is_support: bool,
    /// Whether other vectors waited for it, and then whether it came out right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_control: Option<AsControl>,
    /// Whether it was signed for the machine's clock.
    pub is_live: bool,
    /// What the specifications ask of the vector as a whole.
    pub expected: Expected,
    /// What was asked and seen, step by step; empty where it was not presented.
    pub steps: Vec<StepRecord>,
    /// What follows.
    pub outcome: Outcome,
    /// What is recorded of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub divergence: Option<Noted>,
    /// The command that runs it alone.
    pub rerun: String,
}

impl Record {
    /// Whether it makes the run fail.
    #[must_use]
    pub fn is_unexpected(&self) -> bool {
        let standing = self.divergence.as_ref().map(|noted| noted.standing);
        !self.is_support
            && match standing {
                None => self.outcome.is_wrong() && !self.is_newer,
                Some(Standing::AsRecorded) => false,
                Some(Standing::Stale) => true,
            }
    }

    /// Whether it is a recorded divergence that happened.
    #[must_use]
    pub fn is_as_recorded(&self) -> bool {
        self.divergence
            .as_ref()
            .is_some_and(|noted| noted.standing == Standing::AsRecorded)
    }

    /// Whether a recorded divergence did not happen.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        self.divergence
            .as_ref()
            .is_some_and(|noted| noted.standing == Standing::Stale)
    }

    /// What its refusal says about the rule that it must be refused for; `None` where it was not
    /// refused as asked.
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

    /// Whether it was presented and its answer has weight.
    #[must_use]
    pub const fn is_judged(&self) -> bool {
        !matches!(self.outcome, Outcome::Skipped(_))
    }
}

/// How a vector that others waited for came out.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AsControl {
    /// Accepted, as the right client.
    Right,
    /// Anything else.
    Wrong,
}

/// One step of a record.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct StepRecord {
    /// What the specifications ask.
    pub expected: Expected,
    /// What was seen.
    pub seen: Observation,
    /// What follows.
    pub outcome: Outcome,
}

/// What the specifications ask, as records write it.
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
    /// May be either; the literal or majority reading leans to refusal.
    MayLeaningToReject,
    /// Must be refused, because of this rule.
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
            Self::MayLeaningToReject => f.write_str("may be either, leaning to refusal"),
            Self::Reject(rule) => write!(f, "must be refused ({rule})"),
        }
    }
}
