//! The crate `josekit`.

mod build;
#[cfg(test)]
mod tests;
mod timed;
mod verify;

use jwt_assay_core::model::{Algorithm, Layer};

use super::adapter::{About, Library};
use crate::Clock;

/// The crate `josekit`.
pub(super) struct Josekit;

impl Library for Josekit {
    const ABOUT: About = About {
        name: "josekit",
        version: "0.10.3",
        url: "https://crates.io/crates/josekit",
        layers: &[Layer::Jws, Layer::Key, Layer::Jwt],
        algorithms: &Algorithm::ALL,
        clock: Clock::Given,
    };

    fn new() -> Self {
        Self
    }
}
