//! Plausible mistakes of verifiers, one table per topic.

mod audience;
mod encoding;
mod header;
mod identifier;
mod identity;
mod key;
mod memory;
mod signature;
mod time;
mod valid;

use std::{collections::HashSet, sync::LazyLock};

use jwt_assay_core::{
    encoding::read_base64url,
    model::{Algorithm, Assertion, Rule, Step},
    oracle::{self, Explanation, Finding, Memory},
};
use serde_json::Value;

use super::accepted;

/// One plausible mistake of a verifier.
#[derive(Debug)]
pub struct Mistake {
    /// The behaviour of the broken verifier, in a few words.
    pub name: &'static str,
    /// The rule that the verifier gets wrong.
    pub rule: Rule,
    misreading: Misreading,
}

/// The difference between a broken verifier and the oracle.
#[derive(Clone, Copy, Debug)]
enum Misreading {
    /// Overlooks the rule, and the other rules that are listed, where the condition holds.
    Overlooks(fn(&Scene<'_>) -> bool, &'static [Rule]),
    /// Rejects where the condition holds.
    Rejects(fn(&Scene<'_>) -> bool),
    /// Repairs the request before it is read; `None` where there is nothing to repair.
    Repairs(fn(&Step) -> Option<Step>),
    /// Recognises a replay by this text alone.
    ReplayKey(fn(&Scene<'_>) -> String),
}

/// A row of a table of mistakes.
type Entry = (&'static str, Rule, Misreading);

/// All mistakes, topic by topic.
pub static MISTAKES: LazyLock<Vec<Mistake>> = LazyLock::new(|| {
    let tables = [
        encoding::MISTAKES,
        header::MISTAKES,
        key::MISTAKES,
        signature::MISTAKES,
        identity::MISTAKES,
        audience::MISTAKES,
        time::MISTAKES,
        identifier::MISTAKES,
        memory::MISTAKES,
        valid::MISTAKES,
    ];
    let rows = tables.into_iter().flatten();
    rows.map(|&(name, rule, misreading)| Mistake {
        name,
        rule,
        misreading,
    })
    .collect()
});

impl Mistake {
    /// The answers to the steps of one vector, which share a replay memory.
    pub(super) fn answers<'a>(
        &self,
        steps: impl Iterator<Item = (&'a Step, &'a Explanation)>,
    ) -> Vec<bool> {
        let mut seen = HashSet::new();
        steps
            .map(|(step, explanation)| match self.misreading {
                Misreading::ReplayKey(key) => {
                    let rest = explanation.findings.iter();
                    accepted(rest.filter(|finding| finding.rule != Rule::Replay))
                        && seen.insert(key(&Scene::of(step, explanation)))
                }
                Misreading::Overlooks(..) | Misreading::Repairs(_) | Misreading::Rejects(_) => {
                    self.accepts(step, explanation)
                }
            })
            .collect()
    }

    fn accepts(&self, step: &Step, explanation: &Explanation) -> bool {
        let is_honest = accepted(explanation.findings.iter());
        match self.misreading {
            Misreading::Overlooks(holds, others) => {
                let is_overlooked = |f: &Finding| f.rule == self.rule || others.contains(&f.rule);
                let kept = explanation
                    .findings
                    .iter()
                    .filter(|finding| !is_overlooked(finding));
                is_honest || (accepted(kept) && holds(&Scene::of(step, explanation)))
            }
            Misreading::Rejects(holds) => is_honest && !holds(&Scene::of(step, explanation)),
            // The memory of `answers` decides.
            Misreading::ReplayKey(_) => is_honest,
            Misreading::Repairs(repair) => {
                is_honest
                    || repair(step).is_some_and(|repaired| {
                        let read = oracle::explain(&mut Memory::default(), &repaired);
                        read.is_ok_and(|explanation| accepted(explanation.findings.iter()))
                    })
            }
        }
    }
}

/// A presented step with the oracle's explanation of it: the facts that a misreading decides by.
#[derive(Debug)]
struct Scene<'a> {
    step: &'a Step,
    explanation: &'a Explanation,
    /// The claims set, read by an ordinary JSON parser; null where it is no JSON.
    claims: Value,
    /// The header, read likewise.
    header: Value,
}

impl<'a> Scene<'a> {
    fn of(step: &'a Step, explanation: &'a Explanation) -> Self {
        let parse = |text: &Option<String>| {
            text.as_deref()
                .and_then(|text| serde_json::from_str(text).ok())
                .unwrap_or_default()
        };
        let (claims, header) = (parse(&explanation.payload), parse(&explanation.header));
        Self {
            step,
            explanation,
            claims,
            header,
        }
    }

    /// A claim as text; empty where the claim is no string.
    fn text(&self, claim: &str) -> &str {
        self.claims
            .get(claim)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// A claim as a number of seconds.
    fn seconds(&self, claim: &str) -> Option<f64> {
        self.claims.get(claim).and_then(Value::as_f64)
    }

    fn payload_has(&self, text: &str) -> bool {
        self.explanation
            .payload
            .as_deref()
            .is_some_and(|payload| payload.contains(text))
    }

    /// True where the oracle has a finding under the rule, whatever its level.
    fn has(&self, rule: Rule) -> bool {
        self.explanation
            .findings
            .iter()
            .any(|finding| finding.rule == rule)
    }

    fn mentions(&self, text: &str) -> bool {
        self.explanation
            .findings
            .iter()
            .any(|finding| finding.detail.contains(text))
    }

    fn client_id(&self) -> &str {
        self.explanation
            .client
            .as_ref()
            .map_or("", |client| client.0.as_str())
    }

    fn parameter(&self) -> &'a str {
        self.step.request.client_id.as_deref().unwrap_or_default()
    }

    fn is_registered(&self, client_id: &str) -> bool {
        self.step
            .context
            .clients
            .iter()
            .any(|client| client.client_id.0 == client_id)
    }

    fn secret(&self) -> Option<&'a str> {
        let clients = &self.step.context.clients;
        let client = clients
            .iter()
            .find(|client| client.client_id.0 == self.client_id())?;
        client.secret.as_deref()
    }

    /// The `aud` values that the server accepts.
    fn audiences(&self) -> impl Iterator<Item = &'a str> {
        self.step.context.policy.audience.iter().map(String::as_str)
    }

    /// The value of `alg`; `absent` where it is no string.
    fn alg(&self) -> &str {
        self.header["alg"].as_str().unwrap_or("absent")
    }

    fn algorithm(&self) -> Option<Algorithm> {
        self.alg().parse().ok()
    }

    fn algorithms(&self) -> impl Iterator<Item = &'static str> {
        self.step
            .context
            .policy
            .algorithms
            .iter()
            .map(|algorithm| algorithm.name())
    }

    /// The signing input and the octets of the signature.
    fn parts(&self) -> Option<(Vec<u8>, Vec<u8>)> {
        let text = self.step.request.client_assertion.as_ref()?.as_text()?;
        let (input, signature) = text.rsplit_once('.')?;
        Some((
            input.into(),
            read_base64url(signature.as_bytes()).ok()?.octets,
        ))
    }

    /// The evaluation time.
    fn now(&self) -> f64 {
        #[expect(
            clippy::cast_precision_loss,
            reason = "this and the next century fit a double"
        )]
        let now = self.step.now.0 as f64;
        now
    }
}

/// The step with the edited assertion; `None` where the edit changes nothing.
fn edit_token(step: &Step, edit: fn(&str) -> String) -> Option<Step> {
    let text = step.request.client_assertion.as_ref()?.as_text()?;
    let edited = edit(text);
    (edited != text).then(|| with_token(step, edited))
}

fn with_token(step: &Step, token: String) -> Step {
    let mut repaired = step.clone();
    repaired.request.client_assertion = Some(Assertion(token.into_bytes()));
    repaired
}
