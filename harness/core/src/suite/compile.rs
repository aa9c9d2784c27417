//! From case files to vectors.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    Case, SuiteError, Support, Vector,
    file::{CaseFile, CaseInFile, StepInFile, VariantInFile, Verdicts},
};
use crate::{
    model::{Algorithm, Profile, ProfileError, ProfileId, Rule, VectorId, Verdict},
    mutate::Mutation,
    recipe::{Recipe, StepRecipe},
};

/// All cases and all vectors, in the order of the case files.
#[derive(Clone, Debug)]
pub struct Suite {
    /// The cases.
    pub cases: Vec<Arc<Case>>,
    /// The vectors, controls included.
    pub vectors: Vec<Vector>,
}

impl Suite {
    /// Compiles case files, given as name and text.
    ///
    /// # Errors
    ///
    /// Where a file is malformed, or a case contradicts itself or another; the message names the
    /// file and the place.
    pub fn from_files<'a>(
        files: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, SuiteError> {
        let mut compiler = Compiler::default();
        for (name, text) in files {
            let file: CaseFile = toml::from_str(text).map_err(|error| SuiteError::Malformed {
                file: name.to_owned(),
                message: error.to_string().trim_end().to_owned(),
            })?;
            for case in &file.cases {
                compiler.add(name, &file, case.clone())?;
            }
        }
        compiler.finish()
    }

    /// The vector of a name.
    #[must_use]
    pub fn vector(&self, id: &VectorId) -> Option<&Vector> {
        self.vectors.iter().find(|vector| vector.id == *id)
    }
}

#[derive(Default)]
struct Compiler {
    suite: Vec<Vector>,
    cases: Vec<Arc<Case>>,
    files: BTreeMap<String, String>,
}

impl Compiler {
    fn add(&mut self, name: &str, file: &CaseFile, case: CaseInFile) -> Result<(), SuiteError> {
        let id = case.id.clone();
        let problem = |problem: String| SuiteError::Case {
            file: name.to_owned(),
            case: id.clone(),
            problem,
        };
        let case = &case.with_families().map_err(problem)?;
        if let Some(earlier) = self.files.insert(case.id.to_string(), name.to_owned()) {
            return Err(problem(format!(
                "the id is taken by a case of `{earlier}`; choose another"
            )));
        }
        let has_edits = !case.edits.is_empty() || !case.variants.is_empty();
        if !case.steps.is_empty() && has_edits {
            let fault = "a case has `steps`, or `edits` and `variants`; move the edits into a step";
            return Err(problem(fault.to_owned()));
        }
        let steps = case.steps.iter().map(|step| step.times);
        if steps.fold(0, usize::saturating_add) > MOST_STEPS {
            return Err(problem(format!(
                "it has more than {MOST_STEPS} steps; lower `times`"
            )));
        }
        let shared = Arc::new(Case {
            id: case.id.clone(),
            group: file.group,
            text: case.text.clone(),
            rule: case.rule,
            also_breaks: case.also_breaks.clone(),
            clauses: match case.spec.as_slice() {
                [] => case
                    .rule
                    .info()
                    .clauses
                    .iter()
                    .map(|&clause| clause.to_owned())
                    .collect(),
                own => own.to_vec(),
            },
            note: case.note.clone(),
            support: if case.asks_for_support {
                Support::Algorithm
            } else {
                Support::Rule
            },
            needs_given_clock: case.needs_given_clock,
            no_side_effects: case.no_side_effects,
        });
        let profiles = match &case.set {
            None => ProfileId::ALL.map(Profile::get).to_vec(),
            Some(set) => profiles_with(set).map_err(|error| problem(error.to_string()))?,
        };
        for profile in profiles {
            let plan = Plan {
                file,
                case,
                shared: &shared,
                profile,
            };
            plan.compile(&mut self.suite).map_err(problem)?;
        }
        self.cases.push(shared);
        Ok(())
    }

