//! Recipes that are no cases yet, judged like cases: each becomes a vector with its control, in a
//! suite made for the purpose.

pub mod minimize;
pub mod promote;
mod recorded;

use std::{ops::ControlFlow, sync::Arc, time::Duration};

use jwt_assay_core::{
    model::{Lean, Profile, Role, Rule, UnixSeconds, VectorId, Verdict},
    oracle::{self, Explanation, Memory},
    recipe::{EVALUATION_TIME, Recipe, StepRecipe},
    suite::{Case, Experiment, Presentation, Suite, Support, Vector},
};
use jwt_assay_implementations::{Clock, Description, Verifier};

use self::recorded::RecordedAnswers;
use crate::{Finding, Panel};
use jwt_assay::{
    divergences::{DivergenceError, Divergences},
    filter::Filter,
    plan::{Implementation, Plan, PlanError},
    record::{Line, Record},
    run::RunOptions,
    session,
};

/// The answers of one implementation to recipes.
#[derive(Clone, Debug)]
pub struct Replayed {
    /// One for each recipe, in their order; none for those that came after a stop.
    pub results: Vec<Option<Replay>>,
    /// Events that belong to no single recipe.
    pub incidents: Vec<String>,
}

/// The answers of one implementation to one recipe.
#[derive(Clone, Debug)]
pub struct Replay {
    /// The questions and the answers.
    pub record: Record,
    /// Where it differs from the oracle and must not.
    pub finding: Option<Finding>,
}

/// The oracle's explanation of each step, with one replay memory.
///
/// # Panics
///
/// If the recipe's profile is none of this crate's, which no recipe has.
#[must_use]
pub fn explain(recipe: &Recipe) -> Vec<Explanation> {
    let mut memory = Memory::default();
    let presented = recipe.present_at(EVALUATION_TIME);
    let steps = presented.steps.iter();
    steps
        .map(|step| oracle::explain(&mut memory, step).expect("a recipe has a profile of ours"))
        .collect()
}

/// Presents recipes to one implementation, each after its control, and judges what it answers. A
/// recipe must be rejected for the first rule in a layer that the implementation claims.
///
/// # Errors
///
/// If there is no recipe, or the divergences that are recorded of the implementation cannot be
/// read.
pub fn judge(
    recipes: &[Recipe],
    implementation: Implementation,
    timeout: Duration,
) -> Result<Replayed, ReplayError> {
    let recorded = Arc::new(RecordedAnswers::new(implementation.description.clone()));
    let panel = Panel::of([Arc::clone(&recorded) as Arc<dyn Verifier>])?;
    let suite = suite_of(recipes, &implementation.description);
    let plan = Plan::new(&suite, &Filter::default(), vec![implementation])?;
    let options = RunOptions {
        timeout,
        ..RunOptions::PLAIN
    };
    let mut incidents = Vec::new();
    let header = session::begin(&plan, &options, Vec::new());
    let nothing_known = vec![Divergences::default()];
    let run = session::judge(&plan, header, nothing_known, &options, |line| {
        if let Line::Incident(incident) = line {
            incidents.push(incident.text);
        }
        ControlFlow::Continue(())
    });
    let mut results: Vec<Option<Replay>> = vec![None; recipes.len()];
    for record in run.records {
        if let Some(place) = place_of(&record.vector) {
            recorded.answer_with(record.steps.iter().map(|step| &step.seen));
            let was_asked = !record.steps.is_empty();
            let finding = was_asked.then(|| panel.judge(&recipes[place]).findings.pop());
            let finding = finding.flatten();
            results[place] = Some(Replay { record, finding });
        }
    }
    Ok(Replayed { results, incidents })
}

