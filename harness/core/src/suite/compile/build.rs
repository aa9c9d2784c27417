//! The compiler of a builder case to its vectors.

use std::{collections::BTreeSet, sync::Arc};

use super::{CONTROL, Compiled, clauses, vector_id};
use crate::{
    builder::{BuildRecipe, RequestEdits},
    model::{Algorithm, BuildVerdict, Profile, ProfileId, Role, Rule, VectorId},
    suite::{
        Case, Commission, Experiment, Support, Vector,
        file::build::{CaseFile, CaseInFile, VariantInFile},
    },
};

/// Compiles one case of a file.
///
/// # Errors
///
/// The contradiction in the case, and its remedy.
pub(super) fn compile(file: &CaseFile, case: &CaseInFile) -> Result<Compiled, String> {
    let asks = case.variants.iter().map(|variant| &variant.ask);
    for ask in [&case.setup, &case.ask].into_iter().chain(asks) {
        ask.check()?;
    }
    let shared = Arc::new(Case {
        id: case.id.clone(),
        role: Role::Build,
        group: file.group,
        text: case.text.clone(),
        rule: case.rule,
        also_breaks: Vec::new(),
        clauses: clauses(case.rule, &case.spec),
        note: case.note.clone(),
        support: Support::Rule,
        needs_given_clock: false,
        no_side_effects: false,
        many: case.many,
        at_every_second: case.at_every_second,
        in_every_profile: case.in_every_profile,
    });
    let is_for = |id: &ProfileId| case.profiles.as_ref().is_none_or(|own| own.contains(id));
    let mut vectors = Vec::new();
    for id in ProfileId::ALL.into_iter().filter(is_for) {
        let plan = ProfileCase {
            file,
            case,
            shared: &shared,
            profile: Profile::get(id),
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
    profile: &'static Profile,
}

impl ProfileCase<'_> {
    fn compile(&self, vectors: &mut Vec<Vector>) -> Result<(), String> {
        let start = vectors.len();
        let variants: Vec<Option<&VariantInFile>> = match self.case.variants.as_slice() {
            [] => vec![None],
            some => some.iter().map(Some).collect(),
        };
        for variant in variants {
            let own = variant.and_then(|variant| variant.algorithms.as_ref());
            let algorithms = own
                .or(self.case.algorithms.as_ref())
                .unwrap_or(&self.file.algorithms);
            for algorithm in algorithms.of(self.profile) {
                vectors.extend(self.vector(algorithm, variant)?);
            }
        }
        if self.case.setup == RequestEdits::default() {
            return Ok(());
        }
        // A setup needs controls of its own, one for each algorithm: those of other cases lack it.
        let algorithms: BTreeSet<Algorithm> = vectors[start..]
            .iter()
            .map(|vector| vector.algorithm)
            .collect();
        for algorithm in algorithms {
            vectors.push(Vector {
                id: self.id(algorithm, Some(CONTROL))?,
                case: Arc::clone(self.shared),
                profile: self.profile.id,
                algorithm,
                rule: Rule::Baseline,
                control: None,
                is_control: true,
                is_newer: false,
                experiment: Experiment::Build(Box::new(Commission {
                    recipe: self.recipe(algorithm, None).control(),
                    verdict: BuildVerdict::Build,
                })),
            });
        }
        Ok(())
    }

    fn vector(
        &self,
        algorithm: Algorithm,
        variant: Option<&VariantInFile>,
    ) -> Result<Option<Vector>, String> {
        let verdicts = variant
            .and_then(|variant| variant.verdict.as_ref())
            .unwrap_or(&self.case.verdict);
        let Some(verdict) = verdicts.of(self.profile.id) else {
            return Ok(None);
        };
        let recipe = self.recipe(algorithm, variant);
        let is_plain = recipe.edits == RequestEdits::default() && self.case.many.is_none();
        let control = if self.case.setup != RequestEdits::default() {
            Some(self.id(algorithm, Some(CONTROL))?)
        } else if is_plain && self.case.id.as_str() == POSITIVE {
            None
        } else {
            let control = self.profile.algorithms.stand_in(algorithm);
            Some(vector_id(POSITIVE, self.profile.id, control, None)?)
        };
        Ok(Some(Vector {
            id: self.id(algorithm, variant.map(|variant| variant.name.as_str()))?,
            case: Arc::clone(self.shared),
            profile: self.profile.id,
            algorithm,
            rule: variant
                .and_then(|variant| variant.rule)
                .unwrap_or(self.case.rule),
            control,
            is_control: false,
            is_newer: false,
            experiment: Experiment::Build(Box::new(Commission { recipe, verdict })),
        }))
    }

    fn recipe(&self, algorithm: Algorithm, variant: Option<&VariantInFile>) -> BuildRecipe {
        let edits = match variant {
            None => self.case.ask.clone(),
            Some(variant) => variant.ask.over(&self.case.ask),
        };
        BuildRecipe {
            profile: self.profile.id,
            algorithm,
            setup: self.case.setup.clone(),
            edits,
        }
    }

    fn id(&self, algorithm: Algorithm, variant: Option<&str>) -> Result<VectorId, String> {
        vector_id(self.case.id.as_str(), self.profile.id, algorithm, variant)
    }
}

/// The control of every case without a setup.
pub(super) const POSITIVE: &str = "bld-valid";
