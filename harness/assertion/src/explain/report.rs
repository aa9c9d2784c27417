//! What is to be said of one assertion, before it is put into a form.

use std::collections::BTreeSet;

use jwt_assay_core::{
    model::{Lean, Level, Profile, ProfileId, Rule, Stance, UnixSeconds},
    oracle::{Explanation, Finding, Memory, SignatureCheck, explain},
};

use super::{
    migration::Migration,
    peek::Peek,
    registration::{Known, Material},
};

/// All that is to be said.
#[derive(Debug)]
pub struct Report {
    /// What the assertion says of itself.
    pub peek: Peek,
    /// The moment of evaluation.
    pub now: UnixSeconds,
    /// The client it was judged as.
    pub client: String,
    /// What became of the signature.
    pub signature: SignatureCheck,
    /// What was not checked, and what to do about it.
    pub unchecked: Vec<Unchecked>,
    /// Profile by profile.
    pub profiles: Vec<ProfileReport>,
    /// How far it is from RFC 10070.
    pub migration: Migration,
}

/// Something that was taken for granted.
#[derive(Debug, Eq, PartialEq)]
pub struct Unchecked {
    /// In one word.
    pub what: &'static str,
    /// Why, and which options help.
    pub why: String,
}

/// What one profile asks.
#[derive(Debug)]
pub struct ProfileReport {
    /// The profile.
    pub profile: &'static Profile,
    /// The answer that it asks for.
    pub answer: Answer,
    /// What was not checked and might have been a reason to refuse.
    pub unchecked: Vec<&'static str>,
    /// Must-refuse first, then what may be refused, then what must be accepted.
    pub findings: Vec<Finding>,
    /// Where the profile's sources contradict one another about one of the findings.
    pub stances: Vec<&'static Stance>,
}

/// What a profile asks of a server, as far as it is known.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Answer {
    /// Must be accepted.
    Accept,
    /// May be either.
    May(Lean),
    /// Must be refused.
    Refuse,
    /// Nothing is wrong that was checked, and something that matters was not.
    Undetermined,
}

impl Report {
    /// Judges an assertion by each profile, at one moment.
    ///
    /// # Panics
    ///
    /// Where the oracle has no answer for a profile's own policy, which its tests exclude.
    #[must_use]
    pub fn new(
        peek: Peek,
        token: &[u8],
        known: &Known,
        profiles: &[ProfileId],
        now: UnixSeconds,
    ) -> Self {
        let registration = known.registration(&peek);
        let mut signature = SignatureCheck::NotChecked;
        let mut reports = Vec::new();
        for &id in profiles {
            let profile = Profile::get(id);
            let (server, takes_audience) = known.server(profile, &peek);
            let step = registration.step(profile, server, token, now);
            let mut explanation =
                explain(&mut Memory::default(), &step).expect("the policy is a profile's own");
            if known.material.is_none() {
                explanation
                    .findings
                    .retain(|finding| !is_for_want_of_keys(finding.rule));
            }
            signature = explanation.signature;
            reports.push(ProfileReport::new(profile, explanation, takes_audience));
        }
        let unchecked = unchecked(&peek, known, &reports, signature);
        let migration = Migration::of(&peek, known);
        let client = registration.client_id;
        Self {
            peek,
            now,
            client,
            signature,
            unchecked,
            profiles: reports,
            migration,
        }
    }

    /// Whether at least one profile asks a server to reject the assertion.
    #[must_use]
    pub fn is_rejected(&self) -> bool {
        self.profiles
            .iter()
            .any(|profile| profile.answer == Answer::Refuse)
    }

    /// The profiles with an answer.
    pub fn answered(&self, answer: Answer) -> Vec<&'static str> {
        let own = self
            .profiles
            .iter()
            .filter(|report| report.answer == answer);
        own.map(|report| report.profile.id.name()).collect()
    }
}

