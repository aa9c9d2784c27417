//! The inspection of one assertion of a builder: the oracle reads it as a server of the profile would, and
//! a reader compares it with the request, member by member.

mod reader;

use std::{borrow::Cow, sync::Arc};

use serde_json::{Map, Value as Json, json};

use self::reader::Reader;
use crate::{
    model::{
        ASSERTION_TYPE, Assertion, BuildKey, BuildRequest, Client, Context, Fixed, Level, Profile,
        ProfileId, Rule, Server, Step, TokenRequest, UnixSeconds,
    },
    oracle::{self, Explanation, Finding, Memory},
    recipe::Material,
};

/// The knowledge, beside the request, with which an answer is read.
#[derive(Clone, Debug)]
pub struct Lens<'a> {
    /// The names of the server that gets the assertion.
    pub server: &'a Server,
    /// The key or secret that must have signed.
    pub signer: &'a Material,
    /// The inputs that the builder does not take from the request.
    pub fixed: &'a [Fixed],
    /// The moment of reading; that of the request for builders that are given the time.
    pub now: UnixSeconds,
    /// True where the oracle reads the assertion at every second of its lifetime.
    pub at_every_second: bool,
    /// True where the servers of all profiles read the assertion.
    pub in_every_profile: bool,
}

/// The result of an inspection.
#[derive(Clone, Debug, Default)]
pub struct Inspection {
    /// The findings under the rules of builders, then those of a server of the profile.
    pub findings: Vec<Finding>,
    /// The oracle's explanation, for a server of the profile.
    pub explanation: Explanation,
}

impl Inspection {
    /// The faults: findings under rules that bind in the profile.
    pub fn faults(&self) -> impl Iterator<Item = &Finding> {
        self.findings
            .iter()
            .filter(|finding| finding.level == Level::Reject)
    }
}

/// Inspects an assertion alone, within a right token request.
///
/// # Panics
///
/// If the request's policy names a profile that this crate does not have.
#[must_use]
pub fn inspect(request: &BuildRequest, lens: &Lens<'_>, assertion: &str) -> Inspection {
    inspect_sent(request, lens, &token_request(request, assertion))
}

/// The token request that carries an assertion (RFC 7521 section 4.2, RFC 7523 section 2.2).
#[must_use]
pub fn token_request(request: &BuildRequest, assertion: &str) -> TokenRequest {
    TokenRequest {
        client_assertion_type: Some(ASSERTION_TYPE.to_owned()),
        client_assertion: Some(Assertion(assertion.as_bytes().to_vec())),
        client_id: Some(request.client_id.0.clone()),
    }
}

/// Inspects a whole token request, with its parameters.
///
/// # Panics
///
/// If the request's policy names a profile that this crate does not have.
#[must_use]
pub fn inspect_sent(request: &BuildRequest, lens: &Lens<'_>, sent: &TokenRequest) -> Inspection {
    let octets = sent.client_assertion.as_ref();
    // Octets beyond UTF-8 become U+FFFD, which the reader rejects as no base64url.
    let assertion = octets.map_or(Cow::Borrowed(""), |octets| {
        String::from_utf8_lossy(&octets.0)
    });
    let profile = Profile::of_policy(&request.policy).expect("a policy of a profile of this crate");
    let own = Reader::findings(request, lens, profile, &assertion);
    let step = |policy, now| Step {
        now,
        context: Arc::new(Context {
            policy,
            server: lens.server.clone(),
            clients: vec![registration(request, lens.signer)],
        }),
        request: sent.clone(),
    };
    let explain = |policy, now| {
        oracle::explain(&mut Memory::default(), &step(policy, now))
            .expect("a policy of a profile of this crate")
    };
    let explanation = explain(request.policy.clone(), lens.now);
    let mut findings: Vec<Finding> = own
        .into_iter()
        .chain(explanation.findings.iter().cloned())
        .collect();
    if lens.at_every_second {
        let lifetime = i64::from(request.lifetime);
        let late = (1..lifetime).find_map(|age| {
            let later = explain(request.policy.clone(), lens.now + age);
            let rejection = later.rejections().next()?;
            Some(Finding {
                detail: format!("after {age} seconds: {}", rejection.detail).into(),
                ..rejection.clone()
            })
        });
        findings.extend(late);
    }
    if lens.in_every_profile {
        let rejects = |id: &ProfileId| {
            let policy = Profile::get(*id).policy(lens.server, request.method);
            explain(policy, lens.now).is_rejected()
        };
        let rejecting: Vec<&str> = ProfileId::ALL
            .iter()
            .filter(|id| rejects(id))
            .map(|id| id.name())
            .collect();
        if !rejecting.is_empty() {
            let rule = Rule::BuildCrossProfile;
            findings.push(Finding {
                rule,
                level: profile.level(rule),
                detail: format!("rejected in {}", rejecting.join(", ")).into(),
            });
        }
    }
    Inspection {
        findings,
        explanation,
    }
}

