//! The report on one assertion, before it is rendered.

use std::{borrow::Cow, collections::BTreeSet};

use jwt_assay_core::{
    model::{Lean, Level, Profile, ProfileId, Rule, Stance, UnixSeconds},
    oracle::{Explanation, Finding, Memory, SignatureCheck, explain},
};

use super::{
    migration::Migration,
    peek::Peek,
    registration::{Known, Material},
};

/// The report on one assertion.
#[derive(Debug)]
pub struct Report {
    /// The content of the assertion.
    pub peek: Peek,
    /// The evaluation time.
    pub now: UnixSeconds,
    /// The identifier of the client that the assertion is judged for.
    pub client: String,
    /// The result of the signature check.
    pub signature: SignatureCheck,
    /// The checks that were not possible, with the options that enable them.
    pub unchecked: Vec<Unchecked>,
    /// The judgement by each profile.
    pub profiles: Vec<ProfileReport>,
    /// The distance from RFC 10070.
    pub migration: Migration,
}

/// A check that was not possible.
#[derive(Debug, Eq, PartialEq)]
pub struct Unchecked {
    /// The subject of the check, in a word or two.
    pub what: &'static str,
    /// The reason, with the options that enable the check.
    pub why: String,
}

/// The judgement by one profile.
#[derive(Debug)]
pub struct ProfileReport {
    /// The profile that judges.
    pub profile: &'static Profile,
    /// The answer that the profile asks of a server.
    pub answer: Answer,
    /// The checks that were not possible and could have been a reason to reject.
    pub unchecked: Vec<&'static str>,
    /// The findings: first of level `Reject`, then `May`, then `Accept`.
    pub findings: Vec<Finding>,
    /// The contradictions between the profile's sources that concern a finding.
    pub stances: Vec<&'static Stance>,
}

/// The answer that a profile asks of a server, as far as it is known.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Answer {
    /// The server must accept.
    Accept,
    /// The server may accept or reject.
    May(Lean),
    /// The server must reject.
    Reject,
    /// Every possible check passed, and one that matters was not possible.
    Undetermined,
}

impl Report {
    /// Judges an assertion by each profile at one time.
    ///
    /// # Panics
    ///
    /// If the oracle has no answer for a profile's own policy, which its tests exclude.
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
        let mut unexamined = None;
        let mut reports = Vec::new();
        for &id in profiles {
            let profile = Profile::get(id);
            let (server, is_audience_taken) = known.server(profile, &peek);
            let step = registration.step(profile, server, token, now);
            let mut explanation =
                explain(&mut Memory::default(), &step).expect("the policy is a profile's own");
            if known.material.is_none() {
                explanation
                    .findings
                    .retain(|finding| !is_for_want_of_keys(finding.rule));
            }
            signature = explanation.signature;
            unexamined = explanation.unexamined.take();
            reports.push(ProfileReport::new(profile, explanation, is_audience_taken));
        }
        let unchecked = unchecked(&peek, known, &reports, (signature, unexamined));
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

    /// True where at least one profile requires servers to reject the assertion.
    #[must_use]
    pub fn is_rejected(&self) -> bool {
        self.profiles
            .iter()
            .any(|profile| profile.answer == Answer::Reject)
    }

    /// The names of the profiles that ask for an answer.
    pub fn answered(&self, answer: Answer) -> Vec<&'static str> {
        let own = self
            .profiles
            .iter()
            .filter(|report| report.answer == answer);
        own.map(|report| report.profile.id.name()).collect()
    }
}

impl ProfileReport {
    /// Judges by one profile. `is_audience_taken` is true where the server's name comes from `aud`.
    fn new(profile: &'static Profile, explanation: Explanation, is_audience_taken: bool) -> Self {
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
        if is_audience_taken {
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
                Answer::Reject
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

    /// The number of findings whose level fits.
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
    (signature, unexamined): (SignatureCheck, Option<Cow<'static, str>>),
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
            let why = match &unexamined {
                Some(detail) => detail.trim_start_matches("not checked: "),
                None => "an earlier fault leaves nothing to check",
            };
            add("signature", why.to_owned());
        }
        (Some(_), SignatureCheck::Invalid | SignatureCheck::Valid) => {}
    }
    if known.takes_kid(peek) {
        add(
            "kid",
            "the key has none, so the report assumes that it is registered under the header's"
                .into(),
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
    let guessing = reports
        .iter()
        .filter(|report| report.unchecked.contains(&"audience"));
    let guessing: Vec<_> = guessing.map(|report| report.profile.id.name()).collect();
    if !guessing.is_empty() {
        let options = match (&known.token_endpoint, &known.issuer) {
            (None, None) => "--audience, --issuer",
            (None, Some(_)) => "--audience",
            (Some(_), _) => "--issuer",
        };
        add(
            "audience",
            format!("taken from `aud` for {}: {options}", guessing.join(", ")),
        );
    } else if known.issuer.is_none() && known.token_endpoint.is_some() {
        add(
            "issuer",
            "not given, so only the token endpoint counts as audience: --issuer".into(),
        );
    }
    let always = "replay and the registered algorithm, which only the server knows";
    add("the rest", always.to_owned());
    unchecked
}

/// Recognizes the rules that fail only because the user gave no key.
fn is_for_want_of_keys(rule: Rule) -> bool {
    matches!(rule, Rule::KidUnknown | Rule::NoUsableKey)
}

/// The position of a level in the order of findings.
fn weight(level: Level) -> u8 {
    match level {
        Level::Reject => 0,
        Level::May(Lean::Reject) => 1,
        Level::May(Lean::Neither) => 2,
        Level::May(Lean::Accept) => 3,
        Level::Accept => 4,
    }
}
