//! From case files to vectors of the build role.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, LazyLock},
};

use include_dir::{Dir, include_dir};

use super::{
    Ask, BuildRecipe, Case, Vector,
    file::{CaseFile, CaseInFile, VariantInFile},
};
use crate::{
    model::{Algorithm, BuildVerdict, Method, Profile, ProfileId, Rule, VectorId},
    suite::{Frozen, SuiteError, bundled_files, released},
};

/// The case files under `vectors/build-cases`, in the order of their names.
pub fn case_files() -> impl Iterator<Item = (&'static str, &'static str)> {
    bundled_files(&CASES)
}

/// All cases and all vectors of the build role, in the order of the case files.
#[derive(Clone, Debug)]
pub struct Suite {
    /// The cases.
    pub cases: Vec<Arc<Case>>,
    /// The vectors, controls included.
    pub vectors: Vec<Vector>,
}

impl Suite {
    /// The suite of this project.
    ///
    /// # Panics
    ///
    /// Where a case file of this project is broken, which the tests exclude.
    #[must_use]
    pub fn bundled() -> &'static Self {
        static BUNDLED: LazyLock<Suite> = LazyLock::new(|| {
            Suite::from_files(case_files())
                .unwrap_or_else(|error| panic!("{error}"))
                .against(&released())
        });
        &BUNDLED
    }

    /// Compiles case files, given as name and text.
    ///
    /// # Errors
    ///
    /// Where a file is malformed, or a case contradicts itself or another; the message names the
    /// file and the place.
    pub fn from_files<'a>(
        files: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, SuiteError> {
        let mut suite = Self {
            cases: Vec::new(),
            vectors: Vec::new(),
        };
        let mut files_of = BTreeMap::new();
        for (name, text) in files {
            let file: CaseFile = toml::from_str(text).map_err(|error| SuiteError::Malformed {
                file: name.to_owned(),
                message: error.to_string().trim_end().to_owned(),
            })?;
            for case in &file.cases {
                let problem = |problem: String| SuiteError::Case {
                    file: name.to_owned(),
                    case: case.id.clone(),
                    problem,
                };
                if let Some(earlier) = files_of.insert(case.id.clone(), name.to_owned()) {
                    return Err(problem(format!(
                        "the id is taken by a case of `{earlier}`; choose another"
                    )));
                }
                suite.add(&file, case).map_err(problem)?;
            }
        }
        suite.check_controls(&files_of)?;
        Ok(suite)
    }

    /// The vector of a name.
    #[must_use]
    pub fn vector(&self, id: &VectorId) -> Option<&Vector> {
        self.vectors.iter().find(|vector| vector.id == *id)
    }

    /// What its vectors ask, for the files of frozen verdicts.
    pub fn asked(&self) -> impl Iterator<Item = (VectorId, String)> {
        let vectors = self.vectors.iter();
        vectors.map(|vector| (vector.id.clone(), vector.verdict.to_string()))
    }

    /// Marks what came after the release of its profile's version.
    #[must_use]
    pub fn against(mut self, frozen: &[Frozen]) -> Self {
        for vector in &mut self.vectors {
            vector.is_newer = frozen.iter().any(|frozen| frozen.is_newer(&vector.id));
        }
        self
    }

    fn add(&mut self, file: &CaseFile, case: &CaseInFile) -> Result<(), String> {
        let asks = case.variants.iter().map(|variant| &variant.ask);
        for ask in [&case.setup, &case.ask].into_iter().chain(asks) {
            ask.check()?;
        }
        let shared = Arc::new(Case {
            id: case.id.clone(),
            group: file.group,
            text: case.text.clone(),
            rule: case.rule,
            clauses: match case.spec.as_slice() {
                [] => case
                    .rule
                    .info()
                    .clauses
                    .iter()
                    .map(|&c| c.to_owned())
                    .collect(),
                own => own.to_vec(),
            },
            note: case.note.clone(),
            many: case.many,
            at_every_second: case.at_every_second,
            in_every_profile: case.in_every_profile,
        });
        self.cases.push(Arc::clone(&shared));
        let is_for = |id: &ProfileId| case.profiles.as_ref().is_none_or(|own| own.contains(id));
        for id in ProfileId::ALL.into_iter().filter(is_for) {
            let plan = Plan {
                file,
                case,
                shared: &shared,
                profile: Profile::get(id),
            };
            plan.compile(&mut self.vectors)?;
        }
        Ok(())
    }

    fn check_controls(
        &self,
        files_of: &BTreeMap<crate::model::CaseId, String>,
    ) -> Result<(), SuiteError> {
        let ids: BTreeSet<&VectorId> = self.vectors.iter().map(|vector| &vector.id).collect();
        let lost = |vector: &&Vector| {
            let control = vector.control.as_ref();
            control.is_some_and(|control| !ids.contains(control))
        };
        match self.vectors.iter().find(lost) {
            None => Ok(()),
            Some(vector) => Err(SuiteError::Case {
                file: files_of[&vector.case.id].clone(),
                case: vector.case.id.clone(),
                problem: format!(
                    "the control of `{}` is missing; keep `{POSITIVE}`",
                    vector.id
                ),
            }),
        }
    }
}

