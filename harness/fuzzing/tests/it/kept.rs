//! Kept inputs mean what they meant when they were kept: beside each stands the case that it is read as,
//! and the two are compared.
//!
//! A new profile, mutation or value takes over a few of the numbers that choose, and may so change what
//! an input means. The case is right then, and the octets follow:
//! `JWT_ASSAY_MEND=1 cargo test -p jwt-assay-fuzzing kept` writes those that mean the case. A kept
//! input without a case is given the one that it is read as.

mod octets;
mod sentences;

use std::{
    env,
    fmt::Debug,
    fs,
    path::{Path, PathBuf},
};

use arbitrary::Unstructured;
use jwt_assay_core::{
    builder::{BuildRecipe, RequestEdits},
    generate::{self, Draw, Drawn},
    model::{Algorithm, ProfileId, Role},
    recipe::{EVALUATION_TIME, Recipe},
    suite::{self, Suite, case_files},
};
use jwt_assay_fuzzing::{
    ExplainedSteps, GeneratorLimits, Panel,
    targets::{self, AS_IT_IS, Builders, TARGETS, Target},
};
use serde::{Deserialize, Serialize};

#[test]
fn a_kept_input_is_read_as_the_case_beside_it() {
    let mut wrong = Vec::new();
    for &target in TARGETS {
        let has_recipe = targets::recipe(target, &[], &GeneratorLimits::default()).is_some();
        for path in kept(target) {
            let input = fs::read(&path).unwrap();
            let is_right = if has_recipe {
                let recipe = move |input: &[u8]| recipe(target, input);
                is_read_as_said(&path, &input, &recipe, &case, &read_case)
            } else if target.name() == Builders.name() {
                is_read_as_said(&path, &input, &asked, &Request::of, &request)
            } else {
                // The text is the rest of the input, which nothing but its first choice can change.
                input.starts_with(&AS_IT_IS)
            };
            if !is_right {
                wrong.push(path.display().to_string());
            }
        }
    }
    assert_eq!(
        wrong,
        Vec::<String>::new(),
        "these inputs no longer mean what they were kept for; JWT_ASSAY_MEND=1 cargo test -p \
         jwt-assay-fuzzing kept writes octets that do"
    );
}

#[test]
fn no_kept_input_fails_again() {
    // A target asks one library of those that are slow to verify; a kept input is put to all.
    let all = Panel::in_process().unwrap();
    for &target in TARGETS {
        let kept = kept(target);
        assert!(!kept.is_empty(), "nothing is kept of {}", target.name());
        for path in kept {
            let input = fs::read(&path).unwrap();
            target.run(&input);
            if let Some(recipe) = targets::recipe(target, &input, &GeneratorLimits::default()) {
                let findings = all.judge(&recipe).findings.into_iter();
                let new: Vec<_> = findings.filter(|finding| !finding.is_known).collect();
                assert_eq!(new, [], "{}", path.display());
            }
        }
    }
}

/// The folder of the targets' folders of kept inputs.
fn regressions() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/regressions")
}

/// The files of a target's kept inputs; beside them stand cases and a README.
fn kept(target: &dyn Target) -> Vec<PathBuf> {
    let files = fs::read_dir(regressions().join(target.name())).unwrap();
    let files = files.map(|entry| entry.unwrap().path());
    files.filter(|path| path.extension().is_none()).collect()
}

/// Compares what an input is read as with the case beside it; mends the one or the other where the
/// environment asks for it.
fn is_read_as_said<T: Debug + PartialEq>(
    path: &Path,
    input: &[u8],
    read: &octets::Read<T>,
    write: &dyn Fn(&str, &T) -> String,
    read_said: &dyn Fn(&str) -> T,
) -> bool {
    let beside = path.with_extension("toml");
    let is_mended = env::var_os("JWT_ASSAY_MEND").is_some();
    let meant = read(input).0;
    let Ok(said) = fs::read_to_string(&beside) else {
        if is_mended {
            let name = path.file_name().unwrap().to_str().unwrap();
            fs::write(&beside, write(name, &meant)).unwrap();
        }
        return is_mended;
    };
    let said = read_said(&said);
    if said == meant {
        return true;
    }
    if !is_mended {
        return false;
    }
    // Only an assertion of any octets follows a choice; everything else is choices.
    let is_text = path.parent().unwrap().ends_with("raw_octets");
    let text = if is_text {
        &input[AS_IT_IS.len()..]
    } else {
        &[]
    };
    let octets = octets::that_mean(&said, text, read);
    if let Some(octets) = &octets {
        fs::write(path, octets).unwrap();
    }
    octets.is_some()
}

fn recipe(target: &dyn Target, input: &[u8]) -> (Recipe, Vec<Drawn>) {
    let mut input = Unstructured::new(input);
    let mut draw = Draw::traced(&mut input);
    let recipe = target
        .recipe(&mut draw, &GeneratorLimits::default())
        .unwrap();
    (without_seed(recipe), draw.into_trace())
}

/// The seed of a case is its id, and that of a generated recipe its profile and algorithm.
fn without_seed(recipe: Recipe) -> Recipe {
    Recipe {
        seed: String::new(),
        ..recipe
    }
}

fn case(name: &str, recipe: &Recipe) -> String {
    let verdicts = ExplainedSteps::of(recipe, EVALUATION_TIME).verdicts();
    let id = name.parse().unwrap();
    suite::case_file(&id, "README.md says what it found.", recipe, &verdicts)
}

/// The recipe of the only case of a file, beside the file with the controls.
fn read_case(text: &str) -> Recipe {
    let controls = case_files(Role::Verify).find(|(name, _)| name.starts_with("a-"));
    let files = controls.into_iter().chain([("kept.toml", text)]);
    let suite = Suite::from_files(files).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let vectors = suite.vectors.into_iter();
    let mut own = vectors.filter(|vector| vector.case.group == 'T' && !vector.is_control);
    without_seed(own.next().unwrap().presentation().unwrap().recipe.clone())
}

/// A request to a builder as a file.
#[derive(Deserialize, Serialize)]
struct Request {
    profile: ProfileId,
    algorithm: Algorithm,
    ask: RequestEdits,
}

impl Request {
    fn of(_: &str, recipe: &BuildRecipe) -> String {
        let request = Self {
            profile: recipe.profile,
            algorithm: recipe.algorithm,
            ask: recipe.edits.clone(),
        };
        toml::to_string(&request).unwrap()
    }
}

fn request(text: &str) -> BuildRecipe {
    let request: Request = toml::from_str(text).unwrap();
    BuildRecipe {
        profile: request.profile,
        algorithm: request.algorithm,
        setup: RequestEdits::default(),
        edits: request.ask,
    }
}

fn asked(input: &[u8]) -> (BuildRecipe, Vec<Drawn>) {
    let mut input = Unstructured::new(input);
    let mut draw = Draw::traced(&mut input);
    (generate::build_request(&mut draw), draw.into_trace())
}
