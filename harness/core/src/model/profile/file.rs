//! The files of profiles: TOML, a table of parameters and what each named set changes in it.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;

use super::{AlgorithmTable, AudienceName, Futures, Level, Parameters, Profile, ProfileId, Stance};
use crate::model::{AudienceForm, Rule};

/// Every profile with every set, by label.
pub(super) static TABLE: LazyLock<BTreeMap<String, Profile>> = LazyLock::new(|| {
    let mut table = BTreeMap::new();
    for id in ProfileId::ALL {
        let file: ProfileFile = toml::from_str(id.file()).expect("a file of this crate, tested");
        let sets = file
            .sets
            .iter()
            .map(|(name, set)| Some((name.as_str(), set)));
        for set in std::iter::once(None).chain(sets) {
            let profile = Profile::from_file(id, &file, set);
            table.insert(profile.label(), profile);
        }
    }
    table
});

impl Profile {
    fn from_file(id: ProfileId, file: &ProfileFile, set: Option<(&str, &SetInFile)>) -> Self {
        let mut parameters = file.parameters.clone();
        let mut levels = file.levels.clone();
        if let Some((_, change)) = set {
            change.apply(&mut parameters);
            levels.extend(change.levels.clone());
        }
        Self {
            id,
            version: file.version,
            set: set.map(|(name, _)| name.to_owned()),
            about: file.about.clone(),
            sources: file.sources.clone(),
            parameters,
            algorithms: file.algorithms.clone(),
            stances: file.stances.clone(),
            levels,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct ProfileFile {
    pub(super) version: u32,
    about: String,
    sources: Vec<String>,
    parameters: Parameters,
    algorithms: AlgorithmTable,
    #[serde(default)]
    levels: BTreeMap<Rule, LevelInFile>,
    #[serde(default)]
    pub(super) sets: BTreeMap<String, SetInFile>,
    #[serde(default)]
    stances: Vec<Stance>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LevelInFile {
    pub(super) level: Level,
    pub(super) clause: String,
}

/// The changes of a named set to the profile.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct SetInFile {
    #[expect(dead_code, reason = "prose for readers of the file")]
    about: String,
    audience: Option<Vec<AudienceName>>,
    tolerated_audience: Option<Vec<AudienceName>>,
    audience_form: Option<AudienceForm>,
    clock_skew: Option<u32>,
    future_skew: Option<u32>,
    open: Option<Futures>,
    #[serde(default)]
    levels: BTreeMap<Rule, LevelInFile>,
}

impl SetInFile {
    fn apply(&self, parameters: &mut Parameters) {
        if let Some(audience) = &self.audience {
            parameters.audience.clone_from(audience);
        }
        if let Some(tolerated) = &self.tolerated_audience {
            parameters.tolerated_audience.clone_from(tolerated);
        }
        parameters.audience_form = self.audience_form.unwrap_or(parameters.audience_form);
        parameters.clock_skew = self.clock_skew.unwrap_or(parameters.clock_skew);
        parameters.future_skew = self.future_skew.unwrap_or(parameters.future_skew);
        parameters.open = self.open.unwrap_or(parameters.open);
    }
}
