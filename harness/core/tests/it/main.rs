//! The one integration binary of the crate.

mod suite;
