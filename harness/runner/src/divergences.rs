//! Known disagreements of an implementation with the specifications: recorded, explained, linked.
//! What is recorded does not fail a run; what is recorded and does not happen does.

mod file_text;
mod toolchain;
pub mod update;

use std::collections::HashMap;

use include_dir::{Dir, include_dir};
use jwt_assay_core::{
    model::VectorId,
    suite::{Suite, Vector},
};
use jwt_assay_implementations::Description;
use serde::{Deserialize, Serialize};

pub use self::toolchain::{Bound, InvalidBound};
use crate::{
    filter::IdPattern,
    observation::Observation,
    outcome::{Deviation, Outcome},
};

/// The divergences of one implementation.
#[derive(Clone, Debug, Default)]
pub struct Divergences {
    entries: Vec<Divergence>,
    /// Two of one vector are bound to toolchains that exclude one another.
    of_vector: HashMap<VectorId, Vec<usize>>,
    /// The toolchain of the implementation, where it is said.
    toolchain: Option<String>,
}

/// One recorded disagreement.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Divergence {
    /// Patterns on vector ids, as in `--only`.
    pub vectors: Vec<String>,
    /// What the implementation does.
    pub seen: Deviation,
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
    /// The toolchain on which it depends; with any other one it is as if not recorded.
    #[serde(default)]
    pub toolchain: Option<Bound>,
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
    /// What is recorded in this program for an implementation, with its toolchain; nothing where
    /// there is no file.
    ///
    /// # Errors
    ///
    /// Where the file is broken or does not fit the suite.
    pub fn bundled(implementation: &Description, suite: &Suite) -> Result<Self, DivergenceError> {
        let name = format!("{}.toml", implementation.name);
        match FILES
            .get_file(&name)
            .map(|file| file.contents_utf8().unwrap_or_default())
        {
            Some(text) => {
                let recorded = Self::read(&format!("harness/divergences/{name}"), text, suite)?;
                Ok(recorded.with_toolchain_of(implementation))
            }
            None => Ok(Self::default()),
        }
    }

    /// Reads a file of divergences, for a toolchain that is not known. `name` stands in error
    /// messages.
    ///
    /// # Errors
    ///
    /// Where the text is no such file, a reason is empty, a pattern fits no vector, or two
    /// divergences speak of one vector and may both be in force.
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
                let mut fitting = fitting(&pattern, suite).map(|vector| &vector.id).peekable();
                if fitting.peek().is_none() {
                    return Err(DivergenceError::UnmatchedPattern {
                        file: name.to_owned(),
                        pattern: text.clone(),
                        nearest: pattern.nearest(suite.vectors.iter()),
                    });
                }
                for vector in fitting {
                    let earlier = all.of_vector.entry(vector.clone()).or_default();
                    if earlier.contains(&index) {
                        continue;
                    }
                    let excludes = |&earlier: &usize| {
                        let earlier: &Divergence = &all.entries[earlier];
                        divergence.excludes(earlier)
                    };
                    if !earlier.iter().all(excludes) {
                        return Err(DivergenceError::Overlap {
                            file: name.to_owned(),
                            vector: vector.clone(),
                        });
                    }
                    earlier.push(index);
                }
            }
            all.entries.push(divergence);
        }
        Ok(all)
    }

    /// The same divergences, of an implementation that says its toolchain or does not.
    #[must_use]
    pub fn with_toolchain_of(mut self, implementation: &Description) -> Self {
        self.toolchain.clone_from(&implementation.toolchain);
        self
    }

    /// Every vector that a disagreement in force speaks of, with what is recorded.
    pub fn vectors(&self) -> impl Iterator<Item = (&VectorId, Deviation)> {
        self.of_vector.iter().flat_map(|(vector, indices)| {
            let entries = indices.iter().map(|&index| &self.entries[index]);
            let in_force = entries.filter(|entry| self.force(entry) != Force::None);
            in_force.map(move |entry| (vector, entry.seen))
        })
    }

    /// Whether a divergence holds for the toolchain of the implementation.
    fn force(&self, entry: &Divergence) -> Force {
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

    /// The divergence that speaks of a vector, compared with what was seen. `None` where nothing
    /// is recorded for the toolchain, or where nothing was judged.
    #[must_use]
    pub fn compare<'a>(
        &self,
        vector: &VectorId,
        outcome: &Outcome,
        seen: impl IntoIterator<Item = &'a Observation>,
    ) -> Option<Noted> {
        let entries = self.of_vector.get(vector)?.iter();
        let seen: Vec<&Observation> = seen.into_iter().collect();
        let mut compared = entries.filter_map(|&index| {
            let entry = &self.entries[index];
            let noted = entry.compare(outcome, &seen)?;
            match (self.force(entry), noted.standing) {
                (Force::Full, _) | (Force::Unknown, Standing::AsRecorded) => Some(noted),
                (Force::None, _) | (Force::Unknown, Standing::Stale) => None,
            }
        });
        compared.next()
    }
}

/// Whether a divergence counts, judging by the toolchain that it is bound to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Force {
    /// It excuses what it speaks of, and is stale where that does not happen.
    Full,
    /// As if it were not recorded.
    None,
    /// The implementation does not say its toolchain, so it may well be the one that is meant:
    /// what happens is excused. It may as well be another one, so agreement makes nothing stale;
    /// else no run of an adapter that has not learnt the word could ever be right.
    Unknown,
}

impl Divergence {
    /// Whether no toolchain brings both into force. Only exact complements do, so that one of two
    /// is always in force where the toolchain is known, and an update never needs a third.
    fn excludes(&self, other: &Self) -> bool {
        let bounds = self.toolchain.as_ref().zip(other.toolchain.as_ref());
        bounds.is_some_and(|(one, other)| one.complement() == *other)
    }

    fn compare(&self, outcome: &Outcome, seen: &[&Observation]) -> Option<Noted> {
        let standing = match (outcome, self.seen) {
            (Outcome::Skipped(_), _) => return None,
            (Outcome::Agrees, _) if self.sometimes => return None,
            (Outcome::Wrong(seen), recorded) if *seen == recorded => Standing::AsRecorded,
            // A pattern may take in profiles that leave the point open.
            (Outcome::Open, recorded)
                if seen.iter().any(|seen| Deviation::of(seen) == recorded) =>
            {
                Standing::AsRecorded
            }
            (Outcome::Agrees | Outcome::Open | Outcome::Wrong(_), _) => Standing::Stale,
        };
        Some(Noted {
            standing,
            seen: self.seen,
            reason: self.reason.clone(),
            clause: self.clause.clone(),
            link: self.link.clone(),
            severity: self.severity,
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

/// A divergence as a record carries it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Noted {
    /// Whether it happened.
    pub standing: Standing,
    /// What is recorded.
    pub seen: Deviation,
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
    #[error(
        "read divergences `{file}`: two of them speak of `{vector}`; narrow one down, or bind them \
         to toolchains that exclude one another"
    )]
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
