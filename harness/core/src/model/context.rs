//! A server's knowledge before a request arrives: its own names, its policy, its clients.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Algorithm;

/// The state of a server, apart from its replay memory and its clock.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Context {
    /// The profile's published parameter set.
    pub policy: Policy,
    /// The server's own names.
    pub server: Server,
    /// All registered clients.
    pub clients: Vec<Client>,
}

/// The server's own names.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Server {
    /// The issuer identifier (RFC 8414 section 2).
    pub issuer: String,
    /// The URL of the token endpoint, which is the endpoint being called.
    pub token_endpoint: String,
}

/// A registered client.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Client {
    /// `client_id`.
    pub client_id: ClientId,
    /// `token_endpoint_auth_method`.
    pub method: Method,
    /// `token_endpoint_auth_signing_alg`; absent: any that the policy allows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alg: Option<String>,
    /// The registered JWK Set, malformed ones included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks: Option<Value>,
    /// The keys of `jwks` as SubjectPublicKeyInfo PEM, in the same order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pems: Vec<String>,
    /// `client_secret`; the HMAC key is the UTF-8 octets of this text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

/// A client identifier; compared octet by octet.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct ClientId(pub String);

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A client authentication method that uses a JWT.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// An assertion with a MAC over the client secret.
    ClientSecretJwt,
    /// An assertion signed with a private key.
    PrivateKeyJwt,
}

impl Method {
    /// The method that an algorithm belongs to (OpenID Connect Core section 9).
    #[must_use]
    pub const fn of(algorithm: Algorithm) -> Self {
        if algorithm.is_symmetric() {
            Self::ClientSecretJwt
        } else {
            Self::PrivateKeyJwt
        }
    }

    /// The registered name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ClientSecretJwt => "client_secret_jwt",
            Self::PrivateKeyJwt => "private_key_jwt",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A server's configuration, the same for every case of a parameter set.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Policy {
    /// Profile, version and parameter set, such as `okta@1` or `fapi2@1+strict-expiry`.
    pub profile: String,
    /// All algorithms that the profile allows for the client's method.
    pub algorithms: Vec<Algorithm>,
    /// Every value of `aud` that is acceptable at the token endpoint.
    pub audience: Vec<String>,
    /// The shape that `aud` may have.
    pub audience_form: AudienceForm,
    /// Seconds that are forgiven after `exp`.
    pub clock_skew: u32,
    /// Seconds that are forgiven before `nbf` and, where it counts, `iat`.
    pub future_skew: u32,
    /// The largest `exp - now` in seconds, no skew added; absent: no limit.
    pub max_lifetime: Option<u32>,
    /// The demand on `iat`.
    pub iat: IatPolicy,
    /// The demand on `jti`.
    pub jti: JtiPolicy,
    /// The answer to a `jti` that comes twice.
    pub replay: ReplayPolicy,
    /// The use of `kid`.
    pub kid: KidPolicy,
    /// The accepted values of `typ`, `null` standing for absent; absent: not checked.
    pub typ: Option<Vec<Option<String>>>,
}

/// The shape that `aud` may have.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum AudienceForm {
    /// A string, or an array with an acceptable value among others.
    Any,
    /// Exactly one value: a string, or an array with one member.
    Sole,
    /// A string and nothing else.
    String,
}

/// The demand on an `iat` that is present.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum IatPolicy {
    /// Not looked at.
    Ignored,
    /// Must be a number.
    Number,
    /// Must be a number not later than now plus the future skew.
    Past,
}

/// The demand on `jti`.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum JtiPolicy {
    /// Not looked at.
    Ignored,
    /// May be left out; must be a string where present.
    Optional,
    /// Must be a string that is not empty.
    Required,
}

/// The answer to a `jti` that comes twice from one client before `exp` plus the clock skew.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ReplayPolicy {
    /// The server accepts the second one.
    Allow,
    /// The server rejects the second one. The protocol and the published files have kept their first
    /// word for it.
    #[serde(rename = "refuse", alias = "reject")]
    Reject,
}

/// The use of `kid`.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum KidPolicy {
    /// Helps to choose; may be absent or unknown.
    Hint,
    /// Must be there and name a registered key (clients with keys only).
    Match,
    /// Must be there when the client has several keys.
    WhenSeveral,
}
