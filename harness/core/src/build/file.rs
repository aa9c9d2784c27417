//! Case files of the build role: TOML in which everything that is not said is the valid default.

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};

use super::{Ask, Many};
use crate::{
    model::{BuildVerdict, CaseId, ProfileId, Rule},
    suite::file::Algorithms,
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

/// A verdict per profile: one word for all, or a table with `all` and the exceptions.
#[derive(Debug)]
pub(super) struct Verdicts(BTreeMap<Whose, VerdictInFile>);

impl Verdicts {
    /// The verdict for a profile, `None` where the profile excludes the precondition.
    pub(super) fn of(&self, profile: ProfileId) -> Option<BuildVerdict> {
        let own = self.0.get(&Whose::Profile(profile));
        match own.or_else(|| self.0.get(&Whose::All))? {
            VerdictInFile::Build => Some(BuildVerdict::Build),
            VerdictInFile::May => Some(BuildVerdict::May),
            VerdictInFile::None => None,
            VerdictInFile::Refuse => Some(BuildVerdict::Refuse),
        }
    }
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum VerdictInFile {
    Build,
    May,
    /// The profile excludes the precondition.
    None,
    Refuse,
}

#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Whose {
    All,
    Profile(ProfileId),
}

impl<'de> Deserialize<'de> for Whose {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match text.as_str() {
            "all" => Ok(Self::All),
            name => name
                .parse()
                .map(Self::Profile)
                .map_err(serde::de::Error::custom),
        }
    }
}

impl<'de> Deserialize<'de> for Verdicts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct WordOrTable;

        impl<'de> Visitor<'de> for WordOrTable {
            type Value = Verdicts;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("build, may, refuse or none, or a table of these per profile")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Verdicts, E> {
                let word = serde::de::value::StrDeserializer::<E>::new(text);
                let verdict = VerdictInFile::deserialize(word)?;
                Ok(Verdicts(BTreeMap::from([(Whose::All, verdict)])))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Verdicts, A::Error> {
                BTreeMap::deserialize(MapAccessDeserializer::new(map)).map(Verdicts)
            }
        }

        deserializer.deserialize_any(WordOrTable)
    }
}
