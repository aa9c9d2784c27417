//! The reasons why an assertion is not minted. Their texts fit after "failed to".

use jwt_assay_core::model::{Algorithm, Method, ProfileId};

use crate::key_file::SigningFailed;

/// The reason why an assertion is not minted.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum MintError {
    /// An algorithm of the other method.
    #[error(
        "sign with {algorithm}: {material} is for {method}; use one of {usable} (OpenID Connect Core \
         section 9)"
    )]
    AlgorithmOfOtherMethod {
        /// The algorithm that was asked for.
        algorithm: Algorithm,
        /// The key or the secret, in words.
        material: &'static str,
        /// The method that the material is for.
        method: Method,
        /// The algorithms of the profile for that method.
        usable: String,
    },
    /// An algorithm that the profile does not have.
    #[error(
        "sign with {algorithm}: profile {profile} allows {allowed} for {method}; another profile is \
         chosen with --profile"
    )]
    AlgorithmOutsideProfile {
        /// The algorithm that was asked for.
        algorithm: Algorithm,
        /// The profile of the server.
        profile: ProfileId,
        /// The algorithms that the profile allows.
        allowed: String,
        /// The method of the assertion.
        method: Method,
    },
    /// A claim that an option is for, or that stands twice.
    #[error("add claim {name:?}: {reason}")]
    Claim {
        /// The name of the claim.
        name: String,
        /// The option that the claim belongs to, or its fault.
        reason: &'static str,
    },
    /// A key that is bound to another algorithm.
    #[error(
        "sign with {algorithm}: the JWK is bound to {alg:?} by its `alg`, and a key has one algorithm \
         (RFC 8725 section 3.1)"
    )]
    KeyBoundToOther {
        /// The algorithm that was asked for.
        algorithm: Algorithm,
        /// `alg` of the JWK.
        alg: String,
    },
    /// Too long a lifetime.
    #[error(
        "set a lifetime of {lifetime} s: profile {profile} rejects more than {cap} s; 60 s are usual"
    )]
    Lifetime {
        /// The lifetime that was asked for, in seconds.
        lifetime: u32,
        /// The profile of the server.
        profile: ProfileId,
        /// The cap of the profile, in seconds.
        cap: u32,
    },
    /// A method that the profile does not have.
    #[error("make a {method} assertion: profile {profile} has no {method}; it allows {allowed}")]
    MethodOutsideProfile {
        /// The method of the assertion.
        method: Method,
        /// The profile of the server.
        profile: ProfileId,
        /// The algorithms that the profile allows.
        allowed: String,
    },
    /// The name of the server that the profile wants in `aud`.
    #[error("choose the audience: profile {profile} wants {what} in `aud`; give it with {option}")]
    MissingAudience {
        /// The profile of the server.
        profile: ProfileId,
        /// The name of the server that the profile wants.
        what: &'static str,
        /// The option for that name.
        option: &'static str,
    },
    /// A key that fits no algorithm of the profile.
    #[error(
        "choose an algorithm: {key} fits {fitting}, and profile {profile} allows {allowed} for \
         {method}"
    )]
    NoAlgorithm {
        /// The type of the key, in words.
        key: String,
        /// The algorithms that the key fits.
        fitting: String,
        /// The profile of the server.
        profile: ProfileId,
        /// The algorithms that the profile allows.
        allowed: String,
        /// The method of the assertion.
        method: Method,
    },
    /// A system without randomness for a `jti`.
    #[error("choose a `jti`: the system has no randomness; give one with --jti")]
    NoRandomness,
    /// An assertion that the profile's server must reject for another reason.
    #[error("make an assertion that profile {profile} must accept: this would break {broken}")]
    Rejected {
        /// The profile of the server.
        profile: ProfileId,
        /// The broken rules, with the finding under each.
        broken: String,
    },
    /// Too short a secret.
    #[error(
        "sign with {algorithm}: the secret of `{path}` has a length of {octets}, and {algorithm} \
         needs {needed} octets or more (RFC 7518 section 3.2); make one with `jwt-assay keygen --algorithm \
         {algorithm}`"
    )]
    SecretTooShort {
        /// The algorithm that signs.
        algorithm: Algorithm,
        /// The name of the secret's file.
        path: String,
        /// The length of the secret in octets.
        octets: usize,
        /// The least length in octets.
        needed: usize,
    },
    /// A failure of the cryptographic library.
    #[error(transparent)]
    Signing(#[from] SigningFailed),
}
