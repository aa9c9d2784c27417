//! A fast path for plain assertions of one client: the oracle's verdict without the oracle.
//!
//! The oracle is written to be read beside the specifications, and not to be fast. The fast path takes one assertion that the oracle has accepted as its pattern. An assertion that
//! differs from the pattern in the values of `exp`, `nbf`, `iat` and `jti` alone gets the pattern's
//! verdict, once those values break no rule that the pattern kept and the signature is checked. About
//! any other assertion the fast path says nothing, and the caller asks the oracle.
//!
//! This is safe because all comparisons are of octets. Every octet of the assertion is either equal to
//! the pattern's, or a digit of a time in the range where no rule applies, or a plain character of the
//! `jti`, or part of the signature. So no parser can read such an assertion in another way than it
//! reads the pattern: there is no escape, no member more, no other encoding. What remains of the
//! oracle's work is time, replay and the signature, and these three are checked here.
//!
//! [`FastPath::verdict`] never differs from the oracle; the suite, the properties and a fuzz target
//! hold it to that.

use std::sync::Arc;

use aws_lc_rs::hmac;

use super::{
    Memory, UnknownPolicy,
    claims::LONG_JTI,
    compact::LARGE,
    examine, explain,
    finding::{Explanation, Finding, SignatureCheck},
    key::PublicKey,
    signature::{Check, check_signature},
    time::LONG_AGO,
};
use crate::{
    encoding::decode_base64url_into,
    json::{Object, Reading},
    model::{
        Algorithm, Client, ClientId, Context, Method, Presented, Profile, Rule, Step, TokenRequest,
        UnixSeconds, Verdict,
    },
    sign::mac_algorithm,
};

/// The fast path of one client at one server.
pub struct FastPath {
    profile: &'static Profile,
    context: Arc<Context>,
    /// The parameters beside the assertion.
    request: TokenRequest,
    client: ClientId,
    /// The first segment and the period after it.
    header: Vec<u8>,
    claims: Vec<Piece>,
    /// Set where the pattern lives longer than some call reasonable. That is a finding, and an
    /// assertion must be on the same side of the limit to have the same verdict.
    is_long: bool,
    key: Key,
    verdict: Verdict,
}

/// A piece of the claims set's text.
#[derive(Debug)]
enum Piece {
    /// These octets.
    Text(Vec<u8>),
    /// The value of a claim, which may differ from the pattern's.
    Value(Claim),
}

/// A claim whose value differs from one assertion to the next.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Claim {
    Exp,
    Iat,
    Jti,
    Nbf,
}

enum Key {
    /// The state of HMAC after the key and the header: neither differs between assertions.
    Mac(Box<hmac::Context>),
    Public(PublicKey),
}

/// The buffers of a fast path. A caller that keeps them has nothing allocated for an assertion.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    claims: Vec<u8>,
    signature: Vec<u8>,
}

impl FastPath {
    /// Takes a step as the pattern; `None` where the oracle rejects it, or it is not plain itself.
    ///
    /// # Errors
    ///
    /// If the policy names a profile that this crate does not have.
    pub fn new(step: &Step) -> Result<Option<Self>, UnknownPolicy> {
        let profile = super::profile_of(&step.context.policy)?;
        let explanation = examine(profile, &Memory::default(), step, Reading::LastWins);
        Ok(Self::of_pattern(profile, step, &explanation))
    }

    fn of_pattern(
        profile: &'static Profile,
        step: &Step,
        explanation: &Explanation,
    ) -> Option<Self> {
        if explanation.is_rejected() || explanation.signature != SignatureCheck::Valid {
            return None;
        }
        let assertion = &step.request.client_assertion.as_ref()?.0;
        let header_end = assertion.iter().position(|octet| *octet == b'.')? + 1;
        let header = assertion[..header_end].to_vec();
        let name = explanation.client.clone()?;
        let mut clients = step.context.clients.iter();
        let client = clients.find(|client| client.client_id == name)?;
        let path = Self {
            profile,
            context: Arc::clone(&step.context),
            request: TokenRequest {
                client_assertion: None,
                ..step.request.clone()
            },
            client: name,
            claims: pieces(explanation.payload.as_deref()?)?,
            is_long: explanation.findings.iter().any(is_about_long_life),
            key: key(explanation, client, &header)?,
            header,
            verdict: explanation.verdict(),
        };
        // A pattern that its own fast path does not decide has an odd value, such as an escape in its
        // `jti`, and every finding about that value would be copied to assertions without it.
        let verdict = path.verdict(&Memory::default(), step, &mut Scratch::default());
        verdict.is_some().then_some(path)
    }

