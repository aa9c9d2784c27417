//! One test per vector, for `cargo test` in the repository of a verifier or of a builder.
//!
//! A test program without the standard harness holds the implementation and one line:
//!
//! ```toml
//! [[test]]
//! name = "client_assertions"
//! harness = false
//! ```
//!
//! ```no_run
//! use jwt_assay::{Answer, Clock, Description, Verifier, model::{Need, Step}};
//!
//! struct Mine;
//!
//! impl Verifier for Mine {
//!     fn describe(&self) -> Description {
//!         Description {
//!             name: "mine".into(),
//!             version: env!("CARGO_PKG_VERSION").into(),
//!             language: "Rust".into(),
//!             toolchain: None,
//!             url: String::new(),
//!             layers: Vec::new(), // what it enforces
//!             methods: Vec::new(), // client_secret_jwt, private_key_jwt
//!             algorithms: Vec::new(),
//!             clock: Clock::Given,
//!             key_formats: Vec::new(),
//!             lacks: vec![Need::TwoLeeways], // what else it cannot do
//!         }
//!     }
//!
//!     fn verify(&self, _state: &str, _step: &Step) -> Answer {
//!         Answer::reject("not written yet")
//!     }
//! }
//!
//! jwt_assay::verifier_tests!(Mine);
//! ```
//!
//! A builder has `builder_tests!` instead.
//!
//! A test is called `profile::case::algorithm`, with the variant behind where there is one, and
//! its kind is the layer that answers for it. A test that wants a rejection runs its control as well,
//! so tests may run alone, in any order, and in processes of their own. Vectors that need more than
//! the description promises are ignored, and the reasons are printed with their counts. Where no
//! filter is given each test is a character; `-- --format pretty` prints the names.

mod harness;
mod known;

use std::{
    collections::BTreeMap,
    env, fmt, fs,
    io::{self, Write},
    ops::ControlFlow,
    path::{Path, PathBuf},
    process,
    sync::Arc,
};

use jwt_assay_core::{
    model::{BuildVerdict, Layer, ProfileId, Role, VectorId, Verdict},
    suite::{Experiment, Suite, Vector},
};
use jwt_assay_implementations::{Builder, Verifier, reach::call::CatchPanics};

use self::harness::{Arguments, Trial};
use crate::{
    assess::Assessor,
    divergences::{DivergenceError, Divergences},
    exit_code::ExitCode,
    filter::Filter,
    outcome::{Outcome, SkipReason},
    plan::{Asked, Implementation, Plan, skip_reason},
    record::Record,
    run::{self, RunOptions},
};

/// Makes a test program of a verifier: expands to its `main`.
#[macro_export]
macro_rules! verifier_tests {
    ($verifier:expr) => {
        fn main() {
            $crate::libtest::Tests::of_verifier($verifier).run()
        }
    };
}

/// Makes a test program of a builder: expands to its `main`.
#[macro_export]
macro_rules! builder_tests {
    ($builder:expr) => {
        fn main() {
            $crate::libtest::Tests::of_builder($builder).run()
        }
    };
}

/// The tests of one implementation, by default for every profile. Known divergences are read from
/// `divergences.toml` beside the package's `Cargo.toml`, if it exists.
pub struct Tests {
    called: UnderTest,
    divergences: Option<PathBuf>,
    filter: Filter,
    samples: usize,
}

/// The implementation under test.
#[derive(Clone)]
enum UnderTest {
    Verifier(Arc<dyn Verifier>),
    Builder(Arc<dyn Builder>),
}

impl UnderTest {
    fn implementation(&self) -> Implementation {
        match self {
            Self::Verifier(verifier) => Implementation::verifier(Arc::clone(verifier)),
            Self::Builder(builder) => Implementation::builder(Arc::clone(builder)),
        }
    }
}

impl Tests {
    /// The number of answers that a builder is asked for where a case wants many: enough to show a
    /// counter, a time or a short random number, at a second or two of RSA signatures.
    pub const SAMPLES: usize = 500;

    /// Tests of a verifier, with all vectors of its role.
    #[must_use]
    pub fn of_verifier(verifier: impl Verifier + 'static) -> Self {
        Self::new(
            UnderTest::Verifier(Arc::new(CatchPanics(verifier))),
            Role::Verify,
        )
    }

    /// Tests of a builder, with all vectors of its role.
    #[must_use]
    pub fn of_builder(builder: impl Builder + 'static) -> Self {
        Self::new(
            UnderTest::Builder(Arc::new(CatchPanics(builder))),
            Role::Build,
        )
    }

