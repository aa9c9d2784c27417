//! A request to a builder of assertions, and the verdicts on its answers.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{ClientId, Method, Policy, UnixSeconds};

/// The request to a builder: the process protocol's `build` message without `op` and `seq`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BuildRequest {
    /// The moment from which times are counted.
    pub now: UnixSeconds,
    /// The client that authenticates.
    pub client_id: ClientId,
    /// The value of `aud`.
    pub audience: String,
    /// The client authentication method.
    pub method: Method,
    /// The algorithm as text, since odd ones are asked for to be declined.
    pub algorithm: String,
    /// The signing key.
    pub key: BuildKey,
    /// The value of `kid`; it wins over one in a JWK. Absent: none is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kid: Option<String>,
    /// Seconds from now to `exp`.
    pub lifetime: u32,
    /// The value of `typ`: absent for the builder's default, null for none.
    #[serde(
        default,
        deserialize_with = "null_is_a_value",
        skip_serializing_if = "Option::is_none"
    )]
    pub typ: Option<Option<String>>,
    /// Claims beside the registered ones.
    pub claims: Map<String, Value>,
    /// The policy of a server that follows the profile.
    pub policy: Policy,
}

/// A signing key in one of the forms in which clients keep it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum BuildKey {
    /// A private or symmetric JWK.
    Jwk(Map<String, Value>),
    /// PKCS#8, PKCS#1 or SEC1.
    Pem(String),
    /// The text of a client secret; the HMAC key is its UTF-8 octets.
    Secret(String),
}

/// A form in which keys are handed over.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum KeyFormat {
    /// A JWK (RFC 7517).
    Jwk,
    /// PKCS#1 PEM.
    Pkcs1,
    /// PKCS#8 PEM, or SubjectPublicKeyInfo PEM for public keys.
    Pkcs8,
    /// SEC1 PEM.
    Sec1,
    /// The text of a client secret.
    Secret,
}

/// A parameter that a builder does not take. What it emits there is compared with the profile alone.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Fixed {
    /// The value of `aud`.
    Audience,
    /// Claims beside the registered ones.
    Claims,
    /// The value of `jti`.
    Jti,
    /// The value of `kid`.
    Kid,
    /// The lifetime of an assertion.
    Lifetime,
    /// The moment: it has a clock of its own.
    Now,
    /// The value of `typ`.
    Typ,
}

impl Fixed {
    /// Every one, in the order of their names.
    pub const ALL: [Self; 7] = [
        Self::Audience,
        Self::Claims,
        Self::Jti,
        Self::Kid,
        Self::Lifetime,
        Self::Now,
        Self::Typ,
    ];

    /// The name as the process protocol writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Audience => "audience",
            Self::Claims => "claims",
            Self::Jti => "jti",
            Self::Kid => "kid",
            Self::Lifetime => "lifetime",
            Self::Now => "now",
            Self::Typ => "typ",
        }
    }
}

impl fmt::Display for Fixed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The verdict of the specifications on a request to a builder.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum BuildVerdict {
    /// Must build, and what it builds must be right.
    Build,
    /// May build or decline; what it builds must be right in what the case is about.
    May,
    /// Must decline.
    #[serde(rename = "refuse")]
    Decline,
}

impl fmt::Display for BuildVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Build => "build",
            Self::May => "may",
            Self::Decline => "refuse",
        })
    }
}

/// Keeps null apart from absence.
pub(crate) fn null_is_a_value<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}
