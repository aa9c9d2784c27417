//! The findings of the oracle, and the verdict that follows from them.

use std::borrow::Cow;

use crate::model::{ClientId, Lean, Level, Rule, Verdict};

/// Something that a rule is about.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The rule.
    pub rule: Rule,
    /// The level of the rule in the profile.
    pub level: Level,
    /// The finding in words.
    pub detail: Cow<'static, str>,
}

/// The findings of the oracle about one step, in the order of the specifications.
#[derive(Clone, Debug, Default)]
pub struct Explanation {
    /// The findings.
    pub findings: Vec<Finding>,
    /// The client that the request names, where it is registered.
    pub client: Option<ClientId>,
    /// The outcome of checking the signature.
    pub signature: SignatureCheck,
    /// The reason for which the signature is not checked, where a key is beyond a limit.
    pub unexamined: Option<Cow<'static, str>>,
    /// The header's text, where it decodes.
    pub header: Option<String>,
    /// The claims set's text, where it decodes.
    pub payload: Option<String>,
    /// `jti`, where it is a string, and the moment after which it may be forgotten.
    pub jti: Option<(String, crate::model::UnixSeconds)>,
    /// Set where a member name stands twice at the top level.
    pub has_duplicates: bool,
}

/// The outcome of checking the signature.
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
    /// The verdict of the specifications: the first rule that binds decides a rejection.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        verdict_of(&self.findings)
    }

    /// Tells if some rule asks for a rejection.
    #[must_use]
    pub fn is_rejected(&self) -> bool {
        self.findings
            .iter()
            .any(|finding| finding.level == Level::Reject)
    }

    /// The findings that ask for a rejection.
    pub fn rejections(&self) -> impl Iterator<Item = &Finding> {
        self.findings
            .iter()
            .filter(|finding| finding.level == Level::Reject)
    }
}

/// The verdict that follows from findings in order.
fn verdict_of(findings: &[Finding]) -> Verdict {
    if let Some(rejection) = findings
        .iter()
        .find(|finding| finding.level == Level::Reject)
    {
        return Verdict::Reject(rejection.rule);
    }
    let leans = findings.iter().filter_map(|finding| match finding.level {
        Level::May(lean) => Some(lean),
        Level::Accept | Level::Reject => None,
    });
    leans
        .max()
        .map_or(Verdict::Accept, |lean: Lean| Verdict::May(lean))
}
