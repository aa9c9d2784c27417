//! The crate `jwtk` with its OpenSSL backend.

mod build;
#[cfg(test)]
mod tests;
mod timed;
mod verify;

use jwt_assay_core::model::{Algorithm, Layer};

use super::adapter::{About, Library};
use crate::Clock;

/// The crate `jwtk` with its OpenSSL backend.
pub(super) struct Jwtk;

impl Library for Jwtk {
    const ABOUT: About = About {
        name: "jwtk",
        version: "0.5.0",
        url: "https://crates.io/crates/jwtk",
        layers: &[Layer::Jws, Layer::Key, Layer::Jwt],
        algorithms: &Algorithm::ALL,
        clock: Clock::System,
    };

    fn new() -> Self {
        Self
    }
}
