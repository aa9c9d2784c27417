//! The crate `jwt-simple` with its pure-Rust backend.

/// Calls `$pair!` or `$secret!` with the type of the key that signs with the algorithm; declines where
/// the crate has none.
macro_rules! signing_key {
    ($algorithm:expr, $pair:ident, $secret:ident) => {
        match $algorithm {
            Algorithm::HS256 => $secret!(HS256Key),
            Algorithm::HS384 => $secret!(HS384Key),
            Algorithm::HS512 => $secret!(HS512Key),
            Algorithm::RS256 => $pair!(RS256KeyPair),
            Algorithm::RS384 => $pair!(RS384KeyPair),
            Algorithm::RS512 => $pair!(RS512KeyPair),
            Algorithm::PS256 => $pair!(PS256KeyPair),
            Algorithm::PS384 => $pair!(PS384KeyPair),
            Algorithm::PS512 => $pair!(PS512KeyPair),
            Algorithm::ES256 => $pair!(ES256KeyPair),
            Algorithm::ES384 => $pair!(ES384KeyPair),
            Algorithm::EdDsa => $pair!(Ed25519KeyPair),
            Algorithm::ES256K => $pair!(ES256kKeyPair),
            other => return Err(out_of_place(other)),
        }
    };
}

/// Calls `$public!` or `$secret!` with the type of the key that verifies with the algorithm; rejects
/// where the crate has none.
macro_rules! verifying_key {
    ($algorithm:expr, $public:ident, $secret:ident) => {
        match $algorithm {
            Algorithm::HS256 => $secret!(HS256Key),
            Algorithm::HS384 => $secret!(HS384Key),
            Algorithm::HS512 => $secret!(HS512Key),
            Algorithm::RS256 => $public!(RS256PublicKey),
            Algorithm::RS384 => $public!(RS384PublicKey),
            Algorithm::RS512 => $public!(RS512PublicKey),
            Algorithm::PS256 => $public!(PS256PublicKey),
            Algorithm::PS384 => $public!(PS384PublicKey),
            Algorithm::PS512 => $public!(PS512PublicKey),
            Algorithm::ES256 => $public!(ES256PublicKey),
            Algorithm::ES384 => $public!(ES384PublicKey),
            Algorithm::EdDsa => $public!(Ed25519PublicKey),
            Algorithm::ES256K => $public!(ES256kPublicKey),
            other => return Err(out_of_place(other)),
        }
    };
}

mod build;
#[cfg(test)]
mod tests;
mod timed;
mod verify;

use jwt_assay_core::model::{Algorithm, Layer};

use super::adapter::{About, Library};
use crate::Clock;

/// The crate `jwt-simple` with its pure-Rust backend.
pub(super) struct JwtSimple;

impl Library for JwtSimple {
    const ABOUT: About = About {
        name: "jwt-simple",
        version: "0.15.0",
        url: "https://crates.io/crates/jwt-simple",
        layers: &[Layer::Jws, Layer::Key, Layer::Jwt],
        algorithms: &[
            Algorithm::HS256,
            Algorithm::HS384,
            Algorithm::HS512,
            Algorithm::RS256,
            Algorithm::RS384,
            Algorithm::RS512,
            Algorithm::ES256,
            Algorithm::ES384,
            Algorithm::PS256,
            Algorithm::PS384,
            Algorithm::PS512,
            Algorithm::EdDsa,
            Algorithm::ES256K,
        ],
        clock: Clock::Given,
    };

    fn new() -> Self {
        Self
    }
}
