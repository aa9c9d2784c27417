//! A presentation to a server: all that the server could know, and no word of the expected answer.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeStruct};

use super::{Context, UnixSeconds};

/// The one value of `client_assertion_type` for JWTs (RFC 7523 section 2.2).
pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// One or more steps, presented in order to one server with one replay memory.
#[derive(Clone, Debug, PartialEq)]
pub struct Presented {
    /// At least one.
    pub steps: Vec<Step>,
}

/// A token request at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The evaluation time.
    pub now: UnixSeconds,
    /// The server's knowledge; most cases share it among their steps.
    pub context: Arc<Context>,
    /// The token request that the client sent.
    pub request: TokenRequest,
}

/// The parameters of a token request that matter to client authentication. An absent parameter
/// is `None`, an empty one is empty.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TokenRequest {
    /// `client_assertion_type`.
    pub client_assertion_type: Option<String>,
    /// `client_assertion`, as the octets that arrived.
    pub client_assertion: Option<Assertion>,
    /// `client_id`.
    pub client_id: Option<String>,
}

/// The octets of a client assertion, which need not be text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Assertion(pub Vec<u8>);

impl Assertion {
    /// The assertion as text, where it is UTF-8.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }
}

/// As the process protocol writes it: text under `client_assertion`, anything that is not UTF-8
/// in standard base64 under `client_assertion_base64`.
impl Serialize for TokenRequest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_struct("TokenRequest", 3)?;
        if let Some(kind) = &self.client_assertion_type {
            members.serialize_field("client_assertion_type", kind)?;
        }
        match self
            .client_assertion
            .as_ref()
            .map(|octets| (octets, octets.as_text()))
        {
            None => {}
            Some((_, Some(text))) => members.serialize_field("client_assertion", text)?,
            Some((octets, None)) => {
                members.serialize_field("client_assertion_base64", &STANDARD.encode(&octets.0))?;
            }
        }
        if let Some(client_id) = &self.client_id {
            members.serialize_field("client_id", client_id)?;
        }
        members.end()
    }
}

/// The parameters of a token request. An absent member is an absent parameter.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct Wire {
    /// `client_assertion_type`.
    client_assertion_type: Option<String>,
    /// `client_assertion`, where it is UTF-8.
    client_assertion: Option<String>,
    /// `client_assertion` in standard base64, where it is not.
    client_assertion_base64: Option<String>,
    /// `client_id`.
    client_id: Option<String>,
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for TokenRequest {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "TokenRequest".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Wire::json_schema(generator)
    }
}

impl<'de> Deserialize<'de> for TokenRequest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wire = Wire::deserialize(deserializer)?;
        let octets = match (wire.client_assertion, wire.client_assertion_base64) {
            (Some(text), None) => Some(text.into_bytes()),
            (None, Some(base64)) => {
                Some(STANDARD.decode(base64).map_err(serde::de::Error::custom)?)
            }
            (None, None) => None,
            (Some(_), Some(_)) => {
                return Err(serde::de::Error::custom(
                    "`client_assertion` and `client_assertion_base64` exclude each other",
                ));
            }
        };
        Ok(Self {
            client_assertion_type: wire.client_assertion_type,
            client_assertion: octets.map(Assertion),
            client_id: wire.client_id,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_assertion_that_is_not_text_travels_as_base64() {
        let request = TokenRequest {
            client_assertion: Some(Assertion(vec![0xff, 0x00])),
            ..TokenRequest::default()
        };
        let wire = serde_json::to_string(&request).unwrap();
        assert_eq!(wire, r#"{"client_assertion_base64":"/wA="}"#);
        assert_eq!(
            serde_json::from_str::<TokenRequest>(&wire).unwrap(),
            request
        );
    }
}
