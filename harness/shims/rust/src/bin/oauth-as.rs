//! oauth-as: its authorization server, asked over its own HTTP service and its memory store.
//!
//! A registration has one algorithm, and where the client names none it has the first of the policy
//! that fits its first key. The rule for `aud` has two forms only: the issuer alone, as a string, or
//! the issuer and the token endpoint in either form. Leeway, the longest lifetime and whether a `jti`
//! may come twice are fixed. Of a JWK Set the server takes the keys one by one, read by its `Jwk`.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use http::{Request as HttpRequest, header};
use jwt_assay_shims::{Answer, Call, Client, Parameters, Program, Request, serve};
use oauth_as::{
    AlgAllowList, AssertionAudience, AssertionKeys, AuthorizationServer, AuthorizationService,
    Client as Registration, ClientAuth, ClientAuthFailure, ClientId, Clock, Event, EventSink,
    GrantType, Jwk, JwsAlg, MemoryStorage, ScopeSet, ServerConfig, ServiceBuilder, classify_alg,
    client_assertion::ClientSecretKey, consistent,
};
use serde_json::{Value, json};

fn main() -> std::io::Result<()> {
    let program = Program {
        package: "oauth-as",
        url: "https://crates.io/crates/oauth-as",
        roles: json!({"verify": {
            "layers": ["jws", "key", "jwt", "assertion", "request", "state"],
        }}),
        methods: &["client_secret_jwt", "private_key_jwt"],
        algorithms: &["HS256", "RS256", "ES256", "PS256", "EdDSA"],
        clock: "given",
        key_formats: &["jwk", "secret"],
    };
    let mut endpoints: HashMap<String, Endpoint> = HashMap::new();
    serve(&program, |request| {
        let Request::Verify(call) = request else {
            return Answer::Error("no such operation".to_owned());
        };
        let new = || Endpoint::new(call);
        let endpoint = endpoints.entry(call.state.clone()).or_insert_with(new);
        endpoint.ask(call)
    })
}

/// A server, and what it tells its host.
struct Endpoint {
    server: Arc<AuthorizationServer<MemoryStorage, Given>>,
    service: AuthorizationService<MemoryStorage, Given>,
    now: Given,
    heard: Heard,
}

impl Endpoint {
    fn new(call: &Call) -> Self {
        let (now, heard) = (Given(Shared::new(UNIX_EPOCH)), Heard::default());
        let mut config = ServerConfig::new(&call.server.issuer, "https://as.example/device");
        config.token_endpoint = Some(call.server.token_endpoint.clone());
        let allowed = call.policy.algorithms.iter();
        let allowed: Vec<JwsAlg> = allowed.filter_map(|name| classify_alg(name)).collect();
        config.jws_alg_allow_list = AlgAllowList::only(&allowed);
        if call.policy.audience == [call.server.issuer.as_str()] {
            config.assertion_audience = AssertionAudience::IssuerOnly;
        }
        let server = AuthorizationServer::with_clock(config, MemoryStorage::new(), now.clone())
            .with_event_sink(Box::new(heard.clone()));
        let server = Arc::new(server);
        let service = ServiceBuilder::new(server.clone()).build();
        Self {
            server,
            service: service.expect("an endpoint below its issuer"),
            now,
            heard,
        }
    }

    fn ask(&self, call: &Call) -> Answer {
        let age = Duration::from_secs(call.now.unsigned_abs());
        let now = if call.now < 0 {
            UNIX_EPOCH - age
        } else {
            UNIX_EPOCH + age
        };
        self.now.0.set(now);
        self.heard.0.set(None);
        let mut unregistered = HashMap::new();
        for client in &call.clients {
            if let Err(why) = self.register(client, &call.policy.algorithms) {
                unregistered.insert(client.client_id.as_str(), why);
            }
        }
        let request = HttpRequest::post(&call.server.token_endpoint)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form(&call.request))
            .expect("a request to an address");
        let response = pollster::block_on(self.service.handle(request));
        let status = response.status();
        let said = String::from_utf8_lossy(&response.into_body().into_bytes()).into_owned();
        match self.heard.0.take() {
            Some(Told::Issued(client_id)) if status.is_success() => Answer::Accept(client_id),
            Some(Told::Rejected(client_id, why)) if status.is_client_error() => {
                let earlier = unregistered.remove(client_id.as_str());
                Answer::Reject(earlier.unwrap_or(why))
            }
            None if matches!(status.as_u16(), 400 | 401 | 413) => Answer::Reject(said),
            _ => Answer::Error(format!("{status}: {said}")),
        }
    }

    /// Registers a client, or says why that is not possible.
    fn register(&self, client: &Client, allowed: &[String]) -> Result<(), String> {
        let keys = match client.method.as_str() {
            "client_secret_jwt" => secret(client, allowed)?,
            _ => public_keys(client, allowed)?,
        };
        let scopes = ScopeSet::parse("assay").expect("a scope");
        let registration = Registration {
            client_id: ClientId::new(&client.client_id),
            auth: ClientAuth::ConfidentialAssertion { keys },
            grant_types: vec![GrantType::ClientCredentials],
            redirect_uris: Vec::new(),
            allowed_scopes: scopes.clone(),
            default_scopes: scopes,
            name: None,
            registration: None,
        };
        pollster::block_on(self.server.register_client(registration))
            .map_err(|error| error.to_string())
    }
}

