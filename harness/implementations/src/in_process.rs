//! Libraries that are linked into the harness, each behind a thin adapter.
//!
//! An adapter uses its library as a careful caller does who has read the documentation: exactly
//! the algorithms that the policy and the registration allow, the client's keys, every expected
//! value and every required claim that the library can be given. It looks up the client and, for
//! libraries that know single keys only, tries the registered ones; it adds no rule that the
//! library lacks, since what the library lacks is what the suite is to find.

#[cfg(feature = "biscuit")]
pub(crate) mod biscuit;
#[cfg(feature = "openssl")]
pub(crate) mod josekit;
#[cfg(feature = "jsonwebtoken")]
pub(crate) mod jsonwebtoken;
#[cfg(feature = "jwt-simple")]
pub(crate) mod jwt_simple;
#[cfg(feature = "openssl")]
pub(crate) mod jwtk;

#[cfg(any(
    feature = "biscuit",
    feature = "jsonwebtoken",
    feature = "jwt-simple",
    feature = "openssl"
))]
#[cfg_attr(
    not(all(feature = "biscuit", feature = "jsonwebtoken", feature = "jwt-simple")),
    allow(dead_code, reason = "not every library needs every part of a call")
)]
mod call;
#[cfg(any(
    feature = "biscuit",
    feature = "jsonwebtoken",
    feature = "jwt-simple",
    feature = "openssl"
))]
pub(crate) mod library;

#[cfg(any(
    feature = "biscuit",
    feature = "jsonwebtoken",
    feature = "jwt-simple",
    feature = "openssl"
))]
pub(crate) mod builders;

pub mod timed;
