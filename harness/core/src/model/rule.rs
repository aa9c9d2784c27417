//! Rules: one requirement each, with an id, a layer, clauses, and a level that profiles override.

/// Makes the enum of rules, its two lists and its table out of one row a rule.
macro_rules! rules {
    (
        verify { $( $group:ident { $(
            #[doc = $says:literal]
            $variant:ident = $id:literal, $layer:ident, $level:expr, [$($clause:literal),+];
        )+ } )+ }
        build { $( $b_group:ident { $(
            #[doc = $b_says:literal]
            $b_variant:ident = $b_id:literal, $b_layer:ident, $b_level:expr, [$($b_clause:literal),+];
        )+ } )+ }
    ) => {
        /// One requirement of one or more specifications. The line of each variant says what must hold.
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub enum Rule {
            $( $( #[doc = $says] $variant, )+ )+
            $( $( #[doc = $b_says] $b_variant, )+ )+
        }

        impl Rule {
            /// Every rule about a server, in the order of the specifications. A builder keeps those
            /// that bind a server as well.
            pub const ALL: &[Self] = &[$( $(Self::$variant),+ ),+];

            /// Every rule about a builder that no server can see, or need not mind.
            pub const BUILD: &[Self] = &[$( $(Self::$b_variant),+ ),+];

            /// The row of the table.
            #[must_use]
            pub const fn info(self) -> RuleInfo {
                match self {
                    $( $( Self::$variant => RuleInfo {
                        id: $id,
                        says: $says,
                        group: RuleGroup::$group,
                        layer: Layer::$layer,
                        level: $level,
                        clauses: &[$($clause),+],
                    }, )+ )+
                    $( $( Self::$b_variant => RuleInfo {
                        id: $b_id,
                        says: $b_says,
                        group: RuleGroup::$b_group,
                        layer: Layer::$b_layer,
                        level: $b_level,
                        clauses: &[$($b_clause),+],
                    }, )+ )+
                }
            }
        }
    };
}

mod table;

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use self::table::Rule;
use super::Level;

/// The part of an implementation that a rule belongs to. An implementation says which parts it claims.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// The token request: assertion type, `client_id`, which client.
    Request,
    /// Compact form, base64url, JSON, `alg`, `crit`, keys in the header, signature.
    Jws,
    /// The choice of the key: `kid`, `use`, `key_ops`, types, curves, sizes.
    Key,
    /// Types of registered claims, clock, `iss`, `sub` and `aud` against given values.
    Jwt,
    /// Presence of claims, form of `aud`, lifetime, `iat`, `jti`, `typ`.
    Assertion,
    /// Replay.
    State,
}

impl Layer {
    /// All layers, from the outside in.
    pub const ALL: [Self; 6] = [
        Self::Request,
        Self::Jws,
        Self::Key,
        Self::Jwt,
        Self::Assertion,
        Self::State,
    ];

    /// The name as the process protocol writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Jws => "jws",
            Self::Key => "key",
            Self::Jwt => "jwt",
            Self::Assertion => "assertion",
            Self::State => "state",
        }
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The rules that reports show in one row: those about one part of a request, of an assertion or
/// of a key, in the order of the rows. A rule of a builder stands with those of servers about the
/// same part.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum RuleGroup {
    /// The parameters of the token request, and its client.
    TokenRequest,
    /// Assertions that break no rule.
    NothingWrong,
    /// The compact form, base64url, and size.
    CompactForm,
    /// Both JSON texts.
    JsonTexts,
    /// The header, and `alg` above all.
    Header,
    /// Header parameters that change how the rest is read: `crit` and `b64`.
    Extensions,
    /// Keys that the header brings along.
    HeaderKeys,
    /// `zip`, `cty`, and assertions inside assertions.
    Nesting,
    /// `kid`.
    Kid,
    /// The key that is right for the algorithm.
    KeyChoice,
    /// The form of keys and secrets, and their strength.
    KeyStrength,
    /// The signature, and the nonces in it.
    Signature,
    /// `iss` and `sub`.
    Identity,
    /// `aud`.
    Audience,
    /// `exp`, `nbf` and `iat`.
    Times,
    /// `jti`.
    Jti,
    /// Claims that nothing reads.
    OtherClaims,
    /// `typ`.
    Typ,
    /// Assertions that come again.
    Replay,
    /// Secrets that a builder shows.
    Secrets,
}

impl RuleGroup {
    /// The name of the row.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::TokenRequest => "token request",
            Self::NothingWrong => "nothing is wrong",
            Self::CompactForm => "compact form, base64url, size",
            Self::JsonTexts => "JSON texts",
            Self::Header => "header, `alg`",
            Self::Extensions => "`crit`, `b64`",
            Self::HeaderKeys => "keys in the header",
            Self::Nesting => "`zip`, `cty`, nesting",
            Self::Kid => "`kid`",
            Self::KeyChoice => "which key",
            Self::KeyStrength => "key form and strength",
            Self::Signature => "signature",
            Self::Identity => "`iss`, `sub`",
            Self::Audience => "`aud`",
            Self::Times => "`exp`, `nbf`, `iat`",
            Self::Jti => "`jti`",
            Self::OtherClaims => "other claims",
            Self::Typ => "`typ`",
            Self::Replay => "replay",
            Self::Secrets => "secrets",
        }
    }
}

/// A row of the table of rules.
#[derive(Clone, Copy, Debug)]
pub struct RuleInfo {
    /// The permanent name in kebab-case.
    pub id: &'static str,
    /// The requirement in one sentence.
    pub says: &'static str,
    /// The row of reports that it is counted in.
    pub group: RuleGroup,
    /// The layer that answers for it.
    pub layer: Layer,
    /// The level in profiles whose own files say nothing else.
    pub level: Level,
    /// Document and section, most specific first.
    pub clauses: &'static [&'static str],
}

impl Rule {
    /// The permanent name in kebab-case.
    #[must_use]
    pub fn id(self) -> &'static str {
        self.info().id
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl FromStr for Rule {
    type Err = UnknownRule;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let all = || Self::ALL.iter().chain(Self::BUILD).copied();
        all()
            .find(|rule| rule.id() == text)
            .ok_or_else(|| UnknownRule {
                given: text.to_owned(),
                nearest: crate::nearest(text, all().map(Self::id)),
            })
    }
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

impl<'de> Deserialize<'de> for Rule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// A name that no rule has.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("find rule `{given}`: there is none of that name; the nearest is `{nearest}`")]
pub struct UnknownRule {
    given: String,
    nearest: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_of_builders_stand_with_those_of_servers_about_the_same_part() {
        for (rule, group) in [
            (Rule::AlgNone, RuleGroup::Header),
            (Rule::BuildAlg, RuleGroup::Header),
            (Rule::BuildKid, RuleGroup::Kid),
            (Rule::Expired, RuleGroup::Times),
            (Rule::BuildClock, RuleGroup::Times),
            (Rule::BuildNonce, RuleGroup::Signature),
            (Rule::BuildJtiEntropy, RuleGroup::Jti),
            (Rule::JtiInRejected, RuleGroup::Replay),
        ] {
            assert_eq!(rule.info().group, group, "{rule}");
        }
    }
}
