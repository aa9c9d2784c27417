//! Fuzzing of implementations: a generated input is put to implementations and to the oracle, and a
//! difference between them is a [`Finding`].
//!
//! - [`fuzz_verifier!`] and [`fuzz_builder!`] make a fuzz target of a user's own verifier or builder in one
//!   line; `fuzz/template` is a folder to copy.
//! - [`targets`] are the fuzz targets of this project, each in one file behind one trait.
//! - [`Hunt`] draws inputs from a seed, without a fuzzer; [`SelfTest`] measures how good they are.
//! - [`replay`] shows an input as the recipe that it stands for, minimizes it, and makes a case of it.

mod builders;
pub mod dictionary;
mod finding;
mod hunt;
mod known;
mod panel;
mod reading;
pub mod replay;
pub mod seeds;
mod self_test;
pub mod targets;
mod unusual;
mod users_own;

pub use self::{
    builders::{BuilderFinding, JudgedBuilder},
    finding::{Finding, Key, candidate},
    hunt::{Hunt, HuntResult, MinimizedFinding, octets},
    known::KnownDeviations,
    panel::{Judgement, Panel},
    reading::ExplainedSteps,
    self_test::{SelfTest, Trial},
    users_own::{OwnBuilder, OwnVerifier},
};
pub use jwt_assay_core::generate::GeneratorLimits;
pub use jwt_assay_implementations::{BuildAnswer, Builder, BuilderDescription};
