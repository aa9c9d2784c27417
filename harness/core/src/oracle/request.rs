//! The token request: RFC 7521 section 4.2, RFC 7523 section 2.2.

use super::examination::Examination;
use crate::model::{ASSERTION_TYPE, Client, Rule};

impl<'a> Examination<'a> {
    /// RFC 7521 section 4.2: the parameters. `client_id` waits until the assertion is read.
    pub(super) fn read_request(&mut self) {
        self.read_assertion_type();
    }

    /// RFC 7523 section 2.2: the value of `client_assertion_type`.
    fn read_assertion_type(&mut self) {
        match self.step.request.client_assertion_type.as_deref() {
            Some(ASSERTION_TYPE) => {}
            // RFC 6749 section 3.2: a parameter without a value is one that is not there.
            None | Some("") => {
                self.note(
                    Rule::ClientAssertionType,
                    "`client_assertion_type` is not there",
                );
            }
            Some(other) => {
                let detail = format!("`client_assertion_type` is {other:?}");
                self.note(Rule::ClientAssertionType, detail);
            }
        }
    }

    /// RFC 7521 section 4.2 and RFC 7523 section 3, item 2: the client. The parameter is
    /// not needed; where it is there, parameter and assertion name the same client.
    pub(super) fn identify_client(&mut self, issuer: Option<&str>, subject: Option<&str>) {
        let parameter = self
            .step
            .request
            .client_id
            .as_deref()
            .filter(|id| !id.is_empty());
        if parameter.is_none() {
            self.note(Rule::ClientIdOptional, "there is no `client_id` parameter");
        }
        let by_assertion = subject
            .filter(|_| parameter.is_none() || issuer == subject)
            .and_then(|subject| self.registered(subject));
        match (parameter, by_assertion) {
            (Some(parameter), Some(client)) if client.client_id.0 != parameter => {
                let detail = format!(
                    "the parameter says {parameter:?}, the assertion {:?}",
                    client.client_id.0
                );
                self.note(Rule::ClientIdMismatch, detail);
                self.client = Some(client);
            }
            (Some(parameter), _) => self.client = self.registered(parameter),
            (None, client) => self.client = client,
        }
        if self.client.is_none() {
            let name = parameter.or(subject).unwrap_or_default();
            self.note(
                Rule::UnknownClient,
                format!("no client {name:?} is registered"),
            );
        }
    }

    /// FAPI 2.0 section 5.3.2.1, item 6: a profile may leave out a method altogether.
    pub(super) fn read_method(&mut self) {
        let Some(client) = self.client else { return };
        if !self.profile.has_method(client.method) {
            let detail = format!("{} is no method of this profile", client.method);
            self.note(Rule::MethodExcluded, detail);
        }
        if client
            .client_id
            .0
            .chars()
            .any(|c| !(' '..='~').contains(&c))
        {
            self.note(
                Rule::ClientIdCharset,
                "`client_id` has other than visible ASCII characters",
            );
        }
    }

    fn registered(&self, client_id: &str) -> Option<&'a Client> {
        self.step
            .context
            .clients
            .iter()
            .find(|client| client.client_id.0 == client_id)
    }
}
