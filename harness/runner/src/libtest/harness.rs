//! Harness of a test program for `cargo test` and `cargo nextest`: the arguments, the list and the
//! lines of libtest. The crates for this depend on a command line parser and a terminal, which
//! would be a fifth of the packages that a user of this library compiles.

use std::{
    env,
    ffi::OsString,
    io::{self, Write},
    num::NonZeroUsize,
    ops::ControlFlow,
    thread,
};

use lexopt::{Arg, Parser, ValueExt};

use crate::run::spread;

/// One test.
pub(super) struct Trial {
    /// The name, which filters are compared with.
    pub(super) name: String,
    /// The kind, shown before the name.
    pub(super) kind: &'static str,
    /// True for a test that runs only where ignored tests are asked for.
    pub(super) is_ignored: bool,
    /// The test itself; its error is the text of the failure.
    pub(super) test: Box<dyn Fn() -> Result<(), String> + Send + Sync>,
}

/// The arguments of libtest that have an effect here.
#[derive(Debug, Default)]
pub(super) struct Arguments {
    filters: Vec<String>,
    skipped: Vec<String>,
    is_exact: bool,
    lists: bool,
    is_terse: bool,
    is_pretty: bool,
    ignored: Ignored,
    threads: Option<NonZeroUsize>,
}

/// The ignored tests that are run.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum Ignored {
    /// None.
    #[default]
    Excluded,
    /// All, together with the others.
    Included,
    /// All, without the others.
    Only,
}

/// The counts of a finished run.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Conclusion {
    pub(super) passed: usize,
    pub(super) failed: usize,
    pub(super) ignored: usize,
    pub(super) filtered: usize,
}

impl Arguments {
    /// Reads the arguments of the process; ends it where `--help` asks for them.
    ///
    /// # Errors
    ///
    /// For an argument that libtest does not have, and for one without its value.
    pub(super) fn from_env() -> Result<Self, lexopt::Error> {
        Self::read(env::args_os())
    }

    fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, lexopt::Error> {
        let mut read = Self::default();
        let mut parser = Parser::from_iter(arguments);
        while let Some(argument) = parser.next()? {
            match argument {
                Arg::Long("exact") => read.is_exact = true,
                Arg::Long("list") => read.lists = true,
                Arg::Long("skip") => read.skipped.push(parser.value()?.string()?),
                Arg::Long("ignored") => read.ignored = Ignored::Only,
                Arg::Long("include-ignored") => read.ignored = Ignored::Included,
                Arg::Long("test-threads") => read.threads = Some(parser.value()?.parse()?),
                Arg::Short('q') | Arg::Long("quiet") => read.is_terse = true,
                Arg::Long("format") => match parser.value()?.string()?.as_str() {
                    "terse" => read.is_terse = true,
                    "pretty" => read.is_pretty = true,
                    other => {
                        let error = format!("format `{other}`: there are `pretty` and `terse`");
                        return Err(error.into());
                    }
                },
                // Accepted without effect, since cargo and editors pass them: output is neither
                // captured nor coloured.
                Arg::Long("nocapture" | "no-capture" | "show-output" | "test" | "bench") => {}
                Arg::Long("color" | "logfile") | Arg::Short('Z') => {
                    parser.value()?;
                }
                Arg::Short('h') | Arg::Long("help") => {
                    println!("{HELP}");
                    std::process::exit(0);
                }
                Arg::Value(filter) => read.filters.push(filter.string()?),
                Arg::Short(_) | Arg::Long(_) => return Err(argument.unexpected()),
            }
        }
        Ok(read)
    }

    /// True where a person is likely to read: `cargo nextest` lists, or runs one test by its exact
    /// name.
    pub(super) const fn is_for_people(&self) -> bool {
        !self.lists && !self.is_exact
    }

    fn selects(&self, trial: &Trial) -> bool {
        let fits = |pattern: &String| {
            if self.is_exact {
                trial.name == *pattern
            } else {
                trial.name.contains(pattern.as_str())
            }
        };
        (self.filters.is_empty() || self.filters.iter().any(fits))
            && !self.skipped.iter().any(fits)
            && (self.ignored != Ignored::Only || trial.is_ignored)
    }

