//! One test per vector, for `cargo test` in the repository of a verifier.
//!
//! A test program without the standard harness holds the verifier and one line:
//!
//! ```toml
//! [[test]]
//! name = "client_assertions"
//! harness = false
//! ```
//!
//! ```no_run
//! use jwt_assay::{Answer, Clock, Description, Verifier, model::Step};
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
//!             two_leeways: false,
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
//! A test is called `profile::case::algorithm`, with the variant behind where there is one, and
//! its kind is the layer that answers for it. A test that refuses runs its control as well, so
//! tests may run alone, in any order, and in processes of their own. What the description does
//! not promise is ignored, and the reasons are printed with their counts. Where no filter is given
//! each test is a character; `-- --format pretty` prints the names.

use std::{
    collections::BTreeMap,
    collections::HashSet,
    env, fs,
    ops::ControlFlow,
    path::{Path, PathBuf},
    process,
    sync::Arc,
};

use jwt_assay_core::{
    model::{Layer, ProfileId, VectorId, Verdict},
    suite::{Suite, Vector},
};
use jwt_assay_implementations::{Verifier, in_process::CatchPanics};
use libtest_mimic::{Arguments, Failed, Trial};

use crate::{
    assess::Assessor,
    divergences::{DivergenceError, Divergences},
    exit_code::ExitCode,
    filter::{Filter, layer_of},
    judge::{Outcome, SkipReason},
    plan::{Asked, Implementation, Plan, Role, skip_reason},
    record::Record,
    run::{self, Conduct, Event},
};

/// Makes a test program of a verifier: expands to its `main`.
#[macro_export]
macro_rules! verifier_tests {
    ($verifier:expr) => {
        fn main() {
            $crate::libtest::main($verifier)
        }
    };
}

/// Tests a verifier with every profile and ends the process. Known divergences are read from
/// `divergences.toml` beside the package's `Cargo.toml`, where there is one.
pub fn main(verifier: impl Verifier + 'static) -> ! {
    Tests::new(verifier).run()
}

/// The tests of one verifier.
pub struct Tests {
    verifier: Arc<dyn Verifier>,
    divergences: Option<PathBuf>,
    filter: Filter,
}

impl Tests {
    /// All vectors of all profiles.
    #[must_use]
    pub fn new(verifier: impl Verifier + 'static) -> Self {
        Self {
            verifier: Arc::new(CatchPanics(verifier)),
            divergences: None,
            filter: Filter::default(),
        }
    }

    /// Reads known divergences from this file, which must be there.
    #[must_use]
    pub fn divergences(mut self, path: impl Into<PathBuf>) -> Self {
        self.divergences = Some(path.into());
        self
    }

    /// Only these profiles.
    #[must_use]
    pub fn profiles(mut self, profiles: impl IntoIterator<Item = ProfileId>) -> Self {
        self.filter.profiles = profiles.into_iter().collect();
        self
    }

    /// Runs what the arguments of the process ask for, as any test program does, and ends it.
    pub fn run(self) -> ! {
        let mut arguments = Arguments::from_args();
        // Thousands of tests are a character each, unless somebody asks for more.
        arguments.quiet |= arguments.filter.is_none() && arguments.format.is_none();
        let suite = Suite::bundled();
        let divergences = self.read_divergences(suite).unwrap_or_else(|error| {
            eprintln!("error: failed to {error}");
            process::exit(ExitCode::Usage as i32)
        });
        let divergences = divergences.with_toolchain_of(&self.verifier.describe());
        let subject = Arc::new(Subject {
            suite,
            verifier: self.verifier,
            divergences,
        });
        let vectors: Vec<_> = suite
            .vectors
            .iter()
            .filter(|v| self.filter.selects(v))
            .collect();
        if !arguments.list && !arguments.exact {
            print_ignored(&subject, &vectors);
        }
        libtest_mimic::run(&arguments, trials(&subject, &vectors)).exit()
    }

    fn read_divergences(&self, suite: &Suite) -> Result<Divergences, ReadError> {
        let path = match &self.divergences {
            Some(path) => path.clone(),
            None => {
                let package = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| ".".into());
                let path = Path::new(&package).join("divergences.toml");
                if !path.exists() {
                    return Ok(Divergences::default());
                }
                path
            }
        };
        let name = path.display().to_string();
        let text = fs::read_to_string(&path).map_err(|source| ReadError::Read {
            path: name.clone(),
            source,
        })?;
        Ok(Divergences::read(&name, &text, suite)?)
    }
}

/// A file of divergences that cannot be had.
#[derive(Debug, thiserror::Error)]
enum ReadError {
    #[error("read divergences `{path}`: {source}")]
    Read {
        path: String,
        source: std::io::Error,
    },
    #[error(transparent)]
    Unfit(#[from] DivergenceError),
}

/// What all tests share.
struct Subject {
    suite: &'static Suite,
    verifier: Arc<dyn Verifier>,
    divergences: Divergences,
}

impl Subject {
    fn implementation(&self) -> Implementation {
        Implementation::new(Arc::clone(&self.verifier))
    }