/// The finding for an answer that shows a part of the private key or the secret. It applies to assertions
/// and to the words of a declined request alike.
#[must_use]
pub fn shown_secret(request: &BuildRequest, answer: &str) -> Option<Finding> {
    let parts: Vec<&str> = match &request.key {
        BuildKey::Secret(secret) => vec![secret],
        BuildKey::Jwk(jwk) => PRIVATE_MEMBERS
            .iter()
            .filter_map(|name| jwk.get(*name)?.as_str())
            .collect(),
        // The last full line of the PEM, which no public text contains.
        BuildKey::Pem(pem) => block_of(pem).rev().nth(1).into_iter().collect(),
    };
    let is_shown = |part: &&str| part.len() >= LEAST_SECRET && answer.contains(part);
    parts.into_iter().find(is_shown).map(|_| Finding {
        rule: Rule::BuildSecretShown,
        level: Level::Reject,
        detail: "the answer shows the key".into(),
    })
}

/// The lines of the first block of a PEM, without its boundaries.
pub(super) fn block_of(pem: &str) -> impl DoubleEndedIterator<Item = &str> {
    let lines: Vec<&str> = pem.lines().collect();
    let place = |of: &str| lines.iter().position(|line| line.starts_with(of));
    let block = match (place("-----BEGIN"), place("-----END")) {
        (Some(begin), Some(end)) if begin < end => lines[begin + 1..end].to_vec(),
        _ => Vec::new(),
    };
    block.into_iter()
}

/// The client as it registered: the public half of the key under the name that was asked for.
fn registration(request: &BuildRequest, signer: &Material) -> Client {
    let (jwks, secret) = match signer {
        Material::Secret(text) => (None, Some(text.clone())),
        Material::Pair(pair) => {
            let mut jwk = pair.public_jwk();
            jwk.insert("use".to_owned(), "sig".into());
            match kid_of(request) {
                Some(kid) => jwk.insert("kid".to_owned(), kid.into()),
                None => jwk.remove("kid"),
            };
            if let BuildKey::Jwk(own) = &request.key
                && let Some(alg) = own.get("alg")
            {
                jwk.insert("alg".to_owned(), alg.clone());
            }
            (Some(json!({ "keys": [jwk] })), None)
        }
    };
    Client {
        client_id: request.client_id.clone(),
        method: request.method,
        alg: Some(request.algorithm.clone()),
        jwks,
        pems: Vec::new(),
        secret,
    }
}

/// The name under which the key is registered: the one asked for, else the JWK's own.
fn kid_of(request: &BuildRequest) -> Option<&str> {
    let own = match &request.key {
        BuildKey::Jwk(jwk) => jwk.get("kid").and_then(Json::as_str),
        BuildKey::Pem(_) | BuildKey::Secret(_) => None,
    };
    request.kid.as_deref().or(own)
}

/// The members of a private or symmetric key that are not public (RFC 7518 section 6).
pub(super) const PRIVATE_MEMBERS: [&str; 8] = ["d", "k", "p", "q", "dp", "dq", "qi", "oth"];
/// The claims that the builder itself sets, so that a request must not list them as further claims.
pub(super) const REGISTERED: [&str; 7] = ["iss", "sub", "aud", "exp", "iat", "nbf", "jti"];
/// The least length of a private text that is searched for: a shorter one occurs in words by chance.
const LEAST_SECRET: usize = 16;

/// The public members of a JWK, for use where the private ones must not appear.
#[must_use]
pub fn without_private_members(jwk: &Map<String, Json>) -> Map<String, Json> {
    let is_public = |name: &str| !PRIVATE_MEMBERS.contains(&name);
    jwk.iter()
        .filter(|(name, _)| is_public(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}
