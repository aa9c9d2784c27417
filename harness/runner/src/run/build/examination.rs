//! Examination of a builder's answer to one vector: turns it into findings.

use jwt_assay_core::{
    builder::{BuildRecipe, inspect::shown_secret, inspect_sent, samples},
    encoding::read_base64url,
    model::{BuildRequest, Fixed, Profile, TokenRequest, UnixSeconds},
    oracle::{Finding, SignatureCheck},
    recipe::Material,
    suite::{Commission, Vector},
};
use jwt_assay_implementations::BuildAnswer;
use serde_json::Value;

use crate::{
    exchange::{Circumstance, Exchange, StepObservation},
    observation::{Found, Observation},
    plan::Implementation,
    run::machine_time,
};

/// A vector with the request made from it.
pub(super) struct Examination<'a> {
    vector: &'a Vector,
    builder: &'a Implementation,
    signer: Material,
    /// The request.
    pub(super) request: BuildRequest,
}

/// A signed assertion with its findings.
pub(super) struct Built {
    assertion: String,
    findings: Vec<Finding>,
    is_sound: bool,
    has_request: bool,
}

impl<'a> Examination<'a> {
    /// Makes the request of a vector for a builder.
    ///
    /// # Panics
    ///
    /// If the builder reads no form of the key; a plan skips such vectors.
    pub(super) fn new(vector: &'a Vector, own: &Commission, builder: &'a Implementation) -> Self {
        let mut request = own
            .recipe
            .request(&builder.description.key_formats)
            .expect("a form of key that the builder reads");
        if is_live(builder) {
            request.now = machine_time();
        }
        Self {
            vector,
            builder,
            signer: own.recipe.signer(),
            request,
        }
    }

    /// Inspects the first answer.
    ///
    /// # Errors
    ///
    /// The observation, where the answer is not an assertion.
    pub(super) fn read(&self, answer: BuildAnswer) -> Result<Built, Observation> {
        let has_request = matches!(answer, BuildAnswer::Request(_));
        let sent = match answer.into_sent(&self.request) {
            Ok(sent) => sent,
            Err(BuildAnswer::Declined { reason }) => {
                let shown = shown_secret(&self.request, &reason);
                // Words that contain the key must not reach a report, a log, or a records file.
                let found: Vec<Found> = shown.iter().map(Found::from).collect();
                let text = if found.is_empty() {
                    reason
                } else {
                    String::new()
                };
                return Err(Observation::Declined { text, found });
            }
            Err(BuildAnswer::Unsupported { reason }) => {
                return Err(Observation::Unsupported { reason });
            }
            Err(BuildAnswer::Error { reason }) => {
                let reason = match shown_secret(&self.request, &reason) {
                    Some(_) => "with words that show the key".to_owned(),
                    None => reason,
                };
                return Err(Observation::Crashed { reason });
            }
            // `into_sent` takes all signed answers, so these never come.
            Err(answer @ (BuildAnswer::Assertion(_) | BuildAnswer::Request(_))) => {
                let reason = format!("{answer:?}");
                return Err(Observation::Crashed { reason });
            }
        };
        let assertion = text_of(&sent);
        // A leak does not depend on the layers that the builder claims for its parameters.
        let parameters = [&sent.client_id, &sent.client_assertion_type];
        let shown = parameters
            .into_iter()
            .flatten()
            .find_map(|text| shown_secret(&self.request, text));
        let now = if is_live(self.builder) {
            live_moment(&assertion, self.request.now, machine_time())
        } else {
            self.request.now
        };
        let (server, fixed) = (BuildRecipe::server(), &self.builder.fixed);
        let lens = self.vector.lens(&server, &self.signer, fixed, now);
        let inspection = inspect_sent(&self.request, &lens, &sent);
        Ok(Built {
            assertion,
            findings: shown.into_iter().chain(inspection.findings).collect(),
            is_sound: inspection.explanation.signature == SignatureCheck::Valid,
            has_request,
        })
    }

