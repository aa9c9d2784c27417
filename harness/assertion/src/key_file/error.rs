//! The errors of key files. Their texts fit after "failed to", and never show a private member or a
//! secret.

use std::io;

use jwt_assay_core::model::Algorithm;

use super::key_type::{KeyType, one_of};

/// An error of a key file.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// A file without content.
    #[error("read `{path}`: the file is empty; expected a key in PEM or as JWK, or a secret")]
    Empty {
        /// The name of the file.
        path: String,
    },
    /// A key that a passphrase encrypts.
    #[error(
        "read key `{path}`: it is encrypted, and no passphrase is asked for here; decrypt it with \
         `openssl pkey -in {path} -out plain.pem`"
    )]
    Encrypted {
        /// The name of the file.
        path: String,
    },
    /// Content that is no key in PEM or JSON.
    #[error("read key `{path}`: it seems to be {seems}; expected a key in PEM or as JWK{remedy}")]
    Foreign {
        /// The name of the file.
        path: String,
        /// The likely content.
        seems: &'static str,
        /// The remedy, as the end of a sentence.
        remedy: String,
    },
    /// A private and a public part of different keys.
    #[error("read key `{path}`: its private part does not belong to its public part")]
    Inconsistent {
        /// The name of the file.
        path: String,
    },
    /// RSA parts of different keys, or a public exponent that the library does not allow.
    #[error(
        "read key `{path}`: its private part does not belong to its public part, or its public \
         exponent is even or longer than 33 bits"
    )]
    InconsistentRsa {
        /// The name of the file.
        path: String,
    },
    /// A key in a known form that cannot be decoded.
    #[error("read key `{path}`: it seems to be {seems}, but {reason}")]
    Malformed {
        /// The name of the file.
        path: String,
        /// The likely content.
        seems: String,
        /// The fault, as the end of a sentence.
        reason: String,
    },
    /// A key that does not fit the algorithm.
    #[error(
        "sign with {algorithm}: the key of `{path}` does not fit; it is {key_type}; use {}",
        one_of(key_type.algorithms())
    )]
    Mismatch {
        /// The name of the file.
        path: String,
        /// The algorithm that was asked for.
        algorithm: Algorithm,
        /// The type of the key.
        key_type: KeyType,
    },
    /// Key material in place of a file name. The text does not repeat it.
    #[error("read the file of {option}: {source}; give the name of a file, not what is in it")]
    NotAName {
        /// The option with the argument.
        option: &'static str,
        /// The system's error.
        source: io::Error,
    },
    /// A public key where signing needs a private one.
    #[error(
        "sign with the key of `{path}`: it is a public key; give the private key that belongs to it"
    )]
    PublicOnly {
        /// The name of the file.
        path: String,
    },
    /// A file that cannot be read.
    #[error("read `{path}`: {source}")]
    Read {
        /// The name of the file.
        path: String,
        /// The system's error.
        source: io::Error,
    },
    /// An RSA private key as JWK without its primes.
    #[error(
        "sign with the key of `{path}`: its JWK lacks `{member}`; give p, q, dp, dq and qi as well \
         as d, or the key in PEM"
    )]
    RsaWithoutPrimes {
        /// The name of the file.
        path: String,
        /// The missing member.
        member: &'static str,
    },
    /// A secret that is no UTF-8.
    #[error(
        "read secret `{path}`: it is not UTF-8, and a client secret is text; the HMAC key is the \
         octets of that text"
    )]
    SecretNotText {
        /// The name of the file.
        path: String,
    },
    /// A key in place of a secret.
    #[error("read secret `{path}`: it seems to be {seems}; give it with --key")]
    SecretIsKey {
        /// The name of the file.
        path: String,
        /// The likely content.
        seems: &'static str,
    },
    /// A JWK Set with several keys.
    #[error(
        "choose a key of `{path}`: it is a JWK Set of {count} keys; name one with --kid: {kids}"
    )]
    Several {
        /// The name of the file.
        path: String,
        /// The number of keys.
        count: usize,
        /// The names of the keys.
        kids: String,
    },
    /// A symmetric key in place of a key pair.
    #[error(
        "read key `{path}`: it is a symmetric key (kty oct), which is a client secret; give it with \
         --secret-file"
    )]
    Symmetric {
        /// The name of the file.
        path: String,
    },
    /// An RSA key too long to sign with.
    #[error(
        "sign with the key of `{path}`: it is an RSA key of {bits} bits; the most that can be signed \
         with here is 8192"
    )]
    TooLong {
        /// The name of the file.
        path: String,
        /// The length of the modulus in bits.
        bits: u32,
    },
    /// An RSA key too short for any algorithm.
    #[error(
        "sign with the key of `{path}`: it is an RSA key of {bits} bits; every algorithm needs 2048 \
         or more (RFC 7518 section 3.3); make one with `jwt-assay keygen --algorithm RS256`"
    )]
    TooShort {
        /// The name of the file.
        path: String,
        /// The length of the modulus in bits.
        bits: u32,
    },
    /// A `kid` that no key of the set has.
    #[error("find key {kid:?} in `{path}`: its keys are {kids}")]
    UnknownKid {
        /// The name of the file.
        path: String,
        /// The `kid` as the user gave it.
        kid: String,
        /// The names of the keys.
        kids: String,
    },
    /// A key of a type that signs no assertion.
    #[error(
        "read key `{path}`: it is {what}; expected RSA, EC on P-256, P-384 or P-521, or Ed25519"
    )]
    Unsupported {
        /// The name of the file.
        path: String,
        /// The type of the key, in words.
        what: String,
    },
}

impl KeyFileError {
    /// An error about content that is no key. `remedy` may be empty, a command with `FILE` in it,
    /// or advice.
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
