//! The replay memory of a server, from one request to the next: RFC 7523 section 3, item 7.

use std::collections::{HashMap, HashSet};

use super::{
    examination::Examination,
    finding::{Explanation, SignatureCheck},
};
use crate::model::{ClientId, Rule, Step, UnixSeconds};

/// The replay memory of one server.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    /// Every `jti` that was accepted, per client, with the moment from which it is forgotten.
    used: HashMap<(ClientId, String), UnixSeconds>,
    /// The same in lower case, with the clients that used it and their spelling.
    alike: HashMap<String, Vec<(ClientId, String)>>,
    /// Every `jti` that came with a signature that was not the client's.
    forged: HashSet<(ClientId, String)>,
    /// Every `jti` that came with a genuine signature and was rejected all the same.
    rejected: HashSet<(ClientId, String)>,
    /// Assertions that were accepted without a `jti`.
    without_jti: HashSet<Vec<u8>>,
}

impl Memory {
    /// Tells if nothing is known about a client's `jti` or one like it; without a `jti`, if nothing is
    /// known at all.
    pub(super) fn is_new(&self, client: &ClientId, jti: &str) -> bool {
        if self.is_empty() {
            return true;
        }
        let key = (client.clone(), jti.to_owned());
        !jti.is_empty()
            && !self.alike.contains_key(&jti.to_ascii_lowercase())
            && !self.forged.contains(&key)
            && !self.rejected.contains(&key)
    }

    fn is_empty(&self) -> bool {
        let Self {
            used,
            alike,
            forged,
            rejected,
            without_jti,
        } = self;
        used.is_empty()
            && alike.is_empty()
            && forged.is_empty()
            && rejected.is_empty()
            && without_jti.is_empty()
    }

    /// The `jti` against those that have come before.
    pub(super) fn read_replay(&self, examination: &mut Examination<'_>) {
        let Some(client) = examination.client.filter(|_| !self.is_empty()) else {
            return;
        };
        let Some((jti, _)) = examination.explanation.jti.clone() else {
            let assertion = examination.step.request.client_assertion.as_ref();
            if assertion.is_some_and(|assertion| self.without_jti.contains(&assertion.0)) {
                examination.note(Rule::ReplayNoJti, "it came before, and has no `jti`");
            }
            return;
        };
        let now = examination.step.now;
        let key = (client.client_id.clone(), jti.clone());
        if self
            .used
            .get(&key)
            .is_some_and(|forgotten| now < *forgotten)
        {
            examination.note(Rule::Replay, format!("the `jti` {jti:?} came before"));
        }
        let own = |client_id: &ClientId| *client_id == client.client_id;
        let alike = self.alike.get(&jti.to_ascii_lowercase());
        let mut others = alike.into_iter().flatten();
        if others.any(|(other, used)| !own(other) && *used == jti) {
            examination.note(
                Rule::ReplayOtherClient,
                "another client used the same `jti`",
            );
        }
        let mut written = alike.into_iter().flatten();
        if written.any(|(other, used)| own(other) && *used != jti) {
            examination.note(
                Rule::ReplayOtherJti,
                "a `jti` that differs in case came before",
            );
        }
        if self.forged.contains(&key) {
            examination.note(Rule::JtiNotBurned, "a forged assertion had the same `jti`");
        }
        if self.rejected.contains(&key) {
            let detail = "a genuine assertion that was rejected had the same `jti`";
            examination.note(Rule::JtiInRejected, detail);
        }
    }

    /// Remembers an assertion once it has been judged. Only an accepted one uses up its `jti`.
    pub(super) fn remember(&mut self, step: &Step, explanation: &Explanation) {
        let Some(client_id) = explanation.client.clone() else {
            return;
        };
        let Some((jti, exp)) = explanation.jti.clone() else {
            if let (false, Some(assertion)) =
                (explanation.is_rejected(), &step.request.client_assertion)
            {
                self.without_jti.insert(assertion.0.clone());
            }
            return;
        };
        let key = (client_id, jti);
        match (explanation.is_rejected(), explanation.signature) {
            (false, _) => {
                // RFC 7523 section 3, item 7, with the skew: as long as it would be accepted.
                let forgotten = exp + i64::from(step.context.policy.clock_skew);
                let alike = self.alike.entry(key.1.to_ascii_lowercase()).or_default();
                if !alike.contains(&key) {
                    alike.push(key.clone());
                }
                self.used.insert(key, forgotten);
            }
            (true, SignatureCheck::Valid) => {
                self.rejected.insert(key);
            }
            (true, SignatureCheck::Invalid | SignatureCheck::NotChecked) => {
                self.forged.insert(key);
            }
        }
    }
}