    fn new(called: UnderTest, role: Role) -> Self {
        Self {
            called,
            divergences: None,
            filter: Filter {
                role,
                ..Filter::default()
            },
            samples: Self::SAMPLES,
        }
    }

    /// Reads known divergences from this file, which must exist.
    #[must_use]
    pub fn divergences(mut self, path: impl Into<PathBuf>) -> Self {
        self.divergences = Some(path.into());
        self
    }

    /// Restricts the tests to these profiles.
    #[must_use]
    pub fn profiles(mut self, profiles: impl IntoIterator<Item = ProfileId>) -> Self {
        self.filter.profiles = profiles.into_iter().collect();
        self
    }

    /// Sets the number of answers, in place of [`Self::SAMPLES`]; a case never gets more than it
    /// asks for.
    #[must_use]
    pub const fn samples(mut self, samples: usize) -> Self {
        self.samples = samples;
        self
    }

    /// Runs the tests that the arguments of the process select, and ends the process with the exit
    /// code of a test program. With `JWT_ASSAY_UPDATE=1` in the environment it writes the file of known
    /// divergences instead, from a run of all its vectors.
    pub fn run(self) -> ! {
        let arguments = Arguments::from_env().unwrap_or_else(|error| usage(error));
        let suite = Suite::bundled();
        if env::var_os(known::VARIABLE).is_some() {
            let options = RunOptions {
                samples: Some(self.samples),
                ..RunOptions::PLAIN
            };
            let implementation = self.called.implementation();
            match known::update(&self.path(), &self.filter, implementation, &options) {
                Ok(counts) => println!("{counts}"),
                Err(error) => usage(format!("failed to {error}")),
            }
            process::exit(ExitCode::Expected as i32);
        }
        let divergences = self
            .read_divergences(suite)
            .unwrap_or_else(|error| usage(format!("failed to {error}")));
        let context = Arc::new(TestContext {
            suite,
            called: self.called,
            divergences,
            samples: self.samples,
        });
        let vectors: Vec<_> = suite
            .vectors
            .iter()
            .filter(|v| self.filter.selects(v))
            .collect();
        if arguments.is_for_people() {
            print_ignored(&context, &vectors);
        }
        process::exit(harness::run(&arguments, trials(&context, &vectors)))
    }

    /// The file of known divergences: the one that was set, or that beside the package's `Cargo.toml`.
    fn path(&self) -> PathBuf {
        self.divergences.clone().unwrap_or_else(|| {
            let package = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| ".".into());
            Path::new(&package).join("divergences.toml")
        })
    }

    fn read_divergences(&self, suite: &Suite) -> Result<Divergences, ReadError> {
        let path = self.path();
        if self.divergences.is_none() && !path.exists() {
            return Ok(Divergences::default());
        }
        let name = path.display().to_string();
        let text = fs::read_to_string(&path).map_err(|source| ReadError::Read {
            path: name.clone(),
            source,
        })?;
        Ok(Divergences::read(&name, &text, suite)?)
    }
}

/// Ends the process because of arguments or a file that cannot be used.
fn usage(error: impl fmt::Display) -> ! {
    drop(writeln!(io::stderr().lock(), "error: {error}"));
    process::exit(ExitCode::Usage as i32)
}

