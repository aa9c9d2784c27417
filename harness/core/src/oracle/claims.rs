//! The claims, item by item: RFC 7523 section 3.

use std::borrow::Cow;

use super::{examination::Examination, header::shown, time::TimeClaim};
use crate::{
    json::{Kind, Object, Value},
    model::Rule,
};

impl Examination<'_> {
    /// RFC 7523 section 3, items 1 to 8.
    pub(super) fn read_claims(&mut self, claims: &Object<'_>) {
        self.read_iss(claims.get("iss", self.reading));
        self.read_sub(claims.get("sub", self.reading));
        self.read_aud(claims.get("aud", self.reading));
        let exp = self.read_time(TimeClaim::Exp, claims.get("exp", self.reading));
        self.read_time(TimeClaim::Nbf, claims.get("nbf", self.reading));
        let iat = self.read_time(TimeClaim::Iat, claims.get("iat", self.reading));
        if let (Some(exp), Some(iat)) = (exp, iat)
            && iat.is_after(exp)
        {
            self.note(Rule::IatAfterExp, "`iat` is after `exp`");
        }
        self.read_jti(claims.get("jti", self.reading), exp);
        self.read_other_claims(claims);
    }

    /// Item 1: `iss`, the client itself.
    fn read_iss(&mut self, value: Option<Value<'_>>) {
        let Some(value) = value else {
            return self.note(Rule::IssMissing, "there is no `iss`");
        };
        let Some(iss) = value.as_string() else {
            return self.note(Rule::IssType, format!("`iss` is {}", shown(value)));
        };
        if let Some(client_id) = self.other_than_client(&iss) {
            self.note(
                Rule::IssMismatch,
                format!("`iss` is {iss:?}, the client {client_id:?}"),
            );
        }
    }

    /// Item 2 B: `sub`, the client itself.
    fn read_sub(&mut self, value: Option<Value<'_>>) {
        let Some(value) = value else {
            return self.note(Rule::SubMissing, "there is no `sub`");
        };
        let Some(sub) = value.as_string() else {
            return self.note(Rule::SubType, format!("`sub` is {}", shown(value)));
        };
        if let Some(client_id) = self.other_than_client(&sub) {
            self.note(
                Rule::SubMismatch,
                format!("`sub` is {sub:?}, the client {client_id:?}"),
            );
        }
    }

    /// Item 3: `aud`, this server; RFC 7519 section 4.1.3: a string or an array of strings.
    fn read_aud(&mut self, value: Option<Value<'_>>) {
        let Some(value) = value else {
            return self.note(Rule::AudMissing, "there is no `aud`");
        };
        let names: Option<Vec<Cow<'_, str>>> = match value.kind() {
            Kind::String => value.as_string().map(|name| vec![name]),
            Kind::Array => value
                .as_array()
                .and_then(|elements| elements.into_iter().map(Value::as_string).collect()),
            Kind::Boolean | Kind::Null | Kind::Number | Kind::Object => None,
        };
        let Some(names) = names else {
            return self.note(Rule::AudType, format!("`aud` is {}", shown(value)));
        };
        let (parameters, server) = (&self.profile.parameters, &self.step.context.server);
        if !names
            .iter()
            .any(|name| parameters.names_server(server, name))
        {
            match names
                .iter()
                .find(|name| parameters.may_name_server(server, name))
            {
                Some(name) => self.note(Rule::AudTolerated, format!("`aud` says {name:?}")),
                None => self.note(Rule::AudMismatch, format!("`aud` is {}", shown(value))),
            }
        }
        if value.kind() == Kind::Array {
            self.read_aud_form(&names);
        }
    }

    /// RFC 10070 section 4, FAPI 2.0 section 5.3.2.1, item 8: how many values, in which form.
    fn read_aud_form(&mut self, names: &[Cow<'_, str>]) {
        match names {
            [] => {}
            [_] => self.note(Rule::AudArray, "`aud` is an array with one member"),
            [first, rest @ ..] if rest.iter().all(|name| name == first) => {
                self.note(Rule::AudRepeated, "`aud` repeats one value");
            }
            _ => self.note(
                Rule::AudSeveral,
                format!("`aud` has {} values", names.len()),
            ),
        }
        if names.iter().any(|name| name.is_empty()) {
            self.note(Rule::AudOddMember, "`aud` has an empty member");
        }
        if names.len() > MANY_AUDIENCES {
            self.note(Rule::AudMany, format!("`aud` has {} values", names.len()));
        }
    }

    /// Item 7: `jti`, a string of any characters.
    fn read_jti(&mut self, value: Option<Value<'_>>, exp: Option<crate::json::NumericDate>) {
        let Some(value) = value else {
            return self.note(Rule::JtiMissing, "there is no `jti`");
        };
        if value.kind() == Kind::Null {
            return self.note(Rule::JtiNull, "`jti` is null");
        }
        let Some(jti) = value.as_string() else {
            return self.note(Rule::JtiType, format!("`jti` is {}", shown(value)));
        };
        let length = jti.chars().count();
        if jti.is_empty() {
            self.note(Rule::JtiEmpty, "`jti` is empty");
        } else if jti.chars().any(|c| !('!'..='~').contains(&c)) {
            self.note(
                Rule::JtiOdd,
                "`jti` has other than visible ASCII characters",
            );
        }
        if length > LONG_JTI {
            self.note(Rule::JtiLong, format!("`jti` has {length} characters"));
        }
        if let Some(exp) = exp.filter(|_| !jti.is_empty()) {
            self.explanation.jti = Some((jti.into_owned(), exp.saturating_seconds()));
        }
    }

    /// Item 8: other claims are ignored.
    fn read_other_claims(&mut self, claims: &Object<'_>) {
        for name in ["client_id", "azp"] {
            let value = claims.get(name, self.reading).and_then(Value::as_string);
            if value.is_some_and(|value| self.other_than_client(&value).is_some()) {
                self.note(
                    Rule::IdentityClaim,
                    format!("the claim `{name}` names another"),
                );
            }
        }
        let known = [
            "iss",
            "sub",
            "aud",
            "exp",
            "nbf",
            "iat",
            "jti",
            "client_id",
            "azp",
        ];
        if let Some((name, _)) = claims.members().find(|(name, _)| !known.contains(name)) {
            self.note(
                Rule::UnknownClaim,
                format!("there is an unknown claim {name:?}"),
            );
        }
    }

    /// RFC 7523 section 3: simple string comparison with the client's identifier, which is
    /// returned where it differs.
    fn other_than_client(&self, value: &str) -> Option<String> {
        let client_id = &self.client?.client_id.0;
        (client_id != value).then(|| client_id.clone())
    }
}

/// Members of `aud` beyond which a server may take them for an attack.
const MANY_AUDIENCES: usize = 100;
/// Octets of a `jti` up to the shortest cap that a vendor documents.
pub(super) const LONG_JTI: usize = 64;
