//! `launch-program`: the hidden supervisor between the harness and an adapter's program.
//!
//! A program may leave its process group, start daemons, or be killed with its children still running.
//! The supervisor is the *child subreaper* of all of them (`prctl(2)`): whoever loses its parent becomes
//! its child. So when the program ends, when the harness asks for its end, or when the harness itself is
//! gone, every process below the supervisor is killed, and one that cannot be killed is named.
//!
//! The arguments are read here and not by clap, so that they reach the program untouched, `--help` and a
//! leading `--` included.

use std::{
    collections::HashMap,
    env,
    ffi::OsString,
    fs,
    os::unix::process::CommandExt,
    process::{Command, ExitCode},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::{Duration, Instant},
};

use jwt_assay_implementations::reach::process;
use rustix::process::{Pid, Signal, WaitOptions, WaitStatus};
use signal_hook::{consts, flag, low_level};

/// Supervises or becomes a program where the command line says so; `None` for the command itself.
pub(crate) fn run_if_asked() -> Option<ExitCode> {
    let mut arguments = env::args_os().skip(1);
    let first = arguments.next()?;
    if first == process::LAUNCH {
        let harness = arguments.next()?.to_str()?.parse().ok();
        let mark = arguments.next()?.to_string_lossy().into_owned();
        let program = arguments.next()?;
        let harness = harness.and_then(Pid::from_raw);
        return Some(supervise(harness, &mark, program, arguments.collect()));
    }
    if first == BECOME {
        let program = arguments.next()?;
        let arguments: Vec<OsString> = arguments.collect();
        let error = process::launch(&program, &arguments);
        say!("{}: {error}", program.display());
        return Some(ExitCode::from(NOT_STARTED));
    }
    None
}

/// Runs a program to its end, or until the harness is gone or sends a signal.
fn supervise(
    harness: Option<Pid>,
    mark: &str,
    program: OsString,
    arguments: Vec<OsString>,
) -> ExitCode {
    let is_ended = Arc::new(AtomicBool::new(false));
    for signal in [consts::SIGTERM, consts::SIGINT, consts::SIGHUP] {
        // Without a handler the signal would end the supervisor alone, as before there was one.
        flag::register(signal, Arc::clone(&is_ended)).ok();
    }
    #[cfg(target_os = "linux")]
    rustix::process::set_child_subreaper(Some(rustix::process::getpid())).ok();
    // Through this executable once more: the program asks for its own death with the supervisor's,
    // should it kill that, and only the process itself can ask.
    let started = env::current_exe().and_then(|this| {
        Command::new(this)
            .arg(BECOME)
            .arg(program)
            .args(arguments)
            .process_group(0)
            .spawn()
    });
    let child = match started {
        Ok(child) => Pid::from_child(&child),
        Err(error) => {
            say!("{error}");
            return ExitCode::from(NOT_STARTED);
        }
    };
    let status = leave_pipes_to_the_program().ok().and_then(|()| {
        wait_for(child, || {
            is_ended.load(Ordering::Relaxed) || harness != rustix::process::getppid()
        })
    });
    end_everything(child, mark);
    match status {
        Some(status) => end_like(status),
        None => ExitCode::from(NOT_STARTED),
    }
}

/// Gives up the supervisor's own copies of the program's input and output. With them the harness would
/// not see that the program closes its output.
fn leave_pipes_to_the_program() -> std::io::Result<()> {
    let nothing = fs::File::options()
        .read(true)
        .write(true)
        .open("/dev/null")?;
    rustix::stdio::dup2_stdin(&nothing)?;
    rustix::stdio::dup2_stdout(&nothing)?;
    Ok(())
}

/// Waits until the program ends; `None` where `is_over` holds before.
fn wait_for(child: Pid, is_over: impl Fn() -> bool) -> Option<WaitStatus> {
    let (sender, ended) = mpsc::channel();
    // Reaps every child, the adopted ones as well, until none is left.
    thread::spawn(move || {
        while let Ok(Some(it)) = rustix::process::wait(WaitOptions::empty()) {
            if sender.send(it).is_err() {
                return;
            }
        }
    });
    loop {
        match ended.recv_timeout(TURN) {
            Ok((pid, status)) if pid == child => return Some(status),
            Ok(_) => {}
            Err(RecvTimeoutError::Timeout) if is_over() => return None,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return None,
        }
    }
}

