//! authkestra-op: `verify_client_assertion`, then its memory of spent `jti`.
//!
//! Not claimed: layer `request`, since its token handler has no token endpoint but ISSUER/token. It
//! knows no algorithm of a client or of a policy: the key decides. Leeway, the longest lifetime and
//! what `kid` is for are fixed.

use std::collections::HashMap;

use authkestra_op::{
    ClientRegistration, OpError, TokenEndpointAuthMethod,
    client_assertion::{
        ClientAssertionStore, MemoryClientAssertionStore, peek_client_assertion_subject,
        verify_client_assertion,
    },
};
use jwt_assay_shims::{Answer, Call, Program, Request, serve};
use serde_json::json;

fn main() -> std::io::Result<()> {
    let program = Program {
        package: "authkestra-op",
        url: "https://crates.io/crates/authkestra-op",
        roles: json!({"verify": {"layers": ["jws", "key", "jwt", "assertion", "state"]}}),
        methods: &["private_key_jwt"],
        algorithms: &[
            "RS256", "RS384", "RS512", "ES256", "ES384", "PS256", "PS384", "PS512", "EdDSA",
        ],
        clock: "system",
        key_formats: &["jwk"],
    };
    let mut memories: HashMap<String, MemoryClientAssertionStore> = HashMap::new();
    serve(&program, |request| match request {
        Request::Verify(call) => {
            verify(call, memories.entry(call.state.clone()).or_default()).unwrap_or_else(|no| no)
        }
        _ => Answer::Error("no such operation".to_owned()),
    })
}

fn verify(call: &Call, spent: &mut MemoryClientAssertionStore) -> Result<Answer, Answer> {
    let no = |why: &str| Answer::Reject(why.to_owned());
    let octets = call
        .request
        .assertion()
        .ok_or_else(|| no("there is no client assertion"))?;
    let assertion = String::from_utf8(octets).map_err(|_| no("the assertion is not UTF-8"))?;
    // RFC 6749 section 3.2: a parameter without a value is as good as left out.
    let named = call.request.client_id.clone().filter(|id| !id.is_empty());
    let named = named.or_else(|| peek_client_assertion_subject(&assertion));
    let client = call
        .clients
        .iter()
        .find(|client| Some(&client.client_id) == named.as_ref());
    let client = client.ok_or_else(|| no("the client is not registered"))?;
    if client.method != "private_key_jwt" {
        return Err(no("the client has another method"));
    }
    #[expect(deprecated, reason = "a field that is read no more has to be written")]
    let registration = ClientRegistration {
        client_id: client.client_id.clone(),
        client_secret_hash: None,
        redirect_uris: Vec::new(),
        grant_types: Vec::new(),
        scopes: Vec::new(),
        require_pkce: true,
        allowed_audiences: Vec::new(),
        token_endpoint_auth_method: Some(TokenEndpointAuthMethod::PrivateKeyJwt),
        jwks: client.jwks.clone(),
    };
    let verified = verify_client_assertion(&assertion, &registration, &call.policy.audience)
        .map_err(|error| match error {
            OpError::InvalidClientAssertion | OpError::BadAlg(_) | OpError::BadJwk(_) => {
                Answer::Reject(error.to_string())
            }
            other => Answer::Error(other.to_string()),
        })?;
    if call.policy.replay == "refuse" {
        let recorded = pollster::block_on(spent.record_jti(&verified.jti, verified.expires_at));
        match recorded {
            Ok(true) => {}
            Ok(false) => return Err(Answer::Reject(OpError::ClientAssertionReplayed.to_string())),
            Err(error) => return Err(Answer::Error(error.to_string())),
        }
    }
    Ok(Answer::Accept(client.client_id.clone()))
}
