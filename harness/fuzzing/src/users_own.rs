//! Fuzz targets of a user's own verifier and builder, each in one line of a cargo-fuzz package.
//!
//! ```toml
//! [package.metadata]
//! cargo-fuzz = true
//!
//! [dependencies]
//! jwt-assay = { git = "…" }
//! jwt-assay-fuzzing = { git = "…" }
//!
//! [target.'cfg(fuzzing)'.dependencies]
//! libfuzzer-sys = "0.4"
//! ```
//!
//! ```ignore
//! #![cfg_attr(fuzzing, no_main)]
//! jwt_assay_fuzzing::fuzz_verifier!(Mine::default()); // in another program: fuzz_builder!
//! ```
//!
//! For a verifier every input is a recipe: a valid assertion with edits, signed with a test key, in one or
//! more requests. The verifier's answers are compared with the oracle, in the layers that it claims. For a
//! builder every input is a request, right or not, and the assertion that it signs is inspected.

use std::{env, fs, io, io::Write, ops::ControlFlow, path::Path, process, sync::Arc};

use arbitrary::Unstructured;
use jwt_assay_core::{
    builder::BuildRecipe,
    generate::{self, Draw},
    recipe::{EVALUATION_TIME, Recipe},
    suite::{self, Suite},
};
use jwt_assay_implementations::{Builder, Verifier, reach::call::CatchPanics};

use super::{
    BuilderFinding, ExplainedSteps, Finding, Hunt, HuntResult, JudgedBuilder, Panel, octets,
};
use jwt_assay::{
    divergences::{DivergenceError, Divergences},
    exit_code::ExitCode,
};

/// Makes a cargo-fuzz target of a verifier. Without a fuzzer it is a program that replays the files
/// it is given.
#[macro_export]
macro_rules! fuzz_verifier {
    ($verifier:expr) => {
        $crate::fuzz_own!($crate::OwnVerifier, $verifier);
    };
}

