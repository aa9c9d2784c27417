//! The list of profiles.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::VERSION;

macro_rules! profiles {
    ($( #[doc = $about:literal] $variant:ident = $name:literal; )+) => {
        /// The name of a profile, without version.
        #[derive(Clone,
            Copy,
            Debug,
            Deserialize,
            Eq,
            Hash,
            Ord,
            PartialEq,
            PartialOrd,
            Serialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub enum ProfileId {
            $( #[doc = $about] #[serde(rename = $name)] $variant, )+
        }

        impl ProfileId {
            /// All profiles, in the order reports show them.
            pub const ALL: [Self; [$(Self::$variant),+].len()] = [$(Self::$variant),+];

            /// The name as text.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $( Self::$variant => $name, )+
                }
            }

            /// The text of the profile's file.
            pub(super) const fn file(self) -> &'static str {
                match self {
                    $( Self::$variant => {
                        include_str!(concat!("../../../profiles/", $name, ".toml"))
                    } )+
                }
            }
        }
    };
}

// A profile is a line here and a file in `profiles/`.
profiles! {
    #[doc = " RFC 7521, 7523, 7519, 7515 and 7518, with the errors of RFC 6749."]
    Rfc7523 = "rfc7523";
    #[doc = " OpenID Connect Core 1.0 section 9, errata set 2."]
    OidcCore = "oidc-core";
    #[doc = " Okta's published rules."]
    Okta = "okta";
    #[doc = " PingOne's published rules."]
    Pingone = "pingone";
    #[doc = " The FAPI 2.0 Security Profile."]
    Fapi2 = "fapi2";
    #[doc = " RFC 10070, which updates RFC 7523."]
    Rfc10070 = "rfc10070";
}

impl ProfileId {
    /// The current version of the profile, with a parameter set.
    pub(super) fn label(self, set: Option<&str>) -> String {
        match set {
            None => format!("{self}@{VERSION}"),
            Some(set) => format!("{self}@{VERSION}+{set}"),
        }
    }
}

impl fmt::Display for ProfileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for ProfileId {
    type Err = UnknownProfile;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|id| id.name() == text);
        known.ok_or_else(|| UnknownProfile {
            given: text.to_owned(),
            nearest: crate::nearest(text, Self::ALL.iter().map(|id| id.name())),
        })
    }
}

/// A name that no profile has.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "find profile `{given}`: the known ones are {}; the nearest is `{nearest}`",
    crate::listed(ProfileId::ALL)
)]
pub struct UnknownProfile {
    given: String,
    nearest: String,
}
