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

use std::{
    any::Any,
    cell::Cell,
    panic::{self, AssertUnwindSafe},
    sync::Once,
};

use jwt_assay_core::model::{BuildRequest, Step};

use crate::{Answer, BuildAnswer, Builder, BuilderDescription, Description, Verifier};

/// A verifier or builder whose panics become errors, silently; panics of other threads are
/// reported as ever. What does not unwind (an abort, an overflow of the stack) is not caught.
pub struct CatchPanics<V>(pub V);

impl<V: Verifier> Verifier for CatchPanics<V> {
    fn describe(&self) -> Description {
        self.0.describe()
    }

    fn verify(&self, state: &str, step: &Step) -> Answer {
        caught(|| self.0.verify(state, step)).unwrap_or_else(|reason| Answer::Error { reason })
    }
}

impl<B: Builder> Builder for CatchPanics<B> {
    fn describe(&self) -> BuilderDescription {
        self.0.describe()
    }

    fn build(&self, request: &BuildRequest) -> BuildAnswer {
        caught(|| self.0.build(request)).unwrap_or_else(|reason| BuildAnswer::Error { reason })
    }

    fn restart(&self) {
        self.0.restart();
    }
}

/// What a call returns, or how it panicked.
fn caught<T>(call: impl FnOnce() -> T) -> Result<T, String> {
    static QUIET_HOOK: Once = Once::new();
    QUIET_HOOK.call_once(|| {
        let report = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !IS_CAUGHT.try_with(Cell::get).unwrap_or(false) {
                report(info);
            }
        }));
    });

    let outside = IS_CAUGHT.replace(true);
    // Unwind safe, since an implementation keeps nothing that a panic could leave half done but
    // its own state, and a broken state is what is to be observed.
    let answer = panic::catch_unwind(AssertUnwindSafe(call));
    IS_CAUGHT.set(outside);
    answer.map_err(|panic| format!("panicked: {}", message(panic.as_ref())))
}

fn message(panic: &(dyn Any + Send)) -> &str {
    match (
        panic.downcast_ref::<String>(),
        panic.downcast_ref::<&'static str>(),
    ) {
        (Some(text), _) => text,
        (None, Some(text)) => text,
        (None, None) => "with something that is not text",
    }
}

thread_local! {
    /// Whether this thread is inside [`CatchPanics`].
    static IS_CAUGHT: Cell<bool> = const { Cell::new(false) };
}
