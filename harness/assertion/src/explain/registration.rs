//! The server's knowledge of the client and of itself, as the user gives it; the assertion supplies
//! the rest.

use std::sync::Arc;

use jwt_assay_core::model::{
    ASSERTION_TYPE, Assertion, Client, ClientId, Context, Method, Profile, Server, Step,
    TokenRequest, UnixSeconds,
};
use serde_json::Value;

use super::peek::Peek;
use crate::key_file::Secret;

/// The facts that the user gave.
#[derive(Debug)]
pub struct Known {
    /// The client identifier of the client.
    pub client_id: Option<String>,
    /// The registered keys, or the secret.
    pub material: Option<Material>,
    /// The URL of the server's token endpoint.
    pub token_endpoint: Option<String>,
    /// The issuer identifier of the server.
    pub issuer: Option<String>,
}

/// The registered material that verifies the client's assertions.
#[derive(Debug)]
pub enum Material {
    /// A JWK Set.
    Keys(Value),
    /// A client secret.
    Secret(Secret),
}

impl Known {
    /// The client's registration, with unknown facts taken from the assertion.
    pub fn registration(&self, peek: &Peek) -> Registration {
        let method = match self.material {
            Some(Material::Keys(_)) => Method::PrivateKeyJwt,
            Some(Material::Secret(_)) => Method::ClientSecretJwt,
            None => peek.algorithm.map_or(Method::PrivateKeyJwt, Method::of),
        };
        let mut jwks = match &self.material {
            Some(Material::Keys(keys)) => Some(keys.clone()),
            Some(Material::Secret(_)) => None,
            // An empty set lets the oracle read `kid`; `Report::new` drops the missing key again.
            None => (method == Method::PrivateKeyJwt).then(|| serde_json::json!({ "keys": [] })),
        };
        if let (Some(jwk), Some(kid)) = (jwks.as_mut().and_then(only_unnamed), &peek.kid) {
            jwk["kid"] = kid.clone().into();
        }
        let secret = match &self.material {
            Some(Material::Secret(secret)) => Some(secret.text().to_owned()),
            Some(Material::Keys(_)) | None => None,
        };
        let alg = peek.algorithm.map(|algorithm| algorithm.name().to_owned());
        Registration {
            client_id: self.client(peek).to_owned(),
            method,
            alg,
            jwks,
            secret,
        }
    }

    /// True where the only registered key has no `kid`, and gets that of the assertion.
    pub fn takes_kid(&self, peek: &Peek) -> bool {
        match &self.material {
            Some(Material::Keys(keys)) => {
                peek.kid.is_some() && only_unnamed(&mut keys.clone()).is_some()
            }
            Some(Material::Secret(_)) | None => false,
        }
    }

    fn client<'a>(&'a self, peek: &'a Peek) -> &'a str {
        let named = |name: &'a Option<String>| name.as_deref().filter(|name| !name.is_empty());
        named(&self.client_id)
            .or_else(|| named(&peek.subject))
            .or_else(|| named(&peek.issuer))
            .unwrap_or("unknown")
    }

    /// The server's names, and true where the one that the profile prefers comes from the
    /// assertion.
    pub fn server(&self, profile: &Profile, peek: &Peek) -> (Server, bool) {
        let given = |name: &Option<String>| name.clone().unwrap_or_else(|| NOT_GIVEN.to_owned());
        let mut server = Server {
            issuer: given(&self.issuer),
            token_endpoint: given(&self.token_endpoint),
        };
        let values = peek.audience.values();
        let known = [&self.issuer, &self.token_endpoint];
        let is_known = |value: &String| known.into_iter().any(|name| name.as_ref() == Some(value));
        // An `aud` with the other of the two known names is a finding, and no reason to guess.
        let Some(value) = values.first().filter(|_| !values.iter().any(is_known)) else {
            return (server, false);
        };
        let preferred = if prefers_issuer(profile) {
            &self.issuer
        } else {
            &self.token_endpoint
        };
        let is_taken = preferred.is_none();
        for (name, own) in [
            (&self.issuer, &mut server.issuer),
            (&self.token_endpoint, &mut server.token_endpoint),
        ] {
            if is_taken && name.is_none() {
                own.clone_from(value);
            }
        }
        (server, is_taken)
    }
}

/// A client's registration.
#[derive(Clone, Debug)]
pub struct Registration {
    /// The client identifier.
    pub client_id: String,
    /// The registered authentication method.
    pub method: Method,
    /// The registered `token_endpoint_auth_signing_alg`.
    pub alg: Option<String>,
    /// The registered JWK Set.
    pub jwks: Option<Value>,
    /// The client secret.
    pub secret: Option<String>,
}

impl Registration {
    /// The token request with an assertion of this client to a server of the profile.
    pub fn step(&self, profile: &Profile, server: Server, token: &[u8], now: UnixSeconds) -> Step {
        let client = Client {
            client_id: ClientId(self.client_id.clone()),
            method: self.method,
            alg: self.alg.clone(),
            jwks: self.jwks.clone(),
            pems: Vec::new(),
            secret: self.secret.clone(),
        };
        let context = Context {
            policy: profile.policy(&server, self.method),
            clients: vec![client],
            server,
        };
        let request = TokenRequest {
            client_assertion_type: Some(ASSERTION_TYPE.to_owned()),
            client_assertion: Some(Assertion(token.to_vec())),
            client_id: Some(self.client_id.clone()),
        };
        Step {
            now,
            context: Arc::new(context),
            request,
        }
    }
}

/// True where valid assertions for the profile name the issuer, and not the token endpoint.
pub fn prefers_issuer(profile: &Profile) -> bool {
    let probe = Server {
        issuer: "issuer".to_owned(),
        token_endpoint: "endpoint".to_owned(),
    };
    profile.preferred_audience(&probe) == probe.issuer
}

/// The only key of a JWK Set, where it has no `kid`, as after reading PEM.
fn only_unnamed(jwks: &mut Value) -> Option<&mut Value> {
    match jwks.get_mut("keys")?.as_array_mut()?.as_mut_slice() {
        [jwk] if jwk.is_object() && jwk.get("kid").is_none() => Some(jwk),
        _ => None,
    }
}

/// A placeholder for unknown names of the server, which no `aud` contains.
const NOT_GIVEN: &str = "urn:jwt-assay:name-not-given";
