//! What the oracle found, and the verdict that follows.

use std::borrow::Cow;

use crate::model::{ClientId, Lean, Level, Rule, Verdict};

/// Something that a rule is about.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The rule.
    pub rule: Rule,
    /// How binding it is in the profile.
    pub level: Level,
    /// What was found, in words.
    pub detail: Cow<'static, str>,
}

/// All that the oracle found in one step, in the order of the specifications.
#[derive(Clone, Debug, Default)]
pub struct Explanation {
    /// What was found.
    pub findings: Vec<Finding>,
    /// The client that the request names, where it is registered.
    pub client: Option<ClientId>,
    /// What became of the signature.
    pub signature: SignatureCheck,
    /// The header's text, where it decodes.
    pub header: Option<String>,
    /// The claims set's text, where it decodes.
    pub payload: Option<String>,
    /// `jti`, where it is a string, and the moment after which it may be forgotten.
    pub jti: Option<(String, crate::model::UnixSeconds)>,
    /// Whether a member name stands twice at the top level.
    pub has_duplicates: bool,
}

/// What became of the signature.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum SignatureCheck {
    /// No key to check with, or nothing to check.
    #[default]
    NotChecked,
    /// It is not the client's signature over these octets.
    Invalid,
    /// It is.
    Valid,
}

impl Explanation {
    /// What the specifications ask: the first rule that binds decides a refusal.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        verdict_of(&self.findings)
    }

    /// Whether some rule asks for a refusal.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.findings
            .iter()
            .any(|finding| finding.level == Level::Refuse)
    }

    /// The findings that ask for a refusal.
    pub fn refusals(&self) -> impl Iterator<Item = &Finding> {
        self.findings
            .iter()
            .filter(|finding| finding.level == Level::Refuse)
    }
}

/// The verdict that follows from findings in order.
fn verdict_of(findings: &[Finding]) -> Verdict {
    if let Some(refusal) = findings
        .iter()
        .find(|finding| finding.level == Level::Refuse)
    {
        return Verdict::Reject(refusal.rule);
    }
    let leans = findings.iter().filter_map(|finding| match finding.level {
        Level::May(lean) => Some(lean),
        Level::Accept | Level::Refuse => None,
    });
    leans
        .max()
        .map_or(Verdict::Accept, |lean: Lean| Verdict::May(lean))
}
