//! The library for signers that `jwt-assay bench --gate` watches: it makes a program that signs on request
//! and counts its allocations.
//!
//! ```no_run
//! use std::process::ExitCode;
//!
//! fn main() -> ExitCode {
//!     jwt_assay_gate::Gate::default()
//!         .watch("sign/HS256", || {
//!             let key = b"what is prepared once is prepared here".to_vec();
//!             move || key.iter().copied().rev().collect::<Vec<u8>>()
//!         })
//!         .main()
//! }
//! ```
//!
//! The program links an allocator that counts, so use it for measuring only.

mod orders;

use std::{
    hint::black_box,
    io::{self, BufRead, Write},
    process::ExitCode,
    time::{Duration, Instant},
};

use serde::Serialize;

use self::orders::Order;

/// The gate program: a list of watched works.
#[derive(Default)]
pub struct Gate {
    works: Vec<Watched>,
}

struct Watched {
    about: About,
    prepare: Box<dyn Fn() -> Box<dyn FnMut()>>,
}

/// The description of a work: a line of `list`.
#[derive(Clone, Debug, Serialize)]
struct About {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    primitive: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    beside: Option<String>,
}

/// The least allocations of one repetition: a line of `allocations`.
#[derive(Clone, Debug, Serialize)]
struct Allocations {
    name: String,
    allocations: u64,
    octets: u64,
}

impl Gate {
    /// Adds a work. `prepare` is called once and is not measured; the closure that it returns is repeated
    /// and measured.
    #[must_use]
    pub fn watch<W, T>(mut self, name: &str, prepare: impl Fn() -> W + 'static) -> Self
    where
        W: FnMut() -> T + 'static,
    {
        self.works.push(Watched {
            about: About {
                name: name.to_owned(),
                primitive: None,
                beside: None,
            },
            prepare: Box::new(move || {
                let mut work = prepare();
                Box::new(move || {
                    black_box(work());
                })
            }),
        });
        self
    }

    /// Names the primitive of the last work by a part of its functions' names. The instructions outside
    /// of these functions are the cost of encoding, which has a limit of its own.
    #[must_use]
    pub fn primitive(mut self, text: &str) -> Self {
        if let Some(last) = self.works.last_mut() {
            last.about.primitive = Some(text.to_owned());
        }
        self
    }

    /// Names the companion of the last work: another work beside which it is timed, so that the ratio can
    /// be compared with a baseline file.
    #[must_use]
    pub fn beside(mut self, other: &str) -> Self {
        if let Some(last) = self.works.last_mut() {
            last.about.beside = Some(other.to_owned());
        }
        self
    }

    /// Runs the order of the command line; `time` takes further orders from standard input.
    pub fn main(self) -> ExitCode {
        let order = Order::from_arguments(std::env::args().skip(1));
        let done = match order {
            Ok(Order::Nothing) => Ok(()),
            Ok(Order::List) => self.list(),
            Ok(Order::Count) => {
                self.count();
                Ok(())
            }
            Ok(Order::Allocations) => self.allocations(),
            Ok(Order::Time) => self.time(),
            Err(message) => {
                complain(&format!("failed to {message}"));
                return ExitCode::from(2);
            }
        };
        match done {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                complain(&format!("failed to write to standard output: {error}"));
                ExitCode::FAILURE
            }
        }
    }

    fn list(&self) -> io::Result<()> {
        self.works.iter().try_for_each(|work| say(&work.about))
    }

    /// Repeats each work through [`measured`], the function at which callgrind counts.
    fn count(&self) {
        for work in &self.works {
            let mut work = warm(work);
            measured(&mut *work);
        }
    }

    fn allocations(&self) -> io::Result<()> {
        for watched in &self.works {
            let mut work = warm(watched);
            let seen = (0..LOOKS).map(|_| allocation_counter::measure(&mut *work));
            // A random signature may need a leading zero, and one allocation more for it.
            let least = seen.min_by_key(|seen| seen.count_total);
            let least = least.unwrap_or_default();
            say(&Allocations {
                name: watched.about.name.clone(),
                allocations: least.count_total,
                octets: least.bytes_total,
            })?;
        }
        Ok(())
    }

    /// Answers each line, the place of a work and milliseconds, with the nanoseconds per repetition: the
    /// work is repeated for about that time.
    fn time(&self) -> io::Result<()> {
        let mut works: Vec<Option<Box<dyn FnMut()>>> = self.works.iter().map(|_| None).collect();
        for line in io::stdin().lock().lines() {
            let line = line?;
            let asked = orders::slice(&line, self.works.len());
            let Some((place, slice)) = asked else {
                complain(&format!(
                    "failed to read `{line}`: expected a work's place and milliseconds"
                ));
                continue;
            };
            let work = works[place].get_or_insert_with(|| warm(&self.works[place]));
            say(&nanoseconds(&mut **work, slice))?;
        }
        Ok(())
    }
}

/// Repeats a work. It is never inlined, so that callgrind finds it by its name.
#[inline(never)]
fn measured(work: &mut dyn FnMut()) {
    for _ in 0..REPETITIONS {
        work();
    }
}

/// Prepares a work and repeats it a few times: the first signature of a process pays for seeding the
/// random generator, the first ones of a key for the tables that the library keeps with it.
fn warm(work: &Watched) -> Box<dyn FnMut()> {
    let mut work = (work.prepare)();
    (0..WARM).for_each(|_| work());
    work
}

fn nanoseconds(work: &mut dyn FnMut(), slice: Duration) -> f64 {
    let (start, mut repetitions, mut next) = (Instant::now(), 0_u32, 1_u32);
    loop {
        (0..next).for_each(|_| work());
        repetitions += next;
        let taken = start.elapsed();
        if taken >= slice || repetitions >= 1 << 30 {
            return taken.as_secs_f64() * 1e9 / f64::from(repetitions);
        }
        // The clock is read about every sixteenth of the slice, so that reading it costs little.
        if taken < slice / 16 {
            next = (next * 2).min(1 << 20);
        }
    }
}

/// Writes an error to standard error. A pipe that nobody reads must not change the exit code.
fn complain(message: &str) {
    drop(writeln!(io::stderr().lock(), "error: {message}"));
}

fn say(value: &impl Serialize) -> io::Result<()> {
    let mut output = io::stdout().lock();
    serde_json::to_writer(&mut output, value)?;
    output.write_all(b"\n")?;
    output.flush()
}

/// The number of repetitions for which instructions are counted.
pub const REPETITIONS: u32 = 4;
const WARM: u32 = 3;
/// The number of repetitions of which the one with the least allocations counts.
const LOOKS: u32 = 48;
