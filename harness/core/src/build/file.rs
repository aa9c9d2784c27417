//! Case files of the build role: TOML in which everything that is not said is the valid default.

use serde::Deserialize;

use super::{Ask, Many};
use crate::{
    model::{BuildVerdict, CaseId, ProfileId, Rule},
    suite::{PerProfile, file::Algorithms},
};

/// One file of cases.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct CaseFile {
    /// The letter of the group in the catalogue.
    pub(super) group: char,
    /// What the group is about.
    #[serde(rename = "title")]
    _title: String,
    /// How the cases multiply where they do not say.
    pub(super) algorithms: Algorithms,
    /// The cases.
    #[serde(rename = "case")]
    pub(super) cases: Vec<CaseInFile>,
}

/// One case.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct CaseInFile {
    pub(super) id: CaseId,
    pub(super) text: String,
    pub(super) rule: Rule,
    pub(super) verdict: Verdicts,
    #[serde(default)]
    pub(super) spec: Vec<String>,
    pub(super) note: Option<String>,
    pub(super) algorithms: Option<Algorithms>,
    #[serde(default)]
    pub(super) setup: Ask,
    #[serde(default)]
    pub(super) ask: Ask,
    #[serde(default)]
    pub(super) variants: Vec<VariantInFile>,
    pub(super) profiles: Option<Vec<ProfileId>>,
    pub(super) many: Option<Many>,
    #[serde(default)]
    pub(super) at_every_second: bool,
    #[serde(default)]
    pub(super) in_every_profile: bool,
}

/// One of several forms of a case.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct VariantInFile {
    pub(super) name: CaseId,
    #[serde(default)]
    pub(super) ask: Ask,
    pub(super) rule: Option<Rule>,
    pub(super) algorithms: Option<Algorithms>,
    pub(super) verdict: Option<Verdicts>,
}

/// A verdict per profile.
pub(super) type Verdicts = PerProfile<VerdictInFile>;

impl Verdicts {
    /// The verdict for a profile, `None` where the profile excludes the precondition.
    pub(super) fn of(&self, profile: ProfileId) -> Option<BuildVerdict> {
        match self.get(profile)? {
            VerdictInFile::Build => Some(BuildVerdict::Build),
            VerdictInFile::May => Some(BuildVerdict::May),
            VerdictInFile::None => None,
            VerdictInFile::Refuse => Some(BuildVerdict::Refuse),
        }
    }
}

/// What a file says of one profile.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum VerdictInFile {
    Build,
    May,
    /// The profile excludes the precondition.
    None,
    Refuse,
}