    /// The oracle's verdict on a step that the memory knows nothing like; `None` where the step is
    /// not plain, which says nothing about it. The memory is not changed.
    #[must_use]
    pub fn verdict(&self, memory: &Memory, step: &Step, scratch: &mut Scratch) -> Option<Verdict> {
        if !self.is_addressed(step) {
            return None;
        }
        let assertion = &step.request.client_assertion.as_ref()?.0;
        let rest = assertion.strip_prefix(&self.header[..])?;
        let claims_end = rest.iter().position(|octet| *octet == b'.')?;
        let (claims, signature) = (&rest[..claims_end], &rest[claims_end + 1..]);
        // Size is a rule of its own, and a longer `jti` could bring an assertion over the limit.
        if assertion.len() > LARGE {
            return None;
        }
        decode_base64url_into(claims, &mut scratch.claims)?;
        let jti = self.read_claims(&scratch.claims, step.now)?;
        // The signature comes last, since it costs more than all the rest together.
        if !memory.is_new(&self.client, jti) {
            return None;
        }
        decode_base64url_into(signature, &mut scratch.signature)?;
        let input = &assertion[..self.header.len() + claims_end];
        let is_valid = match &self.key {
            Key::Mac(context) => {
                let mut context = hmac::Context::clone(context);
                context.update(claims);
                let tag = context.sign();
                let same = aws_lc_rs::constant_time::verify_slices_are_equal;
                same(tag.as_ref(), &scratch.signature).is_ok()
            }
            Key::Public(key) => check_signature(key, input, &scratch.signature) == Check::Valid,
        };
        is_valid.then_some(self.verdict)
    }

    /// Presents the same to the fast path and to the oracle, and counts the steps that the fast path
    /// decided. Tests and fuzzers call it.
    ///
    /// # Errors
    ///
    /// The first step about which they differ, or a policy of an unknown profile.
    pub fn compare(&self, presented: &Presented) -> Result<usize, Difference> {
        let (mut memory, mut scratch, mut decided) = (Memory::default(), Scratch::default(), 0);
        for (place, step) in presented.steps.iter().enumerate() {
            let fast = self.verdict(&memory, step, &mut scratch);
            let oracle = explain(&mut memory, step)?.verdict();
            match fast {
                None => {}
                Some(fast) if fast == oracle => decided += 1,
                Some(fast) => {
                    let step = place + 1;
                    return Err(Difference::Verdict { step, fast, oracle });
                }
            }
        }
        Ok(decided)
    }

    /// Tells if everything but the assertion and the time is as it was. Contexts that are shared compare
    /// by address; others member by member, which is slow and right.
    fn is_addressed(&self, step: &Step) -> bool {
        let TokenRequest {
            client_assertion_type,
            client_assertion: _,
            client_id,
        } = &step.request;
        (Arc::ptr_eq(&self.context, &step.context) || self.context == step.context)
            && *client_assertion_type == self.request.client_assertion_type
            && *client_id == self.request.client_id
    }

    /// The `jti` of plain claims, empty where there is none.
    fn read_claims<'t>(&self, text: &'t [u8], now: UnixSeconds) -> Option<&'t str> {
        let (mut rest, mut jti) = (text, "");
        for piece in &self.claims {
            rest = match piece {
                Piece::Text(text) => rest.strip_prefix(&text[..])?,
                Piece::Value(Claim::Jti) => {
                    let end = rest.iter().position(|octet| !is_plain(*octet))?;
                    if end == 0 || end > LONG_JTI {
                        return None;
                    }
                    jti = std::str::from_utf8(&rest[..end]).ok()?;
                    &rest[end..]
                }
                Piece::Value(claim) => {
                    let (value, rest) = read_seconds(rest)?;
                    if !self.is_plain_time(*claim, value, now) {
                        return None;
                    }
                    rest
                }
            };
        }
        rest.is_empty().then_some(jti)
    }

    /// Tells if a time is one about which no rule has a finding, apart from those that the pattern has
    /// too. The limits are those of `oracle/time.rs`; values on a limit are left to the oracle.
    fn is_plain_time(&self, claim: Claim, value: i64, now: UnixSeconds) -> bool {
        let parameters = &self.profile.parameters;
        let ahead = |seconds: u32| now.0.saturating_add(i64::from(seconds));
        let is_within_cap = parameters
            .max_lifetime
            .is_none_or(|cap| value <= ahead(cap));
        let is_long = value > ahead(parameters.long_lifetime);
        let long_ago = i64::from(LONG_AGO);
        match claim {
            Claim::Exp => value > now.0 && is_within_cap && is_long == self.is_long,
            Claim::Nbf => value < now.0,
            Claim::Iat => value < now.0 && value > now.0.saturating_sub(long_ago),
            Claim::Jti => false,
        }
    }
}

/// A difference between the fast path and the oracle, or a step that the oracle cannot read.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Difference {
    /// The oracle does not have the profile.
    #[error(transparent)]
    Policy(#[from] UnknownPolicy),
    /// Two verdicts on one step.
    #[error("step {step}: the fast path says {fast}, the oracle {oracle}")]
    Verdict {
        /// Counted from one.
        step: usize,
        /// The verdict of the fast path.
        fast: Verdict,
        /// The verdict of the oracle, which counts.
        oracle: Verdict,
    },
}

