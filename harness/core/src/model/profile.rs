//! Profiles: named, versioned rule sets. A profile is data; its files stand in `profiles/`.

mod file;
mod id;
mod level;

use std::collections::BTreeMap;

use serde::Deserialize;

use self::file::{LevelInFile, TABLE};
pub use self::{
    id::{ProfileId, UnknownProfile},
    level::Level,
};
use super::{
    Algorithm, AudienceForm, IatPolicy, JtiPolicy, KidPolicy, Method, Policy, ReplayPolicy, Rule,
    Server,
};

/// A profile with one of its parameter sets.
#[derive(Clone, Debug)]
pub struct Profile {
    /// The name.
    pub id: ProfileId,
    /// The version: its verdicts never change, and a changed verdict makes a new one.
    pub version: u32,
    /// The named parameter set; `None` for the default one.
    pub set: Option<String>,
    /// The profile in one line.
    pub about: String,
    /// The documents it is read from.
    pub sources: Vec<String>,
    /// Numbers and switches.
    pub parameters: Parameters,
    /// The algorithms that must, may and need not be supported.
    pub algorithms: AlgorithmTable,
    /// The sides that the profile takes where its sources contradict one another.
    pub stances: Vec<Stance>,
    levels: BTreeMap<Rule, LevelInFile>,
}

impl Profile {
    /// The profile with its default parameter set.
    ///
    /// # Panics
    ///
    /// Never: every profile has one.
    #[must_use]
    pub fn get(id: ProfileId) -> &'static Self {
        Self::find(id, None).expect("every profile has a default set")
    }

    /// Every profile with every parameter set.
    pub(crate) fn all() -> impl Iterator<Item = &'static Self> {
        TABLE.values()
    }

    fn find(id: ProfileId, set: Option<&str>) -> Option<&'static Self> {
        Self::all().find(|own| own.id == id && own.set.as_deref() == set)
    }

    /// The profile with a named parameter set.
    ///
    /// # Errors
    ///
    /// If the profile has no set of that name.
    pub fn with_set(id: ProfileId, set: &str) -> Result<&'static Self, ProfileError> {
        Self::find(id, Some(set)).ok_or_else(|| ProfileError::UnknownSet {
            id,
            given: set.to_owned(),
            known: Self::sets(id).collect::<Vec<_>>().join(", "),
        })
    }

    /// The names of the parameter sets that a profile has beside the default one.
    pub fn sets(id: ProfileId) -> impl Iterator<Item = &'static str> {
        let own = Self::all().filter(move |profile| profile.id == id);
        own.filter_map(|profile| profile.set.as_deref())
    }

    /// The profile and set that a policy names.
    #[must_use]
    pub fn of_policy(policy: &Policy) -> Option<&'static Self> {
        TABLE.get(&policy.profile)
    }

    /// Profile, version and parameter set, as policies write them: `fapi2@1+strict-expiry`.
    #[must_use]
    pub fn label(&self) -> String {
        self.id.label(self.set.as_deref())
    }

    /// The binding force of a rule in this profile.
    #[must_use]
    pub fn level(&self, rule: Rule) -> Level {
        self.levels
            .get(&rule)
            .map_or(rule.info().level, |own| own.level)
    }

    /// The clauses that give a rule its level here: the profile's own first.
    #[must_use]
    pub fn clauses(&self, rule: Rule) -> Vec<String> {
        let own = self.levels.get(&rule).map(|own| own.clause.as_str());
        let is_other = |clause: &&str| own != Some(*clause);
        let clauses = rule.info().clauses.iter().copied().filter(is_other);
        own.into_iter().chain(clauses).map(str::to_owned).collect()
    }

    /// The policy of a server that follows this profile, for clients of one method.
    #[must_use]
    pub fn policy(&self, server: &Server, method: Method) -> Policy {
        let parameters = &self.parameters;
        let supported = self
            .algorithms
            .required
            .iter()
            .chain(&self.algorithms.optional);
        let names = parameters
            .audience
            .iter()
            .chain(&parameters.tolerated_audience);
        Policy {
            profile: self.label(),
            algorithms: supported
                .copied()
                .filter(|&algorithm| Method::of(algorithm) == method)
                .collect(),
            audience: names.map(|name| name.of(server).to_owned()).collect(),
            audience_form: parameters.audience_form,
            clock_skew: parameters.clock_skew,
            future_skew: parameters.future_skew,
            max_lifetime: parameters.max_lifetime,
            iat: parameters.iat,
            jti: parameters.jti,
            replay: parameters.replay,
            kid: parameters.kid,
            typ: None,
        }
    }

    /// The one audience that a valid assertion for this profile carries.
    #[must_use]
    pub fn preferred_audience<'a>(&self, server: &'a Server) -> &'a str {
        self.parameters
            .audience
            .first()
            .map_or(&server.issuer, |name| name.of(server))
    }

    /// The method's place in the profile: `fapi2` has no client secrets.
    #[must_use]
    pub fn has_method(&self, method: Method) -> bool {
        let table = &self.algorithms;
        table
            .required
            .iter()
            .chain(&table.optional)
            .any(|&a| Method::of(a) == method)
    }
}

