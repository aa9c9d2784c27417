//! Case files: TOML in which every member that is left out has the valid default.

pub(super) mod build;
mod per_profile;
pub(super) mod verify;

use serde::Deserialize;

use self::per_profile::PerProfile;
use crate::model::{Algorithm, CaseId, Family, Profile};

/// The algorithms by which a case is multiplied. All but [`Self::Even`] are limited to the profile's own.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Algorithms {
    /// Every algorithm.
    All,
    /// Every algorithm whose key is a pair.
    Asymmetric,
    /// The first algorithm of each family.
    Family,
    /// The first algorithm of each family whose key is a pair.
    AsymmetricFamily,
    /// RS256, or PS256 where the profile has no RS256.
    One,
    /// HS256, HS384 and HS512.
    Hs,
    /// RS256, RS384 and RS512.
    Rs,
    /// ES256, ES384 and ES512.
    Es,
    /// The listed ones.
    Only(Vec<Algorithm>),
    /// The listed ones, even where the profile does not have them.
    Even(Vec<Algorithm>),
}

impl Algorithms {
    pub(crate) fn of(&self, profile: &Profile) -> Vec<Algorithm> {
        let table = &profile.algorithms;
        let has = |a: &Algorithm| table.required.contains(a) || table.optional.contains(a);
        let all = Algorithm::ALL.into_iter().filter(has);
        let family = |wanted: Family| move |a: &Algorithm| a.family() == wanted;
        match self {
            Self::All => all.collect(),
            Self::Asymmetric => all.filter(|a| !a.is_symmetric()).collect(),
            Self::Family => all.filter(|a| a.is_first_of_family()).collect(),
            Self::AsymmetricFamily => all
                .filter(|a| a.is_first_of_family() && !a.is_symmetric())
                .collect(),
            Self::One => [Algorithm::RS256, Algorithm::PS256]
                .into_iter()
                .filter(has)
                .take(1)
                .collect(),
            Self::Hs => all.filter(family(Family::Hmac)).collect(),
            Self::Rs => all.filter(family(Family::RsaPkcs1)).collect(),
            Self::Es => all.filter(family(Family::Ecdsa)).collect(),
            Self::Only(these) => these.iter().copied().filter(has).collect(),
            Self::Even(these) => these.clone(),
        }
    }
}

/// An error in a case file.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SuiteError {
    /// A file that is not TOML, or not of this form.
    #[error("read case file `{file}`: {message}")]
    Malformed {
        /// The name of the file.
        file: String,
        /// The problem, with line and column.
        message: String,
    },
    /// A case that contradicts itself or another.
    #[error("read case `{case}` of `{file}`: {problem}")]
    Case {
        /// The name of the file.
        file: String,
        /// The id of the case.
        case: CaseId,
        /// The problem and its remedy.
        problem: String,
    },
}
