//! Case files: TOML in which everything that is not said is the valid default.

use serde::{Deserialize, Deserializer};

use super::PerProfile;
use crate::{
    model::{Algorithm, CaseId, Lean, Profile, ProfileId, Rule, Verdict},
    mutate::{EditFamily, Mutation},
};

/// One file of cases.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct CaseFile {
    /// The letter of the group in the catalogue.
    pub(super) group: char,
    /// What the group is about.
    #[serde(rename = "title")]
    pub(super) _title: String,
    /// How the cases multiply where they do not say.
    pub(super) algorithms: Algorithms,
    /// The cases.
    #[serde(rename = "case")]
    pub(super) cases: Vec<CaseInFile>,
}

/// One case.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct CaseInFile {
    pub(super) id: CaseId,
    pub(super) text: String,
    pub(super) rule: Rule,
    pub(super) verdict: Verdicts,
    #[serde(default)]
    pub(super) also_breaks: Vec<Rule>,
    #[serde(default)]
    pub(super) combined: Vec<ProfileId>,
    #[serde(default)]
    pub(super) spec: Vec<String>,
    pub(super) note: Option<String>,
    pub(super) algorithms: Option<Algorithms>,
    pub(super) set: Option<String>,
    #[serde(default)]
    pub(super) setup: Vec<Mutation>,
    #[serde(default)]
    pub(super) edits: Vec<Mutation>,
    #[serde(default)]
    pub(super) variants: Vec<VariantInFile>,
    #[serde(default)]
    families: Vec<FamilyInFile>,
    #[serde(default)]
    pub(super) steps: Vec<StepInFile>,
    pub(super) control: Option<Verdicts>,
    #[serde(default)]
    pub(super) asks_for_support: bool,
    #[serde(default)]
    pub(super) needs_given_clock: bool,
    #[serde(default)]
    pub(super) no_side_effects: bool,
}

/// One of several forms of a case.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct VariantInFile {
    pub(super) name: CaseId,
    #[serde(default)]
    pub(super) edits: Vec<Mutation>,
    pub(super) rule: Option<Rule>,
    pub(super) algorithms: Option<Algorithms>,
    pub(super) verdict: Option<Verdicts>,
    #[serde(default)]
    pub(super) combined: Vec<ProfileId>,
    /// The profiles that a wide or costly variant is limited to; its verdict would be the same in
    /// the others.
    pub(super) profiles: Option<Vec<ProfileId>>,
}

/// Variants that differ in one edit of a family.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct FamilyInFile {
    of: EditFamily,
    /// Only each so-many-th edit, for a sample.
    #[serde(default = "once")]
    every: usize,
    algorithms: Option<Algorithms>,
    profiles: Option<Vec<ProfileId>>,
}

impl CaseInFile {
    /// The case with the variants of its families among its variants.
    pub(super) fn with_families(mut self) -> Result<Self, String> {
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
                    combined: Vec::new(),
                    profiles: family.profiles.clone(),
                });
            }
        }
        Ok(self)
    }
}

/// One step of a case of several.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct StepInFile {
    #[serde(default)]
    pub(super) at: i64,
    pub(super) resend: Option<usize>,
    #[serde(default)]
    pub(super) edits: Vec<Mutation>,
    pub(super) verdict: Option<Verdicts>,
    /// How often the step is presented.
    #[serde(default = "once")]
    pub(super) times: usize,
}

const fn once() -> usize {
    1
}

/// Which algorithms a case is multiplied by, before the profile has its say.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Algorithms {
    /// Every algorithm of the profile.
    All,
    /// Every algorithm of the profile whose key is a pair.
    Asymmetric,
    /// The first algorithm of each family.
    Family,
    /// The first algorithm of each family whose key is a pair.
    AsymmetricFamily,
    /// One: RS256, or PS256 where the profile has no RS256.
    One,
    /// HS256, HS384 and HS512.
    Hs,
    /// RS256, RS384 and RS512.
    Rs,
    /// ES256, ES384 and ES512.
    Es,
    /// Just these.
    Only(Vec<Algorithm>),
    /// Just these, whether or not the profile has them.
    Even(Vec<Algorithm>),
}

impl Algorithms {
    pub(crate) fn of(&self, profile: &Profile) -> Vec<Algorithm> {
        use crate::model::Family;

        let table = &profile.algorithms;
        let has = |a: &Algorithm| table.required.contains(a) || table.optional.contains(a);
        let all = Algorithm::ALL.into_iter().filter(has);
        let firsts = [
            Algorithm::HS256,
            Algorithm::RS256,
            Algorithm::ES256,
            Algorithm::PS256,
            Algorithm::EdDsa,
        ];
        let family = |wanted: Family| move |a: &Algorithm| a.family() == wanted;
        match self {
            Self::All => all.collect(),
            Self::Asymmetric => all.filter(|a| !a.is_symmetric()).collect(),
            Self::Family => all.filter(|a| firsts.contains(a)).collect(),
            Self::AsymmetricFamily => all
                .filter(|a| firsts.contains(a) && !a.is_symmetric())
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

/// A verdict per profile.
pub(super) type Verdicts = PerProfile<VerdictInFile>;

/// What a file says of one profile, with its rule where that is not the case's own.
#[derive(Clone, Copy, Debug)]
pub(super) enum VerdictInFile {
    Accept(Option<Rule>),
    May(Lean),
    Reject(Option<Rule>),
    /// The profile excludes the precondition.
    Absent,
}

impl Verdicts {
    /// The verdict for a profile, `None` where the profile excludes the precondition.
    pub(super) fn of(&self, profile: ProfileId, rule: Rule) -> Option<Verdict> {
        match self.get(profile)? {
            VerdictInFile::Accept(_) => Some(Verdict::Accept),
            VerdictInFile::May(lean) => Some(Verdict::May(lean)),
            VerdictInFile::Reject(own) => Some(Verdict::Reject(own.unwrap_or(rule))),
            VerdictInFile::Absent => None,
        }
    }

    /// The rule that an acceptance is about, where it is another than the case's.
    pub(super) fn accepted_rule(&self, profile: ProfileId) -> Option<Rule> {
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

/// A case file that cannot be used.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SuiteError {
    /// It is not TOML, or not of this form.
    #[error("read case file `{file}`: {message}")]
    Malformed {
        /// Which file.
        file: String,
        /// What is wrong, with line and column.
        message: String,
    },
    /// A case contradicts itself or another.
    #[error("read case `{case}` of `{file}`: {problem}")]
    Case {
        /// Which file.
        file: String,
        /// Which case.
        case: CaseId,
        /// What is wrong, and what to do.
        problem: String,
    },
}