impl ProfileReport {
    fn new(profile: &'static Profile, explanation: Explanation, takes_audience: bool) -> Self {
        let mut findings = explanation.findings;
        findings.sort_by_key(|finding| weight(finding.level));
        let is_touched = |stance: &&Stance| {
            findings
                .iter()
                .any(|finding| stance.rules.contains(&finding.rule))
        };
        let stances = profile.stances.iter().filter(is_touched).collect();
        let mut unchecked = Vec::new();
        if explanation.signature == SignatureCheck::NotChecked {
            unchecked.push("signature");
        }
        if takes_audience {
            unchecked.push("audience");
        }
        let lean = findings.iter().filter_map(|finding| match finding.level {
            Level::May(lean) => Some(lean),
            Level::Accept | Level::Reject => None,
        });
        let answer = match (lean.max(), unchecked.is_empty()) {
            _ if findings
                .iter()
                .any(|finding| finding.level == Level::Reject) =>
            {
                Answer::Refuse
            }
            (_, false) => Answer::Undetermined,
            (Some(lean), true) => Answer::May(lean),
            (None, true) => Answer::Accept,
        };
        Self {
            profile,
            answer,
            unchecked,
            findings,
            stances,
        }
    }

    /// The clauses that give a rule its level in the profile, each once.
    pub fn clauses(&self, rule: Rule) -> Vec<String> {
        let mut clauses = self.profile.clauses(rule);
        let mut seen = BTreeSet::new();
        clauses.retain(|clause| seen.insert(clause.clone()));
        clauses
    }

    /// The findings of one kind.
    pub fn count(&self, is_kind: impl Fn(Level) -> bool) -> usize {
        self.findings
            .iter()
            .filter(|finding| is_kind(finding.level))
            .count()
    }
}

fn unchecked(
    peek: &Peek,
    known: &Known,
    reports: &[ProfileReport],
    signature: SignatureCheck,
) -> Vec<Unchecked> {
    let mut unchecked = Vec::new();
    let mut add = |what, why: String| unchecked.push(Unchecked { what, why });
    match (&known.material, signature) {
        (None, _) => {
            add(
                "signature",
                "no key was given: --jwks, --key or --secret-file".to_owned(),
            );
        }
        (Some(Material::Keys(_) | Material::Secret(_)), SignatureCheck::NotChecked) => {
            add(
                "signature",
                "what is wrong before it leaves nothing to check".to_owned(),
            );
        }
        (Some(_), SignatureCheck::Invalid | SignatureCheck::Valid) => {}
    }
    if known.takes_kid(peek) {
        add(
            "kid",
            "the key has none, so it is taken to be registered under that of the header".into(),
        );
    }
    if known.client_id.is_none() {
        let from = match (&peek.subject, &peek.issuer) {
            (Some(_), _) => "taken from `sub`",
            (None, Some(_)) => "taken from `iss`",
            (None, None) => "not named",
        };
        add("client", format!("{from}: --client-id"));
    }
    let takers = reports
        .iter()
        .filter(|report| report.unchecked.contains(&"audience"));
    let takers: Vec<_> = takers.map(|report| report.profile.id.name()).collect();
    if !takers.is_empty() {
        let options = match (&known.token_endpoint, &known.issuer) {
            (None, None) => "--audience, --issuer",
            (None, Some(_)) => "--audience",
            (Some(_), _) => "--issuer",
        };
        add(
            "audience",
            format!("taken from `aud` for {}: {options}", takers.join(", ")),
        );
    } else if known.issuer.is_none() && known.token_endpoint.is_some() {
        add(
            "issuer",
            "not given, so only the token endpoint counts as audience: --issuer".into(),
        );
    }
    let always = "replay, and which algorithm the client registered: a server's own knowledge";
    add("the rest", always.to_owned());
    unchecked
}

/// What says no more than that nobody gave a key.
fn is_for_want_of_keys(rule: Rule) -> bool {
    matches!(rule, Rule::KidUnknown | Rule::NoUsableKey)
}

/// The order in which findings are shown.
fn weight(level: Level) -> u8 {
    match level {
        Level::Reject => 0,
        Level::May(Lean::Reject) => 1,
        Level::May(Lean::Neither) => 2,
        Level::May(Lean::Accept) => 3,
        Level::Accept => 4,
    }
}
