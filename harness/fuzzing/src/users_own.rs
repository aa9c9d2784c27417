//! A fuzz target of a user's own verifier, in one line of a cargo-fuzz package.
//!
//! ```toml
//! [package.metadata]
//! cargo-fuzz = true
//!
//! [dependencies]
//! jwt-assay = { git = "…" }
//!
//! [target.'cfg(fuzzing)'.dependencies]
//! libfuzzer-sys = "0.4"
//! ```
//!
//! ```ignore
//! #![cfg_attr(fuzzing, no_main)]
//! jwt_assay::fuzz_verifier!(Mine::default());
//! ```
//!
//! Every input is a recipe: a valid assertion with edits, signed with a test key, in one or more
//! requests. What the verifier does with it is compared with the oracle, in the layers that the
//! verifier claims.

use std::{env, fs, io, path::Path, process, sync::Arc};

use arbitrary::Unstructured;
use jwt_assay_core::{
    generate,
    recipe::{EVALUATION_TIME, Recipe},
    suite::{self, Suite},
};
use jwt_assay_implementations::{Verifier, reach::call::CatchPanics};

use super::{Finding, Harvest, Hunt, Panel, Reading};
use jwt_assay::{
    divergences::{DivergenceError, Divergences},
    exit_code::ExitCode,
};

/// Makes a cargo-fuzz target of a verifier. Without a fuzzer it is a program that replays the files
/// it is given.
#[macro_export]
macro_rules! fuzz_verifier {
    ($verifier:expr) => {
        #[cfg(fuzzing)]
        libfuzzer_sys::fuzz_target!(|octets: &[u8]| {
            static TARGET: std::sync::LazyLock<$crate::UsersOwn> = std::sync::LazyLock::new(|| {
                $crate::UsersOwn::beside(env!("CARGO_MANIFEST_DIR"), $verifier)
            });
            TARGET.hold_to_account(octets);
        });

        #[cfg(not(fuzzing))]
        fn main() {
            $crate::UsersOwn::beside(env!("CARGO_MANIFEST_DIR"), $verifier).replay()
        }
    };
}

/// A verifier of a user's, as what is fuzzed.
pub struct UsersOwn {
    panel: Panel,
}

impl UsersOwn {
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
        let recorded = read(&Path::new(folder).join("divergences.toml"));
        let recorded = recorded.unwrap_or_else(|error| {
            eprintln!("error: failed to {error}");
            process::exit(ExitCode::Usage as i32)
        });
        Self::with(verifier, &recorded)
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
    /// Where the verifier is wrong in a way that is not recorded: the finding.
    pub fn hold_to_account(&self, octets: &[u8]) {
        if let Some((finding, recipe)) = self.finding(octets) {
            panic!("{}", report(&finding, &recipe));
        }
    }

    /// So many inputs that a number draws, without a fuzzer: for `cargo test`.
    #[must_use]
    pub fn hunt(&self, hunt: &Hunt) -> Harvest {
        hunt.run(&self.panel, |_| ())
    }

    /// Runs the inputs in the files that the command line names, and ends the process: with 0 where
    /// nothing is wrong, else 1.
    pub fn replay(&self) -> ! {
        let mut code = ExitCode::Expected;
        for path in env::args_os().skip(1) {
            let octets = fs::read(&path).unwrap_or_else(|error| {
                eprintln!(
                    "error: failed to read `{}`: {error}",
                    Path::new(&path).display()
                );
                process::exit(ExitCode::Usage as i32)
            });
            if let Some((finding, recipe)) = self.finding(&octets) {
                eprintln!("{}", report(&finding, &recipe));
                code = ExitCode::Unexpected;
            }
        }
        process::exit(code as i32)
    }
}

/// The finding, and the recipe as the case that it would be.
fn report(finding: &Finding, recipe: &Recipe) -> String {
    let verdicts = Reading::of(recipe, EVALUATION_TIME).verdicts();
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