/// Kills every process below this one, again and again, since one may start another in between. Names
/// on standard error those that are left at the end, each behind the mark.
fn end_everything(child: Pid, mark: &str) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        rustix::process::kill_process_group(child, Signal::KILL).ok();
        // Those that ended while nobody waited, since the thread that reaps ends with its receiver.
        while let Ok(Some(_)) = rustix::process::wait(WaitOptions::NOHANG) {}
        let left = descendants();
        if left.is_empty() {
            return;
        }
        for (pid, _) in &left {
            rustix::process::kill_process(*pid, Signal::KILL).ok();
        }
        if Instant::now() > deadline {
            for (pid, name) in left.iter().take(NAMED) {
                say!("{mark}{name} (pid {})", pid.as_raw_nonzero());
            }
            return;
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// Asks every process below this one to end. Supervisors then end their programs.
pub(crate) fn end_descendants() {
    for (pid, _) in descendants() {
        rustix::process::kill_process(pid, Signal::TERM).ok();
    }
}

/// The processes below this one, each with its name; empty where the system has no `/proc`.
fn descendants() -> Vec<(Pid, String)> {
    let mut children: HashMap<i32, Vec<(i32, String)>> = HashMap::new();
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    for process in processes {
        let Ok(about) = fs::read_to_string(process.path().join("stat")) else {
            continue;
        };
        if let Some((pid, name, parent)) = read_stat(&about) {
            children.entry(parent).or_default().push((pid, name));
        }
    }
    let mut found = Vec::new();
    let mut due = vec![rustix::process::getpid().as_raw_nonzero().get()];
    while let Some(parent) = due.pop() {
        for (pid, name) in children.remove(&parent).unwrap_or_default() {
            due.push(pid);
            found.extend(Pid::from_raw(pid).map(|pid| (pid, name)));
        }
    }
    found
}

/// The number, the name and the parent of a process that is no zombie, from its line in `/proc`
/// (`proc_pid_stat(5)`). The name stands in parentheses and may itself contain any character.
fn read_stat(about: &str) -> Option<(i32, String, i32)> {
    let (start, rest) = about.rsplit_once(") ")?;
    let (pid, name) = start.split_once(" (")?;
    let mut rest = rest.split(' ');
    let state = rest.next()?;
    let parent = rest.next()?.parse().ok()?;
    (state != "Z").then_some((pid.parse().ok()?, name.to_owned(), parent))
}

/// Ends this process as the program ended, so that the harness sees its exit code or signal.
fn end_like(status: WaitStatus) -> ExitCode {
    if let Some(signal) = status.terminating_signal() {
        // Does not come back where the signal ends a process, as this one has.
        low_level::emulate_default_handler(signal).ok();
    }
    let code = status
        .exit_status()
        .and_then(|code| u8::try_from(code).ok());
    ExitCode::from(code.unwrap_or(NOT_STARTED))
}

/// The argument that makes this command become the program.
const BECOME: &str = "become-program";
/// The exit code of a shell for a command that cannot be started.
const NOT_STARTED: u8 = 127;
/// The time between two looks at the parent and at the signals.
const TURN: Duration = Duration::from_millis(20);
/// The time that killed processes have to go; one that waits for a device takes longer.
const PATIENCE: Duration = Duration::from_secs(2);
/// The most processes that are named.
const NAMED: usize = 5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_read_whatever_its_name() {
        let read = read_stat("17 (a) R 1 (b) S 5 17 17 0 -1");
        assert_eq!(read, Some((17, "a) R 1 (b".to_owned(), 5)));
        assert_eq!(read_stat("17 (gone) Z 5 17 17"), None);
        assert_eq!(read_stat("nonsense"), None);
    }

    #[test]
    fn descendants_are_found_by_their_parents() {
        let mut child = Command::new("sleep").arg("60").spawn().unwrap();
        let pid = Pid::from_child(&child);
        let found = descendants();
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(found.iter().any(|(it, _)| *it == pid), "{found:?}");
    }
}