/// Makes a cargo-fuzz target of a builder. Without a fuzzer it is a program that replays the files it is
/// given.
#[macro_export]
macro_rules! fuzz_builder {
    ($builder:expr) => {
        $crate::fuzz_own!($crate::OwnBuilder, $builder);
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! fuzz_own {
    ($own:ty, $implementation:expr) => {
        #[cfg(fuzzing)]
        libfuzzer_sys::fuzz_target!(|octets: &[u8]| {
            static TARGET: std::sync::LazyLock<$own> = std::sync::LazyLock::new(|| {
                <$own>::beside(env!("CARGO_MANIFEST_DIR"), $implementation)
            });
            TARGET.hold_to_account(octets);
        });

        #[cfg(not(fuzzing))]
        fn main() {
            <$own>::beside(env!("CARGO_MANIFEST_DIR"), $implementation).replay()
        }
    };
}

/// A user's verifier with what is recorded of it.
pub struct OwnVerifier {
    panel: Panel,
}

impl OwnVerifier {
    /// A verifier with nothing recorded of it.
    #[must_use]
    pub fn new(verifier: impl Verifier + 'static) -> Self {
        Self::with(verifier, &Divergences::default())
    }

    /// A verifier with what is recorded of it in `divergences.toml` in a folder, where there is such
    /// a file; `divergences update` writes it. Ends the process with a message where the file cannot
    /// be used.
    #[must_use]
    pub fn beside(folder: &str, verifier: impl Verifier + 'static) -> Self {
        Self::with(verifier, &recorded_in(folder))
    }

    /// A verifier with what is recorded of it.
    #[must_use]
    pub fn with(verifier: impl Verifier + 'static, recorded: &Divergences) -> Self {
        let verifier: Arc<dyn Verifier> = Arc::new(CatchPanics(verifier));
        Self {
            panel: Panel::one(verifier, recorded),
        }
    }

    /// The first thing that is wrong and not recorded, with the recipe that an input stands for.
    #[must_use]
    pub fn finding(&self, octets: &[u8]) -> Option<(Finding, Recipe)> {
        let recipe = generate::recipe(&mut Unstructured::new(octets));
        let mut findings = self.panel.judge(&recipe).findings.into_iter();
        let new = findings.find(|finding| !finding.is_known)?;
        Some((new, recipe))
    }

    /// One execution of a fuzz target.
    ///
    /// # Panics
    ///
    /// If the verifier is wrong in a way that is not recorded: the finding.
    pub fn hold_to_account(&self, octets: &[u8]) {
        if let Some(report) = self.report(octets) {
            panic!("{report}");
        }
    }

    /// Inputs that a number draws, without a fuzzer: for `cargo test`.
    #[must_use]
    pub fn hunt(&self, hunt: &Hunt) -> HuntResult {
        hunt.run(&self.panel, |_| ControlFlow::Continue(()))
    }

    /// Runs the inputs in the files that the command line names, and ends the process: with 0 where
    /// nothing is wrong, else 1.
    pub fn replay(&self) -> ! {
        replay(|octets| self.report(octets))
    }

    fn report(&self, octets: &[u8]) -> Option<String> {
        let (finding, recipe) = self.finding(octets)?;
        Some(report(&finding, &recipe))
    }
}

/// A user's builder with what is recorded of it.
pub struct OwnBuilder {
    builder: JudgedBuilder,
}

impl OwnBuilder {
    /// A builder with nothing recorded of it.
    #[must_use]
    pub fn new(builder: impl Builder + 'static) -> Self {
        Self::with(builder, &Divergences::default())
    }

    /// A builder with what is recorded of it in `divergences.toml` in a folder, as for a verifier.
    #[must_use]
    pub fn beside(folder: &str, builder: impl Builder + 'static) -> Self {
        Self::with(builder, &recorded_in(folder))
    }

    /// A builder with what is recorded of it.
    #[must_use]
    pub fn with(builder: impl Builder + 'static, recorded: &Divergences) -> Self {
        Self {
            builder: JudgedBuilder::new(Box::new(CatchPanics(builder)), recorded),
        }
    }

    /// The first thing that is wrong and not recorded, with the request that an input stands for.
    #[must_use]
    pub fn finding(&self, octets: &[u8]) -> Option<(BuilderFinding, BuildRecipe)> {
        let recipe = generate::build_request(&mut Draw::new(&mut Unstructured::new(octets)));
        let mut findings = self.builder.judge(&recipe).into_iter();
        let new = findings.find(|finding| !finding.is_known)?;
        Some((new, recipe))
    }

    /// One execution of a fuzz target.
    ///
    /// # Panics
    ///
    /// If the builder is wrong in a way that is not recorded: the finding.
    pub fn hold_to_account(&self, octets: &[u8]) {
        if let Some(report) = self.report(octets) {
            panic!("{report}");
        }
    }

    /// The findings of a number of inputs that a seed draws, each once: for `cargo test`.
    #[must_use]
    pub fn hunt(&self, seed: u64, inputs: u64) -> Vec<BuilderFinding> {
        let mut found: Vec<BuilderFinding> = Vec::new();
        for number in 0..inputs {
            if let Some((finding, _)) = self.finding(&octets(seed, number))
                && found.iter().all(|known| known.key != finding.key)
            {
                found.push(finding);
            }
        }
        found
    }

    /// Runs the inputs in the files that the command line names, and ends the process: with 0 where
    /// nothing is wrong, else 1.
    pub fn replay(&self) -> ! {
        replay(|octets| self.report(octets))
    }

    fn report(&self, octets: &[u8]) -> Option<String> {
        let (finding, recipe) = self.finding(octets)?;
        Some(format!("{finding}\n{recipe:#?}"))
    }
}

/// Runs a target on the files that the command line names.
fn replay(report: impl Fn(&[u8]) -> Option<String>) -> ! {
    let mut code = ExitCode::Expected;
    for path in env::args_os().skip(1) {
        let octets = fs::read(&path).unwrap_or_else(|error| {
            say(&format!(
                "error: failed to read `{}`: {error}",
                Path::new(&path).display()
            ));
            process::exit(ExitCode::Usage as i32)
        });
        if let Some(report) = report(&octets) {
            say(&report);
            code = ExitCode::Unexpected;
        }
    }
    process::exit(code as i32)
}

/// The divergences of a folder; ends the process where they cannot be used.
fn recorded_in(folder: &str) -> Divergences {
    read(&Path::new(folder).join("divergences.toml")).unwrap_or_else(|error| {
        say(&format!("error: failed to {error}"));
        process::exit(ExitCode::Usage as i32)
    })
}

/// Writes a line to standard error. A pipe that nobody reads must not change the exit code.
fn say(text: &str) {
    drop(writeln!(io::stderr().lock(), "{text}"));
}

/// The finding, and the recipe as the case that it would be.
fn report(finding: &Finding, recipe: &Recipe) -> String {
    let verdicts = ExplainedSteps::of(recipe, EVALUATION_TIME).verdicts();
    let id = "found-by-fuzzing".parse().expect("it is in kebab-case");
    let case = suite::case_file(&id, "Found by fuzzing.", recipe, &verdicts);
    format!("{finding}\n{case}")
}

/// A file of divergences that cannot be had.
#[derive(Debug, thiserror::Error)]
enum ReadError {
    #[error("read divergences `{path}`: {source}")]
    Read { path: String, source: io::Error },
    #[error(transparent)]
    Unfit(#[from] DivergenceError),
}

fn read(path: &Path) -> Result<Divergences, ReadError> {
    let name = path.display().to_string();
    match fs::read_to_string(path) {
        Ok(text) => Ok(Divergences::read(&name, &text, Suite::bundled())?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Divergences::default()),
        Err(source) => Err(ReadError::Read { path: name, source }),
    }
}
