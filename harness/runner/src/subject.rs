//! The subject of a token request: the clients that an acceptance may name.

use base64::{
    Engine,
    alphabet::URL_SAFE,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use jwt_assay_core::model::{ClientId, Step, TokenRequest};
use serde_json::Value;

/// The clients that a token request may be about.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Subject {
    /// The client that the request names.
    Client(ClientId),
    /// Any registered client, since the request hides its own, as nested and encrypted assertions do.
    Registered(Vec<ClientId>),
}

impl Subject {
    /// The client that a step names: in the `client_id` parameter where there is one, else in the
    /// unverified `sub`.
    #[must_use]
    pub fn of(step: &Step) -> Self {
        let parameter = step.request.client_id.clone().filter(|id| !id.is_empty());
        match parameter.or_else(|| unverified_sub(&step.request)) {
            Some(id) => Self::Client(ClientId(id)),
            None => {
                let clients = step.context.clients.iter();
                Self::Registered(clients.map(|client| client.client_id.clone()).collect())
            }
        }
    }

    /// True where an acceptance of this client names the right one.
    #[must_use]
    pub fn permits(&self, client_id: &str) -> bool {
        match self {
            Self::Client(own) => own.0 == client_id,
            Self::Registered(all) => all.iter().any(|own| own.0 == client_id),
        }
    }
}

/// Reads `sub` as leniently as any verifier might. A strict reading would take a right acceptance
/// of an oddly encoded assertion for one of any registered client, and miss a wrong one.
fn unverified_sub(request: &TokenRequest) -> Option<String> {
    let assertion = request.client_assertion.as_ref()?;
    let payload = assertion.0.split(|&octet| octet == b'.').nth(1)?;
    let claims: Value = serde_json::from_slice(&LENIENT.decode(payload).ok()?).ok()?;
    claims.get("sub")?.as_str().map(str::to_owned)
}

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

#[cfg(test)]
mod tests {
    use jwt_assay_core::model::Assertion;

    use super::*;

    fn request(assertion: &str, client_id: Option<&str>) -> TokenRequest {
        TokenRequest {
            client_assertion_type: None,
            client_assertion: Some(Assertion(assertion.as_bytes().to_vec())),
            client_id: client_id.map(str::to_owned),
        }
    }

    #[test]
    fn sub_is_read_from_payloads_with_padding_and_trailing_bits() {
        // {"sub":"c"}, clean, then padded, then with unused bits set.
        for payload in ["eyJzdWIiOiJjIn0", "eyJzdWIiOiJjIn0=", "eyJzdWIiOiJjIn1"] {
            let seen = unverified_sub(&request(&format!("h.{payload}.s"), None));
            assert_eq!(seen.as_deref(), Some("c"), "{payload}");
        }
    }

    #[test]
    fn an_assertion_without_sub_names_no_client() {
        for assertion in ["", "h", "h.!.s", "h.e30.s", "h.eyJzdWIiOjF9.s"] {
            assert_eq!(
                unverified_sub(&request(assertion, None)),
                None,
                "{assertion}"
            );
        }
    }

    #[test]
    fn a_subject_that_is_not_named_must_still_be_registered() {
        let subject = Subject::Registered(vec![ClientId("a".into()), ClientId("b".into())]);
        assert_eq!((subject.permits("b"), subject.permits("c")), (true, false));
    }
}
