//! Known disagreements of an implementation with the specifications: recorded, explained, linked.
//! What is recorded does not fail a run; what is recorded and does not happen does.

mod file_text;
pub mod update;

use std::collections::HashMap;

use include_dir::{Dir, include_dir};
use jwt_assay_core::{
    build::Suite as BuildSuite,
    model::VectorId,
    suite::{Suite, Vector},
};
use serde::{Deserialize, Serialize};

use crate::{
    filter::IdPattern,
    judge::{Failure, Outcome},
    observation::Observation,
};

/// The divergences of one implementation.
#[derive(Clone, Debug, Default)]
pub struct Divergences {
    entries: Vec<Divergence>,
    of_vector: HashMap<VectorId, usize>,
}

/// One recorded disagreement.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Divergence {
    /// Patterns on vector ids, as in `--only`.
    pub vectors: Vec<String>,
    /// What the implementation does.
    pub seen: Seen,
    /// Why it does so.
    pub reason: String,
    /// The clause that asks for something else.
    pub clause: String,
    /// Where it is documented or reported.
    #[serde(default)]
    pub link: Option<String>,
    /// What kind of harm it does.
    #[serde(default)]
    pub severity: Option<Severity>,
    /// Whether the moment decides, as where a limit and the clock of the implementation's own are a
    /// second apart. Then agreement is no surprise either.
    #[serde(default)]
    pub sometimes: bool,
}

/// What a recorded disagreement looks like.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Seen {
    /// Accepts what must be refused.
    Accepted,
    /// Builds what must be declined, or something that is not right.
    Built,
    /// Crashes.
    Crashed,
    /// Declines what must be built.
    Refused,
    /// Refuses what must be accepted.
    Rejected,
}

/// What kind of harm a disagreement does.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Valid assertions are refused.
    Interoperability,
    /// A rule of the profile is not kept, without harm by itself.
    Policy,
    /// Crashes, or work without bound.
    Robustness,
    /// Assertions are accepted that prove nothing.
    Vulnerability,
}

impl Divergences {
    /// What is recorded in this program for an implementation; nothing where there is no file.
    ///
    /// # Errors
    ///
    /// Where the file is broken or does not fit the suite.
    pub fn bundled(implementation: &str, suite: &Suite) -> Result<Self, DivergenceError> {
        let name = format!("{implementation}.toml");
        match FILES
            .get_file(&name)
            .map(|file| file.contents_utf8().unwrap_or_default())
        {
            Some(text) => Self::read(&format!("harness/divergences/{name}"), text, suite),
            None => Ok(Self::default()),
        }
    }

    /// Reads a file of divergences. `name` stands in error messages.
    ///
    /// # Errors
    ///
    /// Where the text is no such file, a reason is empty, a pattern fits no vector, or two
    /// divergences speak of one vector.
    pub fn read(name: &str, text: &str, suite: &Suite) -> Result<Self, DivergenceError> {
        let malformed = |message: String| DivergenceError::Malformed {
            file: name.to_owned(),
            message,
        };
        let file: File = toml::from_str(text).map_err(|error| malformed(error.to_string()))?;
        let mut all = Self::default();
        for divergence in file.divergence {
            if divergence.reason.trim().is_empty() || divergence.clause.trim().is_empty() {
                let vectors = divergence.vectors.join(", ");
                return Err(malformed(format!(
                    "`{vectors}` needs a reason and a clause"
                )));
            }
            let index = all.entries.len();
            for text in &divergence.vectors {
                let pattern: IdPattern = text
                    .parse()
                    .map_err(|error| malformed(format!("{error}")))?;
                let verified = fitting(&pattern, suite).map(|vector| &vector.id);
                // A control is another request than the case's; who means it, says so.
                let built = BuildSuite::bundled().vectors.iter();
                let built = built
                    .filter(|vector| !vector.is_control || text.ends_with("/control"))
                    .map(|vector| &vector.id)
                    .filter(|id| pattern.matches(id));
                let mut fitting = verified.chain(built).peekable();
                if fitting.peek().is_none() {
                    return Err(DivergenceError::UnmatchedPattern {
                        file: name.to_owned(),
                        pattern: text.clone(),
                        nearest: pattern.nearest(suite),
                    });
                }
                for vector in fitting {
                    let earlier = all.of_vector.insert(vector.clone(), index);
                    if earlier.is_some_and(|earlier| earlier != index) {
                        return Err(DivergenceError::Overlap {
                            file: name.to_owned(),
                            vector: vector.clone(),
                        });
                    }
                }
            }
            all.entries.push(divergence);
        }
        Ok(all)
    }

