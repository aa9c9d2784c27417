//! Additional claims of an assertion.

use std::str::FromStr;

use serde_json::value::RawValue;

use super::MintError;

/// A claim from the command line. Its value stays text, so that the user decides every octet of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ExtraClaim {
    /// The name of the claim.
    pub name: String,
    /// The value as JSON text.
    pub value: String,
}

impl FromStr for ExtraClaim {
    type Err = ExtraClaimError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let Some((name, value)) = text.split_once('=').filter(|(name, _)| !name.is_empty()) else {
            return Err(ExtraClaimError::NoName);
        };
        match serde_json::from_str::<&RawValue>(value) {
            Ok(raw) => Ok(Self {
                name: name.to_owned(),
                value: raw.get().to_owned(),
            }),
            Err(error) => Err(ExtraClaimError::NotJson {
                error: error.to_string(),
            }),
        }
    }
}

/// A text that is not `NAME=JSON`.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ExtraClaimError {
    /// No name, or no equals sign.
    #[error("expected NAME=JSON, such as 'acr=\"2\"' or 'amr=[\"pwd\"]'")]
    NoName,
    /// A value that is no JSON text.
    #[error("the value is no JSON: {error}; strings keep their quotes, as in 'acr=\"2\"'")]
    NotJson {
        /// The error of the JSON reader.
        error: String,
    },
}

/// Checks that no claim replaces a member that has an option, and that none is given twice.
///
/// # Errors
///
/// Names the first such claim, with the option to use instead.
pub fn check(claims: &[ExtraClaim]) -> Result<(), MintError> {
    for (index, claim) in claims.iter().enumerate() {
        let reason = match claim.name.as_str() {
            "iss" | "sub" => "it is the client: --client-id",
            "aud" => "it is the profile's choice of --audience and --issuer",
            "exp" => "it follows from --lifetime and --now",
            "iat" => "it follows from --now",
            "nbf" => "it is left out, since an assertion is meant to be used at once",
            "jti" => "it has an option of its own: --jti",
            name if claims[..index].iter().any(|earlier| earlier.name == name) => {
                "it is given twice"
            }
            _ => continue,
        };
        return Err(MintError::Claim {
            name: claim.name.clone(),
            reason,
        });
    }
    Ok(())
}