    /// The exchange over an assertion, with findings from it alone and together with the other
    /// answers to the same request.
    pub(super) fn conclude(&self, built: Built, mut others: Vec<String>) -> Exchange {
        let mut findings = built.findings;
        if !others.is_empty() {
            others.push(built.assertion);
            findings.extend(samples::inspect(
                &self.request,
                Profile::get(self.vector.profile),
                self.vector.algorithm,
                &self.signer,
                &others,
            ));
        }
        // Findings at open points are many and fault nothing; only those under the rule of the case
        // are worth a place in the record.
        let is_reported = |finding: &&Finding| {
            let found = Found::from(*finding);
            found.is_fault || finding.rule == self.vector.rule
        };
        let found = findings
            .iter()
            .filter(is_reported)
            .map(Found::from)
            .collect();
        self.exchange(
            Observation::Signed { found },
            built.is_sound,
            built.has_request,
        )
    }

    /// The exchange without a signed assertion.
    pub(super) fn without_assertion(&self, observation: Observation) -> Exchange {
        self.exchange(observation, false, false)
    }

    fn exchange(&self, observation: Observation, is_sound: bool, has_request: bool) -> Exchange {
        let promised = &self.builder.description.algorithms;
        let asked = self.request.algorithm.parse();
        let circumstance = Circumstance::Commissioned {
            is_sound,
            is_promised: asked.is_ok_and(|algorithm| promised.contains(&algorithm)),
            has_request,
        };
        Exchange {
            is_live: is_live(self.builder),
            steps: vec![StepObservation {
                observation,
                circumstance,
            }],
        }
    }
}

/// The evaluation time for a builder with a clock of its own: its `iat` rounded up to a second, where
/// that lies between request and answer, else the second of the answer. So a second that ends in
/// between, or a fraction of one, makes no finding.
fn live_moment(assertion: &str, asked: UnixSeconds, answered: UnixSeconds) -> UnixSeconds {
    let issued = || {
        let payload = assertion.split('.').nth(1)?;
        let octets = read_base64url(payload.as_bytes()).ok()?.octets;
        let claims: Value = serde_json::from_slice(&octets).ok()?;
        let issued = claims.get("iat")?.as_f64()?.ceil();
        (asked.0..=answered.0 + 1).find(|&second| second as f64 == issued)
    };
    issued().map_or(answered, UnixSeconds)
}

/// The assertion in a token request as text. Octets outside UTF-8 are replaced, and the signature no
/// longer fits, as it should.
fn text_of(sent: &TokenRequest) -> String {
    let assertion = sent.client_assertion.as_ref();
    assertion.map_or_else(String::new, |octets| {
        String::from_utf8_lossy(&octets.0).into_owned()
    })
}

fn is_live(builder: &Implementation) -> bool {
    builder.fixed.contains(&Fixed::Now)
}

/// A further answer to a request that was answered with an assertion before.
///
/// # Errors
///
/// The observation, where the answer is not an assertion.
pub(super) fn one_more(answer: BuildAnswer) -> Result<String, Observation> {
    match answer {
        BuildAnswer::Assertion(assertion) => Ok(assertion),
        BuildAnswer::Request(sent) => Ok(text_of(&sent)),
        BuildAnswer::Declined { reason } => Err(Observation::Declined {
            text: format!("after it had built the same: {reason}"),
            found: Vec::new(),
        }),
        BuildAnswer::Unsupported { reason } => Err(Observation::Unsupported { reason }),
        BuildAnswer::Error { reason } => Err(Observation::Crashed { reason }),
    }
}

#[cfg(test)]
mod tests {
    use jwt_assay_core::encoding::base64url;

    use super::*;

    fn moment(claims: &str) -> i64 {
        let assertion = format!("e30.{}.c2ln", base64url(claims));
        live_moment(&assertion, UnixSeconds(100), UnixSeconds(101)).0
    }

    #[test]
    fn the_moment_of_a_live_assertion_is_its_own_where_that_can_be() {
        assert_eq!(moment(r#"{"iat":100}"#), 100);
        assert_eq!(moment(r#"{"iat":100.25}"#), 101);
        assert_eq!(moment(r#"{"iat":101.75}"#), 102);
    }

    #[test]
    fn an_issue_that_cannot_be_is_read_with_the_clock_of_the_reader() {
        for claims in [
            r#"{"iat":40}"#,
            r#"{"iat":160}"#,
            r#"{"iat":"100"}"#,
            "{}",
            "no",
        ] {
            assert_eq!(moment(claims), 101, "{claims}");
        }
    }
}
