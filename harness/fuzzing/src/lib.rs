//! Fuzzing without a fuzzer's help: what the generator makes is put to implementations and to the
//! oracle, and where they differ is a finding. The fuzz targets, the command and the self-test
//! share the judgement.

mod finding;
mod hunt;
mod known;
mod panel;
mod reading;
pub mod replay;
pub mod seeds;
mod self_test;
mod unusual;
mod users_own;

pub use self::{
    finding::{Finding, Key, candidate},
    hunt::{Catch, Harvest, Hunt, octets},
    known::Known,
    panel::{Judgement, Panel},
    reading::Reading,
    self_test::{Row, SelfTest},
    users_own::UsersOwn,
};
pub use jwt_assay_core::generate::Within;
