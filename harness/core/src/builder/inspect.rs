//! The inspection of one assertion of a builder: the oracle reads it as a server of the profile would, and
//! a reader compares it with the request, member by member.

use std::{borrow::Cow, cmp::Ordering, collections::BTreeSet, sync::Arc};

use serde_json::{Map, Value as Json, json};

use crate::{
    encoding::{base64url, read_base64url},
    json::{Kind, NumericDate, Object, Reading, Value},
    model::{
        ASSERTION_TYPE, Algorithm, Assertion, BuildKey, BuildRequest, Client, Context, Fixed,
        Level, Profile, ProfileId, Rule, Server, Step, TokenRequest, UnixSeconds,
    },
    oracle::{self, Explanation, Finding, Memory},
    recipe::Material,
    sign,
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
    let mut reader = Reader {
        request,
        lens,
        profile,
        algorithm: request.algorithm.parse().ok(),
        findings: Vec::new(),
    };
    reader.read(&assertion);
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
    let own = std::mem::take(&mut reader.findings);
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

struct Reader<'a> {
    request: &'a BuildRequest,
    lens: &'a Lens<'a>,
    profile: &'static Profile,
    algorithm: Option<Algorithm>,
    findings: Vec<Finding>,
}

impl Reader<'_> {
    fn note(&mut self, rule: Rule, detail: impl Into<Cow<'static, str>>) {
        self.findings.push(Finding {
            rule,
            level: self.profile.level(rule),
            detail: detail.into(),
        });
    }

    fn is_told(&self, what: Fixed) -> bool {
        !self.lens.fixed.contains(&what)
    }

    fn read(&mut self, assertion: &str) {
        let Some((octets, input)) = self.read_compact(assertion) else {
            return;
        };
        if assertion.len() > COMMON_SIZE {
            let detail = format!("the assertion has {} octets", assertion.len());
            self.note(Rule::BuildSize, detail);
        }
        let [header, payload, signature] = octets;
        // The oracle has the findings for segments that are no JSON objects.
        let header = std::str::from_utf8(&header).ok();
        if let Some(header) = header.and_then(|text| Object::parse(text).ok()) {
            self.read_header(&header);
        }
        let payload = std::str::from_utf8(&payload).ok();
        if let Some(claims) = payload.and_then(|text| Object::parse(text).ok()) {
            self.read_claims(&claims);
        }
        self.read_signature(input.as_bytes(), &signature);
    }

    /// The octets of the three segments, and the signing input.
    fn read_compact<'t>(&mut self, assertion: &'t str) -> Option<([Vec<u8>; 3], &'t str)> {
        let segments: Vec<&str> = assertion.split('.').collect();
        let [_, _, _] = segments.as_slice() else {
            let detail = format!("the answer has {} segments", segments.len());
            self.note(Rule::BuildCompact, detail);
            return None;
        };
        let mut octets = Vec::with_capacity(3);
        for segment in &segments {
            match read_base64url(segment.as_bytes()) {
                Ok(read) if base64url(&read.octets) == *segment => octets.push(read.octets),
                Ok(read) => {
                    self.note(Rule::BuildCompact, "a segment has unused bits that are set");
                    octets.push(read.octets);
                }
                Err(error) => {
                    self.note(Rule::BuildCompact, error.to_string());
                    return None;
                }
            }
        }
        let (input, _) = assertion.rsplit_once('.')?;
        Some((octets.try_into().ok()?, input))
    }

    fn read_header(&mut self, header: &Object<'_>) {
        self.read_duplicates(header, "the header");
        let get = |name: &str| header.get(name, Reading::LastWins);
        let text = |name: &str| get(name).and_then(Value::as_string);
        if text("alg").as_deref() != Some(self.request.algorithm.as_str()) {
            let seen = get("alg").map_or("missing", Value::text).to_owned();
            let detail = format!("`alg` is {seen}, asked was {}", self.request.algorithm);
            self.note(Rule::BuildAlg, detail);
        }
        self.read_kid(get("kid"));
        self.read_typ(get("typ"));
        for name in ["crit", "b64", "zip", "cty"] {
            if get(name).is_some() {
                let detail = format!("the header has `{name}`");
                self.note(Rule::BuildHeaderExtension, detail);
            }
        }
        let jwk = get("jwk").and_then(Value::as_object);
        let has = |jwk: &Object<'_>, name| jwk.get(name, Reading::LastWins).is_some();
        let private = PRIVATE_MEMBERS
            .iter()
            .find(|name| jwk.as_ref().is_some_and(|jwk| has(jwk, name)) || get(name).is_some());
        if let Some(name) = private {
            let detail = format!("`{name}` of the key is in the header");
            self.note(Rule::BuildPrivateKey, detail);
        }
        for name in ["jwk", "jku", "x5u", "x5c"] {
            if get(name).is_some() {
                let detail = format!("the header has `{name}`");
                self.note(Rule::BuildEmbeddedKey, detail);
            }
        }
    }

    fn read_kid(&mut self, kid: Option<Value<'_>>) {
        if !self.is_told(Fixed::Kid) {
            return;
        }
        let seen = kid.map_or("missing", Value::text);
        let kid = kid.and_then(Value::as_string);
        let own = kid_of(self.request);
        let is_right = match (&self.request.kid, &kid) {
            (Some(asked), kid) => kid.as_deref() == Some(asked),
            // A key without a name of its own may be named, say by its thumbprint.
            (None, Some(kid)) => own.is_none_or(|own| own == kid),
            (None, None) => true,
        };
        if !is_right {
            let detail = format!("`kid` is {seen}, the key is registered as {own:?}");
            self.note(Rule::BuildKid, detail);
        }
    }

    fn read_typ(&mut self, typ: Option<Value<'_>>) {
        let seen = typ.map_or("missing", Value::text).to_owned();
        let text = typ.and_then(Value::as_string);
        match &self.request.typ {
            Some(_) if !self.is_told(Fixed::Typ) => {}
            Some(None) if typ.is_none() => {}
            Some(Some(asked)) if text.as_deref() == Some(asked) => {}
            Some(asked) => {
                let asked = asked.as_deref().unwrap_or("none at all");
                self.note(
                    Rule::BuildTyp,
                    format!("`typ` is {seen}, asked was {asked}"),
                );
            }
            None if text.as_deref() == Some(CLIENT_AUTHENTICATION) => {}
            None => self.note(Rule::BuildTypDefault, format!("`typ` is {seen}")),
        }
    }

    fn read_claims(&mut self, claims: &Object<'_>) {
        self.read_duplicates(claims, "the claims set");
        let get = |name: &str| claims.get(name, Reading::LastWins);
        self.read_audience(get("aud"));
        for name in ["exp", "nbf", "iat"] {
            let number = get(name).filter(|value| value.kind() == Kind::Number);
            if let Some(date) = number.and_then(|value| NumericDate::parse(value.text())) {
                self.read_time(name, date, number.map_or("", Value::text));
            }
        }
        if let Some(jti) = get("jti") {
            match jti.as_string() {
                Some(text) if text.is_empty() => self.note(Rule::BuildJtiString, "`jti` is empty"),
                Some(text) if text.chars().count() > COMMON_JTI => {
                    let detail = format!("`jti` has {} characters", text.chars().count());
                    self.note(Rule::BuildJtiLength, detail);
                }
                Some(_) => {}
                None => self.note(Rule::BuildJtiString, format!("`jti` is {}", jti.text())),
            }
        }
        let registered: BTreeSet<&str> = REGISTERED.into_iter().collect();
        for (name, asked) in &self.request.claims {
            if registered.contains(name.as_str()) {
                continue;
            }
            let seen = get(name).and_then(|value| serde_json::from_str::<Json>(value.text()).ok());
            if seen.as_ref() != Some(asked) {
                let seen = get(name).map_or("missing", Value::text);
                self.note(Rule::BuildClaims, format!("`{name}` is {seen}"));
            }
        }
    }

    fn read_audience(&mut self, audience: Option<Value<'_>>) {
        let Some(value) = audience else { return };
        let array = value.as_array();
        let values: Vec<Option<Cow<'_, str>>> = match &array {
            Some(values) => values.iter().map(|value| value.as_string()).collect(),
            None => vec![value.as_string()],
        };
        let is_right = matches!(values.as_slice(), [Some(only)] if *only == self.request.audience);
        if !is_right && self.is_told(Fixed::Audience) {
            let detail = format!("`aud` is {}", value.text());
            self.note(Rule::BuildAudience, detail);
        }
        if array.is_some() {
            self.note(Rule::BuildAudienceString, "`aud` is an array");
        }
    }

    fn read_time(&mut self, name: &str, date: NumericDate, text: &str) {
        let now = self.lens.now;
        let is_after = |limit| date.compare(limit) == Ordering::Greater;
        let detail = || format!("`{name}` is {text}, now is {now}");
        if !date.is_plain_integer() {
            self.note(Rule::BuildIntegerTime, format!("`{name}` is {text}"));
        }
        // Beyond the limit only a request whose own time lies there can mean seconds.
        if now < END_OF_SECONDS && is_after(END_OF_SECONDS) {
            return self.note(Rule::BuildSeconds, detail());
        }
        let is_told = self.is_told(Fixed::Now);
        match name {
            "exp" => {
                let asked = now + i64::from(self.request.lifetime);
                if !is_after(now) {
                    // A request for no lifetime should be declined; a builder that obeys it is not wrong
                    // about the time as well.
                    let rule = match self.request.lifetime {
                        0 => Rule::BuildNoLife,
                        _ => Rule::BuildExpFuture,
                    };
                    self.note(rule, detail());
                } else if is_told && is_after(asked + YEARS) {
                    self.note(Rule::BuildClock, detail());
                } else if is_told && self.is_told(Fixed::Lifetime) && is_after(asked) {
                    let detail = format!("`exp` is {text}, asked was {asked} at the latest");
                    self.note(Rule::BuildLifetime, detail);
                }
            }
            "nbf" if is_after(now) => self.note(Rule::BuildNotBefore, detail()),
            "iat" if is_after(now) && !is_after(now + MINUTES) => {
                self.note(Rule::BuildIssuedAhead, detail());
            }
            // Builders set times a few minutes back to make up for server clocks that are behind.
            _ if is_told && (is_after(now) || !is_after(now + -MINUTES)) => {
                self.note(Rule::BuildClock, detail());
            }
            _ => {}
        }
    }

    fn read_duplicates(&mut self, object: &Object<'_>, what: &str) {
        if let Some(name) = object.duplicate() {
            let detail = format!("`{name}` stands twice in {what}");
            self.note(Rule::BuildDuplicateMember, detail);
        }
    }

    /// Checks the signature by other code than the oracle: by signing again where the algorithm has one
    /// signature only, otherwise by another implementation of the primitive.
    fn read_signature(&mut self, input: &[u8], signature: &[u8]) {
        let Some(algorithm) = self.algorithm else {
            return;
        };
        let Some(length) = sign::signature_len(algorithm, self.lens.signer.signing_key()) else {
            return;
        };
        if signature.len() != length {
            let detail = format!("the signature has {} octets, not {length}", signature.len());
            self.note(Rule::BuildSignatureLength, detail);
        }
        let key = self.lens.signer.signing_key();
        if !sign::verifies_again(algorithm, key, input, signature) {
            self.note(
                Rule::BuildSignature,
                format!("a second reader does not take the {algorithm} signature"),
            );
        }
    }
}

/// The members of a private or symmetric key that are not public (RFC 7518 section 6).
pub(super) const PRIVATE_MEMBERS: [&str; 8] = ["d", "k", "p", "q", "dp", "dq", "qi", "oth"];
/// The claims that the builder itself sets, so that a request must not list them as further claims.
pub(super) const REGISTERED: [&str; 7] = ["iss", "sub", "aud", "exp", "iat", "nbf", "jti"];
/// The largest assertion in octets, and the longest `jti` in characters, that Auth0 documents.
const COMMON_SIZE: usize = 2048;
const COMMON_JTI: usize = 64;
const CLIENT_AUTHENTICATION: &str = "client-authentication+jwt";
/// The limit between times in seconds and in milliseconds: in seconds the year 5138, in milliseconds 1973.
const END_OF_SECONDS: UnixSeconds = UnixSeconds(100_000_000_000);
/// The tolerance for times that builders set back or ahead: ten minutes.
const MINUTES: i64 = 600;
/// Ten years: an `exp` so far beyond the requested one means a wrong clock, not a wrong lifetime.
const YEARS: i64 = 315_360_000;
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
