//! The processes of `bench`: each measures once, and is ended by a signal to this one.

use std::{
    env,
    io::{self, Read},
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::Duration,
};

use clap::ValueEnum;
use jwt_assay_bench::round::Measured;

use super::{Args, PROCESS};
use crate::{Error, signals::received};

/// Measures in a new process of this command: the layout of memory differs between processes and
/// shows in times.
pub(super) fn measure_in_a_process(args: &Args) -> Result<Vec<Measured>, Error> {
    let failed = |problem: String| Error::Measure { problem };
    let own = env::current_exe().map_err(|error| failed(error.to_string()))?;
    let mut command = Command::new(own);
    command
        .arg(PROCESS)
        .args(["--rounds", &args.rounds.to_string()])
        .args(["--slice", &args.slice.to_string()])
        .args(&args.implementations);
    for algorithm in &args.algorithm {
        command.args(["--algorithm", algorithm.name()]);
    }
    if let Some(operation) = args.operation.and_then(|op| op.to_possible_value()) {
        command.args(["--operation", operation.get_name()]);
    }
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
    let (octets, status) = child
        .and_then(output_until_a_signal)
        .map_err(|error| failed(error.to_string()))?;
    if !status.success() && received().is_none() {
        return Err(failed(format!("a process ended with {status}")));
    }
    // A process that was stopped may have written a part of its last line.
    let lines = octets.split_inclusive(|octet| *octet == b'\n');
    let lines = lines.filter(|line| line.ends_with(b"\n"));
    lines
        .map(|line| serde_json::from_slice(line).map_err(|error| failed(error.to_string())))
        .collect()
}

/// Waits for the end of a process, and ends it after a signal, which reaches this process alone where no
/// terminal sent it. Returns its output until then.
fn output_until_a_signal(mut child: Child) -> io::Result<(Vec<u8>, ExitStatus)> {
    let mut output = child.stdout.take().expect("it is piped");
    // Read meanwhile: a pipe holds little, and the process would wait for its reader.
    let reader = thread::spawn(move || {
        let mut octets = Vec::new();
        output.read_to_end(&mut octets).map(|_| octets)
    });
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if received().is_some() {
            child.kill()?;
        }
        thread::sleep(TURN);
    };
    let octets = reader.join().expect("reading does not panic")?;
    Ok((octets, status))
}

/// The time between two looks at a process, which takes seconds.
const TURN: Duration = Duration::from_millis(20);