    /// Every vector that a recorded disagreement speaks of, with what is recorded.
    pub fn vectors(&self) -> impl Iterator<Item = (&VectorId, Seen)> {
        let recorded = self.of_vector.iter();
        recorded.map(|(vector, index)| (vector, self.entries[*index].seen))
    }

    /// The divergence that speaks of a vector, compared with what was seen. `None` where nothing
    /// is recorded, or where nothing was judged.
    #[must_use]
    pub fn compare<'a>(
        &self,
        vector: &VectorId,
        outcome: &Outcome,
        seen: impl IntoIterator<Item = &'a Observation>,
    ) -> Option<Noted> {
        let divergence = &self.entries[*self.of_vector.get(vector)?];
        let standing = match (outcome, divergence.seen) {
            (Outcome::Skipped(_), _) => return None,
            (Outcome::Agrees, _) if divergence.sometimes => return None,
            (Outcome::WronglyAccepted, Seen::Accepted)
            | (Outcome::WronglyBuilt, Seen::Built)
            | (Outcome::WronglyRefused, Seen::Refused)
            | (Outcome::WronglyRejected, Seen::Rejected)
            | (Outcome::Failed(Failure::Crashed), Seen::Crashed) => Standing::AsRecorded,
            // A pattern may take in profiles that leave the point open.
            (Outcome::Informational, recorded)
                if seen
                    .into_iter()
                    .any(|observation| recorded.describes(observation)) =>
            {
                Standing::AsRecorded
            }
            (
                Outcome::Agrees
                | Outcome::Failed(_)
                | Outcome::Informational
                | Outcome::WronglyAccepted
                | Outcome::WronglyBuilt
                | Outcome::WronglyRefused
                | Outcome::WronglyRejected,
                _,
            ) => Standing::Stale,
        };
        Some(Noted {
            standing,
            seen: divergence.seen,
            reason: divergence.reason.clone(),
            clause: divergence.clause.clone(),
            link: divergence.link.clone(),
            severity: divergence.severity,
        })
    }
}

impl Severity {
    /// The word in the file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Interoperability => "interoperability",
            Self::Policy => "policy",
            Self::Robustness => "robustness",
            Self::Vulnerability => "vulnerability",
        }
    }
}

impl Seen {
    /// The word in the file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Built => "built",
            Self::Crashed => "crashed",
            Self::Refused => "refused",
            Self::Rejected => "rejected",
        }
    }

    const fn describes(self, observation: &Observation) -> bool {
        match (self, observation) {
            (Self::Accepted, Observation::Accepted { .. })
            | (Self::Built, Observation::Built { .. })
            | (Self::Refused, Observation::Refused { .. })
            | (Self::Crashed, Observation::Crashed { .. })
            | (Self::Rejected, Observation::Rejected { .. }) => true,
            (Self::Accepted | Self::Built | Self::Crashed | Self::Refused | Self::Rejected, _) => {
                false
            }
        }
    }
}

/// A divergence as a record carries it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Noted {
    /// Whether it happened.
    pub standing: Standing,
    /// What is recorded.
    pub seen: Seen,
    /// Why.
    pub reason: String,
    /// The clause that asks for something else.
    pub clause: String,
    /// Where it is documented or reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// What kind of harm it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
}

/// Whether a recorded divergence happened.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// It did.
    AsRecorded,
    /// The vector was judged and it did not: the record is out of date.
    Stale,
}

/// A file of divergences that cannot be used.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum DivergenceError {
    /// It is not in the format.
    #[error("read divergences `{file}`: {message}")]
    Malformed {
        /// Which file.
        file: String,
        /// What is wrong with it and where.
        message: String,
    },
    /// Two divergences speak of one vector.
    #[error("read divergences `{file}`: two of them speak of `{vector}`; narrow one down")]
    Overlap {
        /// Which file.
        file: String,
        /// The vector.
        vector: VectorId,
    },
    /// A pattern fits no vector of the suite.
    #[error(
        "read divergences `{file}`: no vector fits `{pattern}`; the nearest is `{nearest}`; \
         correct the pattern, or drop it"
    )]
    UnmatchedPattern {
        /// Which file.
        file: String,
        /// The pattern.
        pattern: String,
        /// The id most like it.
        nearest: String,
    },
}

/// The vectors that a recorded pattern speaks of.
fn fitting<'s>(pattern: &IdPattern, suite: &'s Suite) -> impl Iterator<Item = &'s Vector> {
    // A control is another assertion than the case's; who means it, says so.
    let means_controls = pattern.as_str().ends_with("/control");
    let vectors = suite.vectors.iter();
    vectors.filter(move |v| (means_controls || !v.is_control) && pattern.matches(&v.id))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    divergence: Vec<Divergence>,
}

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../divergences");
