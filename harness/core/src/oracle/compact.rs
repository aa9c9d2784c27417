//! The assertion from its octets to its claims: RFC 7515 section 5.2, RFC 7519 section 7.2.

use super::examination::Examination;
use crate::{
    encoding::{Segment, read_base64url},
    json::{Kind, Object, Value},
    model::Rule,
};

impl Examination<'_> {
    /// RFC 7523 section 2.2: a single assertion; then, in order, what RFC 7515 section 5.2 and
    /// RFC 7519 section 7.2 do with it.
    pub(super) fn read_assertion(&mut self) {
        match self.step.request.client_assertion.as_ref() {
            Some(assertion) if !assertion.0.is_empty() => self.read_compact(&assertion.0),
            Some(_) => self.note(Rule::ClientAssertionMissing, "`client_assertion` is empty"),
            None => self.note(
                Rule::ClientAssertionMissing,
                "`client_assertion` is not there",
            ),
        }
    }

    /// RFC 7515 section 5.2, step 1: three parts, delimited by two periods.
    fn read_compact(&mut self, assertion: &[u8]) {
        self.read_size(assertion);
        let mut parts = assertion.splitn(6, |octet| *octet == b'.');
        let first = [parts.next(), parts.next(), parts.next(), parts.next()];
        let [Some(header), Some(payload), Some(signature), None] = first else {
            let parts: Vec<&[u8]> = first.into_iter().flatten().chain(parts).collect();
            if self.read_encrypted(&parts) {
                return;
            }
            let count = match parts.len() {
                6 => "more than five".to_owned(),
                count => count.to_string(),
            };
            self.note(
                Rule::CompactForm,
                format!("it has {count} segments, not three"),
            );
            return;
        };
        let signing_input = &assertion[..header.len() + 1 + payload.len()];
        let header = self.decode("header", header);
        let payload = self.decode("payload", payload);
        let signature = self.decode("signature", signature);
        let (Some(header), Some(payload), Some(signature)) = (header, payload, signature) else {
            return;
        };
        self.read_parts(&header, &payload, &signature, signing_input);
    }

    /// RFC 7515 section 5.2, steps 2, 6 and 7: base64url without anything else.
    fn decode(&mut self, name: &'static str, text: &[u8]) -> Option<Vec<u8>> {
        match read_base64url(text) {
            Ok(Segment {
                octets,
                has_trailing_bits,
            }) => {
                if has_trailing_bits {
                    let detail = format!("the last character of the {name} has unused bits set");
                    self.note(Rule::Base64urlTrailingBits, detail);
                }
                Some(octets)
            }
            Err(error) => {
                self.note(Rule::Base64url, format!("{name} segment: {error}"));
                None
            }
        }
    }

    fn read_parts(&mut self, header: &[u8], payload: &[u8], signature: &[u8], input: &[u8]) {
        let header_text = self.text("header", header, Rule::HeaderJson);
        self.explanation.header = header_text.map(str::to_owned);
        let header = header_text.and_then(|text| self.object(HEADER, text, Rule::HeaderJson));
        // Without an `alg` there is no algorithm to read the rest by.
        let Some(header) = header else { return };
        // The claims are looked at before the signature is checked, since `sub` says whose signature it
        // should be. Their faults are noted after the signature, in the order of the specifications.
        let noted = self.explanation.findings.len();
        let payload_text = self.text("claims set", payload, Rule::PayloadJson);
        self.explanation.payload = payload_text.map(str::to_owned);
        let claims =
            payload_text.and_then(|text| self.object("claims set", text, Rule::PayloadJson));
        let about_payload = self.explanation.findings.split_off(noted);

        let string = |name| {
            claims
                .as_ref()?
                .get(name, self.reading)
                .and_then(Value::as_string)
        };
        let (issuer, subject) = (string("iss"), string("sub"));
        self.identify_client(issuer.as_deref(), subject.as_deref());
        self.read_method();
        let algorithm = self.read_header(&header);
        self.read_signature(&header, algorithm, signature, input);
        self.explanation.findings.extend(about_payload);
        match (claims, payload_text) {
            (Some(claims), _) => {
                self.read_claims(&claims);
                self.read_typ(&header, &claims);
            }
            (None, Some(text)) => self.read_nested(&header, text),
            (None, None) => {}
        }
    }

    /// RFC 7515 section 5.2, step 3 and RFC 8725 section 3.7: UTF-8; RFC 8259 section 8.1: no byte
    /// order mark, which a parser may forgive.
    fn text<'t>(&mut self, name: &'static str, octets: &'t [u8], rule: Rule) -> Option<&'t str> {
        let Ok(text) = std::str::from_utf8(octets) else {
            self.note(Rule::Utf8, format!("the {name} is not UTF-8"));
            return None;
        };
        if text.is_empty() {
            self.note(rule, format!("the {name} is empty"));
            return None;
        }
        let Some(text) = text.strip_prefix('\u{feff}') else {
            return Some(text);
        };
        self.note(
            Rule::ByteOrderMark,
            format!("a byte order mark precedes the {name}"),
        );
        Some(text)
    }

    /// RFC 7515 section 5.2, steps 3 and 4, section 10.12, and RFC 7519 section 7.2, step 10: one
    /// JSON object.
    fn object<'t>(&mut self, name: &'static str, text: &'t str, rule: Rule) -> Option<Object<'t>> {
        match Object::parse(text) {
            Ok(object) => {
                if let Some(member) = object.duplicate() {
                    self.explanation.has_duplicates = true;
                    let detail = format!("{member:?} stands twice in the {name}");
                    self.note(Rule::DuplicateMember, detail);
                }
                self.read_unread_values(name, &object);
                Some(object)
            }
            Err(error) => {
                self.note(rule, format!("the {name} is no JSON object: {error}"));
                None
            }
        }
    }

    /// Values that nothing reads, which a parser may still stumble over: RFC 8259 sections 6, 8.2
    /// and 9, RFC 7493 section 2.
    fn read_unread_values(&mut self, name: &'static str, object: &Object<'_>) {
        if object.len() > MANY_MEMBERS {
            self.note(
                Rule::MemberCount,
                format!("the {name} has {} members", object.len()),
            );
        }
        for (member, value) in object.members() {
            let text = value.text();
            match text.as_bytes().first() {
                Some(b'{' | b'[') => {
                    if value.depth() > DEEP {
                        self.note(Rule::NestingDepth, format!("{member:?} is nested deep"));
                    } else if has_nested_duplicate(value) {
                        let detail = format!("{member:?} holds an object with a duplicate");
                        self.note(Rule::DuplicateNested, detail);
                    }
                    self.read_nested_scalars(member, value);
                }
                Some(b'"') if text.contains("\\u") && value.as_string().is_none() => {
                    self.note(
                        Rule::LoneSurrogate,
                        format!("{member:?} has a lone surrogate"),
                    );
                }
                Some(b'-' | b'0'..=b'9') if is_unread(name, member) && !is_representable(text) => {
                    self.note(Rule::NumberRange, format!("{member:?} fits no double"));
                }
                Some(_) | None => {}
            }
        }
    }

    /// Notes the same about strings and numbers below the top level, each kind once.
    fn read_nested_scalars(&mut self, member: &str, value: Value<'_>) {
        let is_lone = |scalar: Value<'_>| {
            scalar.kind() == Kind::String
                && scalar.text().contains("\\u")
                && scalar.as_string().is_none()
        };
        if value.text().contains("\\u") && value.scalars().any(is_lone) {
            let detail = format!("{member:?} holds a lone surrogate");
            self.note(Rule::LoneSurrogate, detail);
        }
        let is_out_of_range =
            |scalar: Value<'_>| scalar.kind() == Kind::Number && !is_representable(scalar.text());
        if value.scalars().any(is_out_of_range) {
            let detail = format!("{member:?} holds a number that fits no double");
            self.note(Rule::NumberRange, detail);
        }
    }

    fn read_size(&mut self, assertion: &[u8]) {
        let size = assertion.len();
        if size > HUGE {
            self.note(Rule::TokenHuge, format!("it has {size} octets"));
        } else if size > LARGE {
            self.note(Rule::TokenSize, format!("it has {size} octets"));
        }
    }
}

fn has_nested_duplicate(value: Value<'_>) -> bool {
    if let Some(object) = value.as_object() {
        return object.duplicate().is_some()
            || object
                .members()
                .any(|(_, inner)| has_nested_duplicate(inner));
    }
    value
        .as_array()
        .is_some_and(|elements| elements.into_iter().any(has_nested_duplicate))
}

/// Tells if nothing reads the values of a member: those of times are read, in the claims set.
fn is_unread(name: &str, member: &str) -> bool {
    name == HEADER || !matches!(member, "exp" | "nbf" | "iat")
}

/// RFC 7493 section 2.2: no more magnitude or precision than a double has.
fn is_representable(lexeme: &str) -> bool {
    lexeme.len() <= 400 && lexeme.parse::<f64>().is_ok_and(f64::is_finite)
}

/// The name of the header in findings.
const HEADER: &str = "header";
/// Octets at which vendors cap assertions; no specification forbids it.
pub(super) const LARGE: usize = 2048;
/// Octets beyond which the question is only that a server answers at all.
const HUGE: usize = 65_536;
/// A depth below those at which parsers commonly stop: 64, 100 or 128.
const DEEP: usize = 50;
const MANY_MEMBERS: usize = 1000;
