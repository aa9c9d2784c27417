//! What is chosen for the user, and what is refused: the profile's data decides.

use jwt_assay_core::model::{Algorithm, KidPolicy, Level, Method, Profile, Rule};

use super::MintError;
use crate::explain::prefers_issuer;
use crate::key_file::{Key, KeyFileError, Secret, one_of};

/// What is signed with.
#[derive(Debug)]
pub enum Material {
    /// A private key.
    Key(Key),
    /// A client secret.
    Secret {
        /// Its text.
        secret: Secret,
        /// The file that it was read from.
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

/// The algorithm asked for, or the JWK's, or the first of the profile's that fits; refused where it
/// is the other method's, outside the profile, or does not fit the key.
///
/// # Errors
///
/// Where the key or the profile has no such algorithm, or none at all that fits the other.
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

/// RFC 7518 section 3.2, where the profile does not leave it open.
///
/// # Errors
///
/// Where the profile asks for a longer secret.
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
    match is_trivial || is_short {
        true => Err(MintError::SecretTooShort {
            algorithm,
            path: path.clone(),
            octets,
            needed,
        }),
        false => Ok(()),
    }
}

/// The one name of the server that the profile wants.
///
/// # Errors
///
/// Where the name of the server that the profile wants is not given.
pub fn audience<'a>(
    profile: &Profile,
    token_endpoint: Option<&'a str>,
    issuer: Option<&'a str>,
) -> Result<&'a str, MintError> {
    let (given, what, option) = match prefers_issuer(profile) {
        true => (issuer, "the server's issuer identifier", "--issuer"),
        false => (
            token_endpoint,
            "the URL of the token endpoint",
            "--audience",
        ),
    };
    given.ok_or(MintError::MissingAudience {
        profile: profile.id,
        what,
        option,
    })
}

/// That the lifetime is within the profile's cap.
///
/// # Errors
///
/// Where the lifetime is beyond the cap of the profile.
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

/// The name asked for, or the key's own, or a thumbprint where the profile matches names.
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

/// That the server must know the key by a name that the key itself does not have.
pub fn note_on_kid(material: &Material, kid: Option<&str>) -> Option<String> {
    let kid = kid?;
    match material {
        Material::Key(key) if key.kid().is_none() && key.thumbprint() == kid => Some(format!(
            "`kid` is the key's RFC 7638 thumbprint; register the key as {kid}"
        )),
        Material::Key(_) | Material::Secret { .. } => None,
    }
}

/// RFC 10070 section 4, where the profile is sure of it.
pub fn typ(profile: &Profile) -> Option<String> {
    let is_sure = profile.level(Rule::TypClientAuthentication) == Level::Accept;
    is_sure.then(|| "client-authentication+jwt".to_owned())
}

/// Why no algorithm was chosen.
#[derive(Debug, thiserror::Error)]
pub enum ChoiceError {
    /// A key that cannot be read or used.
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
    /// An assertion that is not made.
    #[error(transparent)]
    Mint(#[from] MintError),
}

/// 128 bits (RFC 8725 section 3.5).
const LEAST_SECRET: usize = 16;
