//! Programs timed inside themselves: each is asked to repeat a request, and the bare primitive is
//! measured here in turn with it.

use std::{ops::ControlFlow, time::Duration};

use jwt_assay_core::model::Method;
use jwt_assay_implementations::{
    protocol::bench::{BenchRequest, build_request, seconds, verify_request},
    reach::process::{self, Program, Seen},
    timed::{Operation, Task, Work},
};
use serde_json::{Map, Value};

use super::paired::{self, Effort, Series};

/// What a program is asked to repeat; nothing where its hello does not promise it.
#[must_use]
pub fn request(program: &Program, operation: Operation, task: &Task) -> Option<Map<String, Value>> {
    let hello = &program.hello;
    let has_role = match operation {
        Operation::Sign => hello.roles.build.is_some(),
        Operation::Verify => hello.roles.verify.is_some(),
    };
    let name = task.algorithm.name();
    let promises = hello.bench
        && has_role
        && hello.methods.contains(&Method::of(task.algorithm))
        && hello.algorithms.iter().any(|own| own == name);
    if !promises {
        return None;
    }
    match operation {
        Operation::Sign => build_request(task, &hello.key_formats),
        Operation::Verify => verify_request(&task.verify),
    }
}

/// Measures a program beside the bare primitive: its own series first.
///
/// # Errors
///
/// What the program answers where it does not do the request, or what the primitive says.
pub fn measure(
    program: &mut Program,
    request: &Map<String, Value>,
    raw: &mut Work,
    effort: Effort,
) -> Result<[Series; 2], String> {
    // An interpreter's first turns are slow, and the clock of some is coarse.
    let slice = effort.slice * LONGER;
    let times = calibrate(program, request, slice)?;
    let repetitions = paired::calibrate(raw, effort.slice)?;
    let rounds = (effort.rounds / FEWER).max(3);
    let (mut own, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let before = paired::time(raw, repetitions)?;
        own.push(ask(program, request, times)? * 1e9 / f64::from(times));
        let after = paired::time(raw, repetitions)?;
        bare.push(f64::midpoint(before, after));
    }
    Ok([own, bare].map(|nanoseconds| Series { nanoseconds }))
}

/// How often the request is repeated in a slice; one at least.
fn calibrate(
    program: &mut Program,
    request: &Map<String, Value>,
    slice: Duration,
) -> Result<u32, String> {
    let (slice, mut times) = (slice.as_secs_f64(), 1);
    loop {
        let taken = ask(program, request, times)?;
        if taken >= slice / 2.0 || times >= 1 << 20 {
            return Ok(times);
        }
        times *= 2;
    }
}

/// Seconds that so many repetitions took.
fn ask(program: &mut Program, request: &Map<String, Value>, times: u32) -> Result<f64, String> {
    let task = process::Task {
        place: 0,
        steps: 1,
        line: Box::new(move |_, seq, _| BenchRequest::line(seq, times, request)),
        read: seconds,
    };
    let mut answer = Err("it was given up".to_owned());
    let flow = program.ask([task].into_iter(), &mut |_, seen| {
        if let Some(seen) = seen.into_iter().next() {
            answer = match seen {
                Seen::Answered(seconds) => Ok(seconds),
                Seen::Failed(failure) => Err(failure.to_string()),
            };
        }
        ControlFlow::Continue(())
    });
    match flow {
        ControlFlow::Continue(()) | ControlFlow::Break(()) => answer,
    }
}

/// A program's slice is so many times that of a work in this process: long enough for its clock, and
/// not so long that a neighbour gets the processor before it is over,
const LONGER: u32 = 2;
/// and there are so many times fewer rounds.
const FEWER: usize = 2;
