//! The compiler of a verifier case to its vectors.

use std::sync::Arc;

use super::{CONTROL, Compiled, clauses, vector_id};
use crate::{
    model::{Algorithm, Profile, ProfileError, ProfileId, Role, Rule, VectorId, Verdict},
    mutate::Mutation,
    recipe::{Recipe, StepRecipe},
    suite::{
        Case, Experiment, Presentation, Support, Vector,
        file::verify::{CaseFile, CaseInFile, Combined, StepInFile, VariantInFile, Verdicts},
    },
};

/// Compiles one case of a file.
///
/// # Errors
///
/// The contradiction in the case, and its remedy.
pub(super) fn compile(file: &CaseFile, case: CaseInFile) -> Result<Compiled, String> {
    let case = &case.with_families()?;
    let has_edits = !case.edits.is_empty() || !case.variants.is_empty();
    if !case.steps.is_empty() && has_edits {
        let fault = "a case has `steps`, or `edits` and `variants`; move the edits into a step";
        return Err(fault.to_owned());
    }
    let steps = case.steps.iter().map(|step| step.times);
    if steps.fold(0, usize::saturating_add) > MOST_STEPS {
        return Err(format!(
            "it has more than {MOST_STEPS} steps; lower `times`"
        ));
    }
    let shared = Arc::new(Case {
        id: case.id.clone(),
        role: Role::Verify,
        group: file.group,
        text: case.text.clone(),
        rule: case.rule,
        also_breaks: case.also_breaks.clone(),
        clauses: clauses(case.rule, &case.spec),
        note: case.note.clone(),
        support: if case.asks_for_support {
            Support::Algorithm
        } else {
            Support::Rule
        },
        needs_given_clock: case.needs_given_clock,
        no_side_effects: case.no_side_effects,
        many: None,
        at_every_second: false,
        in_every_profile: false,
    });
    let profiles = match &case.set {
        None => ProfileId::ALL.map(Profile::get).to_vec(),
        Some(set) => profiles_with(set).map_err(|error| error.to_string())?,
    };
    let mut vectors = Vec::new();
    for profile in profiles {
        let plan = ProfileCase {
            file,
            case,
            shared: &shared,
            profile,
        };
        plan.compile(&mut vectors)?;
    }
    Ok((shared, vectors))
}

/// One case for one profile.
struct ProfileCase<'a> {
    file: &'a CaseFile,
    case: &'a CaseInFile,
    shared: &'a Arc<Case>,
    profile: &'a Profile,
}