/// Why recipes are not judged.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ReplayError {
    /// The divergences that are recorded of the implementation cannot be read.
    #[error(transparent)]
    Divergences(#[from] DivergenceError),
    /// There is nothing to present.
    #[error(transparent)]
    Plan(#[from] PlanError),
}

/// A vector for each recipe, named after its place, and the controls that those need.
fn suite_of(recipes: &[Recipe], description: &Description) -> Suite {
    let mut suite = Suite {
        cases: Vec::new(),
        vectors: Vec::new(),
    };
    for (place, recipe) in recipes.iter().enumerate() {
        let vector = vector_of(recipe, place, description);
        suite.cases.push(Arc::clone(&vector.case));
        let control = vector
            .control
            .clone()
            .map(|id| control_of(&vector, recipe, id));
        suite.vectors.push(vector);
        suite.vectors.extend(control);
    }
    suite
}

fn vector_of(recipe: &Recipe, place: usize, description: &Description) -> Vector {
    let explanations = explain(recipe);
    let owed = explanations.iter().map(|it| owed(it, description));
    let verdicts: Vec<Verdict> = owed.collect();
    let is_rejected = |verdict: &Verdict| matches!(verdict, Verdict::Reject(_));
    let control = verdicts.iter().any(is_rejected).then(|| {
        let stand_in = &Profile::get(recipe.profile).algorithms;
        id(
            recipe,
            stand_in.stand_in(recipe.algorithm).slug(),
            CONTROL,
            place,
        )
    });
    let rejections = explanations.iter().flat_map(Explanation::rejections);
    let case = Case {
        id: NAME.parse().expect("the name is in kebab-case"),
        group: 'A',
        text: String::new(),
        rule: Rule::Baseline,
        also_breaks: rejections.map(|finding| finding.rule).collect(),
        clauses: Vec::new(),
        note: None,
        support: Support::Rule,
        needs_given_clock: description.clock == Clock::System && needs_given_clock(recipe),
        no_side_effects: false,
        role: Role::Verify,
        many: None,
        at_every_second: false,
        in_every_profile: false,
    };
    Vector {
        id: id(recipe, recipe.algorithm.slug(), NAME, place),
        case: Arc::new(case),
        profile: recipe.profile,
        algorithm: recipe.algorithm,
        rule: Rule::Baseline,
        control,
        is_newer: false,
        is_control: false,
        experiment: Experiment::Verify(Presentation {
            recipe: recipe.clone(),
            verdicts,
            is_combined: false,
        }),
    }
}

/// The recipe with its setup alone, signed with an algorithm that the profile supports.
fn control_of(vector: &Vector, recipe: &Recipe, id: VectorId) -> Vector {
    let algorithms = &Profile::get(vector.profile).algorithms;
    let recipe = Recipe {
        algorithm: algorithms.stand_in(vector.algorithm),
        steps: vec![StepRecipe::default()],
        seed: id.to_string(),
        ..recipe.clone()
    };
    Vector {
        id,
        algorithm: recipe.algorithm,
        rule: Rule::Baseline,
        control: None,
        is_control: true,
        experiment: Experiment::Verify(Presentation {
            recipe,
            verdicts: vec![Verdict::Accept],
            is_combined: false,
        }),
        ..vector.clone()
    }
}

/// The verdict that an implementation owes at a step: to reject it for the first rule in a layer that it
/// claims. Where only other layers ask for a rejection it owes nothing.
fn owed(explanation: &Explanation, description: &Description) -> Verdict {
    let is_claimed = |rule: Rule| description.layers.contains(&rule.info().layer);
    let mut rejections = explanation.rejections().peekable();
    if rejections.peek().is_none() {
        return explanation.verdict();
    }
    rejections
        .find(|finding| is_claimed(finding.rule))
        .map_or(Verdict::May(Lean::Neither), |finding| {
            Verdict::Reject(finding.rule)
        })
}

/// True where the verdict hangs on single seconds, on a fixed date or on time that moves, so that an
/// implementation with a clock of its own cannot be asked.
fn needs_given_clock(recipe: &Recipe) -> bool {
    let verdicts = |signed: UnixSeconds, late: i64| {
        let mut presented = recipe.present_at(signed);
        for step in &mut presented.steps {
            step.now = step.now + late;
        }
        oracle::verdicts(&presented).ok()
    };
    let plain = verdicts(EVALUATION_TIME, 0);
    let years_later = EVALUATION_TIME + 100_000_000;
    recipe.steps.iter().any(|step| step.at != 0)
        || verdicts(years_later, 0) != plain
        || [-5, 5]
            .into_iter()
            .any(|late| verdicts(EVALUATION_TIME, late) != plain)
}

fn id(recipe: &Recipe, algorithm: &str, name: &str, place: usize) -> VectorId {
    let profile = recipe.profile;
    let id = format!("{name}/{profile}/{algorithm}/{place}");
    id.parse()
        .expect("names, slugs and numbers are in kebab-case")
}

/// The place of the recipe that a vector was made of; `None` for a control.
fn place_of(id: &VectorId) -> Option<usize> {
    (id.case() == NAME)
        .then(|| id.as_str().rsplit('/').next()?.parse().ok())
        .flatten()
}

/// The name of the vectors of recipes.
const NAME: &str = "replayed";
/// The name of their controls.
const CONTROL: &str = "control-of-replayed";
