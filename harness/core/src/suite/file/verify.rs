//! Case files of verifiers: TOML in which every member that is left out has the valid default.

use serde::{Deserialize, Deserializer};

use super::{Algorithms, PerProfile};
use crate::{
    model::{CaseId, Lean, ProfileId, Rule, Verdict},
    mutate::{EditFamily, Mutation},
};

/// A file of verifier cases.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(in crate::suite) struct CaseFile {
    /// The letter of the group.
    pub(in crate::suite) group: char,
    /// The topic of the group.
    #[serde(rename = "title")]
    pub(in crate::suite) _title: String,
    /// The algorithms of cases that name none.
    pub(in crate::suite) algorithms: Algorithms,
    /// The cases.
    #[serde(rename = "case")]
    pub(in crate::suite) cases: Vec<CaseInFile>,
}

/// A verifier case.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(in crate::suite) struct CaseInFile {
    pub(in crate::suite) id: CaseId,
    pub(in crate::suite) text: String,
    pub(in crate::suite) rule: Rule,
    pub(in crate::suite) verdict: Verdicts,
    #[serde(default)]
    pub(in crate::suite) also_breaks: Vec<Rule>,
    #[serde(default)]
    pub(in crate::suite) combined: Combined,
    #[serde(default)]
    pub(in crate::suite) spec: Vec<String>,
    pub(in crate::suite) note: Option<String>,
    pub(in crate::suite) algorithms: Option<Algorithms>,
    pub(in crate::suite) set: Option<String>,
    #[serde(default)]
    pub(in crate::suite) setup: Vec<Mutation>,
    #[serde(default)]
    pub(in crate::suite) edits: Vec<Mutation>,
    #[serde(default)]
    pub(in crate::suite) variants: Vec<VariantInFile>,
    #[serde(default)]
    families: Vec<FamilyInFile>,
    #[serde(default)]
    pub(in crate::suite) steps: Vec<StepInFile>,
    pub(in crate::suite) control: Option<Verdicts>,
    #[serde(default)]
    pub(in crate::suite) asks_for_support: bool,
    #[serde(default)]
    pub(in crate::suite) needs_given_clock: bool,
    #[serde(default)]
    pub(in crate::suite) no_side_effects: bool,
}

/// A variant: one of several forms of a case.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(in crate::suite) struct VariantInFile {
    pub(in crate::suite) name: CaseId,
    #[serde(default)]
    pub(in crate::suite) edits: Vec<Mutation>,
    pub(in crate::suite) rule: Option<Rule>,
    pub(in crate::suite) algorithms: Option<Algorithms>,
    pub(in crate::suite) verdict: Option<Verdicts>,
    #[serde(default)]
    pub(in crate::suite) combined: Combined,
    /// The profiles of a wide or costly variant, whose verdict would be the same in the others.
    pub(in crate::suite) profiles: Option<Vec<ProfileId>>,
}

/// Variants that differ in one edit of a family.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct FamilyInFile {
    of: EditFamily,
    /// The sampling step: 3 takes every third edit of the family.
    #[serde(default = "once")]
    every: usize,
    algorithms: Option<Algorithms>,
    profiles: Option<Vec<ProfileId>>,
}

impl CaseInFile {
    /// Expands the families into variants.
    pub(in crate::suite) fn with_families(mut self) -> Result<Self, String> {
        for family in std::mem::take(&mut self.families) {
            let members = family.of.members().into_iter().step_by(family.every.max(1));
            for (name, edit) in members {
                self.variants.push(VariantInFile {
                    name: name
                        .parse()
                        .map_err(|error| format!("variant `{name}`: {error}"))?,
                    edits: vec![edit],
                    rule: None,
                    algorithms: family.algorithms.clone(),
                    verdict: None,
                    combined: Combined::default(),
                    profiles: family.profiles.clone(),
                });
            }
        }
        Ok(self)
    }
}

/// A step of a case that presents more than one request.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(in crate::suite) struct StepInFile {
    #[serde(default)]
    pub(in crate::suite) at: i64,
    pub(in crate::suite) resend: Option<usize>,
    #[serde(default)]
    pub(in crate::suite) edits: Vec<Mutation>,
    pub(in crate::suite) verdict: Option<Verdicts>,
    /// The number of times that the step is presented.
    #[serde(default = "once")]
    pub(in crate::suite) times: usize,
}

const fn once() -> usize {
    1
}

/// A verdict per profile.
pub(in crate::suite) type Verdicts = PerProfile<VerdictInFile>;

/// The verdict that a case file gives for one profile, with its rule where that is not the case's own.
#[derive(Clone, Copy, Debug)]
pub(in crate::suite) enum VerdictInFile {
    Accept(Option<Rule>),
    May(Lean),
    Reject(Option<Rule>),
    /// A profile that excludes the precondition of the case.
    Absent,
}

impl Verdicts {
    /// The verdict for a profile; `None` where the profile excludes the precondition of the case.
    pub(in crate::suite) fn of(&self, profile: ProfileId, rule: Rule) -> Option<Verdict> {
        match self.get(profile)? {
            VerdictInFile::Accept(_) => Some(Verdict::Accept),
            VerdictInFile::May(lean) => Some(Verdict::May(lean)),
            VerdictInFile::Reject(own) => Some(Verdict::Reject(own.unwrap_or(rule))),
            VerdictInFile::Absent => None,
        }
    }

    /// The rule that an acceptance is about, where it is not the case's own.
    pub(in crate::suite) fn accepted_rule(&self, profile: ProfileId) -> Option<Rule> {
        match self.get(profile)? {
            VerdictInFile::Accept(rule) => rule,
            VerdictInFile::Absent | VerdictInFile::May(_) | VerdictInFile::Reject(_) => None,
        }
    }
}

impl<'de> Deserialize<'de> for VerdictInFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_verdict(&String::deserialize(deserializer)?)
    }
}

fn read_verdict<E: serde::de::Error>(text: &str) -> Result<VerdictInFile, E> {
    Ok(match text {
        "accept" => VerdictInFile::Accept(None),
        "may+" => VerdictInFile::May(Lean::Accept),
        "may" => VerdictInFile::May(Lean::Neither),
        "may-" => VerdictInFile::May(Lean::Reject),
        "reject" => VerdictInFile::Reject(None),
        "none" => VerdictInFile::Absent,
        _ => {
            let rule = |rule: &str| rule.parse().map(Some).map_err(E::custom);
            if let Some(named) = text.strip_prefix("accept ") {
                VerdictInFile::Accept(rule(named)?)
            } else if let Some(named) = text.strip_prefix("reject ") {
                VerdictInFile::Reject(rule(named)?)
            } else {
                return Err(E::custom(format!(
                    "unknown verdict `{text}`: expected accept, may+, may, may-, reject, \
                     `accept RULE`, `reject RULE` or none"
                )));
            }
        }
    })
}

/// The profiles in which a case breaks several rules that bind.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, expecting = "expected `\"all\"` or an array of profiles")]
pub(in crate::suite) enum Combined {
    /// Every profile, those that are added later included.
    Every(EveryProfile),
    /// The listed ones.
    In(Vec<ProfileId>),
}

/// The word for every profile.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::suite) enum EveryProfile {
    /// Every profile.
    All,
}

impl Combined {
    pub(in crate::suite) fn has(&self, profile: ProfileId) -> bool {
        match self {
            Self::Every(EveryProfile::All) => true,
            Self::In(these) => these.contains(&profile),
        }
    }
}

impl Default for Combined {
    fn default() -> Self {
        Self::In(Vec::new())
    }
}
