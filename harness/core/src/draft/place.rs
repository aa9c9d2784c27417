//! A place: a server's own names, its two clients, and the keys that each party has there.

use std::{collections::BTreeMap, sync::LazyLock};

use super::{
    KeyRole, Material,
    plain::{Plain, Plains},
};
use crate::{
    keys::{self, KeyId, SecretId, TestKey},
    model::{Algorithm, Profile, Server, TestKeys},
};

/// A server and its two clients by name, with the keys of each party.
///
/// A recipe says what is presented and names no server; a place says to whom. The suite is compiled
/// at [`Place::test`], and can be presented at any other.
///
/// Keys have the names of the test keys everywhere: a case that signs with `rsa-2048-a2` signs with
/// what stands for it at the place. A key or secret that nothing stands for is the test key itself,
/// so that a place need not bring the keys that are odd on purpose: too short, of an exponent of 3,
/// or with a coordinate that begins with zero.
///
/// The key to which assertions are encrypted is the harness's own at every place. The oracle has to
/// decrypt with it, and no server gives its private key away.
#[derive(Clone, Debug)]
pub struct Place {
    server: Server,
    client_id: String,
    other_client_id: String,
    jti: String,
    keys: BTreeMap<String, &'static TestKey>,
    secrets: BTreeMap<String, String>,
    /// The valid defaults of the place, made when they are first needed.
    plains: Plains,
}

impl Place {
    /// The test server, with the test keys.
    #[must_use]
    pub fn test() -> &'static Self {
        static TEST: LazyLock<Place> = LazyLock::new(|| {
            let server = Server {
                issuer: "https://as.example".to_owned(),
                token_endpoint: "https://as.example/oauth2/v1/token".to_owned(),
            };
            Place::new(server, "assay-client-a", "assay-client-b")
        });

        &TEST
    }

    /// A second server for tests: other names, of another shape, and each party's keys are those that
    /// another party has at the test server. What is built with a name or a key of the test server
    /// is therefore wrong here, and not merely unknown.
    #[must_use]
    pub fn elsewhere() -> &'static Self {
        static ELSEWHERE: LazyLock<Place> = LazyLock::new(|| {
            let server = Server {
                issuer: "https://login.example.net:8443/tenants/t-1".to_owned(),
                token_endpoint: "https://login.example.net:8443/tenants/t-1/token".to_owned(),
            };
            let place = Place::new(server, "7f3e_billing-portal", "40c1_reports")
                .with_jti("4f1c2d7e-elsewhere");
            KINDS_ELSEWHERE.into_iter().fold(place, Place::with_turned)
        });

        &ELSEWHERE
    }

    /// Gives each party the key of another.
    fn with_turned(self, kind: &str) -> Self {
        let turned = [
            ("a", "b"),
            ("b", "a2"),
            ("a2", "attacker"),
            ("attacker", "a"),
        ];
        let name = |party: &str| format!("{kind}-{party}");
        turned.into_iter().fold(self, |mut place, (party, other)| {
            if kind == "secret" {
                let secret = keys::secret(&name(other)).to_owned();
                place.secrets.insert(name(party), secret);
            } else {
                place.keys.insert(name(party), keys::key(&name(other)));
            }
            place
        })
    }

    /// A server with other names, where the clients have the test keys.
    #[must_use]
    pub fn new(server: Server, client_id: &str, other_client_id: &str) -> Self {
        Self {
            server,
            client_id: client_id.to_owned(),
            other_client_id: other_client_id.to_owned(),
            jti: JTI.to_owned(),
            keys: BTreeMap::new(),
            secrets: BTreeMap::new(),
            plains: Plains::default(),
        }
    }

    /// The same place with a key that stands for a test key. Keys live as long as the program: they
    /// are few, and a draft copies none.
    #[must_use]
    pub fn with_key(mut self, name: &KeyId, key: &'static TestKey) -> Self {
        self.keys.insert(name.to_string(), key);
        self.plains = Plains::default();
        self
    }

    /// The same place with a secret that stands for a test secret.
    #[must_use]
    pub fn with_secret(mut self, name: &SecretId, secret: &str) -> Self {
        self.secrets.insert(name.to_string(), secret.to_owned());
        self.plains = Plains::default();
        self
    }

    /// The same place with another `jti` in the valid default. A live server remembers each `jti` that it
    /// has accepted, so whatever is presented there needs one of its own.
    #[must_use]
    pub fn with_jti(mut self, jti: &str) -> Self {
        jti.clone_into(&mut self.jti);
        self.plains = Plains::default();
        self
    }

    /// The server's own names.
    #[must_use]
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// The identifier of the client that the assertion is to authenticate.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The identifier of the second registered client.
    #[must_use]
    pub fn other_client_id(&self) -> &str {
        &self.other_client_id
    }

    /// The `jti` of the valid default.
    #[must_use]
    pub fn jti(&self) -> &str {
        &self.jti
    }

    /// The key that stands for a test key here.
    #[must_use]
    pub fn key(&self, name: &KeyId) -> &'static TestKey {
        self.keys
            .get(name.as_str())
            .copied()
            .unwrap_or_else(|| name.key())
    }

    /// The secret that stands for a test secret here.
    #[must_use]
    pub fn secret(&self, name: &SecretId) -> &str {
        self.secrets
            .get(name.as_str())
            .map_or_else(|| name.text(), String::as_str)
    }

    /// The key or secret that a party has here for an algorithm.
    #[must_use]
    pub fn material(&self, algorithm: Algorithm, role: KeyRole) -> Material {
        let named = |name: &str| self.keys.get(name).copied();
        match algorithm.info().test_keys {
            TestKeys::Secrets => {
                let name = format!("secret-{}", role.suffix());
                let own = self.secrets.get(&name);
                let text = own.map_or_else(|| keys::secret(&name), String::as_str);
                Material::Secret(text.to_owned())
            }
            TestKeys::ByRole(kind) => {
                let name = format!("{kind}-{}", role.suffix());
                Material::Pair(named(&name).unwrap_or_else(|| keys::key(&name)))
            }
            TestKeys::Single(name) => {
                Material::Pair(named(name).unwrap_or_else(|| keys::key(name)))
            }
        }
    }

    /// The valid default of a profile, with its parameter set, and an algorithm.
    pub(crate) fn plain(&self, profile: &'static Profile, algorithm: Algorithm) -> &Plain {
        self.plains.get(self, profile, algorithm)
    }
}

const JTI: &str = "public-test-jti-7f83b1657ff1fc53";

/// The kinds of keys that every party has one of.
const KINDS_ELSEWHERE: [&str; 6] = ["ed25519", "p256", "p384", "p521", "rsa-2048", "secret"];

/// The authority of a URL, and what follows it (RFC 3986 section 3.2).
pub(super) fn split_url(url: &str) -> (&str, &str) {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()))
}
