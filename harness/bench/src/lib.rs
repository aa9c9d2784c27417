//! Throughput and the regression gate. On a machine that others use absolute times mean little, so each
//! time is divided by that of the bare primitive, measured milliseconds before or after it.

pub mod gate;
pub mod machine;
pub mod paired;
pub mod programs;
pub mod round;
pub mod table;
pub mod throughput;
