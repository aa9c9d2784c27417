//! Signals that ask the command to end: Ctrl-C, `kill`, and a closed terminal.
//!
//! The first signal lets the command keep what it has. It comes from another thread, [`watch`], since the
//! work may be inside a library. A second one ends the process at once.

use std::{
    fs,
    process::ExitCode,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use crate::launch_program;
use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGTERM},
    flag, low_level,
};

/// A signal that asks for the end.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Signal(i32);

impl Signal {
    /// Its name, as `kill` takes it.
    pub(crate) const fn name(self) -> &'static str {
        match self.0 {
            SIGHUP => "SIGHUP",
            SIGINT => "SIGINT",
            _ => "SIGTERM",
        }
    }

    /// The exit code of a shell for a command that the signal ended: 129, 130 or 143.
    pub(crate) fn exit_code(self) -> ExitCode {
        ExitCode::from(u8::try_from(self.status()).unwrap_or(u8::MAX))
    }

    const fn status(self) -> i32 {
        128 + self.0
    }
}

/// The way in which a command ends after a signal.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Ending {
    /// At once, but not while it writes files.
    AtOnce,
    /// By itself: it looks at [`received`], and writes what it has. Programs that it waits for are ended
    /// after a second. At once where that takes too long, as with a library that does not return.
    ByItself,
}

/// Heeds signals from now on. `left` says what is left of the work where the command ends at once.
pub(crate) fn watch(ending: Ending, left: &'static str) {
    let last = Arc::clone(RECEIVED.get_or_init(Arc::default));
    let is_second = Arc::new(AtomicBool::new(false));
    let ignored = ignored();
    for signal in [SIGHUP, SIGINT, SIGTERM] {
        // `nohup` and shells ask for this, for commands that run in the background.
        if ignored & (1 << (signal - 1)) != 0 {
            continue;
        }
        let status = Signal(signal).status();
        let number = usize::try_from(signal).unwrap_or_default();
        // In this order: the first signal finds the flag unset. A handler that cannot be registered
        // leaves the default, which ends the process.
        flag::register_conditional_shutdown(signal, status, Arc::clone(&is_second)).ok();
        flag::register(signal, Arc::clone(&is_second)).ok();
        flag::register_usize(signal, Arc::clone(&last), number).ok();
    }
    thread::spawn(move || {
        let signal = loop {
            match received() {
                Some(signal) => break signal,
                None => thread::sleep(TURN),
            }
        };
        if ending == Ending::ByItself {
            thread::sleep(ANSWERING);
            // Again and again: a program that fails is started once more, to find the request that it
            // fails for.
            for _ in 0..ROUNDS {
                launch_program::end_descendants();
                thread::sleep(ROUND);
            }
        }
        end(signal, left);
    });
}

/// The signal that was received; `None` as long as there is none.
pub(crate) fn received() -> Option<Signal> {
    let number = RECEIVED.get()?.load(Ordering::Relaxed);
    let number = i32::try_from(number).ok()?;
    (number != 0).then_some(Signal(number))
}

/// Ends the process, once no file is being written.
fn end(signal: Signal, left: &str) -> ! {
    let mut writers = lock();
    while writers.now > 0 {
        writers = NONE_LEFT
            .wait(writers)
            .unwrap_or_else(PoisonError::into_inner);
    }
    // The lock is kept: nobody begins another file.
    let files = match writers.files {
        0 => "no file was written".to_owned(),
        1 => "1 file was written".to_owned(),
        files => format!("{files} files were written"),
    };
    say!("stopped by {}: {files}; {left}", signal.name());
    // Without destructors, which other threads could still need.
    low_level::exit(signal.status())
}

/// A promise to end no process before this is dropped, since files are being written.
pub(crate) struct Writing(());

/// Begins to write files that belong together.
pub(crate) fn writing() -> Writing {
    lock().now += 1;
    Writing(())
}

impl Writing {
    /// Counts a file that is whole.
    pub(crate) fn count(&self) {
        lock().files += 1;
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        lock().now -= 1;
        NONE_LEFT.notify_all();
    }
}

struct Writers {
    /// The number of those that write now.
    now: usize,
    /// The number of files that were written.
    files: usize,
}

fn lock() -> MutexGuard<'static, Writers> {
    WRITERS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The signals that this process ignored when it began, a bit each, where the system tells
/// (`proc_pid_status(5)`).
fn ignored() -> u64 {
    let about = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = about.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    line.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .unwrap_or_default()
}

static RECEIVED: OnceLock<Arc<AtomicUsize>> = OnceLock::new();
static WRITERS: Mutex<Writers> = Mutex::new(Writers { now: 0, files: 0 });
static NONE_LEFT: Condvar = Condvar::new();
/// The time between two looks at the signals.
const TURN: Duration = Duration::from_millis(20);
/// The time in which programs may still answer: more than the vectors under way take.
const ANSWERING: Duration = Duration::from_secs(1);
/// The time that a command then has to end by itself, in rounds. With the second before, it is shorter than
/// the patience of service managers, which kill after ten seconds.
const ROUNDS: u32 = 20;
const ROUND: Duration = Duration::from_millis(200);