    /// Presents the vector after its control and judges it.
    fn judge(&self, vector: &'static Vector) -> Option<Record> {
        let control = vector
            .control
            .as_ref()
            .and_then(|control| self.suite.vector(control));
        let control = control.map(|vector| Asked::new(vector, Role::Support, true));
        let asked = Asked::new(vector, Role::Selected, false);
        let plan = Plan {
            asked: control.into_iter().chain([asked]).collect(),
            implementations: vec![self.implementation()],
            is_whole: false,
            done: HashSet::new(),
        };
        let mut assessor = Assessor::new(&plan, "test", vec![self.divergences.clone()]);
        let mut judged = None;
        run::run(&plan, &Conduct::PLAIN, |event| {
            if let Event::Sighting(sighting) = event {
                judged = Some(assessor.record(sighting)).filter(|record| !record.is_support);
            }
            ControlFlow::Continue(())
        });
        judged
    }
}

fn trials(subject: &Arc<Subject>, vectors: &[&'static Vector]) -> Vec<Trial> {
    let tests = vectors.iter().map(|vector| vector_test(subject, vector));
    let claims = subject.verifier.describe().layers.into_iter();
    tests
        .chain(claims.map(|layer| claim_test(subject, layer, vectors)))
        .collect()
}

fn vector_test(subject: &Arc<Subject>, vector: &&'static Vector) -> Trial {
    let vector = *vector;
    let not_asked = reason_to_ignore(subject, vector);
    let is_ignored = not_asked.is_some();
    let subject = Arc::clone(subject);
    let test = move || match not_asked {
        // Run all the same, by `--include-ignored`: nothing is green that was not judged.
        Some(reason) => Err(Failed::from(format!("not asked: {reason}"))),
        None => subject
            .judge(vector)
            .map_or(Err(Failed::without_message()), |record| {
                conclude(&subject, &record)
            }),
    };
    Trial::test(test_name(&vector.id), test)
        .with_kind(layer_of(vector).name())
        .with_ignored_flag(is_ignored)
}

fn conclude(subject: &Subject, record: &Record) -> Result<(), Failed> {
    if record.is_unexpected() {
        return Err(Failed::from(explanation(record)));
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
            let control = subject.suite.vector(control).map(Vector::verdict);
            match control {
                Some(Verdict::May(_)) => {
                    println!("{} proves nothing: {reason}", test_name(&record.vector));
                    Ok(())
                }
                Some(Verdict::Accept | Verdict::Reject(_)) | None => Err(Failed::from(format!(
                    "the refusal proves nothing: {reason}"
                ))),
            }
        }
        Outcome::Agrees
        | Outcome::Failed(_)
        | Outcome::Informational
        | Outcome::Skipped(_)
        | Outcome::WronglyAccepted
        | Outcome::WronglyBuilt
        | Outcome::WronglyRefused
        | Outcome::WronglyRejected => Ok(()),
    }
}

fn explanation(record: &Record) -> String {
    let mut lines = vec![crate::report::headline(record)];
    lines.push(format!("{}: {}", record.rule, record.clauses.join(", ")));
    lines.extend(crate::report::exchange(record));
    if let Some(noted) = &record.divergence {
        lines.push(format!(
            "recorded as {}: {}",
            noted.seen.name(),
            noted.reason
        ));
    }
    lines.push(format!("to look at it: jwt-assay show {}", record.vector));
    lines.join("\n")
}

/// That a claimed layer is judged at all: the suite has questions for it, and the description
/// promises what they need.
fn claim_test(subject: &Arc<Subject>, layer: Layer, vectors: &[&'static Vector]) -> Trial {
    let due: Vec<_> = vectors
        .iter()
        .filter(|vector| layer_of(vector) == layer)
        .filter(|vector| !matches!(vector.verdict(), Verdict::May(_)))
        .collect();
    let is_judged = due.is_empty()
        || due
            .iter()
            .any(|vector| reason_to_ignore(subject, vector).is_none());
    let test = move || match is_judged {
        true => Ok(()),
        false => Err(Failed::from(format!(
            "layer {layer} is claimed, and nothing in it can be judged with what is promised"
        ))),
    };
    Trial::test(format!("claims::{layer}::is_judged"), test).with_kind(layer.name())
}

fn reason_to_ignore(subject: &Subject, vector: &Vector) -> Option<SkipReason> {
    let asked = Asked::new(vector, Role::Selected, false);
    skip_reason(&asked, &subject.verifier.describe())
}

fn print_ignored(subject: &Subject, vectors: &[&'static Vector]) {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for reason in vectors
        .iter()
        .filter_map(|vector| reason_to_ignore(subject, vector))
    {
        *counts.entry(reason.kind()).or_default() += 1;
    }
    for (reason, count) in counts {
        eprintln!("ignored: {count}, {reason}");
    }
}

/// `case/profile/algorithm/variant` as `profile::case::algorithm::variant`.
fn test_name(id: &VectorId) -> String {
    let parts: Vec<&str> = id.as_str().split('/').collect();
    let mut name = vec![id.profile(), id.case()];
    name.extend(parts.iter().skip(2));
    name.join("::")
}

#[cfg(test)]
mod tests;
