//! The crate `biscuit`.

mod build;
#[cfg(test)]
mod tests;
mod timed;
mod verify;

use jwt_assay_core::model::{Algorithm, Layer};

use super::adapter::{About, Library};
use crate::Clock;

/// The crate `biscuit`.
pub(super) struct Biscuit;

impl Library for Biscuit {
    const ABOUT: About = About {
        name: "biscuit",
        version: "0.8.0",
        url: "https://crates.io/crates/biscuit",
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
        ],
        clock: Clock::Given,
    };

    fn new() -> Self {
        Self
    }
}
