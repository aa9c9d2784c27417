//! Work spread over threads: what comes of it is handed over as it comes.

use std::{
    num::NonZeroUsize,
    ops::ControlFlow,
    sync::{
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc,
    },
    thread,
};

/// Does the work of each item, in the order of the items as far as threads have one. `work` hands
/// over events, and is told to break off once nobody wants more. Stops early where `on_event`
/// breaks.
pub fn spread<T: Sync, E: Send>(
    items: &[T],
    jobs: NonZeroUsize,
    work: impl Fn(&T, &dyn Fn(E) -> ControlFlow<()>) + Sync,
    mut on_event: impl FnMut(E) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let next = AtomicUsize::new(0);
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel();
        for _ in 0..jobs.get().min(items.len()) {
            let sender = sender.clone();
            let (next, stop, work) = (&next, &stop, &work);
            scope.spawn(move || {
                let send = |event| match stop.load(Ordering::Relaxed) || sender.send(event).is_err()
                {
                    true => ControlFlow::Break(()),
                    false => ControlFlow::Continue(()),
                };
                while !stop.load(Ordering::Relaxed)
                    && let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed))
                {
                    work(item, &send);
                }
            });
        }
        drop(sender);
        for event in receiver {
            if on_event(event).is_break() {
                stop.store(true, Ordering::Relaxed);
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: NonZeroUsize = NonZeroUsize::MIN.saturating_add(1);

    #[test]
    fn every_item_is_done_once() {
        let mut seen = Vec::new();
        let items: Vec<u32> = (0..100).collect();
        let flow = spread(
            &items,
            TWO,
            |item, send| assert!(send(*item).is_continue()),
            |item| {
                seen.push(item);
                ControlFlow::Continue(())
            },
        );
        seen.sort_unstable();
        assert_eq!((seen, flow), (items, ControlFlow::Continue(())));
    }

    #[test]
    fn whoever_works_on_after_a_break_is_told() {
        let flow = spread(
            &[()],
            TWO,
            |(), send| while send(()).is_continue() {},
            |()| ControlFlow::Break(()),
        );
        assert_eq!(flow, ControlFlow::Break(()));
    }
}
