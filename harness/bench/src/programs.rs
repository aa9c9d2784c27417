//! Programs that time themselves: each is asked to repeat a request, in turn with the bare primitive,
//! which is measured here.

use std::{ops::ControlFlow, time::Duration};

use jwt_assay_core::model::Method;
use jwt_assay_implementations::{
    protocol::bench::{BenchRequest, build_request, seconds, verify_request},
    reach::process::{self, Program, Seen},
    timed::{Operation, Task, Work},
};
use serde_json::{Map, Value};

use super::paired::{self, Effort, Series};

/// The request that a program is asked to repeat; `None` where its hello does not promise the operation.
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

/// Measures a program beside the bare primitive; the program's series is the first of the two.
///
/// # Errors
///
/// The message of the program or of the primitive, if it fails.
pub fn measure(
    program: &mut Program,
    request: &Map<String, Value>,
    raw: &mut Work,
    effort: Effort,
) -> Result<[Series; 2], String> {
    // An interpreter is slow at first, and some programs have a coarse clock.
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

/// The number of repetitions of the request that fill a slice, at least one.
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

/// The seconds that `times` repetitions took.
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

/// The length of a program's slice, as a multiple of the slice of a work in this process: long enough for
/// a coarse clock, and short enough to end before another process gets the processor.
const LONGER: u32 = 2;
/// The divisor of the number of rounds, so that a program takes as long as a library.
const FEWER: usize = 2;
