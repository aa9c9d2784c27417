//! Registered keys: RFC 7517 section 4, RFC 7518 section 6, RFC 8725 section 3.

mod jwk;
pub(super) mod limits;

use std::borrow::Cow;

use serde_json::{Map, Value as Json};

pub(super) use self::jwk::Form;
pub use self::jwk::{KeyProblem, PublicKey};
use super::examination::Examination;
use crate::{
    json::{Kind, Object, Value},
    model::{Algorithm, Client, Rule},
};

/// A registered key that might have signed.
#[derive(Debug)]
pub(super) struct Candidate {
    /// The key, where its parameters make one.
    pub(super) key: Option<PublicKey>,
    /// The problems with it for this algorithm.
    pub(super) problems: Vec<KeyProblem>,
}

/// The keys to try.
#[derive(Debug, Default)]
pub(super) struct Candidates<'a> {
    /// Those that the token's `kid` names, or all where it names none.
    pub(super) chosen: Vec<Candidate>,
    /// The client's others, not read yet: there may be thousands, and they are tried only where no
    /// chosen key verifies.
    pub(super) others: Vec<&'a Map<String, Json>>,
}

impl<'a> Examination<'a> {
    /// RFC 7515 section 4.1.4 and section 6: `kid` helps to choose among the client's keys.
    pub(super) fn choose_keys(
        &mut self,
        header: &Object<'_>,
        algorithm: Algorithm,
    ) -> Candidates<'a> {
        let Some(client) = self.client else {
            return Candidates::default();
        };
        let Some(keys) = self.registered_keys(client) else {
            return Candidates::default();
        };
        let kid = header.get("kid", self.reading);
        let named = |kid: &str| {
            keys.iter()
                .filter(|jwk| jwk.get("kid").and_then(Json::as_str) == Some(kid))
                .count()
        };
        let kid = match self.read_kid(kid, keys.len()) {
            // A client without keys has none to name; that it has none is said elsewhere.
            Some(kid) if !keys.is_empty() && named(&kid) == 0 => {
                self.note(
                    Rule::KidUnknown,
                    format!("no key of the client has the kid {kid:?}"),
                );
                None
            }
            kid => kid,
        };
        let is_chosen = |jwk: &Map<String, Json>| match &kid {
            Some(kid) => jwk.get("kid").and_then(Json::as_str) == Some(kid),
            None => true,
        };
        let (chosen, others): (Vec<_>, Vec<_>) = keys.into_iter().partition(|jwk| is_chosen(jwk));
        self.read_shared_kid(kid.is_some(), &chosen);
        let candidate = |jwk| Candidate::of(jwk, algorithm, client);
        Candidates {
            chosen: chosen.into_iter().map(candidate).collect(),
            others,
        }
    }

    /// RFC 7515 section 4.1.4: a case-sensitive string, and optional. OpenID Connect Core section
    /// 10.1: needed where the client has several keys.
    pub(super) fn read_kid<'t>(
        &mut self,
        kid: Option<Value<'t>>,
        keys: usize,
    ) -> Option<Cow<'t, str>> {
        let Some(value) = kid else {
            match keys {
                0 | 1 => self.note(Rule::KidAbsent, "the header has no `kid`"),
                _ => self.note(Rule::KidAbsentSeveral, format!("no `kid`, and {keys} keys")),
            }
            return None;
        };
        match value.kind() {
            Kind::String => value.as_string(),
            Kind::Null => {
                self.note(Rule::KidNull, "`kid` is null");
                None
            }
            Kind::Array | Kind::Boolean | Kind::Number | Kind::Object => {
                self.note(
                    Rule::KidType,
                    format!("`kid` is {}", super::header::shown(value)),
                );
                None
            }
        }
    }

    /// RFC 7517 section 4.5: within a set, different keys should have different `kid`s.
    fn read_shared_kid(&mut self, has_kid: bool, chosen: &[&Map<String, Json>]) {
        let [first, rest @ ..] = chosen else { return };
        if !has_kid || rest.is_empty() {
            return;
        }
        if rest.iter().all(|jwk| jwk.get("kty") != first.get("kty")) {
            self.note(
                Rule::DuplicateKid,
                "keys of different types share the `kid`",
            );
        } else {
            self.note(
                Rule::DuplicateKidSameType,
                "keys of one type share the `kid`",
            );
        }
    }

    /// RFC 7517 section 5: an object with `keys`; keys of unknown type are ignored.
    fn registered_keys<'c>(&mut self, client: &'c Client) -> Option<Vec<&'c Map<String, Json>>> {
        let set = client.jwks.as_ref()?;
        let keys = match set {
            Json::Object(set) => set.get("keys").and_then(Json::as_array),
            Json::Array(keys) => {
                self.note(Rule::KeySetForm, "the JWK Set is an array");
                Some(keys)
            }
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => None,
        };
        let keys: Vec<_> = keys?.iter().filter_map(Json::as_object).collect();
        let is_known = |jwk: &&&Map<String, Json>| {
            matches!(
                jwk.get("kty").and_then(Json::as_str),
                Some("RSA" | "EC" | "OKP" | "oct")
            )
        };
        let known: Vec<_> = keys.iter().filter(is_known).copied().collect();
        if known.len() < keys.len() {
            self.note(
                Rule::KeyUnknownType,
                "the JWK Set has a key of unknown type",
            );
        }
        if keys.len() > MANY_KEYS {
            self.note(
                Rule::KeySetSize,
                format!("the client has {} keys", keys.len()),
            );
        }
        Some(known)
    }

    /// RFC 7518 section 3.2 and RFC 8725 section 3.5: a secret as long as the hash, and no word.
    pub(super) fn read_secret(&mut self, secret: &str, algorithm: Algorithm) {
        let (len, needed) = (secret.len(), algorithm.hash().output_len());
        if len < TRIVIAL_SECRET {
            self.note(Rule::SecretTrivial, format!("the secret has {len} octets"));
        } else if len < needed {
            let detail = format!("the secret has {len} octets, {algorithm} needs {needed}");
            self.note(Rule::SecretTooShort, detail);
        }
        let mut octets = secret.bytes();
        if octets
            .next()
            .is_some_and(|first| len > 1 && octets.all(|octet| octet == first))
        {
            self.note(
                Rule::SecretRepetitive,
                "the secret is one character repeated",
            );
        }
    }
}

impl Candidate {
    pub(super) fn of(jwk: &Map<String, Json>, algorithm: Algorithm, client: &Client) -> Self {
        let mut problems = jwk::metadata_problems(jwk, algorithm, client.alg.is_some());
        let key = match PublicKey::from_jwk(jwk, algorithm) {
            Ok((key, unusual)) => {
                problems.extend(unusual);
                Some(key)
            }
            Err(problem) => {
                problems.push(problem);
                None
            }
        };
        Self { key, problems }
    }
}

/// 128 bits: less than that can be searched for (RFC 8725 section 3.5).
const TRIVIAL_SECRET: usize = 16;
const MANY_KEYS: usize = 100;
