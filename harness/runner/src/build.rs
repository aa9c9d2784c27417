//! The build role: asks builders for assertions, reads what they make and judges it.
//!
//! [`session`](fn@session) is the whole run; its records are those of verifiers, so that every report and the
//! exit code take them as they are.

mod examine;
pub mod judge;
mod plan;
mod programs;
mod reference;
mod run;
mod session;

pub use self::session::expected;
pub use self::{
    examine::Exchange,
    plan::{Asked, BuildPlan, BuilderImplementation, skip_reason},
    reference::ReferenceBuilder,
    run::{Event, Samples, Sighting, ask, run},
    session::{begin, places, resume, session},
};
