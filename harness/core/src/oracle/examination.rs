//! One reading of one step: the notes that the stages share.

use std::borrow::Cow;

use super::finding::{Explanation, Finding};
use crate::{
    json::Reading,
    model::{Client, Level, Profile, Rule, Step},
};

/// The notes of one reading.
#[derive(Debug)]
pub struct Examination<'a> {
    pub(super) profile: &'a Profile,
    pub(super) step: &'a Step,
    pub(super) reading: Reading,
    /// The client that the request names.
    pub(super) client: Option<&'a Client>,
    pub(super) explanation: Explanation,
}

impl<'a> Examination<'a> {
    pub(super) fn new(profile: &'a Profile, step: &'a Step, reading: Reading) -> Self {
        let explanation = Explanation::default();
        Self {
            profile,
            step,
            reading,
            client: None,
            explanation,
        }
    }

    /// Notes a finding at the level that the profile gives its rule.
    pub(super) fn note(&mut self, rule: Rule, detail: impl Into<Cow<'static, str>>) {
        let level = self.profile.level(rule);
        self.explanation.findings.push(Finding {
            rule,
            level,
            detail: detail.into(),
        });
    }

    /// Tells if the profile has servers reject what breaks a rule.
    pub(super) fn rejects(&self, rule: Rule) -> bool {
        self.profile.level(rule) == Level::Reject
    }

    pub(super) fn finish(mut self) -> Explanation {
        self.explanation.client = self.client.map(|client| client.client_id.clone());
        self.explanation
    }
}
