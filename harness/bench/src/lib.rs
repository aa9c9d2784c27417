//! Throughput, measured so that it means something on a machine that others use: everyone's time is
//! divided by that of the bare primitive, which was measured milliseconds before or after it.

pub mod gate;
pub mod machine;
pub mod paired;
pub mod programs;
pub mod round;
pub mod table;
pub mod throughput;
