//! Choices of the members that the user left open, and checks of those given, by the profile's
//! data.

use jwt_assay_core::model::{Algorithm, KidPolicy, Level, Method, Profile, Rule};

use super::MintError;
use crate::explain::prefers_issuer;
use crate::key_file::{Key, KeyFileError, Secret, one_of};

/// The key or the secret that signs.
#[derive(Debug)]
pub enum Material {
    /// A private key.
    Key(Key),
    /// A client secret.
    Secret {
        /// The text of the secret.
        secret: Secret,
        /// The name of its file, for messages.
        path: String,
    },
}

impl Material {
    /// The client authentication method.
    #[must_use]
    pub const fn method(&self) -> Method {
        match self {
            Self::Key(_) => Method::PrivateKeyJwt,
            Self::Secret { .. } => Method::ClientSecretJwt,
        }
    }

    const fn name(&self) -> &'static str {
        match self {
            Self::Key(_) => "a private key",
            Self::Secret { .. } => "a secret",
        }
    }
}

/// Chooses the algorithm: the given one, or the JWK's, or the first of the profile that fits the
/// key.
///
/// # Errors
///
/// If the algorithm is for the other method, outside of the profile, or does not fit the key;
/// where no algorithm fits both profile and key.
pub fn algorithm(
    profile: &Profile,
    material: &Material,
    asked: Option<Algorithm>,
) -> Result<Algorithm, ChoiceError> {
    let method = material.method();
    let table = &profile.algorithms;
    let all: Vec<Algorithm> = table
        .required
        .iter()
        .chain(&table.optional)
        .copied()
        .collect();
    let of_method = |algorithm: &Algorithm| Method::of(*algorithm) == method;
    let allowed: Vec<Algorithm> = all.iter().copied().filter(of_method).collect();
    if allowed.is_empty() {
        let allowed = one_of(&all);
        let error = MintError::MethodOutsideProfile {
            method,
            profile: profile.id,
            allowed,
        };
        return Err(error.into());
    }
    let own = match material {
        Material::Key(key) => key.alg(),
        Material::Secret { .. } => None,
    };
    let algorithm = match (asked, own.and_then(|alg| alg.parse().ok())) {
        (Some(asked), _) => asked,
        (None, Some(own)) => own,
        (None, None) => first_fitting(profile, material, &allowed)?,
    };
    if Method::of(algorithm) != method {
        let (material, usable) = (material.name(), one_of(&allowed));
        let error = MintError::AlgorithmOfOtherMethod {
            algorithm,
            material,
            method,
            usable,
        };
        return Err(error.into());
    }
    if !allowed.contains(&algorithm) {
        let (profile, allowed) = (profile.id, one_of(&allowed));
        let error = MintError::AlgorithmOutsideProfile {
            algorithm,
            profile,
            allowed,
            method,
        };
        return Err(error.into());
    }
    if let Material::Key(key) = material {
        key.check_fit(algorithm)?;
    }
    match own.filter(|own| *own != algorithm.name()) {
        Some(own) => Err(MintError::KeyBoundToOther {
            algorithm,
            alg: own.to_owned(),
        }
        .into()),
        None => Ok(algorithm),
    }
}

fn first_fitting(
    profile: &Profile,
    material: &Material,
    allowed: &[Algorithm],
) -> Result<Algorithm, MintError> {
    let Material::Key(key) = material else {
        return Ok(allowed[0]);
    };
    let fitting = key.key_type().algorithms();
    let first = fitting
        .iter()
        .copied()
        .find(|algorithm| allowed.contains(algorithm));
    first.ok_or_else(|| MintError::NoAlgorithm {
        key: key.key_type().to_string(),
        fitting: one_of(fitting),
        profile: profile.id,
        allowed: one_of(allowed),
        method: material.method(),
    })
}

/// Checks the length of a secret (RFC 7518 section 3.2), unless the profile leaves it open.
///
/// # Errors
///
/// If the profile asks for a longer secret.
pub fn check_secret(
    profile: &Profile,
    material: &Material,
    algorithm: Algorithm,
) -> Result<(), MintError> {
    let Material::Secret { secret, path } = material else {
        return Ok(());
    };
    let (octets, needed) = (secret.text().len(), algorithm.hash().output_len());
    let is_trivial = octets < LEAST_SECRET && profile.level(Rule::SecretTrivial) == Level::Reject;
    let is_short = octets < needed && profile.level(Rule::SecretTooShort) == Level::Reject;
    if is_trivial || is_short {
        Err(MintError::SecretTooShort {
            algorithm,
            path: path.clone(),
            octets,
            needed,
        })
    } else {
        Ok(())
    }
}

/// Chooses the audience: the issuer or the token endpoint, as the profile prefers.
///
/// # Errors
///
/// If the user did not give the name that the profile prefers.
pub fn audience<'a>(
    profile: &Profile,
    token_endpoint: Option<&'a str>,
    issuer: Option<&'a str>,
) -> Result<&'a str, MintError> {
    let (given, what, option) = if prefers_issuer(profile) {
        (issuer, "the server's issuer identifier", "--issuer")
    } else {
        (
            token_endpoint,
            "the URL of the token endpoint",
            "--audience",
        )
    };
    given.ok_or(MintError::MissingAudience {
        profile: profile.id,
        what,
        option,
    })
}

/// Checks the lifetime, in seconds, against the profile's cap.
///
/// # Errors
///
/// If the lifetime exceeds the cap.
pub fn check_lifetime(profile: &Profile, lifetime: u32) -> Result<(), MintError> {
    match profile
        .parameters
        .max_lifetime
        .filter(|cap| lifetime > *cap)
    {
        Some(cap) => Err(MintError::Lifetime {
            lifetime,
            profile: profile.id,
            cap,
        }),
        None => Ok(()),
    }
}

/// Chooses `kid`: the given one, or the key's own, or the thumbprint where the profile matches keys
/// by `kid`.
pub fn kid(profile: &Profile, material: &Material, asked: Option<&str>) -> Option<String> {
    let key = match material {
        Material::Key(key) => Some(key),
        Material::Secret { .. } => None,
    };
    let own = asked.or_else(|| key.and_then(Key::kid)).map(str::to_owned);
    own.or_else(|| match profile.parameters.kid {
        KidPolicy::Match => key.map(Key::thumbprint),
        KidPolicy::Hint | KidPolicy::WhenSeveral => None,
    })
}

/// A note where `kid` is a thumbprint that the key file itself does not name.
pub fn note_on_kid(material: &Material, kid: Option<&str>) -> Option<String> {
    let kid = kid?;
    match material {
        Material::Key(key) if key.kid().is_none() && key.thumbprint() == kid => Some(format!(
            "`kid` is the key's RFC 7638 thumbprint; register the key as {kid}"
        )),
        Material::Key(_) | Material::Secret { .. } => None,
    }
}

/// The `typ` of RFC 10070 section 4, where every server of the profile must accept it.
pub fn typ(profile: &Profile) -> Option<String> {
    let is_sure = profile.level(Rule::TypClientAuthentication) == Level::Accept;
    is_sure.then(|| "client-authentication+jwt".to_owned())
}

/// The reason why no algorithm fits.
#[derive(Debug, thiserror::Error)]
pub enum ChoiceError {
    /// A key that cannot be read or used.
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
    /// An assertion that cannot be minted.
    #[error(transparent)]
    Mint(#[from] MintError),
}

/// The least length of a secret in octets: 128 bits (RFC 8725 section 3.5).
const LEAST_SECRET: usize = 16;
