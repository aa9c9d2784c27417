//! Whether every rule is held in every profile: a rule that must be kept has a verifier that is
//! broken in it alone, and a case of the profile that catches it.

use std::collections::BTreeSet;

use jwt_assay_core::model::{Level, Method, Profile, ProfileId, Rule};

use crate::{Broken, Row, verifiers::Sabotage};

/// How one rule is held in one profile.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Coverage {
    /// The profile.
    pub profile: ProfileId,
    /// The rule.
    pub rule: Rule,
    /// How binding it is there.
    pub level: Level,
    /// What holds it.
    pub standing: Standing,
}

/// What holds a rule in a profile.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Standing {
    /// These cases catch the verifier that is too lax, or too strict, in this rule alone.
    Held(BTreeSet<String>),
    /// It binds, it could show, and no case holds it.
    Open,
    /// Both answers are right; these clauses leave it open.
    Permissive(Vec<String>),
    /// It binds on paper and can show in no vector of the profile.
    Unobservable(&'static str),
}

/// Every rule in every profile. The degenerate verifiers, which answer always the same, are not
/// among the sabotages, so that they hold nothing.
pub(crate) fn of(rows: &[Row]) -> Vec<Coverage> {
    let mut coverage = Vec::new();
    for id in ProfileId::ALL {
        let profile = Profile::get(id);
        for &rule in Rule::ALL {
            let level = profile.level(rule);
            let standing = match (level, why_unobservable(profile, rule)) {
                (Level::May(_), _) => Standing::Permissive(profile.clauses(rule)),
                (Level::Accept | Level::Reject, Some(reason)) => Standing::Unobservable(reason),
                (Level::Accept | Level::Reject, None) => {
                    let defenders = defenders(rows, id, rule, level);
                    if defenders.is_empty() {
                        Standing::Open
                    } else {
                        Standing::Held(defenders)
                    }
                }
            };
            coverage.push(Coverage {
                profile: id,
                rule,
                level,
                standing,
            });
        }
    }
    coverage
}

/// The cases of a profile that catch the verifier broken in this rule alone.
fn defenders(rows: &[Row], profile: ProfileId, rule: Rule, level: Level) -> BTreeSet<String> {
    let is_broken_so = |row: &&Row| match row.broken {
        Broken::Verifier(Sabotage::Lax(broken)) => broken == rule && level == Level::Reject,
        Broken::Verifier(Sabotage::Strict(broken)) => broken == rule && level == Level::Accept,
        Broken::Verifier(Sabotage::Way(_)) | Broken::Builder(_) => false,
    };
    let catches = rows
        .iter()
        .filter(is_broken_so)
        .flat_map(|row| &row.catches);
    catches
        .filter(|catch| catch.names_the_rule && catch.vector.profile() == profile.name())
        .map(|catch| catch.vector.case().to_owned())
        .collect()
}

/// Why a rule that binds on paper can show in no vector of a profile.
fn why_unobservable(profile: &Profile, rule: Rule) -> Option<&'static str> {
    let has_secrets = profile.has_method(Method::ClientSecretJwt);
    match rule {
        Rule::Baseline => Some("whoever minds a plain valid assertion refuses everything"),
        Rule::Lifetime if profile.parameters.max_lifetime.is_none() => {
            Some("the profile has no cap on the lifetime")
        }
        Rule::MethodExcluded if has_secrets => Some("the profile has both methods"),
        Rule::KidAbsentSecret | Rule::SecretTooShort | Rule::SecretTrivial if !has_secrets => {
            Some("the profile has no client secrets")
        }
        _ => None,
    }
}
