//! Implementations that are called, in this process.

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

/// The result of a call, or the words of its panic.
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
    /// Tells whether this thread is inside [`CatchPanics`].
    static IS_CAUGHT: Cell<bool> = const { Cell::new(false) };
}
