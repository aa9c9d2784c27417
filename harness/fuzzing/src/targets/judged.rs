//! The judgement that the targets of recipes share: the implementations that are asked, and the report of a
//! finding.

use std::{
    cell::RefCell,
    collections::HashMap,
    env,
    sync::{Arc, LazyLock},
};

use jwt_assay::filter::fnv1a;
use jwt_assay_core::{
    model::{Algorithm, Level, Presented, ProfileId, Verdict},
    oracle::{FastPath, Memory, Scratch, SignatureCheck},
    recipe::{EVALUATION_TIME, Recipe},
    suite,
};
use jwt_assay_implementations::registry;

use crate::{ExplainedSteps, Finding, GeneratorLimits, Panel};

/// Every library that is built in, or those that [`IMPLEMENTATIONS`] names.
static PANEL: LazyLock<Panel> = LazyLock::new(|| {
    let named = env::var(IMPLEMENTATIONS).unwrap_or_else(|_| "all".to_owned());
    let is_asked = |name: &str| named == "all" || named.split(',').any(|own| own == name);
    let all = registry::in_process().into_iter();
    let chosen = all.filter(|verifier| is_asked(&verifier.describe().name));
    let panel = Panel::of(chosen.map(Arc::from));
    let panel = panel.expect("the bundled divergences fit the suite, tested");
    let count = panel.names().count();
    let wanted = match named.as_str() {
        "all" => count,
        "none" => 0,
        names => names.split(',').count(),
    };
    assert_eq!(
        count, wanted,
        "{IMPLEMENTATIONS}={named}: expected `all`, `none`, or names with commas between of \
         libraries that are built in"
    );
    panel
});

/// The limits of the generator: the algorithm that [`ALGORITHM`] names, where it names one.
pub(super) static WITHIN: LazyLock<GeneratorLimits> = LazyLock::new(|| {
    let read = |name: String| {
        let algorithm = name.parse::<Algorithm>();
        algorithm.unwrap_or_else(|error| panic!("{ALGORITHM}={name}: {error}"))
    };
    GeneratorLimits {
        algorithm: env::var(ALGORITHM).ok().map(read),
        cases: true,
    }
});

/// A number that the octets of an input decide, to draw by: the same input, the same lot.
pub(super) fn lot(octets: &[u8]) -> u64 {
    let lot = fnv1a(octets);
    lot ^ (lot >> 32)
}

/// Puts a recipe that was read to the implementations whose turn it is.
///
/// # Panics
///
/// If one differs from the oracle in a way that is not recorded: the finding.
pub(super) fn put_to_some(recipe: &Recipe, reading: &ExplainedSteps, lot: u64) {
    let judgement = PANEL.judge_in_turn(recipe, reading, lot);
    let mut findings = judgement.findings.into_iter();
    if let Some(finding) = findings.find(|finding| !finding.is_known) {
        panic!("{}", report(&finding, recipe));
    }
}

/// Holds the oracle to what it owes for any input: no acceptance without a signature that is the client's, the
/// same verdicts twice, and those of the fast path where that decides. The fuzzer's own builds read
/// twice what was built once, since their ECDSA signatures are never the same, and do so once in
/// sixteen inputs.
///
/// # Panics
///
/// If it does not keep to that: the finding.
pub(super) fn hold_to_account(recipe: &Recipe, lot: u64) -> ExplainedSteps {
    let reading = ExplainedSteps::of(recipe, EVALUATION_TIME);
    let again = match (cfg!(fuzzing), lot % 16) {
        (false, _) => Some(ExplainedSteps::of(recipe, EVALUATION_TIME)),
        (true, 0) => Some(ExplainedSteps::again(reading.steps.clone())),
        (true, _) => None,
    };
    let is_stable = again.is_none_or(|again| again.verdicts() == reading.verdicts());
    assert!(is_stable, "not stable:\n{}", written(recipe));
    for read in &reading.explanations {
        assert!(
            read.is_rejected() || read.signature == SignatureCheck::Valid || is_encrypted(read),
            "accepted without the client's signature:\n{}",
            written(recipe)
        );
    }
    if let Err(difference) = compare_with_fast_path(recipe, &reading) {
        panic!("{difference}:\n{}", written(recipe));
    }
    reading
}

/// Presents what was read to the fast path that the plain default of the recipe's kind makes.
fn compare_with_fast_path(recipe: &Recipe, reading: &ExplainedSteps) -> Result<(), String> {
    let kind = (recipe.profile, recipe.set.clone(), recipe.algorithm);
    PATHS.with_borrow_mut(|paths| {
        let path = paths.entry(kind).or_insert_with(|| {
            let plain = recipe.plain().present_at(EVALUATION_TIME);
            FastPath::new(&plain.steps[0]).expect("a recipe names a profile that there is")
        });
        let Some(path) = path else { return Ok(()) };
        if let [step] = reading.steps.as_slice() {
            // The oracle has read it, and no memory tells.
            let fast = path.verdict(&Memory::default(), step, &mut Scratch::default());
            let found = reading.explanations[0].verdict();
            return match fast {
                Some(fast) if fast != found => {
                    Err(format!("the fast path finds {fast}, the oracle {found}"))
                }
                Some(_) | None => Ok(()),
            };
        }
        let presented = Presented {
            steps: reading.steps.clone(),
        };
        let compared = path.compare(&presented);
        compared.map(drop).map_err(|error| error.to_string())
    })
}

thread_local! {
    /// The fast path of each kind of recipe, where its plain default makes one.
    static PATHS: RefCell<HashMap<Kind, Option<FastPath>>> = RefCell::default();
}

/// Recipes that have the plain default in common: profile, parameter set and algorithm.
type Kind = (ProfileId, Option<String>, Algorithm);

/// True where the assertion is encrypted: a server that cannot decrypt it cannot say what is inside, so the answer
/// is open.
fn is_encrypted(read: &jwt_assay_core::oracle::Explanation) -> bool {
    let mut findings = read.findings.iter();
    findings.any(|found| matches!(found.level, Level::May(_)))
        && matches!(read.verdict(), Verdict::May(_))
}

fn report(finding: &Finding, recipe: &Recipe) -> String {
    format!("{finding}\n{}", written(recipe))
}

/// The recipe as the case that it would be.
pub(super) fn written(recipe: &Recipe) -> String {
    let verdicts = ExplainedSteps::of(recipe, EVALUATION_TIME).verdicts();
    let id = "found-by-fuzzing".parse().expect("kebab-case");
    suite::case_file(&id, "Found by fuzzing.", recipe, &verdicts)
}

/// The variable that holds the inputs of `mutate_then_sign` to one algorithm.
const ALGORITHM: &str = "JWT_ASSAY_FUZZ_ALGORITHM";
/// The variable that says who is asked: `all`, `none`, or names with commas between.
const IMPLEMENTATIONS: &str = "JWT_ASSAY_FUZZ_IMPLEMENTATIONS";
