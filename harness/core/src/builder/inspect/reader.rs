//! The reader of an assertion under the rules of builders: it compares each member with the request.

use std::{borrow::Cow, cmp::Ordering, collections::BTreeSet};

use serde_json::Value as Json;

use super::{Lens, PRIVATE_MEMBERS, REGISTERED, kid_of};
use crate::{
    encoding::{base64url, read_base64url},
    json::{Kind, NumericDate, Object, Reading, Value},
    model::{Algorithm, BuildRequest, Fixed, Profile, Rule, UnixSeconds},
    oracle::Finding,
    sign,
};

/// A reader of one assertion, by other code than the oracle.
pub(super) struct Reader<'a> {
    request: &'a BuildRequest,
    lens: &'a Lens<'a>,
    profile: &'static Profile,
    algorithm: Option<Algorithm>,
    findings: Vec<Finding>,
}

impl<'a> Reader<'a> {
    /// The findings of one assertion, member by member.
    pub(super) fn findings(
        request: &'a BuildRequest,
        lens: &'a Lens<'a>,
        profile: &'static Profile,
        assertion: &str,
    ) -> Vec<Finding> {
        let mut reader = Self {
            request,
            lens,
            profile,
            algorithm: request.algorithm.parse().ok(),
            findings: Vec::new(),
        };
        reader.read(assertion);
        reader.findings
    }

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