    fn runs(&self, trial: &Trial) -> bool {
        !trial.is_ignored || self.ignored != Ignored::Excluded
    }
}

/// Lists or runs the tests, on standard output.
///
/// Returns the exit code of the process.
pub(super) fn run(arguments: &Arguments, trials: Vec<Trial>) -> i32 {
    if arguments.lists {
        list(arguments, &trials);
        return 0;
    }
    let conclusion = conclude(arguments, trials, &mut io::stdout());
    if conclusion.failed == 0 { 0 } else { FAILED }
}

fn list(arguments: &Arguments, trials: &[Trial]) {
    let selected = trials.iter().filter(|trial| arguments.selects(trial));
    let mut count = 0;
    for trial in selected {
        count += 1;
        // `println!` would panic where the reader closes the pipe early, as `head` does.
        if writeln!(io::stdout(), "{}: test", shown(trial)).is_err() {
            return;
        }
    }
    if !arguments.is_terse {
        println!("\n{count} tests, 0 benchmarks");
    }
}

/// Runs the selected tests over threads, and writes each result at once.
pub(super) fn conclude(
    arguments: &Arguments,
    trials: Vec<Trial>,
    out: &mut impl Write,
) -> Conclusion {
    let all = trials.len();
    let selected: Vec<Trial> = trials
        .into_iter()
        .filter(|trial| arguments.selects(trial))
        .collect();
    let (due, ignored): (Vec<Trial>, Vec<Trial>) = selected
        .into_iter()
        .partition(|trial| arguments.runs(trial));
    // A whole suite has thousands of tests, so each is a character unless a filter or the format
    // asks for names.
    let is_terse = arguments.is_terse || (arguments.filters.is_empty() && !arguments.is_pretty);
    let mut conclusion = Conclusion {
        ignored: ignored.len(),
        filtered: all - due.len() - ignored.len(),
        ..Conclusion::default()
    };
    let mut lines = Lines {
        out,
        is_terse,
        column: 0,
    };
    lines.write(&format!("\nrunning {} tests\n", due.len() + ignored.len()));
    for trial in &ignored {
        lines.result(trial, "ignored", 'i');
    }
    let mut failures: Vec<(usize, String)> = Vec::new();
    let places: Vec<usize> = (0..due.len()).collect();
    let threads = arguments
        .threads
        .or(thread::available_parallelism().ok())
        .unwrap_or(NonZeroUsize::MIN);
    let work = |&place: &usize, send: &dyn Fn((usize, Result<(), String>)) -> ControlFlow<()>| {
        // The receiver below never breaks, and a test is the whole work of its item.
        let _: ControlFlow<()> = send((place, (due[place].test)()));
    };
    let _: ControlFlow<()> = spread(&places, threads, work, |(place, result)| {
        let trial = &due[place];
        match result {
            Ok(()) => {
                conclusion.passed += 1;
                lines.result(trial, "ok", '.');
            }
            Err(failure) => {
                conclusion.failed += 1;
                lines.result(trial, "FAILED", 'F');
                failures.push((place, failure));
            }
        }
        ControlFlow::Continue(())
    });
    // Threads finish in any order; failures are listed in that of the suite.
    failures.sort_unstable();
    lines.failures(
        failures
            .iter()
            .map(|(place, text)| (&due[*place], text.as_str())),
    );
    let verdict = if conclusion.failed == 0 {
        "ok"
    } else {
        "FAILED"
    };
    let Conclusion {
        passed,
        failed,
        ignored,
        filtered,
    } = conclusion;
    lines.write(&format!(
        "\ntest result: {verdict}. {passed} passed; {failed} failed; {ignored} ignored; 0 measured; \
         {filtered} filtered out\n\n"
    ));
    conclusion
}

/// The lines of a run. Errors of writing are ignored: a closed pipe must not fail a test.
struct Lines<'a, W> {
    out: &'a mut W,
    is_terse: bool,
    column: usize,
}

