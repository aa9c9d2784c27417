//! One client assertion or one key at a time: key files, minting, and explanations.

pub mod explain;
pub mod input;
pub mod instant;
pub mod key_file;
pub mod mint;
