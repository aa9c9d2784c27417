//! Explicit typing: RFC 7515 section 4.1.9, RFC 8725 sections 3.11 and 3.12, RFC 10070 section 4.

use super::{examination::Examination, header::shown};
use crate::{
    json::{Object, Value},
    model::Rule,
};

impl Examination<'_> {
    /// The `typ`, and the rules about those that may not stand in a client assertion.
    pub(super) fn read_typ(&mut self, header: &Object<'_>, claims: &Object<'_>) {
        let Some(value) = header.get("typ", self.reading) else {
            return self.note(Rule::TypAbsent, "the header has no `typ`");
        };
        let Some(typ) = value.as_string() else {
            return self.note(Rule::TypType, format!("`typ` is {}", shown(value)));
        };
        // RFC 7515 section 4.1.9: compared as a media type, `application/` left out.
        let lower = typ.to_ascii_lowercase();
        let subtype = lower.strip_prefix("application/").unwrap_or(&lower);
        let is_plain = subtype == typ;
        match subtype {
            "" => self.note(Rule::TypEmpty, "`typ` is empty"),
            "jwt" => match &*typ {
                "JWT" => self.note(Rule::TypJwt, "`typ` is JWT"),
                _ => self.note(Rule::TypForm, format!("`typ` is {typ:?}")),
            },
            CLIENT_AUTHENTICATION => {
                if is_plain {
                    let detail = "`typ` is client-authentication+jwt";
                    self.note(Rule::TypClientAuthentication, detail);
                } else {
                    self.note(Rule::TypForm, format!("`typ` is {typ:?}"));
                }
                self.read_typed_audience(claims);
            }
            other if OTHER_KINDS.contains(&other) => {
                self.note(Rule::TypOtherKind, format!("`typ` is {typ:?}"));
                self.read_own_token(claims);
            }
            _ => self.note(Rule::TypUnknown, format!("`typ` is {typ:?}")),
        }
    }

    /// RFC 10070 section 4: a client that uses the new type uses the new audience.
    fn read_typed_audience(&mut self, claims: &Object<'_>) {
        let audience = claims.get("aud", self.reading);
        let is_issuer = audience
            .and_then(Value::as_string)
            .is_some_and(|audience| audience == self.step.context.server.issuer);
        if !is_issuer {
            let detail = "`typ` is the new one, the audience is not the issuer";
            self.note(Rule::TypStrictAudience, detail);
        }
    }

    /// RFC 8725 section 3.12: a token of the server's own, presented back to it.
    fn read_own_token(&mut self, claims: &Object<'_>) {
        let iss = claims.get("iss", self.reading).and_then(Value::as_string);
        if iss.as_deref() == Some(self.step.context.server.issuer.as_str()) {
            self.note(
                Rule::CrossJwt,
                "the server issued this token itself, for another use",
            );
        }
    }
}

const CLIENT_AUTHENTICATION: &str = "client-authentication+jwt";
/// Types that other specifications give to other kinds of JWT.
const OTHER_KINDS: [&str; 8] = [
    "at+jwt",
    "dpop+jwt",
    "oauth-authz-req+jwt",
    "logout+jwt",
    "secevent+jwt",
    "oauth-client-attestation+jwt",
    "oauth-client-attestation-pop+jwt",
    "token-introspection+jwt",
];
