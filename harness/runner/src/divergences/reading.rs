//! Reads divergences from their files, and checks each pattern against the suite.

use include_dir::{Dir, include_dir};
use jwt_assay_core::{
    model::VectorId,
    suite::{Suite, Vector},
};
use jwt_assay_implementations::Description;
use serde::Deserialize;

use super::{Divergence, Divergences};
use crate::filter::IdPattern;

impl Divergences {
    /// The divergences that this program holds for an implementation, bound to its toolchain; none
    /// where there is no file.
    ///
    /// # Errors
    ///
    /// Fails if the file is broken or does not fit the suite.
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

    /// Reads a file of divergences, for a toolchain that is not known. Error messages call the file
    /// `name`.
    ///
    /// # Errors
    ///
    /// Fails if the text is not in the format, a reason or a clause is empty, a pattern fits no
    /// vector, or two divergences name one vector and could both be in force.
    pub fn read(name: &str, text: &str, suite: &Suite) -> Result<Self, DivergenceError> {
        let malformed = |message: String| DivergenceError::Malformed {
            file: name.to_owned(),
            message,
        };
        let file: File = toml::from_str(text).map_err(|error| malformed(error.to_string()))?;
        let mut all = Self {
            file: Some(name.to_owned()),
            ..Self::default()
        };
        for divergence in file.divergence {
            // An entry without a reason would excuse a deviation for good and leave nothing to
            // review.
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
                // A typo would excuse nothing and never become stale, as no vector is compared with
                // it.
                if fitting.peek().is_none() {
                    return Err(DivergenceError::UnmatchedPattern {
                        file: name.to_owned(),
                        pattern: text.clone(),
                        nearest: pattern.nearest(suite.vectors.iter()),
                    });
                }
                for vector in fitting {
                    let earlier = all.of_vector.entry(vector.clone()).or_default();
                    // Two patterns of one entry may fit one vector; the entry is the same.
                    if earlier.contains(&index) {
                        continue;
                    }
                    let excludes = |&earlier: &usize| {
                        let earlier: &Divergence = &all.entries[earlier];
                        divergence.excludes(earlier)
                    };
                    // One of two in force would always be stale, whatever the implementation does.
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

    /// Binds the divergences to the toolchain in a description; to an unknown one where it has none.
    #[must_use]
    pub fn with_toolchain_of(mut self, implementation: &Description) -> Self {
        self.toolchain.clone_from(&implementation.toolchain);
        self
    }
}

impl Divergence {
    /// True where no toolchain brings both into force. Only exact complements qualify, so that one of
    /// the two is always in force where the toolchain is known, and an update never needs a third.
    fn excludes(&self, other: &Self) -> bool {
        let bounds = self.toolchain.as_ref().zip(other.toolchain.as_ref());
        bounds.is_some_and(|(one, other)| one.complement() == *other)
    }
}

/// The vectors that a recorded pattern names.
pub(super) fn fitting<'s>(
    pattern: &IdPattern,
    suite: &'s Suite,
) -> impl Iterator<Item = &'s Vector> {
    // A control is another assertion than its case's, valid where that one is faulty. A glob on the
    // case must not excuse its rejection, so only a pattern that says `/control` names controls.
    let names_controls = pattern.as_str().ends_with("/control");
    let vectors = suite.vectors.iter();
    vectors.filter(move |v| (names_controls || !v.is_control) && pattern.matches(&v.id))
}

/// A file of divergences that cannot be used.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum DivergenceError {
    /// The text is not in the format.
    #[error("read divergences `{file}`: {message}")]
    Malformed {
        /// The file's name.
        file: String,
        /// The fault and its line.
        message: String,
    },
    /// Two divergences name one vector.
    #[error(
        "read divergences `{file}`: two of them speak of `{vector}`; narrow one down, or bind them \
         to toolchains that exclude one another"
    )]
    Overlap {
        /// The file's name.
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
        /// The file's name.
        file: String,
        /// The pattern.
        pattern: String,
        /// The id most like it.
        nearest: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    divergence: Vec<Divergence>,
}

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../divergences");
