//! Sessions: the command, run in a temporary folder.

use std::{
    fs,
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
};

/// The command, with the signals of a terminal as a terminal has them: a shell that starts the tests in
/// the background, or `nohup`, has them ignored, and what is started inherits that.
pub(crate) fn interruptible() -> Command {
    const DEFAULT: &str = "--default-signal=INT,TERM,HUP";
    let command = env!("CARGO_BIN_EXE_jwt-assay");
    let takes_it = Command::new("env").args([DEFAULT, "true"]).output();
    if takes_it.is_ok_and(|it| it.status.success()) {
        let mut env = Command::new("env");
        env.args([DEFAULT, command]);
        env
    } else {
        Command::new(command)
    }
}

/// A temporary folder in which the command runs.
pub(crate) struct Session {
    folder: tempfile::TempDir,
}

/// The exit code and the outputs of a command.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Session {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join(name), text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).unwrap()
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with_input(arguments, "")
    }

    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &str) -> Ran {
        let mut child = Command::new(env!("CARGO_BIN_EXE_jwt-assay"))
            .args(arguments)
            .current_dir(self.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that does not read its input closes it early.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let Output {
            status,
            stdout,
            stderr,
        } = child.wait_with_output().unwrap();
        let text = |octets| String::from_utf8(octets).unwrap();
        Ran {
            code: status.code().unwrap(),
            stdout: text(stdout),
            stderr: text(stderr),
        }
    }

    /// The command line, its exit code and its two outputs, as a terminal shows them.
    pub(crate) fn transcript(&self, arguments: &[&str]) -> String {
        let Ran {
            code,
            stdout,
            stderr,
        } = self.run(arguments);
        let quoted = arguments
            .iter()
            .map(|argument| match argument.contains([' ', '"']) {
                false if !argument.is_empty() => (*argument).to_owned(),
                _ => format!("'{argument}'"),
            });
        let line = quoted.collect::<Vec<_>>().join(" ");
        format!("$ jwt-assay {line}\nexit code {code}\n--- stdout\n{stdout}--- stderr\n{stderr}")
    }
}
