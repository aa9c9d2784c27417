//! Edits to the parameters of the token request.

use serde::{Deserialize, Serialize};

use crate::{
    draft::{Draft, Template},
    model::Rule,
};

/// An edit to a parameter of the token request.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum RequestEdit {
    /// Leaves `client_id` out.
    OmitClientId,
    /// Another `client_id`.
    ClientId(Template),
    /// Leaves `client_assertion_type` out.
    OmitType,
    /// Another `client_assertion_type`.
    Type(String),
    /// Leaves `client_assertion` out.
    OmitAssertion,
    /// An empty `client_assertion`.
    EmptyAssertion,
}

impl RequestEdit {
    pub(super) fn apply(&self, draft: &mut Draft) {
        match self {
            Self::OmitClientId => draft.request.client_id = None,
            Self::ClientId(text) => {
                let text = String::from_utf8_lossy(&text.fill(draft)).into_owned();
                draft.request.client_id = Some(text);
            }
            Self::OmitType => draft.request.client_assertion_type = None,
            Self::Type(text) => draft.request.client_assertion_type = Some(text.clone()),
            Self::OmitAssertion => draft.request.client_assertion = None,
            Self::EmptyAssertion => {
                draft.request.client_assertion = Some(crate::model::Assertion(Vec::new()));
            }
        }
    }

    pub(super) fn breaks(&self) -> Option<Rule> {
        match self {
            Self::OmitClientId => Some(Rule::ClientIdOptional),
            Self::OmitType => Some(Rule::ClientAssertionType),
            Self::Type(text) => {
                (text != crate::model::ASSERTION_TYPE).then_some(Rule::ClientAssertionType)
            }
            Self::OmitAssertion | Self::EmptyAssertion => Some(Rule::ClientAssertionMissing),
            // An unregistered client and another client are different faults.
            Self::ClientId(_) => None,
        }
    }
}
