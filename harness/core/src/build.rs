//! The side of the client: what is asked of a builder of assertions, and what is read in what it
//! answers.
//!
//! A [`Vector`] asks for one assertion, or for many; [`inspect()`] reads one answer, as a server of
//! the profile would and then member by member against the request, and [`samples`] reads many
//! together. The [`reference`](mod@reference) builds what the suite finds no fault with, and declines what must be
//! declined.

mod case;
mod file;
pub mod inspect;
mod lint;
mod published;
mod recipe;
pub mod reference;
pub mod samples;
mod suite;

pub use self::{
    case::{Case, Many, Vector},
    inspect::{Inspection, Lens, inspect},
    lint::{Fault, FaultKind},
    published::{PublishedBuild, PublishedBuildCase},
    recipe::{Ask, AskedKey, BuildRecipe, Written},
    suite::{Suite, case_files},
};
