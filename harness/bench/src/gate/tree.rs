//! Programs of source trees: that of the working tree, and that of a revision, which is checked out beside
//! it and built with the same libraries.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde::Deserialize;

use super::Program;

/// A working tree and the program to build from it.
#[derive(Debug)]
pub struct Tree {
    /// The root of the working tree.
    root: PathBuf,
    /// The current folder below the root.
    below: PathBuf,
    /// Arguments that select one executable for cargo to build.
    selection: Vec<String>,
    /// The folder of the two programs while they are compared.
    kept: tempfile::TempDir,
}

impl Tree {
    /// The tree of the current folder.
    ///
    /// # Errors
    ///
    /// If the current folder is in no git working tree.
    pub fn here(selection: Vec<String>) -> Result<Self, TreeError> {
        let here = env::current_dir().map_err(|error| TreeError::Folder(error.to_string()))?;
        let root = PathBuf::from(git(&here, &["rev-parse", "--show-toplevel"])?);
        let below = here.strip_prefix(&root).unwrap_or(Path::new("")).to_owned();
        let kept = tempfile::tempdir().map_err(|error| TreeError::Folder(error.to_string()))?;
        Ok(Self {
            root,
            below,
            selection,
            kept,
        })
    }

    /// The program of the working tree, with uncommitted changes.
    ///
    /// # Errors
    ///
    /// If the program cannot be built.
    pub fn head(&self) -> Result<Program, TreeError> {
        self.build(&self.root.join(&self.below), "head")
    }

    /// The program of a revision.
    ///
    /// # Errors
    ///
    /// If there is no such revision, or the program cannot be built.
    pub fn base(&self, revision: &str) -> Result<Program, TreeError> {
        let commit = format!("{revision}^{{commit}}");
        let commit = git(
            &self.root,
            &["rev-parse", "--verify", "--end-of-options", &commit],
        )?;
        let folder = self.kept.path().join("tree");
        let place = folder.display().to_string();
        git(
            &self.root,
            &["worktree", "add", "--detach", "--quiet", &place, &commit],
        )?;
        let program = self.build(&folder.join(&self.below), "base");
        // The folder goes with the temporary one, but git would keep an entry of the worktree.
        git(&self.root, &["worktree", "remove", "--force", &place])?;
        Ok(Program {
            is_base: true,
            ..program?
        })
    }

    /// Builds in a folder, reusing built libraries, and keeps a copy of the executable, which the next
    /// build would overwrite.
    fn build(&self, folder: &Path, name: &str) -> Result<Program, TreeError> {
        let failed = |problem: String| TreeError::Build {
            folder: folder.display().to_string(),
            problem,
        };
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(cargo)
            .args([
                "build",
                "--release",
                "--message-format=json-render-diagnostics",
            ])
            .args(&self.selection)
            .env("CARGO_TARGET_DIR", self.target())
            // Callgrind finds the measured function by its symbol, and alarms name the one that grew.
            .env("CARGO_PROFILE_RELEASE_DEBUG", "line-tables-only")
            .env("CARGO_PROFILE_RELEASE_STRIP", "none")
            .current_dir(folder)
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output();
        let output = output.map_err(|error| failed(error.to_string()))?;
        if !output.status.success() {
            let selection = self.selection.join(" ");
            return Err(failed(format!(
                "`cargo build --release {selection}` failed; does it have that program?"
            )));
        }
        let text = String::from_utf8_lossy(&output.stdout);
        let made: Vec<&str> = text.lines().filter_map(executable).collect();
        let [executable] = made[..] else {
            let (selection, made) = (self.selection.join(" "), made.len());
            return Err(failed(format!(
                "`cargo build --release {selection}` makes {made} executables, not one; choose it, \
                 as with `--bench NAME`"
            )));
        };
        let path = self.kept.path().join(name);
        fs::copy(executable, &path).map_err(|error| failed(error.to_string()))?;
        Ok(Program {
            path,
            is_base: false,
        })
    }

    /// The target folder of the working tree, so that libraries are built once for both.
    fn target(&self) -> PathBuf {
        match env::var_os("CARGO_TARGET_DIR") {
            Some(target) => self.root.join(&self.below).join(target),
            None => self.root.join("target").join("gate"),
        }
    }
}

/// The executable named in a line of cargo's messages.
fn executable(line: &str) -> Option<&str> {
    #[derive(Deserialize)]
    struct Message<'a> {
        #[serde(borrow)]
        executable: Option<&'a str>,
    }

    let message: Message<'_> = serde_json::from_str(line).ok()?;
    message.executable
}

/// The output of git, without the last line end.
fn git(folder: &Path, arguments: &[&str]) -> Result<String, TreeError> {
    let output = Command::new("git")
        .args(arguments)
        .current_dir(folder)
        .output();
    let words = match output {
        Ok(output) if output.status.success() => {
            return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
        }
        Ok(output) => String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        Err(error) => error.to_string(),
    };
    Err(TreeError::Git {
        command: arguments.join(" "),
        words,
    })
}

/// The failure to get the program of a tree.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TreeError {
    /// A failed build.
    #[error("build the program in `{folder}`: {problem}")]
    Build {
        /// The folder of the build.
        folder: String,
        /// The problem.
        problem: String,
    },
    /// A missing folder.
    #[error("find a folder to work in: {0}")]
    Folder(String),
    /// A failed git command.
    #[error("run `git {command}`: {words}")]
    Git {
        /// The arguments of git.
        command: String,
        /// The words of git.
        words: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_executable_is_read_from_the_line_that_has_one() {
        let line = r#"{"reason":"compiler-artifact","executable":"/t/gate","fresh":true}"#;
        assert_eq!(executable(line), Some("/t/gate"));
        for line in [
            r#"{"reason":"build-finished","success":true}"#,
            "{}",
            "error",
        ] {
            assert_eq!(executable(line), None, "{line}");
        }
        assert_eq!(executable(r#"{"executable":null}"#), None);
    }
}