/// The algorithms that a server must, may and need not support.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlgorithmTable {
    /// Must be supported.
    pub required: Vec<Algorithm>,
    /// May be supported.
    pub optional: Vec<Algorithm>,
    /// Not mentioned: a server that has one does not fail, nor does one that rejects it.
    pub unmentioned: Vec<Algorithm>,
}

impl AlgorithmTable {
    /// Tells if servers that follow the profile are configured with an algorithm.
    #[must_use]
    pub fn supports(&self, algorithm: Algorithm) -> bool {
        self.required.contains(&algorithm) || self.optional.contains(&algorithm)
    }

    /// The algorithm of a valid assertion that stands beside one with `algorithm`: itself where it
    /// is supported, else one that the profile requires, of the same method if it can.
    #[must_use]
    pub fn stand_in(&self, algorithm: Algorithm) -> Algorithm {
        if self.supports(algorithm) {
            return algorithm;
        }
        let same_method = |own: &&Algorithm| Method::of(**own) == Method::of(algorithm);
        let stand_in = self.required.iter().find(same_method);
        stand_in
            .or(self.required.first())
            .copied()
            .unwrap_or(algorithm)
    }
}

/// Numbers and switches of a parameter set.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Parameters {
    /// The names that must be accepted in `aud`, the preferred one first.
    audience: Vec<AudienceName>,
    /// Names that may be accepted besides.
    #[serde(default)]
    tolerated_audience: Vec<AudienceName>,
    /// The shape that `aud` may have.
    pub audience_form: AudienceForm,
    /// Seconds forgiven after `exp`.
    pub clock_skew: u32,
    /// Seconds forgiven before `nbf` and `iat`.
    pub future_skew: u32,
    /// Seconds from now within which the text leaves the answer open.
    pub open: Futures,
    /// The largest `exp - now` in seconds.
    pub max_lifetime: Option<u32>,
    /// Lifetimes beyond this many seconds may be called unreasonable.
    pub long_lifetime: u32,
    /// The demand on `iat`.
    pub iat: IatPolicy,
    /// The demand on `jti`.
    pub jti: JtiPolicy,
    /// The answer to a `jti` that comes twice.
    pub replay: ReplayPolicy,
    /// The use of `kid`.
    pub kid: KidPolicy,
}

impl Parameters {
    /// Tells if a server must take a value of `aud` as its own name.
    #[must_use]
    pub fn names_server(&self, server: &Server, value: &str) -> bool {
        self.audience.iter().any(|name| name.of(server) == value)
    }

    /// Tells if a server may take a value of `aud` as its own name.
    #[must_use]
    pub fn may_name_server(&self, server: &Server, value: &str) -> bool {
        self.tolerated_audience
            .iter()
            .any(|name| name.of(server) == value)
    }
}

/// Seconds from now within which the specifications leave the answer open; beyond them a server must
/// reject.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Futures {
    /// After `exp`.
    pub after_exp: u32,
    /// Before `nbf`.
    pub before_nbf: u32,
    /// Before `iat`.
    pub before_iat: u32,
}

/// A side that the profile takes where its sources contradict one another.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Stance {
    /// The point in question.
    pub topic: String,
    /// The side this profile takes, with its source.
    pub here: String,
    /// The other side, with its source.
    pub elsewhere: String,
    /// The reason for this side.
    pub because: String,
    /// The rules it decides.
    pub rules: Vec<Rule>,
}

/// A name of the server.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum AudienceName {
    Issuer,
    TokenEndpoint,
}

impl AudienceName {
    fn of(self, server: &Server) -> &str {
        match self {
            Self::Issuer => &server.issuer,
            Self::TokenEndpoint => &server.token_endpoint,
        }
    }
}

/// A parameter set that a profile does not have.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ProfileError {
    /// The profile has no parameter set of that name.
    #[error("find parameter set `{given}` of profile `{id}`: it has {known}")]
    UnknownSet {
        /// The profile.
        id: ProfileId,
        /// The name asked for.
        given: String,
        /// The names it has.
        known: String,
    },
}

/// The version of every profile: verdicts of a version are frozen.
const VERSION: u32 = 1;

#[cfg(test)]
mod tests {
    use super::{file::ProfileFile, *};

    #[test]
    fn every_profile_and_every_set_reads() {
        for id in ProfileId::ALL {
            let file: ProfileFile = toml::from_str(id.file()).unwrap();
            assert_eq!(file.version, VERSION);
            assert_eq!(Profile::get(id).label(), format!("{id}@1"));
            for set in file.sets.keys() {
                let label = Profile::with_set(id, set).unwrap().label();
                assert_eq!(label, format!("{id}@1+{set}"));
            }
        }
    }

    #[test]
    fn an_unknown_profile_names_the_known_ones() {
        let error = "octa".parse::<ProfileId>().unwrap_err();
        let known = crate::listed(ProfileId::ALL);
        assert_eq!(
            error.to_string(),
            format!("find profile `octa`: the known ones are {known}; the nearest is `okta`")
        );
    }

    #[test]
    fn an_unknown_set_names_the_known_ones() {
        let error = Profile::with_set(ProfileId::Okta, "loose").unwrap_err();
        assert_eq!(
            error.to_string(),
            "find parameter set `loose` of profile `okta`: it has leeway-60, strict-expiry"
        );
    }
}
