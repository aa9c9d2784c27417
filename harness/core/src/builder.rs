//! The client's side: the request that a builder gets, and the inspection of its answer.
//!
//! [`inspect()`] reads one answer, first as a server of the profile would, then member by member against
//! the request; [`samples`] reads many together. The [`reference`](mod@reference) builder signs without
//! a fault, and declines where it must.

pub mod inspect;
mod recipe;
pub mod reference;
pub mod samples;

pub use self::{
    inspect::{Inspection, Lens, inspect, inspect_sent, token_request},
    recipe::{BuildRecipe, KeyEdits, PemStyle, RequestEdits},
};
