//! Token requests with wrong parameters around a right assertion (RFC 7521 section 4.2, RFC 7523
//! section 2.2).

use jwt_assay_core::model::Rule;

use super::{Entry, Flaw::Sends};

pub(super) static MISTAKES: &[Entry] = &[
    (
        "leaves client_assertion_type out",
        Rule::ClientAssertionType,
        Sends(|_, sent| sent.client_assertion_type = None),
    ),
    (
        "sends the type of SAML assertions",
        Rule::ClientAssertionType,
        Sends(|_, sent| {
            let saml = "urn:ietf:params:oauth:client-assertion-type:saml2-bearer";
            sent.client_assertion_type = Some(saml.to_owned());
        }),
    ),
    (
        "sends the grant type as the assertion type",
        Rule::ClientAssertionType,
        Sends(|_, sent| {
            let grant = "urn:ietf:params:oauth:grant-type:jwt-bearer";
            sent.client_assertion_type = Some(grant.to_owned());
        }),
    ),
    (
        "sends another client_id beside the assertion",
        Rule::ClientIdMismatch,
        Sends(|request, sent| sent.client_id = Some(format!("{}-app", request.client_id))),
    ),
];