    fn finish(self) -> Result<Suite, SuiteError> {
        let ids: std::collections::BTreeSet<&VectorId> =
            self.suite.iter().map(|vector| &vector.id).collect();
        let lost = self.suite.iter().find_map(|vector| {
            let control = vector.control.as_ref()?;
            (!ids.contains(control)).then_some((vector, control))
        });
        if let Some((vector, control)) = lost {
            return Err(SuiteError::Case {
                file: self
                    .files
                    .get(vector.case.id.as_str())
                    .cloned()
                    .unwrap_or_default(),
                case: vector.case.id.clone(),
                problem: format!("its control `{control}` is not in the suite; keep `pos-full`"),
            });
        }
        Ok(Suite {
            cases: self.cases,
            vectors: self.suite,
        })
    }
}

/// One case for one profile.
struct Plan<'a> {
    file: &'a CaseFile,
    case: &'a CaseInFile,
    shared: &'a Arc<Case>,
    profile: &'a Profile,
}

impl Plan<'_> {
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
        // The controls that this case brings along, one for each algorithm that needs it.
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
        let has_refusal = verdicts
            .iter()
            .any(|verdict| matches!(verdict, Verdict::Reject(_)));
        let control = match (has_refusal, self.has_own_control()) {
            (false, _) => None,
            (true, true) => Some(self.id(algorithm, Some(CONTROL))?),
            (true, false) => {
                // An algorithm that the profile refuses has no valid assertion there.
                let control = self.profile.algorithms.stand_in(algorithm);
                Some(parse_id(&[
                    POSITIVE,
                    self.profile.id.name(),
                    control.slug(),
                ])?)
            }
        };
        Ok(Some(Vector {
            recipe: self.recipe(algorithm, steps, id.to_string()),
            id,
            case: Arc::clone(self.shared),
            profile: self.profile.id,
            algorithm,
            rule,
            verdicts,
            control,
            is_combined: self.is_combined(variant),
            is_newer: false,
            is_control: false,
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

    /// The case with nothing broken: its setup alone.
    fn control(&self, algorithm: Algorithm) -> Result<Vector, String> {
        let id = self.id(algorithm, Some(CONTROL))?;
        let declared = self.case.control.as_ref();
        let verdict = declared
            .and_then(|verdicts| verdicts.of(self.profile.id, Rule::Baseline))
            .unwrap_or(Verdict::Accept);
        Ok(Vector {
            recipe: self.recipe(algorithm, vec![StepRecipe::default()], id.to_string()),
            id,
            case: Arc::clone(self.shared),
            profile: self.profile.id,
            algorithm,
            rule: Rule::Baseline,
            verdicts: vec![verdict],
            control: None,
            is_combined: false,
            is_newer: false,
            is_control: true,
        })
    }

    fn is_combined(&self, variant: Option<&VariantInFile>) -> bool {
        let of_variant = variant.map_or(&[][..], |variant| &variant.combined);
        self.case.combined.contains(&self.profile.id) || of_variant.contains(&self.profile.id)
    }

    /// Whether the control is another than the plain valid assertion.
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
        let own = [
            self.case.id.as_str(),
            self.profile.id.name(),
            algorithm.slug(),
        ];
        let parts: Vec<&str> = own.into_iter().chain(variant).collect();
        parse_id(&parts)
    }
}

/// The profiles that have a parameter set; one at least.
fn profiles_with(set: &str) -> Result<Vec<&'static Profile>, ProfileError> {
    let found = ProfileId::ALL.map(|id| Profile::with_set(id, set));
    let (have, lack): (Vec<_>, Vec<_>) = found.into_iter().partition(Result::is_ok);
    match have.is_empty() {
        true => lack.into_iter().collect(),
        false => have.into_iter().collect(),
    }
}

fn parse_id(parts: &[&str]) -> Result<VectorId, String> {
    parts
        .join("/")
        .parse()
        .map_err(|error: crate::model::VectorIdError| error.to_string())
}

/// The case that is the control of every case without a setup of its own.
const POSITIVE: &str = "pos-full";
/// So many steps a case may have: each is built and signed, for each profile and algorithm.
const MOST_STEPS: usize = 10_000;
/// The variant name of a control that a case brings along.
const CONTROL: &str = "control";
