//! Rule coverage: for each rule and profile, the cases that defend the rule. A case defends a rule where
//! it catches the verifier that is broken in this rule alone.

use std::collections::BTreeSet;

use jwt_assay_core::model::{Level, Method, Profile, ProfileId, Rule};

use crate::{Broken, MatrixRow, verifiers::Sabotage};

/// The coverage of one rule in one profile.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Coverage {
    /// The profile.
    pub profile: ProfileId,
    /// The rule.
    pub rule: Rule,
    /// The level of the rule in the profile.
    pub level: Level,
    /// The cases that defend the rule, or the reason for having none.
    pub defence: Defence,
}

/// The defence of a rule in a profile.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Defence {
    /// Cases that catch the verifier that is too lax, or too strict, in this rule alone.
    Defended(BTreeSet<String>),
    /// A gap: the rule binds and is observable, and no case defends it.
    Open,
    /// Clauses that permit both answers, so that there is nothing to defend.
    Permissive(Vec<String>),
    /// The reason for which no vector of the profile can show that the rule is broken.
    Unobservable(&'static str),
}

/// The coverage of every rule in every profile. Verifiers that always give the same answer are no
/// sabotages: every case catches one of them, and that would defend every rule.
pub(crate) fn of(rows: &[MatrixRow]) -> Vec<Coverage> {
    let mut coverage = Vec::new();
    for id in ProfileId::ALL {
        let profile = Profile::get(id);
        for &rule in Rule::ALL {
            let level = profile.level(rule);
            let defence = match (level, why_unobservable(profile, rule)) {
                (Level::May(_), _) => Defence::Permissive(profile.clauses(rule)),
                (Level::Accept | Level::Reject, Some(reason)) => Defence::Unobservable(reason),
                (Level::Accept | Level::Reject, None) => {
                    let defenders = defenders(rows, id, rule, level);
                    if defenders.is_empty() {
                        Defence::Open
                    } else {
                        Defence::Defended(defenders)
                    }
                }
            };
            coverage.push(Coverage {
                profile: id,
                rule,
                level,
                defence,
            });
        }
    }
    coverage
}

/// The cases of a profile that catch the verifier broken in this rule alone.
fn defenders(rows: &[MatrixRow], profile: ProfileId, rule: Rule, level: Level) -> BTreeSet<String> {
    let is_broken_so = |row: &&MatrixRow| match row.broken {
        Broken::Verifier(Sabotage::Lax(broken)) => broken == rule && level == Level::Reject,
        Broken::Verifier(Sabotage::Strict(broken)) => broken == rule && level == Level::Accept,
        Broken::Verifier(Sabotage::Mistake(_)) | Broken::Builder(_) => false,
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

/// The reason for which no vector of a profile can show that a binding rule is broken.
fn why_unobservable(profile: &Profile, rule: Rule) -> Option<&'static str> {
    let has_secrets = profile.has_method(Method::ClientSecretJwt);
    match rule {
        Rule::Baseline => Some("a verifier that is strict here rejects everything"),
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
