//! Fuzzing without a fuzzer's help: what the generator makes is put to implementations and to the
//! oracle, and where they differ is a finding. The fuzz targets, the command and the self-test
//! share the judgement.

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
    hunt::{Catch, Harvest, Hunt, octets},
    known::Known,
    panel::{Judgement, Panel},
    reading::Reading,
    self_test::{Row, SelfTest},
    users_own::{OwnBuilder, OwnVerifier},
};
pub use jwt_assay_core::generate::Within;
pub use jwt_assay_implementations::{BuildAnswer, Builder, BuilderDescription};
