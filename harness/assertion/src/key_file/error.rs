//! What can be wrong with a key file. The texts fit after "failed to" and never show a private
//! member or a secret.

use std::io;

use jwt_assay_core::model::Algorithm;

use super::key_type::{KeyType, one_of};

/// What can be wrong with a key file.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// Nothing in it.
    #[error("read `{path}`: the file is empty; expected a key in PEM or as JWK, or a secret")]
    Empty {
        /// Which file.
        path: String,
    },
    /// A key behind a passphrase.
    #[error(
        "read key `{path}`: it is encrypted, and no passphrase is asked for here; decrypt it with \
         `openssl pkey -in {path} -out plain.pem`"
    )]
    Encrypted {
        /// Which file.
        path: String,
    },
    /// Something else than a key in PEM or JSON.
    #[error("read key `{path}`: it seems to be {seems}; expected a key in PEM or as JWK{remedy}")]
    Foreign {
        /// Which file.
        path: String,
        /// What it seems to be.
        seems: &'static str,
        /// What to do, as the end of a sentence.
        remedy: String,
    },
    /// Private and public parts of different keys.
    #[error("read key `{path}`: its private part does not belong to its public part")]
    Inconsistent {
        /// Which file.
        path: String,
    },
    /// Parts of different keys, or an exponent that cannot be computed with.
    #[error(
        "read key `{path}`: its private part does not belong to its public part, or its public \
         exponent is even or longer than 33 bits"
    )]
    InconsistentRsa {
        /// Which file.
        path: String,
    },
    /// A key in the right form that cannot be read.
    #[error("read key `{path}`: it seems to be {seems}, but {reason}")]
    Malformed {
        /// Which file.
        path: String,
        /// What it seems to be.
        seems: String,
        /// What is wrong.
        reason: String,
    },
    /// A key for other algorithms.
    #[error(
        "sign with {algorithm}: the key of `{path}` does not fit; it is {key_type}; use {}",
        one_of(key_type.algorithms())
    )]
    Mismatch {
        /// Which file.
        path: String,
        /// What was asked for.
        algorithm: Algorithm,
        /// What the key is.
        key_type: KeyType,
    },
    /// The key or the secret itself where the name of its file belongs. Neither is shown.
    #[error("read the file of {option}: {source}; give the name of a file, not what is in it")]
    NotAName {
        /// Which option.
        option: &'static str,
        /// What the system says.
        source: io::Error,
    },
    /// A public key where a private one is needed.
    #[error(
        "sign with the key of `{path}`: it is a public key; give the private key that belongs to it"
    )]
    PublicOnly {
        /// Which file.
        path: String,
    },
    /// A file that cannot be read.
    #[error("read `{path}`: {source}")]
    Read {
        /// Which file.
        path: String,
        /// What the system says.
        source: io::Error,
    },
    /// An RSA private key in a form that cannot be signed with.
    #[error(
        "sign with the key of `{path}`: its JWK lacks `{member}`; give p, q, dp, dq and qi as well \
         as d, or the key in PEM"
    )]
    RsaWithoutPrimes {
        /// Which file.
        path: String,
        /// What is missing.
        member: &'static str,
    },
    /// A secret that is no text.
    #[error(
        "read secret `{path}`: it is not UTF-8, and a client secret is text; the HMAC key is the \
         octets of that text"
    )]
    SecretNotText {
        /// Which file.
        path: String,
    },
    /// A secret that is a key.
    #[error("read secret `{path}`: it seems to be {seems}; give it with --key")]
    SecretIsKey {
        /// Which file.
        path: String,
        /// What it seems to be.
        seems: &'static str,
    },
    /// A JWK Set with several keys.
    #[error(
        "choose a key of `{path}`: it is a JWK Set of {count} keys; name one with --kid: {kids}"
    )]
    Several {
        /// Which file.
        path: String,
        /// How many.
        count: usize,
        /// Their names.
        kids: String,
    },
    /// A symmetric key where a key pair is needed.
    #[error(
        "read key `{path}`: it is a symmetric key (kty oct), which is a client secret; give it with \
         --secret-file"
    )]
    Symmetric {
        /// Which file.
        path: String,
    },
    /// A key that is costly beyond reason.
    #[error(
        "sign with the key of `{path}`: it is an RSA key of {bits} bits; the most that can be signed \
         with here is 8192"
    )]
    TooLong {
        /// Which file.
        path: String,
        /// The length of its modulus.
        bits: u32,
    },
    /// A key too short for any algorithm.
    #[error(
        "sign with the key of `{path}`: it is an RSA key of {bits} bits; every algorithm needs 2048 \
         or more (RFC 7518 section 3.3); make one with `jwt-assay keygen --algorithm RS256`"
    )]
    TooShort {
        /// Which file.
        path: String,
        /// The length of its modulus.
        bits: u32,
    },
    /// A name that no key of the set has.
    #[error("find key {kid:?} in `{path}`: its keys are {kids}")]
    UnknownKid {
        /// Which file.
        path: String,
        /// As it was given.
        kid: String,
        /// The names there are.
        kids: String,
    },
    /// A key of a kind that signs no assertion.
    #[error(
        "read key `{path}`: it is {what}; expected RSA, EC on P-256, P-384 or P-521, or Ed25519"
    )]
    Unsupported {
        /// Which file.
        path: String,
        /// What it is.
        what: String,
    },
}

impl KeyFileError {
    /// `remedy` may be empty, a command with `FILE` in it, or advice.
    pub(super) fn foreign(path: &str, seems: &'static str, remedy: &str) -> Self {
        let remedy = match remedy {
            "" => String::new(),
            command if command.contains("FILE") => {
                format!("; convert it with `{}`", command.replace("FILE", path))
            }
            advice => format!("; {advice}"),
        };
        Self::Foreign {
            path: path.to_owned(),
            seems,
            remedy,
        }
    }

    pub(super) fn malformed(
        path: &str,
        seems: impl Into<String>,
        reason: impl Into<String>,
    ) -> Self {
        Self::Malformed {
            path: path.to_owned(),
            seems: seems.into(),
            reason: reason.into(),
        }
    }
}
