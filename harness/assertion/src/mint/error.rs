//! Why an assertion is not made. The texts fit after "failed to".

use jwt_assay_core::model::{Algorithm, Method, ProfileId};

use crate::key_file::SigningFailed;

/// Why an assertion is not made.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum MintError {
    /// An algorithm of the other method.
    #[error(
        "sign with {algorithm}: {material} is for {method}; use one of {usable} (OpenID Connect Core \
         section 9)"
    )]
    AlgorithmOfOtherMethod {
        /// What was asked for.
        algorithm: Algorithm,
        /// What there is to sign with.
        material: &'static str,
        /// What that is for.
        method: Method,
        /// What the profile has for that method.
        usable: String,
    },
    /// An algorithm that the profile does not have.
    #[error(
        "sign with {algorithm}: profile {profile} allows {allowed} for {method}; another profile is \
         chosen with --profile"
    )]
    AlgorithmOutsideProfile {
        /// What was asked for.
        algorithm: Algorithm,
        /// The profile.
        profile: ProfileId,
        /// What it allows.
        allowed: String,
        /// For which method.
        method: Method,
    },
    /// A claim that an option is for, or that stands twice.
    #[error("add claim {name:?}: {reason}")]
    Claim {
        /// Its name.
        name: String,
        /// What is wrong.
        reason: &'static str,
    },
    /// A key that is bound to another algorithm.
    #[error(
        "sign with {algorithm}: the JWK is bound to {alg:?} by its `alg`, and a key has one algorithm \
         (RFC 8725 section 3.1)"
    )]
    KeyBoundToOther {
        /// What was asked for.
        algorithm: Algorithm,
        /// What the JWK says.
        alg: String,
    },
    /// Too long a lifetime.
    #[error(
        "set a lifetime of {lifetime} s: profile {profile} refuses more than {cap} s; the usual is 60"
    )]
    Lifetime {
        /// What was asked for.
        lifetime: u32,
        /// The profile.
        profile: ProfileId,
        /// Its cap.
        cap: u32,
    },
    /// A method that the profile does not have.
    #[error("make a {method} assertion: profile {profile} has no {method}; it allows {allowed}")]
    MethodOutsideProfile {
        /// Which method.
        method: Method,
        /// The profile.
        profile: ProfileId,
        /// What it allows.
        allowed: String,
    },
    /// The name of the server that the profile wants in `aud`.
    #[error("choose the audience: profile {profile} wants {what} in `aud`; give it with {option}")]
    MissingAudience {
        /// The profile.
        profile: ProfileId,
        /// What it wants.
        what: &'static str,
        /// How to give it.
        option: &'static str,
    },
    /// A key that fits no algorithm of the profile.
    #[error(
        "choose an algorithm: {key} fits {fitting}, and profile {profile} allows {allowed} for \
         {method}"
    )]
    NoAlgorithm {
        /// What the key is.
        key: String,
        /// What it fits.
        fitting: String,
        /// The profile.
        profile: ProfileId,
        /// What it allows.
        allowed: String,
        /// For which method.
        method: Method,
    },
    /// The system's fault.
    #[error("choose a `jti`: the system has no randomness; give one with --jti")]
    NoRandomness,
    /// What the profile's server must refuse for another reason.
    #[error("make an assertion that profile {profile} must accept: this would break {broken}")]
    Refused {
        /// The profile.
        profile: ProfileId,
        /// Rule by rule.
        broken: String,
    },
    /// Too short a secret.
    #[error(
        "sign with {algorithm}: the secret of `{path}` has a length of {octets}, and {algorithm} \
         needs {needed} octets or more (RFC 7518 section 3.2); make one with `jwt-assay keygen --algorithm \
         {algorithm}`"
    )]
    SecretTooShort {
        /// With which algorithm.
        algorithm: Algorithm,
        /// Which file.
        path: String,
        /// How long it is.
        octets: usize,
        /// How long it must be.
        needed: usize,
    },
    /// The library's fault.
    #[error(transparent)]
    Signing(#[from] SigningFailed),
}
