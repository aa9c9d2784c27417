//! The regression gate: two builds of the same signing program side by side. Instructions are
//! counted under callgrind, where neighbours on the machine change nothing; allocations are counted
//! exactly; time is compared in turns, as a backstop.

pub mod baseline;
pub mod callgrind;
pub mod compare;
pub mod program;
pub mod report;
pub mod tree;

pub use self::{
    compare::{Limits, Verdict, compare},
    program::{GateError, Program},
};