impl ProfileCase<'_> {
    fn compile(&self, vectors: &mut Vec<Vector>) -> Result<(), String> {
        let start = vectors.len();
        if self.case.variants.is_empty() {
            for algorithm in self.algorithms(None) {
                vectors.extend(self.vector(algorithm, None)?);
            }
        }
        let is_for = |variant: &&VariantInFile| {
            variant
                .profiles
                .as_ref()
                .is_none_or(|own| own.contains(&self.profile.id))
        };
        for variant in self.case.variants.iter().filter(is_for) {
            for algorithm in self.algorithms(Some(variant)) {
                vectors.extend(self.vector(algorithm, Some(variant))?);
            }
        }
        // A setup or a parameter set needs controls of its own, one for each algorithm with a rejection.
        let mut needed: Vec<Algorithm> = vectors[start..]
            .iter()
            .filter(|vector| vector.control.is_some() && self.has_own_control())
            .map(|vector| vector.algorithm)
            .collect();
        needed.sort_unstable();
        needed.dedup();
        for algorithm in needed {
            vectors.push(self.control(algorithm)?);
        }
        Ok(())
    }

    fn algorithms(&self, variant: Option<&VariantInFile>) -> Vec<Algorithm> {
        variant
            .and_then(|variant| variant.algorithms.as_ref())
            .or(self.case.algorithms.as_ref())
            .unwrap_or(&self.file.algorithms)
            .of(self.profile)
    }

    fn vector(
        &self,
        algorithm: Algorithm,
        variant: Option<&VariantInFile>,
    ) -> Result<Option<Vector>, String> {
        let rule = variant
            .and_then(|variant| variant.rule)
            .unwrap_or(self.case.rule);
        let verdicts = variant
            .and_then(|v| v.verdict.as_ref())
            .unwrap_or(&self.case.verdict);
        let Some(last) = verdicts.of(self.profile.id, rule) else {
            return Ok(None);
        };
        let rule = verdicts.accepted_rule(self.profile.id).unwrap_or(rule);
        let own_edits = variant.map_or(&[][..], |variant| &variant.edits);
        let edits: Vec<Mutation> = self.case.edits.iter().chain(own_edits).cloned().collect();
        let (steps, verdicts) = match self.case.steps.as_slice() {
            [] => (
                vec![StepRecipe {
                    edits,
                    ..StepRecipe::default()
                }],
                vec![last],
            ),
            steps => self.steps(steps, rule, last),
        };
        let id = self.id(algorithm, variant.map(|variant| variant.name.as_str()))?;
        let has_rejection = verdicts
            .iter()
            .any(|verdict| matches!(verdict, Verdict::Reject(_)));
        let control = if !has_rejection {
            None
        } else if self.has_own_control() {
            Some(self.id(algorithm, Some(CONTROL))?)
        } else {
            // No assertion is valid with an algorithm that the profile rejects; another stands in for it.
            let control = self.profile.algorithms.stand_in(algorithm);
            Some(vector_id(POSITIVE, self.profile.id, control, None)?)
        };
        let recipe = self.recipe(algorithm, steps, id.to_string());
        Ok(Some(Vector {
            id,
            case: Arc::clone(self.shared),
            profile: self.profile.id,
            algorithm,
            rule,
            control,
            is_newer: false,
            is_control: false,
            experiment: Experiment::Verify(Presentation {
                recipe,
                verdicts,
                is_combined: self.is_combined(variant),
            }),
        }))
    }

    fn steps(
        &self,
        steps: &[StepInFile],
        rule: Rule,
        last: Verdict,
    ) -> (Vec<StepRecipe>, Vec<Verdict>) {
        let count: usize = steps.iter().map(|step| step.times).sum();
        let repeated = steps
            .iter()
            .flat_map(|step| std::iter::repeat_n(step, step.times));
        repeated
            .enumerate()
            .map(|(index, step)| {
                let own = |verdicts: &Verdicts| verdicts.of(self.profile.id, rule);
                let unsaid = if index + 1 == count {
                    last
                } else {
                    Verdict::Accept
                };
                let verdict = step.verdict.as_ref().and_then(own).unwrap_or(unsaid);
                let recipe = StepRecipe {
                    at: step.at,
                    resend: step.resend,
                    edits: step.edits.clone(),
                };
                (recipe, verdict)
            })
            .unzip()
    }

    /// The control of this case: its setup, with no edit.
    fn control(&self, algorithm: Algorithm) -> Result<Vector, String> {
        let id = self.id(algorithm, Some(CONTROL))?;
        let declared = self.case.control.as_ref();
        let verdict = declared
            .and_then(|verdicts| verdicts.of(self.profile.id, Rule::Baseline))
            .unwrap_or(Verdict::Accept);
        let recipe = self.recipe(algorithm, vec![StepRecipe::default()], id.to_string());
        Ok(Vector {
            id,
            case: Arc::clone(self.shared),
            profile: self.profile.id,
            algorithm,
            rule: Rule::Baseline,
            control: None,
            is_newer: false,
            is_control: true,
            experiment: Experiment::Verify(Presentation {
                recipe,
                verdicts: vec![verdict],
                is_combined: false,
            }),
        })
    }

    fn is_combined(&self, variant: Option<&VariantInFile>) -> bool {
        let has = |combined: &Combined| combined.has(self.profile.id);
        has(&self.case.combined) || variant.is_some_and(|variant| has(&variant.combined))
    }

    /// True where the plain valid assertion cannot be the control.
    fn has_own_control(&self) -> bool {
        !self.case.setup.is_empty() || self.case.set.is_some()
    }

    fn recipe(&self, algorithm: Algorithm, steps: Vec<StepRecipe>, seed: String) -> Recipe {
        Recipe {
            profile: self.profile.id,
            set: self.case.set.clone(),
            algorithm,
            setup: self.case.setup.clone(),
            steps,
            seed,
        }
    }

    fn id(&self, algorithm: Algorithm, variant: Option<&str>) -> Result<VectorId, String> {
        vector_id(self.case.id.as_str(), self.profile.id, algorithm, variant)
    }
}

/// The profiles that have a parameter set, at least one.
fn profiles_with(set: &str) -> Result<Vec<&'static Profile>, ProfileError> {
    let found = ProfileId::ALL.map(|id| Profile::with_set(id, set));
    let (have, lack): (Vec<_>, Vec<_>) = found.into_iter().partition(Result::is_ok);
    if have.is_empty() {
        lack.into_iter().collect()
    } else {
        have.into_iter().collect()
    }
}

/// The control of every case without a setup or parameter set.
pub(super) const POSITIVE: &str = "pos-full";
/// The largest number of steps of a case. Each step is built and signed for every profile and algorithm,
/// so a mistyped `times` would keep the suite busy for hours.
const MOST_STEPS: usize = 10_000;
