//! The regression gate: two builds of the same signing program, compared. Callgrind counts instructions,
//! which load on the machine does not change; allocations are counted exactly; time is compared in turns,
//! as a backstop.

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
