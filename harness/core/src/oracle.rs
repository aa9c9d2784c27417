//! The oracle: what the specifications ask of a server that is presented with a request.
//!
//! It reads in the order of the specifications, one stage a file: the token request (RFC 7521
//! section 4.2), the compact form and its encodings (RFC 7515 section 5.2), the header (RFC 7515
//! section 4), the key (RFC 7517), the signature (RFC 7518 section 3), the claims (RFC 7523
//! section 3), explicit typing (RFC 8725 section 3.11), replay. Each stage notes what it finds; a
//! finding names a rule, and the profile says how binding the rule is. Nothing here knows which
//! edits were made, or which answer a case expects.

mod claims;
mod compact;
mod encrypted;
mod examination;
mod fast;
mod finding;
mod header;
mod key;
mod memory;
mod request;
mod signature;
mod time;
mod typ;

pub use self::{
    examination::Examination,
    fast::{Difference, FastPath, Scratch},
    finding::{Explanation, Finding, SignatureCheck},
    key::{KeyProblem, PublicKey},
    memory::Memory,
    signature::{Check, check_mac, check_signature},
};
use crate::{
    json::Reading,
    model::{Policy, Presented, Profile, Rule, Step, Verdict},
};

/// Judges every step of what is presented, with one replay memory.
///
/// # Errors
///
/// If the policy names a profile that this crate does not have.
pub fn verdicts(presented: &Presented) -> Result<Vec<Verdict>, UnknownPolicy> {
    let mut memory = Memory::default();
    let explain = |step| explain(&mut memory, step).map(|explanation| explanation.verdict());
    presented.steps.iter().map(explain).collect()
}

/// Explains one step, and remembers what a server would remember of it.
///
/// # Errors
///
/// If the policy names a profile that this crate does not have.
pub fn explain(memory: &mut Memory, step: &Step) -> Result<Explanation, UnknownPolicy> {
    let explanation = explain_last(memory, step)?;
    memory.remember(step, &explanation);
    Ok(explanation)
}

/// Explains one step that no other follows: nothing is remembered of it.
///
/// # Errors
///
/// If the policy names a profile that this crate does not have.
pub fn explain_last(memory: &Memory, step: &Step) -> Result<Explanation, UnknownPolicy> {
    let profile = profile_of(&step.context.policy)?;
    let mut explanation = examine(profile, memory, step, Reading::LastWins);
    if explanation.has_duplicates && explanation.is_rejected() {
        let mut first = examine(profile, memory, step, Reading::FirstWins);
        if !first.is_rejected() {
            // Which member counts is then the only thing that is wrong.
            let finding = Finding {
                rule: Rule::DuplicateFirstWins,
                level: profile.level(Rule::DuplicateFirstWins),
                detail: "the assertion passes only where the first of two members counts".into(),
            };
            first.findings.insert(0, finding);
            explanation.findings = first.findings;
        }
    }
    Ok(explanation)
}

fn profile_of(policy: &Policy) -> Result<&'static Profile, UnknownPolicy> {
    Profile::of_policy(policy).ok_or_else(|| UnknownPolicy {
        profile: policy.profile.clone(),
    })
}

/// One reading of one step, from the request to the replay memory.
#[must_use]
pub fn examine(profile: &Profile, memory: &Memory, step: &Step, reading: Reading) -> Explanation {
    let mut examination = Examination::new(profile, step, reading);
    examination.read_request();
    examination.read_assertion();
    memory.read_replay(&mut examination);
    examination.finish()
}

/// A policy of a profile that this crate does not have.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("find the profile of policy `{profile}`: expected a name such as `okta@1`")]
pub struct UnknownPolicy {
    profile: String,
}
