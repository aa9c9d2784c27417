//! A running program: its input, its output, and its end.

use std::{
    collections::VecDeque,
    hash::{BuildHasher, Hasher, RandomState},
    io::{BufRead, BufReader, Read, Write},
    mem,
    os::unix::process::CommandExt,
    process::{Child as Process, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Stdio},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{self, Receiver, RecvTimeoutError, Sender, SyncSender},
    },
    thread::{self, JoinHandle},
    time::Instant,
};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use super::{Spec, limits};

/// A running program. It is killed when this is dropped, with everything that it started where a
/// launcher supervises it, else with its process group.
#[derive(Debug)]
pub(super) struct Child {
    process: Process,
    /// Closing it closes the program's input, once everything is written.
    input: Option<Sender<Vec<u8>>>,
    output: Receiver<Output>,
    last_words: Arc<Mutex<VecDeque<u8>>>,
    listener: JoinHandle<()>,
    /// The beginning of the lines in which the supervisor names what it could not kill. No program can
    /// guess it.
    mark: String,
    is_supervised: bool,
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
    /// The beginning of a line, in which the output ended.
    HalfLine(Vec<u8>),
    /// Nothing more.
    End,
}

/// The end of a program that was told `bye`.
#[derive(Debug)]
pub(super) struct Farewell {
    /// Its exit status; `None` if it still runs.
    pub(super) status: Option<ExitStatus>,
    /// The first line that it wrote meanwhile, or the beginning of one.
    pub(super) wrote: Option<Vec<u8>>,
}

impl Child {
    /// Starts the program. It is killed when the harness ends, where there is a launcher.
    pub(super) fn start(spec: &Spec) -> std::io::Result<Self> {
        let mark = format!("{:016x} ", RandomState::new().build_hasher().finish());
        let mut command = match &spec.launcher {
            Some(launcher) => {
                let mut command = Command::new(launcher);
                command
                    .arg(super::LAUNCH)
                    .arg(std::process::id().to_string())
                    .arg(&mark)
                    .arg(spec.program());
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
        let (sender, output) = mpsc::sync_channel(limits::LINES_AHEAD);
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
            mark,
            is_supervised: spec.launcher.is_some(),
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
    pub(super) fn end_in_words(&mut self) -> String {
        let status = self.wait_until(Instant::now() + limits::LAST_BREATH);
        let status = match status {
            Some(status) => status.to_string(),
            None => "it closed its output and went on running".to_owned(),
        };
        self.kill();
        let words = self.last_words();
        if words.is_empty() {
            status
        } else {
            format!("{status}; its last words: {words}")
        }
    }

    /// Waits for its end, and drops what it still writes, since a program that waits for a reader
    /// never ends.
    pub(super) fn ends_by(&mut self, deadline: Instant) -> Farewell {
        let mut wrote = None;
        loop {
            // Its output may be read a moment after its end, so the status is looked at first.
            let status = self.process.try_wait();
            while let Ok(output) = self.output.try_recv() {
                let line = match output {
                    Output::Line(line) | Output::HalfLine(line) => line,
                    Output::Flood => b"more than a megabyte without an end of line".to_vec(),
                    Output::End => continue,
                };
                wrote.get_or_insert(line);
            }
            match status {
                Ok(None) if Instant::now() < deadline => thread::sleep(limits::LOOK),
                status => {
                    let status = status.ok().flatten();
                    return Farewell { status, wrote };
                }
            }
        }
    }

    /// The last lines of its standard error.
    pub(super) fn last_words(&self) -> String {
        let text = self.standard_error();
        let lines: Vec<&str> = text
            .lines()
            .filter(|line| !line.trim().is_empty() && !line.starts_with(&self.mark))
            .collect();
        lines[lines.len().saturating_sub(limits::LAST_LINES)..].join(" | ")
    }

    /// Kills it, and returns the names of processes that are left all the same.
    pub(super) fn kill(&mut self) -> Vec<String> {
        if mem::replace(&mut self.is_killed, true) {
            return Vec::new();
        }
        let pid = i32::try_from(self.process.id())
            .ok()
            .and_then(Pid::from_raw);
        let mut left = Vec::new();
        if let Some(pid) = pid {
            let has_ended = self.wait_until(Instant::now()).is_some();
            if self.is_supervised && !has_ended {
                // The supervisor ends what the program started, and then itself.
                kill_process(pid, Signal::TERM).ok();
                self.wait_until(Instant::now() + limits::KILLED);
            }
            if !self.is_supervised {
                // What the program started and left in its group; fails where nothing is.
                kill_process_group(pid, Signal::KILL).ok();
            }
            if self.wait_until(Instant::now()).is_none() {
                kill_process_group(pid, Signal::KILL).ok();
                // By its number as well, since a program may leave its group.
                kill_process(pid, Signal::KILL).ok();
                if self.wait_until(Instant::now() + limits::KILLED).is_none() {
                    left.push(format!("the program itself (pid {})", pid.as_raw_nonzero()));
                }
            }
        }
        // The pipe may still hold words. The wait is bounded, since a process that is left can keep the
        // pipe open for ever.
        let deadline = Instant::now() + limits::LAST_BREATH;
        while !self.listener.is_finished() && Instant::now() < deadline {
            thread::sleep(limits::LOOK);
        }
        let words = self.standard_error();
        let named = words.lines().filter_map(|it| it.strip_prefix(&self.mark));
        left.extend(named.map(str::to_owned));
        left
    }

    /// Its exit status; `None` if it still runs at the deadline.
    fn wait_until(&mut self, deadline: Instant) -> Option<ExitStatus> {
        loop {
            match self.process.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) if Instant::now() < deadline => thread::sleep(limits::LOOK),
                Ok(None) | Err(_) => return None,
            }
        }
    }

    fn standard_error(&self) -> String {
        let words = self
            .last_words
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let octets: Vec<u8> = words.iter().copied().collect();
        String::from_utf8_lossy(&octets).into_owned()
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

fn read(stdout: ChildStdout, output: &SyncSender<Output>) {
    let mut stdout = BufReader::new(stdout);
    loop {
        let mut line = Vec::new();
        let got = stdout
            .by_ref()
            .take(limits::LONGEST_LINE)
            .read_until(b'\n', &mut line);
        let next = match (got, line.pop()) {
            (Err(_) | Ok(0), _) => Output::End,
            (Ok(_), Some(b'\n')) => Output::Line(line),
            (Ok(octets), _) if octets as u64 == limits::LONGEST_LINE => Output::Flood,
            // A line without an end was not finished, so it is no answer.
            (Ok(_), last) => {
                line.extend(last);
                Output::HalfLine(line)
            }
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
        let surplus = words.len().saturating_sub(limits::LAST_WORDS);
        words.drain(..surplus);
    }
}
