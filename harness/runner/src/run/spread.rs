//! Work spread over threads, with events sent to one receiver.

use std::{
    num::NonZeroUsize,
    ops::ControlFlow,
    sync::{
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc,
    },
    thread,
};

/// Works on each item, beginning in the order of the items. `work` sends events, and is told to break
/// once the receiver wants no more. Stops early where `on_event` breaks.
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
                // `Relaxed` is enough: the flag orders nothing else, and one event too many is
                // dropped with the channel.
                let send = |event| {
                    if stop.load(Ordering::Relaxed) || sender.send(event).is_err() {
                        ControlFlow::Break(())
                    } else {
                        ControlFlow::Continue(())
                    }
                };
                while !stop.load(Ordering::Relaxed)
                    && let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed))
                {
                    work(item, &send);
                }
            });
        }
        // The threads hold the other senders; without this one the loop ends when the last of them
        // does.
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
    fn work_that_goes_on_after_a_break_is_told() {
        let flow = spread(
            &[()],
            TWO,
            |(), send| while send(()).is_continue() {},
            |()| ControlFlow::Break(()),
        );
        assert_eq!(flow, ControlFlow::Break(()));
    }
}
