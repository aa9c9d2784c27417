//! JWT libraries that are linked into the harness, each behind a thin adapter.
//!
//! An adapter uses its library as a careful caller does who has read the documentation: exactly
//! the algorithms that the policy and the registration allow, the client's keys, every expected
//! value and every required claim that the library can be given. It looks up the client and, for
//! libraries that know single keys only, tries the registered ones; it adds no rule that the
//! library lacks, since what the library lacks is what the suite is to find.
//!
//! A library is a folder beside this file, its module here, and its entry in [`ALL`].

#[cfg(feature = "in-process")]
#[cfg_attr(
    not(feature = "libraries"),
    allow(dead_code, reason = "not every library needs every part of a call")
)]
mod adapter;

#[cfg(feature = "biscuit")]
mod biscuit;
#[cfg(feature = "openssl")]
mod josekit;
#[cfg(feature = "jsonwebtoken")]
mod jsonwebtoken;
#[cfg(feature = "jwt-simple")]
mod jwt_simple;
#[cfg(feature = "openssl")]
mod jwtk;

#[cfg(test)]
mod tests;

use crate::{Builder, Verifier, timed::Timed};

/// An entry of [`ALL`]: the name, the feature that builds the library in, and its type.
macro_rules! library {
    ($name:literal, $feature:literal, $library:path) => {
        Library {
            name: $name,
            #[cfg(feature = $feature)]
            parts: Ok(Parts::of::<$library>()),
            #[cfg(not(feature = $feature))]
            parts: Err(concat!("built without feature `", $feature, "`")),
            #[cfg(all(test, feature = $feature))]
            tests: Some(tests::Tests::of::<$library>()),
            #[cfg(all(test, not(feature = $feature)))]
            tests: None,
        }
    };
}

/// Every library that this crate has an adapter for, in the order of reports.
pub(crate) const ALL: &[Library] = &[
    library!("jsonwebtoken", "jsonwebtoken", jsonwebtoken::JsonWebToken),
    library!("jwt-simple", "jwt-simple", jwt_simple::JwtSimple),
    library!("biscuit", "biscuit", biscuit::Biscuit),
    library!("josekit", "openssl", josekit::Josekit),
    library!("jwtk", "openssl", jwtk::Jwtk),
];

/// A library that this crate has an adapter for.
#[derive(Clone, Copy)]
pub struct Library {
    /// The name that its description has.
    pub name: &'static str,
    /// The reason why it is not built in, where it is not.
    pub(crate) parts: Result<Parts, &'static str>,
    #[cfg(test)]
    tests: Option<tests::Tests>,
}

/// The uses of a library that is built in.
#[derive(Clone, Copy)]
pub(crate) struct Parts {
    pub(crate) verifier: fn() -> Box<dyn Verifier>,
    pub(crate) builder: fn() -> Box<dyn Builder>,
    pub(crate) timed: Timed,
}

impl Library {
    /// The reason why it cannot be used; `None` if it can.
    #[must_use]
    pub const fn missing(&self) -> Option<&'static str> {
        match self.parts {
            Ok(_) => None,
            Err(reason) => Some(reason),
        }
    }
}
