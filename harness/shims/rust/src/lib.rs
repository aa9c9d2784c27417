//! The process protocol, version 1, which the programs in this folder share.
//!
//! A program describes its library and hands over one function. Nothing catches a panic: it ends
//! the program, and the harness sees it as the crash that it is.

use std::io::{self, BufRead, Write};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Deserialize;
use serde_json::{Value, json};

/// A program's description, for its hello.
pub struct Program {
    /// The crate under test, by which it is known; its version is that of the lock file.
    pub package: &'static str,
    /// The address of its home page.
    pub url: &'static str,
    /// The roles that it has, as hello has them.
    pub roles: Value,
    /// The client authentication methods it has.
    pub methods: &'static [&'static str],
    /// The algorithms it has.
    pub algorithms: &'static [&'static str],
    /// `given` or `system`.
    pub clock: &'static str,
    /// The key formats it reads.
    pub key_formats: &'static [&'static str],
}

/// One line from the harness.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", tag = "op")]
pub enum Request {
    /// Asks for the program's description.
    Hello,
    /// Asks for a judgement.
    Verify(Box<Call>),
    /// Asks for an assertion.
    Build(Box<Order>),
    /// Ends the program.
    Bye,
}

/// A token request, and what the server knows.
#[derive(Deserialize)]
pub struct Call {
    /// Names the replay memory; one that is new is empty.
    pub state: String,
    /// The evaluation time, in seconds since 1970.
    pub now: i64,
    /// The server's configuration.
    pub policy: Policy,
    /// The server's own names.
    pub server: Server,
    /// All registered clients.
    pub clients: Vec<Client>,
    /// The client's token request.
    pub request: Parameters,
}

/// A server's configuration, as far as these libraries can be told.
#[derive(Deserialize)]
pub struct Policy {
    /// All algorithms that are allowed for the client's method.
    pub algorithms: Vec<String>,
    /// Every acceptable value of `aud`.
    pub audience: Vec<String>,
    /// `refuse` or `allow`.
    pub replay: String,
}

/// A server's own names.
#[derive(Deserialize)]
pub struct Server {
    /// Its issuer identifier.
    pub issuer: String,
    /// The endpoint at which the request arrives.
    pub token_endpoint: String,
}

/// A registered client.
#[derive(Deserialize)]
pub struct Client {
    /// Its identifier.
    pub client_id: String,
    /// `private_key_jwt` or `client_secret_jwt`.
    pub method: String,
    /// The one algorithm that it registered; absent: any that is allowed.
    pub alg: Option<String>,
    /// Its JWK Set as it was registered, well-formed or not.
    pub jwks: Option<Value>,
    /// The text whose UTF-8 octets are the MAC key.
    pub secret: Option<String>,
}

/// The parameters of a token request.
#[derive(Deserialize)]
pub struct Parameters {
    /// The type of the assertion.
    pub client_assertion_type: Option<String>,
    /// The client that asks.
    pub client_id: Option<String>,
    client_assertion: Option<String>,
    client_assertion_base64: Option<String>,
}

impl Parameters {
    /// The octets of the assertion, where there is one.
    #[must_use]
    pub fn assertion(&self) -> Option<Vec<u8>> {
        let octets = self.client_assertion_base64.as_ref();
        octets
            .map(|text| STANDARD.decode(text).expect("base64, as the protocol says"))
            .or_else(|| Some(self.client_assertion.clone()?.into_bytes()))
    }
}

/// An assertion that is asked for.
#[derive(Deserialize)]
pub struct Order {
    /// The client that will use it.
    pub client_id: String,
    /// The server that it is for.
    pub audience: String,
    /// `private_key_jwt` or `client_secret_jwt`.
    pub method: String,
    /// The algorithm's name.
    pub algorithm: String,
    /// The private key.
    pub key: Key,
    /// The key's name; absent: none asked for.
    pub kid: Option<String>,
    /// Its lifetime in seconds.
    pub lifetime: i64,
}

/// A private key in one of its forms.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Key {
    /// A JWK.
    Jwk(Value),
    /// PKCS#8, PKCS#1 or SEC1.
    Pem(String),
    /// The text whose UTF-8 octets are the MAC key.
    Secret(String),
}

/// A library's answer to a request.
pub enum Answer {
    /// It accepted the request, and authenticated this client.
    Accept(String),
    /// It rejected the request, in the words of an error that it documents.
    Reject(String),
    /// It built this assertion.
    Assertion(String),
    /// It declined to build, in the words of an error that it documents.
    Declined(String),
    /// It does not do what hello did not promise.
    Unsupported(String),
    /// It failed with an error that it does not document.
    Error(String),
}

impl Answer {
    fn members(self) -> Value {
        let verdict = |verdict: &str, reason: String| json!({"verdict": verdict, "reason": reason});
        match self {
            Self::Accept(client_id) => json!({"verdict": "accept", "client_id": client_id}),
            Self::Assertion(assertion) => json!({"assertion": assertion}),
            Self::Reject(reason) => verdict("reject", reason),
            Self::Declined(reason) => verdict("refused", reason),
            Self::Unsupported(reason) => verdict("unsupported", reason),
            Self::Error(reason) => verdict("error", reason),
        }
    }
}

/// Answers requests until `bye` or the end of input.
///
/// # Errors
///
/// If a line is no request, or input or output fails.
pub fn serve(program: &Program, mut work: impl FnMut(&Request) -> Answer) -> io::Result<()> {
    let mut output = io::stdout().lock();
    for line in io::stdin().lock().split(b'\n') {
        let message: Value = serde_json::from_slice(&line?)?;
        let mut answer = match Request::deserialize(&message)? {
            Request::Bye => return Ok(()),
            Request::Hello => program.hello(),
            request => work(&request).members(),
        };
        if let Some(seq) = message.get("seq") {
            answer["seq"] = seq.clone();
        }
        writeln!(output, "{answer}")?;
        output.flush()?;
    }
    Ok(())
}

impl Program {
    fn hello(&self) -> Value {
        json!({
            "protocol": 1,
            "implementation": {
                "name": self.package,
                "version": self.version(),
                "language": "Rust",
                "url": self.url,
            },
            "roles": self.roles,
            "methods": self.methods,
            "algorithms": self.algorithms,
            "clock": self.clock,
            "key_formats": self.key_formats,
            "bench": false,
        })
    }

    fn version(&self) -> &'static str {
        let entry = format!("name = \"{}\"\nversion = \"", self.package);
        let found = LOCK_FILE.split_once(&entry);
        let version = found.and_then(|(_, after)| after.split('"').next());
        version.expect("what is under test is in the lock file")
    }
}

const LOCK_FILE: &str = include_str!("../Cargo.lock");
