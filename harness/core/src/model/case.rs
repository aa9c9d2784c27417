//! Names of cases and vectors: parsed once at the edge, never plain text after that.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The permanent name of a case, unique in the suite: kebab-case, such as `aud-trailing-slash`.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct CaseId(Box<str>);

impl CaseId {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for CaseId {
    type Err = CaseIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if is_kebab_case(text) {
            Ok(Self(text.into()))
        } else {
            Err(CaseIdError {
                given: text.to_owned(),
            })
        }
    }
}

impl TryFrom<String> for CaseId {
    type Error = CaseIdError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<CaseId> for String {
    fn from(id: CaseId) -> Self {
        id.0.into()
    }
}

impl fmt::Display for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Text that is no case id.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("parse case id `{given}`: expected kebab-case, such as `aud-trailing-slash`")]
pub struct CaseIdError {
    given: String,
}

/// The name of one vector: `case/profile/algorithm` or `case/profile/algorithm/variant`.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct VectorId(Box<str>);

impl VectorId {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the first slash.
    #[must_use]
    pub fn case(&self) -> &str {
        self.part(0)
    }

    /// The profile's name, without version.
    #[must_use]
    pub fn profile(&self) -> &str {
        self.part(1)
    }

    /// The algorithm in lower case.
    #[must_use]
    pub fn algorithm(&self) -> &str {
        self.part(2)
    }

    /// The variant's name, where the case has variants.
    #[must_use]
    pub fn variant(&self) -> Option<&str> {
        self.0.split('/').nth(3)
    }

    fn part(&self, index: usize) -> &str {
        self.0.split('/').nth(index).unwrap_or_default()
    }
}

impl FromStr for VectorId {
    type Err = VectorIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text.split('/').count();
        if (3..=4).contains(&parts) && text.split('/').all(is_kebab_case) {
            Ok(Self(text.into()))
        } else {
            Err(VectorIdError {
                given: text.to_owned(),
            })
        }
    }
}

impl TryFrom<String> for VectorId {
    type Error = VectorIdError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<VectorId> for String {
    fn from(id: VectorId) -> Self {
        id.0.into()
    }
}

impl fmt::Display for VectorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Text that is no vector id.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "parse vector id `{given}`: expected `case/profile/algorithm` or \
     `case/profile/algorithm/variant`, such as `b64-padding/okta/es256/payload`"
)]
pub struct VectorIdError {
    given: String,
}

fn is_kebab_case(text: &str) -> bool {
    !text.is_empty()
        && text.split('-').all(|word| {
            !word.is_empty()
                && word
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_ids_have_no_capitals_and_no_empty_words() {
        for given in [
            "Aud-missing",
            "aud--missing",
            "-aud",
            "aud-",
            "",
            "aud missing",
        ] {
            let error = CaseIdError {
                given: given.to_owned(),
            };
            assert_eq!(given.parse::<CaseId>(), Err(error));
        }
    }

    #[test]
    fn vector_id_knows_its_parts() {
        let id: VectorId = "b64-padding/okta/es256/payload".parse().unwrap();
        assert_eq!(
            (id.case(), id.profile(), id.algorithm()),
            ("b64-padding", "okta", "es256")
        );
    }

    #[test]
    fn vector_ids_have_three_or_four_parts() {
        for given in ["b64-padding/okta", "a/b/c/d/e"] {
            let error = VectorIdError {
                given: given.to_owned(),
            };
            assert_eq!(given.parse::<VectorId>(), Err(error));
        }
    }
}
