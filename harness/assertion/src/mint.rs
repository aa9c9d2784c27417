//! Minting of assertions that a profile's server must accept.

mod assertion;
pub mod choice;
pub mod claim;
mod error;

pub use self::{
    assertion::Assertion,
    choice::{ChoiceError, Material},
    claim::ExtraClaim,
    error::MintError,
};
