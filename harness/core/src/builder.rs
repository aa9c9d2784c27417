//! The side of the client: the request that a builder of assertions gets, and the reading of its
//! answer.
//!
//! [`inspect()`] reads one answer, as a server of the profile would and then member by member against
//! the request, and [`samples`] reads many together. The [`reference`](mod@reference) signs what the
//! suite finds no fault with, and declines what must be declined.

pub mod inspect;
mod recipe;
pub mod reference;
pub mod samples;

pub use self::{
    inspect::{Inspection, Lens, inspect, inspect_sent, token_request},
    recipe::{Ask, AskedKey, BuildRecipe, Written},
};
