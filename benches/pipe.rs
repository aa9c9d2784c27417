//! The rate of cases through a pipe to a trivial program in Python, and the rate at which the harness
//! alone writes them.
//!
//! `cargo bench -p jwt-assay-benches --bench pipe`; `-- --test` sends a few. Without Python the bench
//! says that it is skipped.

use std::{
    cell::RefCell,
    env,
    hint::black_box,
    ops::ControlFlow,
    path::Path,
    time::{Duration, Instant},
};

use jwt_assay_core::{
    model::{Presented, Step},
    suite::Suite,
};
use jwt_assay_implementations::{
    protocol::{Reply, VerifyRequest},
    reach::process::{Program, Spec, StartError, Task},
};

fn main() {
    let is_test = env::args().any(|argument| argument == "--test");
    let (rounds, requests) = if is_test {
        (1, 100)
    } else {
        (ROUNDS, REQUESTS)
    };
    let mut program = match start() {
        Ok(program) => program,
        Err(error) => {
            println!("skipped: no Python to send anything to: {error}");
            return;
        }
    };
    let presented = valid();
    let step = &presented.steps[0];
    let rates = |work: &mut dyn FnMut()| {
        let mut rates: Vec<f64> = (0..rounds).map(|_| rate(requests, &mut *work)).collect();
        rates.sort_by(f64::total_cmp);
        rates
    };
    let shown = |name: &str, rates: Vec<f64>| {
        let (least, most) = (rates[0], rates[rates.len() - 1]);
        let median = rates[rates.len() / 2];
        println!("  {name:<40} {median:10.0} [{least:.0}..{most:.0}]");
    };
    println!("{requests} requests, a second; medians of {rounds} rounds");
    let written = rates(&mut || {
        for seq in 0..requests {
            black_box(VerifyRequest::new(seq as u64, "", step).line());
        }
    });
    shown("written, not sent", written);
    shown("answered", rates(&mut || ask(&mut program, step, requests)));
    assert_eq!(program.finish().len(), 0, "everything was answered");
}

fn start() -> Result<Program, StartError> {
    Program::start(Spec {
        command: "python3".into(),
        arguments: vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("echo.py").into()],
        folder: None,
        launcher: None,
        shows_arguments: true,
        timeout: Duration::from_secs(30),
        greeting: Spec::GREETING,
    })
}

/// The valid default with HS256, whose signature takes almost no time.
fn valid() -> Presented {
    let mut vectors = Suite::bundled().presentations();
    let valid = vectors.find(|(vector, _)| vector.id.as_str() == VALID);
    valid.expect("it is in the suite").1.present()
}

fn rate(requests: usize, work: &mut dyn FnMut()) -> f64 {
    let start = Instant::now();
    work();
    f64::from(u32::try_from(requests).unwrap_or(u32::MAX)) / start.elapsed().as_secs_f64()
}

fn ask(program: &mut Program, step: &Step, requests: usize) {
    let tasks = (0..requests).map(|place| Task {
        place,
        steps: 1,
        line: Box::new(|_, seq, state| VerifyRequest::new(seq, state, step).line()),
        read: Reply::verified,
    });
    let answered = RefCell::new(0);
    let stopped = program.ask(tasks, &mut |_, seen| {
        *answered.borrow_mut() += seen.len();
        ControlFlow::Continue(())
    });
    assert!(stopped.is_continue(), "the program was given up");
    assert_eq!(answered.into_inner(), requests);
}

const ROUNDS: usize = 9;
const REQUESTS: usize = 20_000;
const VALID: &str = "pos-full/rfc7523/hs256";
