//! The limits of a dialogue with a program, each with its reason. A program that goes beyond one is
//! stopped or answered for; the harness itself neither waits without end nor keeps more than a few
//! megabytes for one program.

use std::time::Duration;

/// Requests under way at one time: enough to keep a program busy while the harness judges.
pub(super) const WINDOW: usize = 64;
/// Octets of requests under way at one time, beyond one of any size.
pub(super) const OCTETS: usize = 256 * 1024;
/// Octets of a line: an assertion has a few kilobytes, and an answer of a megabyte is a mistake.
pub(super) const LONGEST_LINE: u64 = 1 << 20;
/// Lines that are read ahead. A program that writes more waits at its pipe, so that what it writes
/// never fills the harness's memory.
pub(super) const LINES_AHEAD: usize = 16;
/// Answers to requests that were answered before, after which a program is stopped. Each is an
/// incident already; a program that goes on writing them would keep the run from its end.
pub(super) const SECOND_ANSWERS: usize = 100;
/// Failures with no answer between, after which a program is given up: as many as a case may have
/// vectors, which all fail alike.
pub(super) const FAILURES: usize = 400;
/// The same where there was never an answer.
pub(super) const FIRST_FAILURES: usize = 10;
/// Deadlines missed in all, after which a program is given up.
pub(super) const TIMEOUTS: usize = 30;
/// Incidents of one kind that are kept: a mistake made once may be made ten thousand times.
pub(super) const INCIDENTS: usize = 20;
/// Octets kept from the end of standard error, and the lines of them that are shown.
pub(super) const LAST_WORDS: usize = 4096;
pub(super) const LAST_LINES: usize = 5;
/// The time that a program has to end after `bye`.
pub(super) const FAREWELL: Duration = Duration::from_secs(5);
/// The time that a program has to end whose output has ended, before that is called going on.
pub(super) const LAST_BREATH: Duration = Duration::from_millis(500);
/// The time that a killed program has to be gone. Its supervisor needs some of it for what the program
/// started; one that may not be killed, such as another user's, is left and named.
pub(super) const KILLED: Duration = Duration::from_secs(4);
/// The time between two looks at a process.
pub(super) const LOOK: Duration = Duration::from_millis(5);
