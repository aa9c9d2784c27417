//! The build role: asks builders for assertions, reads what they make and judges it.
//!
//! [`session`](fn@session) is the whole run; its records are those of verifiers, so that every report and the
//! exit code take them as they are.

pub mod judge;
mod plan;
mod reference;
mod run;
pub mod sabotage;
mod session;

pub(crate) use self::session::expected;
pub use self::{
    plan::{Asked, BuildPlan, BuilderImplementation, skip_reason},
    reference::ReferenceBuilder,
    run::{Exchange, Samples, ask, run},
    session::{begin, session},
};
