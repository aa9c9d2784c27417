//! The crate `jsonwebtoken` with its aws-lc-rs backend.

mod build;
#[cfg(test)]
mod tests;
mod timed;
mod verify;

use jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER;
use jwt_assay_core::model::{Algorithm, Layer};

use super::adapter::{About, Library};
use crate::Clock;

/// The crate `jsonwebtoken` with its aws-lc-rs backend.
pub(super) struct JsonWebToken;

impl Library for JsonWebToken {
    const ABOUT: About = About {
        name: "jsonwebtoken",
        version: "11.1.0",
        url: "https://crates.io/crates/jsonwebtoken",
        layers: &[Layer::Jws, Layer::Jwt],
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
        ],
        clock: Clock::System,
    };

    fn new() -> Self {
        // It chooses the backend for the process, and fails where one was chosen before, which then stays.
        let _ = DEFAULT_PROVIDER.install_default();
        Self
    }
}
