//! The JOSE header: RFC 7515 section 4, RFC 7797, RFC 7519 section 5.

use std::borrow::Cow;

use super::examination::Examination;
use crate::{
    json::{Kind, Object, Value},
    model::{Algorithm, Method, Rule, Step},
    oracle::{Memory, explain_last},
};

impl Examination<'_> {
    /// RFC 7515 section 4, parameter by parameter. The algorithm is returned where it is one that
    /// a key can be asked for.
    pub(super) fn read_header(&mut self, header: &Object<'_>) -> Option<Algorithm> {
        let algorithm = self.read_alg(header);
        self.read_crit(header);
        self.read_key_parameters(header);
        self.read_content_parameters(header);
        self.read_unknown_parameters(header);
        algorithm
    }

    /// RFC 7515 section 4.1.1, RFC 7518 section 3.6, RFC 8725 section 3.1.
    fn read_alg(&mut self, header: &Object<'_>) -> Option<Algorithm> {
        let Some(value) = header.get("alg", self.reading) else {
            self.note(Rule::AlgMissing, "the header has no `alg`");
            return None;
        };
        let Some(name) = value.as_string() else {
            self.note(Rule::AlgType, format!("`alg` is {}", shown(value)));
            return None;
        };
        if name == "none" {
            self.note(Rule::AlgNone, "`alg` is none");
            return None;
        }
        // RFC 7515 section 10.13: names are compared verbatim, after JSON unescaping.
        let Ok(algorithm) = name.parse::<Algorithm>() else {
            self.note(Rule::AlgUnknown, format!("no algorithm is called {name:?}"));
            return None;
        };
        self.read_alg_list(algorithm)
    }

    /// RFC 8725 section 3.1: the caller's list, and one algorithm for one key. OpenID Connect Core
    /// section 9: the method says which kind.
    fn read_alg_list(&mut self, algorithm: Algorithm) -> Option<Algorithm> {
        let client = self.client?;
        let table = &self.profile.algorithms;
        let fits_method = Method::of(algorithm) == client.method;
        if fits_method && table.unmentioned.contains(&algorithm) {
            let detail = format!("the profile does not mention {algorithm}");
            self.note(Rule::AlgOutsideCore, detail);
        } else if !fits_method {
            let detail = format!("{algorithm} is no algorithm for {}", client.method);
            self.note(Rule::AlgNotAllowed, detail);
            return None;
        } else if !self.profile.has_method(client.method) {
            // The stage of the request has noted that the profile has no such method.
        } else if !table.required.contains(&algorithm) && !table.optional.contains(&algorithm) {
            self.note(
                Rule::AlgNotAllowed,
                format!("{algorithm} is not on the server's list"),
            );
        }
        if client
            .alg
            .as_deref()
            .is_some_and(|registered| registered != algorithm.name())
        {
            let registered = client.alg.as_deref().unwrap_or_default();
            let detail = format!("the client registered {registered}, not {algorithm}");
            self.note(Rule::AlgNotRegistered, detail);
        }
        Some(algorithm)
    }

    /// RFC 7515 section 4.1.11, RFC 7797 sections 6 and 7.
    fn read_crit(&mut self, header: &Object<'_>) {
        let b64 = header.get("b64", self.reading);
        let b64_is_false = b64.is_some_and(|value| value.text() == "false");
        let Some(crit) = header.get("crit", self.reading) else {
            if b64.is_some() {
                self.note(Rule::B64WithoutCrit, "`b64` stands without `crit`");
            }
            return;
        };
        if crit.kind() == Kind::Null {
            return self.note(Rule::CritNull, "`crit` is null");
        }
        let elements = crit.as_array();
        let names: Option<Vec<Cow<'_, str>>> =
            elements.and_then(|all| all.into_iter().map(Value::as_string).collect());
        let Some(names) = names else {
            let detail = format!("`crit` is {}, not an array of strings", shown(crit));
            return self.note(Rule::CritMalformed, detail);
        };
        if names.is_empty() {
            self.note(Rule::CritEmpty, "`crit` is empty");
        }
        for name in &names {
            match &**name {
                "b64" if b64_is_false => {
                    self.note(Rule::B64False, "the payload is declared to be unencoded");
                }
                "b64" => self.note(Rule::CritB64, "`crit` names `b64`"),
                registered if REGISTERED_PARAMETERS.contains(&registered) => {
                    let detail = format!("`crit` names {registered:?}, which every JWS has");
                    self.note(Rule::CritRegisteredName, detail);
                }
                other => {
                    self.note(Rule::CritUnknown, format!("`crit` names {other:?}"));
                }
            }
        }
    }

    /// RFC 7515 sections 4.1.2, 4.1.3 and 4.1.5 to 4.1.8, RFC 8725 section 3.10: keys and places to
    /// fetch them are ignored.
    fn read_key_parameters(&mut self, header: &Object<'_>) {
        if let Some(name) = self.key_parameter(header) {
            self.note(Rule::HeaderKeyPresent, format!("the header has `{name}`"));
        }
        let jwk = header.get("jwk", self.reading).and_then(Value::as_object);
        if jwk.is_some_and(|jwk| jwk.get("d", self.reading).is_some()) {
            self.note(Rule::HeaderPrivateKey, "the embedded JWK is a private key");
        }
    }

    /// The first parameter that brings a key along or says where one is.
    pub(super) fn key_parameter(&self, header: &Object<'_>) -> Option<&'static str> {
        KEY_PARAMETERS
            .into_iter()
            .find(|name| header.get(name, self.reading).is_some())
    }

    /// RFC 7519 sections 5.2 and 5.3, RFC 7516 section 4.1.3.
    fn read_content_parameters(&mut self, header: &Object<'_>) {
        if header.get("zip", self.reading).is_some() {
            self.note(Rule::ZipHeader, "the header has `zip`");
        }
        if let Some(cty) = header.get("cty", self.reading) {
            match cty.as_string().as_deref() {
                Some(jwt) if is_jwt(jwt) => {
                    self.note(Rule::CtyJwt, "`cty` says that a JWT is nested");
                }
                // Another media type, or a value that is none.
                Some(_) | None => self.note(Rule::CtyOther, format!("`cty` is {}", shown(cty))),
            }
        }
        let claims = ["iss", "sub", "aud"];
        if claims
            .into_iter()
            .any(|name| header.get(name, self.reading).is_some())
        {
            self.note(Rule::HeaderClaims, "claims stand in the header");
        }
    }

    /// RFC 7515 section 4: a server ignores parameters that it does not understand.
    fn read_unknown_parameters(&mut self, header: &Object<'_>) {
        let known = |name: &str| {
            REGISTERED_PARAMETERS.contains(&name)
                || KEY_PARAMETERS.contains(&name)
                || ["b64", "zip", "iss", "sub", "aud"].contains(&name)
        };
        if let Some((name, _)) = header.members().find(|(name, _)| !known(name)) {
            let detail = format!("the header has the unknown parameter {name:?}");
            self.note(Rule::UnknownHeaderParameter, detail);
        }
    }

    /// RFC 7519 section 7.2, step 8: where the payload is itself a JWT, the steps are taken again
    /// with it. Support is optional (section 8); what must not happen is that the inside goes
    /// unchecked (RFC 8725 section 3.3).
    pub(super) fn read_nested(&mut self, header: &Object<'_>, payload: &str) {
        let cty = header.get("cty", self.reading).and_then(Value::as_string);
        if !cty.as_deref().is_some_and(is_jwt) || payload.split('.').count() != 3 {
            return;
        }
        // The finding that the payload is no JSON object goes: it is none because it is a JWT.
        self.explanation
            .findings
            .retain(|finding| finding.rule != Rule::PayloadJson);
        self.note(Rule::NestedJwt, "the payload is a JWT");
        self.read_inner(payload);
    }

    /// RFC 8725 section 3.3: the inside is checked like any other assertion.
    pub(super) fn read_inner(&mut self, assertion: &str) {
        let mut inner: Step = self.step.clone();
        inner.request.client_assertion = Some(crate::model::Assertion(assertion.into()));
        match explain_last(&Memory::default(), &inner) {
            Ok(inside) if !inside.is_rejected() => {}
            Ok(_) | Err(_) => {
                self.note(
                    Rule::NestedInvalid,
                    "the assertion inside would not pass by itself",
                );
            }
        }
    }
}

/// RFC 7515 section 4.1.10 and RFC 7519 section 5.2: compared as a media type.
fn is_jwt(cty: &str) -> bool {
    let subtype = cty.strip_prefix("application/").unwrap_or(cty);
    subtype.eq_ignore_ascii_case("jwt")
}

/// A value as findings show it, cut to a readable length.
pub(super) fn shown(value: Value<'_>) -> String {
    let text = value.text();
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// RFC 7515 section 4.1, without those that are about keys.
const REGISTERED_PARAMETERS: [&str; 5] = ["alg", "kid", "typ", "cty", "crit"];
const KEY_PARAMETERS: [&str; 6] = ["jwk", "jku", "x5u", "x5c", "x5t", "x5t#S256"];
