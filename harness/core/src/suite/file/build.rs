//! Case files of builders: TOML in which every member that is left out has the valid default.

use serde::Deserialize;

use super::{Algorithms, PerProfile};
use crate::{
    builder::RequestEdits,
    model::{BuildVerdict, CaseId, ProfileId, Rule},
    suite::Many,
};

/// A file of builder cases.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(in crate::suite) struct CaseFile {
    /// The letter of the group.
    pub(in crate::suite) group: char,
    /// The topic of the group.
    #[serde(rename = "title")]
    _title: String,
    /// The algorithms of cases that name none.
    pub(in crate::suite) algorithms: Algorithms,
    /// The cases.
    #[serde(rename = "case")]
    pub(in crate::suite) cases: Vec<CaseInFile>,
}

/// A builder case.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(in crate::suite) struct CaseInFile {
    pub(in crate::suite) id: CaseId,
    pub(in crate::suite) text: String,
    pub(in crate::suite) rule: Rule,
    pub(in crate::suite) verdict: Verdicts,
    #[serde(default)]
    pub(in crate::suite) spec: Vec<String>,
    pub(in crate::suite) note: Option<String>,
    pub(in crate::suite) algorithms: Option<Algorithms>,
    #[serde(default)]
    pub(in crate::suite) setup: RequestEdits,
    #[serde(default)]
    pub(in crate::suite) ask: RequestEdits,
    #[serde(default)]
    pub(in crate::suite) variants: Vec<VariantInFile>,
    pub(in crate::suite) profiles: Option<Vec<ProfileId>>,
    pub(in crate::suite) many: Option<Many>,
    #[serde(default)]
    pub(in crate::suite) at_every_second: bool,
    #[serde(default)]
    pub(in crate::suite) in_every_profile: bool,
}

/// A variant: one of several forms of a case.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(in crate::suite) struct VariantInFile {
    pub(in crate::suite) name: CaseId,
    #[serde(default)]
    pub(in crate::suite) ask: RequestEdits,
    pub(in crate::suite) rule: Option<Rule>,
    pub(in crate::suite) algorithms: Option<Algorithms>,
    pub(in crate::suite) verdict: Option<Verdicts>,
}

/// A verdict per profile.
pub(in crate::suite) type Verdicts = PerProfile<VerdictInFile>;

impl Verdicts {
    /// The verdict for a profile; `None` where the profile excludes the precondition of the case.
    pub(in crate::suite) fn of(&self, profile: ProfileId) -> Option<BuildVerdict> {
        match self.get(profile)? {
            VerdictInFile::Build => Some(BuildVerdict::Build),
            VerdictInFile::May => Some(BuildVerdict::May),
            VerdictInFile::None => None,
            VerdictInFile::Decline => Some(BuildVerdict::Decline),
        }
    }
}

/// The verdict that a case file gives for one profile.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::suite) enum VerdictInFile {
    Build,
    Decline,
    May,
    /// A profile that excludes the precondition of the case.
    None,
}