/// The secret. HS256 goes with it, and a server that does not want that registers no such client.
fn secret(client: &Client, allowed: &[String]) -> Result<AssertionKeys, String> {
    let alg = client.alg.as_deref().unwrap_or("HS256");
    if alg != "HS256" || !allowed.iter().any(|name| name == alg) {
        return Err(NO_ALGORITHM.to_owned());
    }
    let secret = client.secret.as_ref().ok_or("the client has no secret")?;
    let secret = ClientSecretKey::new(secret).map_err(|error| error.to_string())?;
    Ok(AssertionKeys::ClientSecret { secret })
}

/// The keys that the library can read, where there are any.
fn public_keys(client: &Client, allowed: &[String]) -> Result<AssertionKeys, String> {
    let set = client.jwks.as_ref().and_then(|set| set.get("keys"));
    let all = set.and_then(Value::as_array);
    let mut why = "the client has no keys".to_owned();
    let mut keys = Vec::new();
    for key in all.into_iter().flatten() {
        match Jwk::from_json(key) {
            Ok(key) => keys.push(key),
            Err(error) => why = error.to_string(),
        }
    }
    let first = keys.first().ok_or(why)?;
    let fits = |name: &&String| classify_alg(name).is_some_and(|alg| consistent(alg, first));
    let name = client.alg.as_ref().or_else(|| allowed.iter().find(fits));
    let alg = name.and_then(|name| classify_alg(name));
    let alg = alg.ok_or(NO_ALGORITHM)?;
    Ok(AssertionKeys::PublicKeys { alg, keys })
}

const NO_ALGORITHM: &str = "the client has no algorithm that is allowed and that the library has";

fn form(parameters: &Parameters) -> String {
    let text = |parameter: &Option<String>| parameter.clone().map(String::into_bytes);
    let sent = [
        (
            "client_assertion_type",
            text(&parameters.client_assertion_type),
        ),
        ("client_assertion", parameters.assertion()),
        ("client_id", text(&parameters.client_id)),
    ];
    let mut form = "grant_type=client_credentials".to_owned();
    for (name, value) in sent {
        let Some(value) = value else { continue };
        form.extend(["&", name, "="]);
        form.extend(form_urlencoded::byte_serialize(&value));
    }
    form
}

/// The time that the harness gives.
#[derive(Clone)]
struct Given(Shared<SystemTime>);

impl Clock for Given {
    fn now(&self) -> SystemTime {
        *self.0.lock()
    }
}

/// The server's last event about a client.
#[derive(Clone, Default)]
struct Heard(Shared<Option<Told>>);

#[derive(Clone)]
enum Told {
    Issued(String),
    Rejected(String, String),
}

impl EventSink for Heard {
    fn on_event(&self, event: Event<'_>) {
        let told = match event {
            Event::TokenIssued { client_id, .. } => Told::Issued(client_id.to_owned()),
            Event::ClientAuthenticationFailed { client_id, failure } => {
                let why = match failure {
                    ClientAuthFailure::AssertionInvalid { reason } => reason.to_string(),
                    other => other.to_string(),
                };
                Told::Rejected(client_id.to_owned(), why)
            }
            _ => return,
        };
        self.0.set(Some(told));
    }
}

/// A value that the server holds as well.
#[derive(Clone, Default)]
struct Shared<T>(Arc<Mutex<T>>);

impl<T> Shared<T> {
    fn new(value: T) -> Self {
        Self(Arc::new(Mutex::new(value)))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, value: T) {
        *self.lock() = value;
    }
}

impl<T> Shared<Option<T>> {
    fn take(&self) -> Option<T> {
        self.lock().take()
    }
}