/// A file of divergences that cannot be read or used.
#[derive(Debug, thiserror::Error)]
enum ReadError {
    #[error("read divergences `{path}`: {source}")]
    Read { path: String, source: io::Error },
    #[error(transparent)]
    Unfit(#[from] DivergenceError),
}

/// The implementation under test, with everything that its tests share.
struct TestContext {
    suite: &'static Suite,
    called: UnderTest,
    divergences: Divergences,
    samples: usize,
}

impl TestContext {
    /// Judges a vector between two turns of its control. The control runs for each vector anew, since `cargo
    /// nextest` starts a process for each test.
    fn judge(&self, vector: &'static Vector) -> Option<Record> {
        let control = vector
            .control
            .as_ref()
            .and_then(|control| self.suite.vector(control));
        let plan = Plan::of_one(control, vector, self.called.implementation());
        let options = RunOptions {
            samples: Some(self.samples),
            ..RunOptions::PLAIN
        };
        let mut assessor = Assessor::new(&plan, "test", vec![self.divergences.clone()], &options);
        let mut judged = Vec::new();
        run::run(&plan, &options, |event| {
            judged.extend(assessor.take(event).0);
            ControlFlow::Continue(())
        });
        judged.extend(assessor.finish());
        let mut records = judged.into_iter().map(|(_, record)| record);
        records.find(|record| !record.is_support)
    }
}

fn trials(context: &Arc<TestContext>, vectors: &[&'static Vector]) -> Vec<Trial> {
    let tests = vectors.iter().map(|vector| vector_test(context, vector));
    let claims = context
        .called
        .implementation()
        .description
        .layers
        .into_iter();
    tests
        .chain(claims.map(|layer| claim_test(context, layer, vectors)))
        .collect()
}

fn vector_test(context: &Arc<TestContext>, vector: &&'static Vector) -> Trial {
    let vector = *vector;
    let not_asked = reason_to_ignore(context, vector);
    let is_ignored = not_asked.is_some();
    let context = Arc::clone(context);
    let test = move || match &not_asked {
        // `--include-ignored` runs it all the same, and a vector that was not judged must not pass.
        Some(reason) => Err(format!("not asked: {reason}")),
        None => match context.judge(vector) {
            Some(record) => conclude(&context, &record),
            None => Err("it was not judged".to_owned()),
        },
    };
    Trial {
        name: test_name(&vector.id),
        kind: vector.layer().name(),
        is_ignored,
        test: Box::new(test),
    }
}

fn conclude(context: &TestContext, record: &Record) -> Result<(), String> {
    if record.is_unexpected() {
        return Err(explanation(record));
    }
    if record.is_as_recorded() {
        println!(
            "{} {}, as recorded",
            test_name(&record.vector),
            record.outcome
        );
    }
    match &record.outcome {
        Outcome::Skipped(reason @ SkipReason::ControlNotAccepted(control)) => {
            let control = context.suite.vector(control);
            // A rejection of an open control is the implementation's right. Failing the test would
            // demand what no specification does.
            if control.is_some_and(is_open) {
                println!("{} proves nothing: {reason}", test_name(&record.vector));
                Ok(())
            } else {
                Err(format!("the rejection proves nothing: {reason}"))
            }
        }
        Outcome::Agrees | Outcome::Open | Outcome::Skipped(_) | Outcome::Wrong(_) => Ok(()),
    }
}

fn explanation(record: &Record) -> String {
    let mut lines = vec![crate::report::headline(record)];
    lines.push(format!("{}: {}", record.rule, record.clauses.join(", ")));
    lines.extend(crate::report::exchange(record));
    if let Some(recorded) = &record.divergence {
        lines.push(format!(
            "recorded as {}: {}",
            recorded.seen.name(),
            recorded.reason
        ));
    }
    lines.push(format!("to look at it: jwt-assay show {}", record.vector));
    lines.join("\n")
}

/// A test that a claimed layer is judged at all. It fails where the suite has vectors for the layer
/// and the description promises the needs of none: all of them would be ignored, and the rest
/// green.
fn claim_test(context: &Arc<TestContext>, layer: Layer, vectors: &[&'static Vector]) -> Trial {
    let due: Vec<_> = vectors
        .iter()
        .filter(|vector| vector.layer() == layer && !is_open(vector))
        .collect();
    let is_judged = due.is_empty()
        || due
            .iter()
            .any(|vector| reason_to_ignore(context, vector).is_none());
    let test = move || {
        if is_judged {
            return Ok(());
        }
        Err(format!(
            "layer {layer} is claimed, and nothing in it can be judged with what is promised"
        ))
    };
    Trial {
        name: format!("claims::{layer}::is_judged"),
        kind: layer.name(),
        is_ignored: false,
        test: Box::new(test),
    }
}

/// True where the specifications leave the vector open.
fn is_open(vector: &Vector) -> bool {
    match &vector.experiment {
        Experiment::Verify(own) => matches!(own.verdict(), Verdict::May(_)),
        Experiment::Build(own) => own.verdict == BuildVerdict::May,
    }
}

fn reason_to_ignore(context: &TestContext, vector: &Vector) -> Option<SkipReason> {
    let Implementation {
        description, fixed, ..
    } = context.called.implementation();
    skip_reason(&Asked::selected(vector), &description, &fixed)
}

fn print_ignored(context: &TestContext, vectors: &[&'static Vector]) {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for reason in vectors
        .iter()
        .filter_map(|vector| reason_to_ignore(context, vector))
    {
        *counts.entry(reason.kind()).or_default() += 1;
    }
    for (reason, count) in counts {
        // A pipe that nobody reads must not fail a test.
        drop(writeln!(io::stderr().lock(), "ignored: {count}, {reason}"));
    }
}

/// The test name of `case/profile/algorithm/variant`: `profile::case::algorithm::variant`, so that a
/// filter on a profile selects by prefix.
fn test_name(id: &VectorId) -> String {
    let parts: Vec<&str> = id.as_str().split('/').collect();
    let mut name = vec![id.profile(), id.case()];
    name.extend(parts.iter().skip(2));
    name.join("::")
}

#[cfg(test)]
mod tests;
