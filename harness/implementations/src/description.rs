//! How an implementation introduces itself.

pub use jwt_assay_core::model::KeyFormat;
use jwt_assay_core::model::{Algorithm, Layer, Method};
use serde::{Deserialize, Serialize};

/// What an implementation is and what it promises. A rule of a layer that is not claimed is
/// skipped; a method or an algorithm that is not named is not asked for.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Description {
    /// The name people know it by; also the name of its divergence file.
    pub name: String,
    /// The version under test.
    pub version: String,
    /// Language and version, such as `Rust`.
    pub language: String,
    /// The parts of its toolchain on which its answers depend: each a name and a version, with
    /// commas between, such as `Python 3.11.7, OpenSSL 3.0.19`. `None` where it does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub toolchain: Option<String>,
    /// Where it lives.
    pub url: String,
    /// The layers whose rules it claims to enforce.
    pub layers: Vec<Layer>,
    /// The client authentication methods it has.
    pub methods: Vec<Method>,
    /// The algorithms it has.
    pub algorithms: Vec<Algorithm>,
    /// Where it takes the time from.
    pub clock: Clock,
    /// The key formats it reads.
    pub key_formats: Vec<KeyFormat>,
    /// Whether it can be given two different leeways, for `exp` and for `nbf`.
    pub two_leeways: bool,
}

/// Where an implementation takes the time from.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Clock {
    /// The evaluation time of the request.
    Given,
    /// The machine's clock.
    System,
}