/// One case for one profile.
struct Plan<'a> {
    file: &'a CaseFile,
    case: &'a CaseInFile,
    shared: &'a Arc<Case>,
    profile: &'static Profile,
}

impl Plan<'_> {
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
        if self.case.setup == Ask::default() {
            return Ok(());
        }
        // The controls that this case brings along, one for each algorithm.
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
                verdict: BuildVerdict::Build,
                control: None,
                is_control: true,
                is_newer: false,
                recipe: self.recipe(algorithm, None).control(),
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
        let is_plain = recipe.ask == Ask::default() && self.case.many.is_none();
        let control = if self.case.setup != Ask::default() {
            Some(self.id(algorithm, Some(CONTROL))?)
        } else if is_plain && self.case.id.as_str() == POSITIVE {
            None
        } else {
            let control = self.control_algorithm(algorithm);
            Some(parse_id(&[
                POSITIVE,
                self.profile.id.name(),
                control.slug(),
            ])?)
        };
        Ok(Some(Vector {
            id: self.id(algorithm, variant.map(|variant| variant.name.as_str()))?,
            case: Arc::clone(self.shared),
            profile: self.profile.id,
            algorithm,
            rule: variant
                .and_then(|variant| variant.rule)
                .unwrap_or(self.case.rule),
            verdict,
            control,
            is_control: false,
            is_newer: false,
            recipe,
        }))
    }

    fn recipe(&self, algorithm: Algorithm, variant: Option<&VariantInFile>) -> BuildRecipe {
        let ask = match variant {
            None => self.case.ask.clone(),
            Some(variant) => variant.ask.over(&self.case.ask),
        };
        BuildRecipe {
            profile: self.profile.id,
            algorithm,
            setup: self.case.setup.clone(),
            ask,
        }
    }

    /// An algorithm outside the profile has no valid default there, and one of the profile's
    /// stands in, of the same method if it can.
    fn control_algorithm(&self, algorithm: Algorithm) -> Algorithm {
        let table = &self.profile.algorithms;
        if table.supports(algorithm) {
            return algorithm;
        }
        let is_same = |own: &&Algorithm| Method::of(**own) == Method::of(algorithm);
        let stand_in = table.required.iter().find(is_same);
        *stand_in.or(table.required.first()).unwrap_or(&algorithm)
    }

    fn id(&self, algorithm: Algorithm, variant: Option<&str>) -> Result<VectorId, String> {
        let (case, profile) = (self.case.id.as_str(), self.profile.id.name());
        let parts: Vec<&str> = [case, profile, algorithm.slug()]
            .into_iter()
            .chain(variant)
            .collect();
        parse_id(&parts)
    }
}

fn parse_id(parts: &[&str]) -> Result<VectorId, String> {
    let id = parts.join("/").parse();
    id.map_err(|error: crate::model::VectorIdError| error.to_string())
}

/// The case that is the control of every case without a setup of its own.
const POSITIVE: &str = "bld-valid";
/// The variant name of a control that a case brings along.
const CONTROL: &str = "control";
static CASES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../vectors/build-cases");
