//! The crate `jwt-simple` with its pure-Rust backend.

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