/// A text cut where the values of [`Claim`]s stand; `None` where it is not plain JSON.
fn pieces(text: &str) -> Option<Vec<Piece>> {
    let object = Object::parse(text).ok()?;
    if object.duplicate().is_some() {
        return None;
    }
    let (mut pieces, mut done) = (Vec::new(), 0);
    for (name, value) in object.members() {
        let (claim, value) = match name {
            "exp" => (Claim::Exp, value.text()),
            "nbf" => (Claim::Nbf, value.text()),
            "iat" => (Claim::Iat, value.text()),
            // The quotation marks belong to the text before and after, so that only what stands
            // between them differs.
            "jti" => (
                Claim::Jti,
                value.text().strip_prefix('"')?.strip_suffix('"')?,
            ),
            _ => continue,
        };
        // The value is a part of the text, so the difference of their addresses is its place.
        let start = value.as_ptr() as usize - text.as_ptr() as usize;
        pieces.push(Piece::Text(text[done..start].into()));
        pieces.push(Piece::Value(claim));
        done = start + value.len();
    }
    pieces.push(Piece::Text(text[done..].into()));
    Some(pieces)
}

/// The key that made the pattern's signature, prepared; `None` where the client has several, since
/// which of them is tried first depends on more than the header.
fn key(explanation: &Explanation, client: &Client, header: &[u8]) -> Option<Key> {
    let members: serde_json::Value = serde_json::from_str(explanation.header.as_deref()?).ok()?;
    let algorithm: Algorithm = members.get("alg")?.as_str()?.parse().ok()?;
    match client.method {
        Method::ClientSecretJwt => {
            let secret = client.secret.as_deref()?.as_bytes();
            let key = hmac::Key::new(mac_algorithm(algorithm.hash()), secret);
            let mut context = hmac::Context::with_key(&key);
            context.update(header);
            Some(Key::Mac(Box::new(context)))
        }
        Method::PrivateKeyJwt => {
            let keys = client.jwks.as_ref()?.get("keys")?.as_array()?;
            let [jwk] = keys.as_slice() else { return None };
            let (key, _) = PublicKey::from_jwk(jwk.as_object()?, algorithm).ok()?;
            Some(Key::Public(key))
        }
    }
}

fn is_about_long_life(finding: &Finding) -> bool {
    finding.rule == Rule::LifetimeLong
}

/// Tells if an octet is visible ASCII that stands in JSON as it is.
fn is_plain(octet: u8) -> bool {
    (b'!'..=b'~').contains(&octet) && octet != b'"' && octet != b'\\'
}

/// Digits as JSON writes an integer: at most fifteen, which every double holds exactly, and no leading
/// zero.
fn read_seconds(text: &[u8]) -> Option<(i64, &[u8])> {
    let end = text.iter().position(|octet| !octet.is_ascii_digit())?;
    let (digits, rest) = text.split_at(end);
    if digits.is_empty() || digits.len() > 15 || (digits[0] == b'0' && digits.len() > 1) {
        return None;
    }
    let value = digits
        .iter()
        .fold(0, |value, digit| value * 10 + i64::from(digit - b'0'));
    Some((value, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{Assertion, ProfileId},
        recipe::{EVALUATION_TIME, Recipe},
    };

    fn pattern(algorithm: Algorithm) -> Step {
        let recipe = Recipe::valid(ProfileId::Rfc7523, algorithm);
        recipe.present_at(EVALUATION_TIME).steps.remove(0)
    }

    fn seen(path: &FastPath, step: &Step) -> Option<Verdict> {
        path.verdict(&Memory::default(), step, &mut Scratch::default())
    }

    #[test]
    fn a_valid_assertion_is_plain_with_every_algorithm() {
        for algorithm in Algorithm::CORE {
            let step = pattern(algorithm);
            let path = FastPath::new(&step).unwrap().unwrap();
            let expected = explain(&mut Memory::default(), &step).unwrap();
            assert_eq!(seen(&path, &step), Some(expected.verdict()), "{algorithm}");
        }
    }

    #[test]
    fn an_assertion_that_differs_in_any_octet_is_not_decided() {
        let step = pattern(Algorithm::HS256);
        let path = FastPath::new(&step).unwrap().unwrap();
        let assertion = step.request.client_assertion.clone().unwrap().0;
        for place in 0..assertion.len() {
            let mut changed = step.clone();
            let mut octets = assertion.clone();
            octets[place] = if octets[place] == b'A' { b'B' } else { b'A' };
            changed.request.client_assertion = Some(Assertion(octets));
            assert_eq!(seen(&path, &changed), None, "octet {place}");
        }
    }

    #[test]
    fn another_time_or_another_request_is_not_decided() {
        let step = pattern(Algorithm::ES256);
        let path = FastPath::new(&step).unwrap().unwrap();
        for seconds in [-86_400, -1, 60, 86_400] {
            let now = step.now + seconds;
            let later = Step {
                now,
                ..step.clone()
            };
            assert_eq!(seen(&path, &later), None, "{seconds}");
        }
        let mut without = step.clone();
        without.request.client_id = None;
        assert_eq!(seen(&path, &without), None);
        let mut memory = Memory::default();
        explain(&mut memory, &step).unwrap();
        assert_eq!(path.verdict(&memory, &step, &mut Scratch::default()), None);
    }
}
