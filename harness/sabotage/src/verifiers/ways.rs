//! The plausible ways of getting a rule wrong.

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

/// One plausible way of getting a rule wrong.
#[derive(Debug)]
pub struct Way {
    /// What the broken verifier does, in a few words.
    pub name: &'static str,
    /// The rule that it gets wrong.
    pub rule: Rule,
    twist: Twist,
}

/// How a broken verifier differs from the oracle.
#[derive(Clone, Copy, Debug)]
enum Twist {
    /// It overlooks the rule, and those that fall with it, where this holds.
    Forgives(fn(&Scene<'_>) -> bool, &'static [Rule]),
    /// It refuses where this holds.
    Minds(fn(&Scene<'_>) -> bool),
    /// It mends the request before it reads it.
    Mends(fn(&Step) -> Option<Step>),
    /// It knows a replay by this text, and by nothing else.
    Remembers(fn(&Scene<'_>) -> String),
}

/// A row of a table of ways.
type Row = (&'static str, Rule, Twist);

/// Every way.
pub static WAYS: LazyLock<Vec<Way>> = LazyLock::new(|| {
    let tables = [
        encoding::WAYS,
        header::WAYS,
        key::WAYS,
        signature::WAYS,
        identity::WAYS,
        audience::WAYS,
        time::WAYS,
        identifier::WAYS,
        memory::WAYS,
        valid::WAYS,
    ];
    let rows = tables.into_iter().flatten();
    rows.map(|&(name, rule, twist)| Way { name, rule, twist })
        .collect()
});

impl Way {
    /// The answers to the steps of one vector, which share a memory.
    pub(super) fn answers<'a>(
        &self,
        steps: impl Iterator<Item = (&'a Step, &'a Explanation)>,
    ) -> Vec<bool> {
        let mut seen = HashSet::new();
        steps
            .map(|(step, explanation)| match self.twist {
                Twist::Remembers(key) => {
                    let rest = explanation.findings.iter();
                    accepted(rest.filter(|finding| finding.rule != Rule::Replay))
                        && seen.insert(key(&Scene::of(step, explanation)))
                }
                Twist::Forgives(..) | Twist::Mends(_) | Twist::Minds(_) => {
                    self.accepts(step, explanation)
                }
            })
            .collect()
    }

    fn accepts(&self, step: &Step, explanation: &Explanation) -> bool {
        let is_honest = accepted(explanation.findings.iter());
        match self.twist {
            Twist::Forgives(forgives, fallen) => {
                let concerns = |f: &Finding| f.rule == self.rule || fallen.contains(&f.rule);
                let kept = explanation
                    .findings
                    .iter()
                    .filter(|finding| !concerns(finding));
                is_honest || (accepted(kept) && forgives(&Scene::of(step, explanation)))
            }
            Twist::Minds(minds) => is_honest && !minds(&Scene::of(step, explanation)),
            // It has a memory; see above.
            Twist::Remembers(_) => is_honest,
            Twist::Mends(mend) => {
                is_honest
                    || mend(step).is_some_and(|mended| {
                        let read = oracle::explain(&mut Memory::default(), &mended);
                        read.is_ok_and(|explanation| accepted(explanation.findings.iter()))
                    })
            }
        }
    }
}

/// What a twist decides by.
#[derive(Debug)]
struct Scene<'a> {
    step: &'a Step,
    explanation: &'a Explanation,
    /// The claims set, read as any JSON parser reads it.
    claims: Value,
    /// The header.
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

    /// A claim as text; empty where it is none.
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

    /// Whether the oracle found something that the rule is about.
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

    /// The values of `aud` that the server accepts.
    fn audiences(&self) -> impl Iterator<Item = &'a str> {
        self.step.context.policy.audience.iter().map(String::as_str)
    }

    /// `alg` as it stands there.
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

/// The step with another assertion, where the edit changes it.
fn edit_token(step: &Step, edit: fn(&str) -> String) -> Option<Step> {
    let text = step.request.client_assertion.as_ref()?.as_text()?;
    let edited = edit(text);
    (edited != text).then(|| with_token(step, edited))
}

fn with_token(step: &Step, token: String) -> Step {
    let mut mended = step.clone();
    mended.request.client_assertion = Some(Assertion(token.into_bytes()));
    mended
}
