//! A running program: its input, its output, and its end.

use std::{
    collections::VecDeque,
    io::{BufRead, BufReader, Read, Write},
    mem,
    os::unix::process::CommandExt,
    process::{Child as Process, ChildStderr, ChildStdin, ChildStdout, Command, Stdio},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{self, Receiver, RecvTimeoutError, Sender},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process_group};

use super::Spec;

/// A running program. It is in a process group of its own, which is killed when this is dropped.
#[derive(Debug)]
pub(super) struct Child {
    process: Process,
    /// Closing it closes the program's input, once everything is written.
    input: Option<Sender<Vec<u8>>>,
    output: Receiver<Output>,
    last_words: Arc<Mutex<VecDeque<u8>>>,
    listener: JoinHandle<()>,
    /// A group that is gone is not killed twice: its number may belong to others by then.
    is_killed: bool,
}

/// A piece of a program's output.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Output {
    /// A line without its end.
    Line(Vec<u8>),
    /// More octets than any answer has, without an end of line.
    Flood,
    /// Nothing more.
    End,
}

impl Child {
    /// Starts the program. It is killed when the thread that calls this ends, where the launcher
    /// arranges for that.
    pub(super) fn start(spec: &Spec) -> std::io::Result<Self> {
        let mut command = match &spec.launcher {
            Some(launcher) => {
                let mut command = Command::new(launcher);
                command.arg(super::LAUNCH).arg(spec.program());
                command
            }
            None => Command::new(spec.program()),
        };
        command
            .args(&spec.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0);
        if let Some(folder) = &spec.folder {
            command.current_dir(folder);
        }
        let mut process = command.spawn()?;
        let taken = (
            process.stdin.take(),
            process.stdout.take(),
            process.stderr.take(),
        );
        let (Some(stdin), Some(stdout), Some(stderr)) = taken else {
            unreachable!("all three are piped");
        };
        let (input, lines) = mpsc::channel();
        thread::spawn(move || write(stdin, &lines));
        let (sender, output) = mpsc::channel();
        thread::spawn(move || read(stdout, &sender));
        let last_words = Arc::default();
        let words = Arc::clone(&last_words);
        let listener = thread::spawn(move || listen(stderr, &words));
        Ok(Self {
            process,
            input: Some(input),
            output,
            last_words,
            listener,
            is_killed: false,
        })
    }

    /// Hands over a line, without waiting for the program to read it.
    pub(super) fn send(&self, line: &str) {
        if let Some(input) = &self.input {
            // The writer is gone where the program is; that shows as the end of its output.
            input.send([line.as_bytes(), b"\n"].concat()).ok();
        }
    }

    /// Ends its input.
    pub(super) fn close_input(&mut self) {
        self.input = None;
    }

    /// The next piece of output; `None` if none comes before the deadline.
    pub(super) fn receive(&self, deadline: Instant) -> Option<Output> {
        let left = deadline.saturating_duration_since(Instant::now());
        match self.output.recv_timeout(left) {
            Ok(output) => Some(output),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(Output::End),
        }
    }

    /// Its end in words: the exit status, and the last lines of its standard error. Kills it if it
    /// still runs.
    pub(super) fn end_in_words(mut self) -> String {
        let patience = Instant::now() + Duration::from_millis(500);
        let status = loop {
            match self.process.try_wait() {
                Ok(Some(status)) => break Some(status),
                Ok(None) if Instant::now() < patience => thread::sleep(Duration::from_millis(5)),
                Ok(None) | Err(_) => break None,
            }
        };
        let status = match status {
            Some(status) => status.to_string(),
            None => "it closed its output and went on running".to_owned(),
        };
        self.kill();
        // The pipe may still hold words. The wait is bounded, since a child in another group can keep the
        // pipe open for ever.
        while !self.listener.is_finished() && Instant::now() < patience {
            thread::sleep(Duration::from_millis(5));
        }
        let words = self.last_words();
        if words.is_empty() {
            status
        } else {
            format!("{status}; its last words: {words}")
        }
    }

    /// Waits for its end; `false` if it still runs at the deadline.
    pub(super) fn ends_by(&mut self, deadline: Instant) -> bool {
        loop {
            match self.process.try_wait() {
                Ok(None) if Instant::now() < deadline => thread::sleep(Duration::from_millis(5)),
                Ok(None) => return false,
                Ok(Some(_)) | Err(_) => return true,
            }
        }
    }

    /// The last lines of its standard error.
    pub(super) fn last_words(&self) -> String {
        let words = self
            .last_words
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let octets: Vec<u8> = words.iter().copied().collect();
        let text = String::from_utf8_lossy(&octets);
        let lines: Vec<&str> = text
            .lines()
            .filter(|line| !line.trim().is_empty())
            .collect();
        lines[lines.len().saturating_sub(LAST_LINES)..].join(" | ")
    }

    fn kill(&mut self) {
        if mem::replace(&mut self.is_killed, true) {
            return;
        }
        let group = i32::try_from(self.process.id())
            .ok()
            .and_then(Pid::from_raw);
        if let Some(group) = group {
            // Fails where nothing of the group is left.
            kill_process_group(group, Signal::KILL).ok();
        }
        self.process.wait().ok();
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.kill();
    }
}

fn write(mut stdin: ChildStdin, lines: &Receiver<Vec<u8>>) {
    for line in lines {
        if stdin.write_all(&line).and_then(|()| stdin.flush()).is_err() {
            return;
        }
    }
}

fn read(stdout: ChildStdout, output: &Sender<Output>) {
    let mut stdout = BufReader::new(stdout);
    loop {
        let mut line = Vec::new();
        let got = stdout
            .by_ref()
            .take(LONGEST_LINE)
            .read_until(b'\n', &mut line);
        let next = match (got, line.pop()) {
            (Err(_) | Ok(0), _) => Output::End,
            (Ok(_), Some(b'\n')) => Output::Line(line),
            (Ok(octets), _) if octets as u64 == LONGEST_LINE => Output::Flood,
            // A line without an end was not finished, so it is no answer.
            (Ok(_), _) => Output::End,
        };
        let is_last = !matches!(next, Output::Line(_));
        if output.send(next).is_err() || is_last {
            return;
        }
    }
}

/// Keeps the end of standard error and drops the rest, so that a program never blocks on it.
fn listen(mut stderr: ChildStderr, words: &Mutex<VecDeque<u8>>) {
    let mut buffer = [0; 4096];
    while let Ok(octets @ 1..) = stderr.read(&mut buffer) {
        let mut words = words.lock().unwrap_or_else(PoisonError::into_inner);
        words.extend(&buffer[..octets]);
        let surplus = words.len().saturating_sub(LAST_WORDS);
        words.drain(..surplus);
    }
}

/// An assertion has a few kilobytes; an answer of a megabyte is a mistake.
const LONGEST_LINE: u64 = 1 << 20;
const LAST_WORDS: usize = 4096;
const LAST_LINES: usize = 5;
