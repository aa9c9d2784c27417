//! Which vectors catch which sabotage.

use std::collections::{BTreeMap, BTreeSet};

use jwt_assay_core::{
    model::{Level, Method, Profile, ProfileId, Rule, VectorId, Verdict},
    oracle::{self, Explanation, Memory},
    suite::{Suite, Support, Vector},
};

use super::Sabotage;

/// All sabotages against all vectors.
#[derive(Debug)]
pub struct Matrix {
    /// A row for each sabotage.
    pub rows: Vec<Row>,
    /// Rules that bind in a profile and have no case there, with the level.
    pub gaps: Vec<(ProfileId, Rule, Level)>,
}

/// One sabotage and what caught it.
#[derive(Debug)]
pub struct Row {
    /// The broken verifier.
    pub sabotage: Sabotage,
    /// The vectors that caught it, and whether they name its rule.
    pub catches: Vec<Catch>,
}

/// A vector that caught a sabotage.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Catch {
    /// The vector.
    pub vector: VectorId,
    /// Whether the rule that the vector names is the rule that is broken.
    pub names_the_rule: bool,
}

impl Row {
    /// Whether a vector that names the right rule caught it.
    #[must_use]
    pub fn is_caught(&self) -> bool {
        self.catches.iter().any(|catch| catch.names_the_rule)
    }

    /// The cases that caught it under the right rule.
    #[must_use]
    pub fn defenders(&self) -> BTreeSet<&str> {
        let catches = self.catches.iter().filter(|catch| catch.names_the_rule);
        catches.map(|catch| catch.vector.case()).collect()
    }

    /// The profiles in which a vector that names the right rule caught it.
    #[must_use]
    pub fn profiles(&self) -> BTreeSet<&str> {
        let catches = self.catches.iter().filter(|catch| catch.names_the_rule);
        catches.map(|catch| catch.vector.profile()).collect()
    }
}

impl Matrix {
    /// Presents every vector to every sabotage. The oracle reads each vector once.
    ///
    /// # Panics
    ///
    /// Where a vector names a policy that there is not, which the suite's compiler excludes.
    #[must_use]
    pub fn of(suite: &Suite) -> Self {
        let mut rows: Vec<Row> = Sabotage::all()
            .map(|sabotage| Row {
                sabotage,
                catches: Vec::new(),
            })
            .collect();
        let mut covered: BTreeMap<(ProfileId, Rule), BTreeSet<bool>> = BTreeMap::new();
        for vector in &suite.vectors {
            let presented = vector.present();
            let mut memory = Memory::default();
            let explanations: Vec<Explanation> = presented
                .steps
                .iter()
                .map(|step| oracle::explain(&mut memory, step).expect("a known policy"))
                .collect();
            for row in &mut rows {
                let answers = presented.steps.iter().zip(&explanations);
                let answers: Vec<bool> = answers
                    .map(|(step, read)| row.sabotage.accepts(step, read))
                    .collect();
                if let Some(names_the_rule) = caught(vector, &answers, row.sabotage.rule()) {
                    row.catches.push(Catch {
                        vector: vector.id.clone(),
                        names_the_rule,
                    });
                }
            }
            for (verdict, read) in vector.verdicts.iter().zip(&explanations) {
                cover(&mut covered, vector, *verdict, read);
            }
        }
        Self {
            rows,
            gaps: gaps(&covered),
        }
    }
}

/// Whether a vector tells the broken verifier from a right one, and under the broken rule.
fn caught(vector: &Vector, answers: &[bool], rule: Rule) -> Option<bool> {
    vector
        .verdicts
        .iter()
        .zip(answers)
        .find_map(|(verdict, accepts)| match (verdict, accepts) {
            (Verdict::Reject(named), true) => Some(*named == rule),
            (Verdict::Accept, false) => Some(vector.rule == rule),
            (Verdict::Accept, true) | (Verdict::Reject(_), false) | (Verdict::May(_), _) => None,
        })
}

/// A must-refuse rule is covered by a vector that is refused for it, a must-accept rule by one
/// that is accepted although the rule's matter is there.
fn cover(
    covered: &mut BTreeMap<(ProfileId, Rule), BTreeSet<bool>>,
    vector: &Vector,
    verdict: Verdict,
    read: &Explanation,
) {
    match verdict {
        Verdict::Reject(rule) => {
            covered
                .entry((vector.profile, rule))
                .or_default()
                .insert(false);
        }
        Verdict::Accept if vector.case.support == Support::Rule => {
            if read
                .findings
                .iter()
                .any(|finding| finding.rule == vector.rule)
                || vector.rule == Rule::Baseline
            {
                covered
                    .entry((vector.profile, vector.rule))
                    .or_default()
                    .insert(true);
            }
        }
        Verdict::Accept | Verdict::May(_) => {}
    }
}

/// Why a rule that binds on paper can show in no vector of a profile.
#[must_use]
pub fn cannot_be_observed(profile: ProfileId, rule: Rule) -> Option<&'static str> {
    let profile = Profile::get(profile);
    let has_secrets = profile.has_method(Method::ClientSecretJwt);
    match rule {
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

fn gaps(covered: &BTreeMap<(ProfileId, Rule), BTreeSet<bool>>) -> Vec<(ProfileId, Rule, Level)> {
    let mut gaps = Vec::new();
    for profile in ProfileId::ALL {
        for &rule in Rule::ALL {
            let level = Profile::get(profile).level(rule);
            let wanted = match level {
                Level::Refuse => false,
                Level::Accept => true,
                Level::May(_) => continue,
            };
            let seen = covered.get(&(profile, rule));
            let is_seen = seen.is_some_and(|seen| seen.contains(&wanted));
            if !is_seen && cannot_be_observed(profile, rule).is_none() {
                gaps.push((profile, rule, level));
            }
        }
    }
    gaps
}
