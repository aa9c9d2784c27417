//! The compiler of case files to vectors. Both roles share ids, controls and errors; edits, and their
//! multiplication, are a file per role.

mod build;
mod verify;

use std::collections::{BTreeMap, BTreeSet};

use serde::de::DeserializeOwned;

use super::{Case, Commission, Frozen, Presentation, SuiteError, Vector, file};
use crate::model::{Algorithm, CaseId, ProfileId, Role, Rule, VectorId, VectorIdError};
use std::sync::Arc;

/// All cases and all vectors, in the order of the case files: those of verifiers, then those of
/// builders.
#[derive(Clone, Debug, Default)]
pub struct Suite {
    /// The cases.
    pub cases: Vec<Arc<Case>>,
    /// The vectors, controls included.
    pub vectors: Vec<Vector>,
}

impl Suite {
    /// Compiles case files of verifiers, given as name and text.
    ///
    /// # Errors
    ///
    /// If a file is malformed, or a case contradicts itself or another; the message names the file and
    /// the place.
    pub fn from_files<'a>(
        files: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, SuiteError> {
        Self::default().with_files(Role::Verify, files)
    }

    /// Adds the cases of more files, all of one role.
    ///
    /// # Errors
    ///
    /// As [`Self::from_files`], and if the suite has a case of the same id already.
    pub fn with_files<'a>(
        self,
        role: Role,
        files: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, SuiteError> {
        let mut compiler = Compiler::of(self);
        for (name, text) in files {
            match role {
                Role::Verify => {
                    let file: file::verify::CaseFile = read(name, text)?;
                    for case in &file.cases {
                        compiler.begin(name, &case.id)?;
                        let made = verify::compile(&file, case.clone());
                        compiler.add(made.map_err(|problem| of_case(name, &case.id, problem))?);
                    }
                }
                Role::Build => {
                    let file: file::build::CaseFile = read(name, text)?;
                    for case in &file.cases {
                        compiler.begin(name, &case.id)?;
                        let made = build::compile(&file, case);
                        compiler.add(made.map_err(|problem| of_case(name, &case.id, problem))?);
                    }
                }
            }
        }
        compiler.finish(match role {
            Role::Verify => verify::POSITIVE,
            Role::Build => build::POSITIVE,
        })
    }

    /// The vector of an id.
    #[must_use]
    pub fn vector(&self, id: &VectorId) -> Option<&Vector> {
        self.vectors.iter().find(|vector| vector.id == *id)
    }

    /// The vectors of one role.
    pub fn of(&self, role: Role) -> impl Iterator<Item = &Vector> {
        self.vectors
            .iter()
            .filter(move |vector| vector.role() == role)
    }

    /// The vectors of verifiers.
    pub fn presentations(&self) -> impl Iterator<Item = (&Vector, &Presentation)> {
        let vectors = self.vectors.iter();
        vectors.filter_map(|vector| Some((vector, vector.presentation()?)))
    }

    /// The vectors of builders.
    pub fn commissions(&self) -> impl Iterator<Item = (&Vector, &Commission)> {
        let vectors = self.vectors.iter();
        vectors.filter_map(|vector| Some((vector, vector.commission()?)))
    }

    /// The verdicts of the vectors, in the words of a file of frozen verdicts.
    pub fn verdict_texts(&self) -> impl Iterator<Item = (VectorId, String)> {
        let vectors = self.vectors.iter();
        vectors.map(|vector| (vector.id.clone(), vector.verdict_text()))
    }

    /// Marks the vectors that are newer than the release of their profile's version.
    #[must_use]
    pub fn against(mut self, frozen: &[Frozen]) -> Self {
        for vector in &mut self.vectors {
            vector.is_newer = frozen.iter().any(|frozen| frozen.is_newer(&vector.id));
        }
        self
    }
}

/// One case with its vectors.
type Compiled = (Arc<Case>, Vec<Vector>);

struct Compiler {
    suite: Suite,
    /// The file of each case.
    files: BTreeMap<CaseId, String>,
}

impl Compiler {
    fn of(suite: Suite) -> Self {
        let files = suite.cases.iter();
        let files = files.map(|case| (case.id.clone(), format!("of role {}", case.role)));
        Self {
            files: files.collect(),
            suite,
        }
    }

    fn begin(&mut self, file: &str, id: &CaseId) -> Result<(), SuiteError> {
        match self.files.insert(id.clone(), file.to_owned()) {
            None => Ok(()),
            Some(earlier) => Err(of_case(
                file,
                id,
                format!("the id is taken by a case of `{earlier}`; choose another"),
            )),
        }
    }

    fn add(&mut self, (case, vectors): Compiled) {
        self.suite.cases.push(case);
        self.suite.vectors.extend(vectors);
    }

    fn finish(self, positive: &str) -> Result<Suite, SuiteError> {
        let ids: BTreeSet<&VectorId> = self.suite.vectors.iter().map(|it| &it.id).collect();
        let lost = self.suite.vectors.iter().find_map(|vector| {
            let control = vector.control.as_ref()?;
            (!ids.contains(control)).then_some((vector, control))
        });
        match lost {
            None => Ok(self.suite),
            Some((vector, control)) => Err(of_case(
                &self.files[&vector.case.id],
                &vector.case.id,
                format!("its control `{control}` is not in the suite; keep `{positive}`"),
            )),
        }
    }
}

fn read<T: DeserializeOwned>(name: &str, text: &str) -> Result<T, SuiteError> {
    toml::from_str(text).map_err(|error| SuiteError::Malformed {
        file: name.to_owned(),
        message: error.to_string().trim_end().to_owned(),
    })
}

fn of_case(file: &str, case: &CaseId, problem: String) -> SuiteError {
    SuiteError::Case {
        file: file.to_owned(),
        case: case.clone(),
        problem,
    }
}

/// The clauses of a case: its own, else those of its rule.
fn clauses(rule: Rule, own: &[String]) -> Vec<String> {
    if own.is_empty() {
        rule.info()
            .clauses
            .iter()
            .map(|&it| it.to_owned())
            .collect()
    } else {
        own.to_vec()
    }
}

fn vector_id(
    case: &str,
    profile: ProfileId,
    algorithm: Algorithm,
    variant: Option<&str>,
) -> Result<VectorId, String> {
    let own = [case, profile.name(), algorithm.slug()];
    let parts: Vec<&str> = own.into_iter().chain(variant).collect();
    let id = parts.join("/").parse();
    id.map_err(|error: VectorIdError| error.to_string())
}

/// The variant name of a control that belongs to one case.
const CONTROL: &str = "control";
