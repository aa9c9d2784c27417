//! What a signer brings along so that `jwt-assay bench --gate` can watch its speed: a program that
//! signs when it is told to, and counts its allocations.
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
//! The program links an allocator that counts. It is for measuring, and for nothing else.

mod orders;

use std::{
    hint::black_box,
    io::{self, BufRead, Write},
    process::ExitCode,
    time::{Duration, Instant},
};

use serde::Serialize;

use self::orders::Order;

/// The works that are watched.
#[derive(Default)]
pub struct Gate {
    works: Vec<Watched>,
}

struct Watched {
    about: About,
    prepare: Box<dyn Fn() -> Box<dyn FnMut()>>,
}

/// What a work says of itself: a line of `list`.
#[derive(Clone, Debug, Serialize)]
struct About {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    primitive: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    beside: Option<String>,
}

/// What one repetition allocates at least: a line of `allocations`.
#[derive(Clone, Debug, Serialize)]
struct Allocations {
    name: String,
    allocations: u64,
    octets: u64,
}

impl Gate {
    /// Watches a work. `prepare` is called once, and what it returns again and again; only the
    /// latter is measured.
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

    /// Of the work that was named last, what is spent inside functions whose names hold this text
    /// belongs to the primitive; the rest is what encoding costs, and is watched apart.
    #[must_use]
    pub fn primitive(mut self, text: &str) -> Self {
        if let Some(last) = self.works.last_mut() {
            last.about.primitive = Some(text.to_owned());
        }
        self
    }

    /// The work that was named last is timed beside another one of these, so that its time can be
    /// compared with what a file remembers.
    #[must_use]
    pub fn beside(mut self, other: &str) -> Self {
        if let Some(last) = self.works.last_mut() {
            last.about.beside = Some(other.to_owned());
        }
        self
    }

    /// Does what the command line says, and what standard input says after that.
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
                eprintln!("error: failed to {message}");
                return ExitCode::from(2);
            }
        };
        match done {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("error: failed to write to standard output: {error}");
                ExitCode::FAILURE
            }
        }
    }

    fn list(&self) -> io::Result<()> {
        self.works.iter().try_for_each(|work| say(&work.about))
    }

    /// Every work in turn, each through [`measured`], which is what callgrind is told to look at.
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
            let least = seen.reduce(|least, seen| match seen.count_total < least.count_total {
                true => seen,
                false => least,
            });
            let least = least.unwrap_or_default();
            say(&Allocations {
                name: watched.about.name.clone(),
                allocations: least.count_total,
                octets: least.bytes_total,
            })?;
        }
        Ok(())
    }

    /// For each line, the place of a work and milliseconds, repeats the work about so long and
    /// answers how many nanoseconds one repetition took.
    fn time(&self) -> io::Result<()> {
        let mut works: Vec<Option<Box<dyn FnMut()>>> = self.works.iter().map(|_| None).collect();
        for line in io::stdin().lock().lines() {
            let line = line?;
            let asked = orders::slice(&line, self.works.len());
            let Some((place, slice)) = asked else {
                eprintln!(
                    "error: failed to read `{line}`: expected a work's place and milliseconds"
                );
                continue;
            };
            let work = works[place].get_or_insert_with(|| warm(&self.works[place]));
            say(&nanoseconds(&mut **work, slice))?;
        }
        Ok(())
    }
}

/// Repeats a work. It is a function of its own in the program, which callgrind finds by its name.
#[inline(never)]
fn measured(work: &mut dyn FnMut()) {
    for _ in 0..REPETITIONS {
        work();
    }
}

/// Prepared, and done a few times: the first signature of a process pays for the random generator,
/// the first ones of a key for what the library keeps beside it.
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
        // The clock is looked at about every sixteenth of the slice.
        if taken < slice / 16 {
            next = (next * 2).min(1 << 20);
        }
    }
}

fn say(value: &impl Serialize) -> io::Result<()> {
    let mut output = io::stdout().lock();
    serde_json::to_writer(&mut output, value)?;
    output.write_all(b"\n")?;
    output.flush()
}

/// How often a work is repeated to be counted.
pub const REPETITIONS: u32 = 4;
const WARM: u32 = 3;
/// How often the allocations of one repetition are counted.
const LOOKS: u32 = 48;
