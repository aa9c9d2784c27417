//! Client assertions per second, signed and verified by the reference and by every library in this
//! program, beside the bare primitive of `aws-lc-rs`; and apart from that, the cost of reading the keys.
//!
//! Criterion measures one library after the other, and such times do not compare on a machine that others
//! use. `jwt-assay bench` measures in turns, and its ratios do compare.

use std::{
    hint::black_box,
    time::{SystemTime, UNIX_EPOCH},
};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use jwt_assay_core::model::{Algorithm, UnixSeconds};
use jwt_assay_implementations::timed::{self, Operation, RAW, Task, Timed};

fn assertions(criterion: &mut Criterion) {
    for operation in Operation::ALL {
        for task in tasks() {
            let name = format!("{}/{}", operation.name(), task.algorithm);
            let mut group = criterion.benchmark_group(name);
            group.throughput(Throughput::Elements(1));
            for timed in everyone() {
                let Some(prepared) = timed.prepare(operation, &task) else {
                    continue;
                };
                let mut work = prepared.expect("what a library says that it has");
                group.bench_function(timed.name, |bencher| {
                    bencher.iter(|| black_box(work().expect("it worked before")));
                });
            }
            group.finish();
        }
    }
}

fn keys(criterion: &mut Criterion) {
    for operation in Operation::ALL {
        for task in tasks() {
            let name = format!("prepare to {}/{}", operation.name(), task.algorithm);
            let mut group = criterion.benchmark_group(name);
            for timed in everyone() {
                if timed.load(operation, &task).is_none() {
                    continue;
                }
                group.bench_function(timed.name, |bencher| {
                    bencher.iter(|| black_box(timed.load(operation, &task).is_some()));
                });
            }
            group.finish();
        }
    }
}

fn everyone() -> impl Iterator<Item = Timed> {
    [RAW].into_iter().chain(timed::all())
}

/// The tasks, with assertions of this moment: some libraries verify by a clock of their own.
fn tasks() -> impl Iterator<Item = Task> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let seconds = since.expect("a clock that is set").as_secs();
    let now = UnixSeconds(i64::try_from(seconds).expect("a time in reach"));
    let algorithms = Algorithm::CORE.into_iter();
    let algorithms = algorithms.chain([Algorithm::PS256, Algorithm::EdDsa]);
    algorithms.map(move |algorithm| Task::new(algorithm, now).expect("the test keys fit"))
}

criterion_group!(benches, assertions, keys);
criterion_main!(benches);