impl<W: Write> Lines<'_, W> {
    fn write(&mut self, text: &str) {
        let _: io::Result<()> = self.out.write_all(text.as_bytes());
    }

    fn result(&mut self, trial: &Trial, word: &str, letter: char) {
        if !self.is_terse {
            self.write(&format!("test {} ... {word}\n", shown(trial)));
            return;
        }
        self.column += 1;
        let end = if self.column.is_multiple_of(WIDTH) {
            "\n"
        } else {
            ""
        };
        self.write(&format!("{letter}{end}"));
    }

    fn failures<'t>(&mut self, failures: impl Iterator<Item = (&'t Trial, &'t str)> + Clone) {
        if failures.clone().next().is_none() {
            return;
        }
        self.write("\n\nfailures:\n");
        for (trial, text) in failures.clone() {
            self.write(&format!("\n---- {} ----\n{text}\n", trial.name));
        }
        self.write("\nfailures:\n");
        for (trial, _) in failures {
            self.write(&format!("    {}\n", trial.name));
        }
    }
}

fn shown(trial: &Trial) -> String {
    format!("[{}] {}", trial.kind, trial.name)
}

/// The exit code of libtest for a test program in which a test failed.
const FAILED: i32 = 101;
/// The number of results on a line where each is a character, as in libtest.
const WIDTH: usize = 88;
const HELP: &str = "\
Usage: [FILTER]... [--exact] [--skip FILTER] [--ignored | --include-ignored] [--list]
       [--format pretty|terse] [--test-threads N]

A test runs where its name contains a FILTER; with --exact, where it is one.";

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(words: &[&str]) -> Arguments {
        let words = std::iter::once("program").chain(words.iter().copied());
        Arguments::read(words.map(OsString::from)).unwrap()
    }

    fn trial(name: &str, is_ignored: bool, passes: bool) -> Trial {
        Trial {
            name: name.to_owned(),
            kind: "jws",
            is_ignored,
            test: Box::new(move || passes.then_some(()).ok_or_else(|| "no".to_owned())),
        }
    }

    fn ran(words: &[&str]) -> (Conclusion, String) {
        let trials = vec![
            trial("okta::a::rs256", false, true),
            trial("okta::a::rs2567", false, false),
            trial("okta::b::rs256", true, false),
        ];
        let mut text = Vec::new();
        let conclusion = conclude(&arguments(words), trials, &mut text);
        (conclusion, String::from_utf8(text).unwrap())
    }

    fn counts(words: &[&str]) -> [usize; 4] {
        let Conclusion {
            passed,
            failed,
            ignored,
            filtered,
        } = ran(words).0;
        [passed, failed, ignored, filtered]
    }

    #[test]
    fn filters_are_parts_of_names_and_with_exact_whole_names() {
        assert_eq!(counts(&[]), [1, 1, 1, 0]);
        assert_eq!(counts(&["a::rs256"]), [1, 1, 0, 1]);
        assert_eq!(counts(&["okta::a::rs256", "--exact"]), [1, 0, 0, 2]);
        assert_eq!(counts(&["--skip", "rs2567"]), [1, 0, 1, 1]);
        assert_eq!(
            counts(&["--skip=::a::", "--test-threads", "1"]),
            [0, 0, 1, 2]
        );
    }

    #[test]
    fn an_ignored_test_runs_where_ignored_tests_are_asked_for() {
        assert_eq!(counts(&["--include-ignored"]), [1, 2, 0, 0]);
        assert_eq!(counts(&["--ignored"]), [0, 1, 0, 2]);
    }

    #[test]
    fn a_failure_is_named_with_its_text() {
        let (_, text) = ran(&["--format", "pretty"]);
        assert!(
            text.contains("test [jws] okta::a::rs256 ... ok\n"),
            "{text}"
        );
        assert!(
            text.contains("test [jws] okta::b::rs256 ... ignored\n"),
            "{text}"
        );
        assert!(text.contains("---- okta::a::rs2567 ----\nno\n"), "{text}");
        assert!(
            text.contains("test result: FAILED. 1 passed; 1 failed; 1 ignored;"),
            "{text}"
        );
    }

    #[test]
    fn an_argument_that_libtest_does_not_have_is_an_error_that_names_it() {
        let words = ["program", "--shard", "1/2"].map(OsString::from);
        let error = Arguments::read(words).unwrap_err().to_string();
        assert!(error.contains("--shard"), "{error}");
    }
}
