//! What is asked of which builder.

use std::{collections::HashSet, fmt, sync::Arc};

use jwt_assay_core::{
    build::{Suite, Vector},
    model::VectorId,
};
use jwt_assay_implementations::{Builder, BuilderDescription, subprocess::Program};

use crate::{
    filter::Filter,
    judge::SkipReason,
    plan::{PlanError, Reach, Role, known_as},
};

/// Vectors and builders, each vector to be asked of each builder that promises what it needs.
#[derive(Debug)]
pub struct BuildPlan<'a> {
    /// The vectors, in the order of the suite.
    pub asked: Vec<Asked<'a>>,
    /// The builders, in the order of the report.
    pub builders: Vec<BuilderImplementation>,
    /// Whether nothing was filtered out.
    pub is_whole: bool,
    /// The places of builders and vectors that need not be asked again: their records are kept.
    pub done: HashSet<(usize, usize)>,
}

/// A vector in a plan.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The vector.
    pub vector: &'a Vector,
    /// Why it is there.
    pub role: Role,
    /// Whether another vector of the plan waits for its outcome.
    pub is_awaited: bool,
}

/// A builder in a plan.
pub struct BuilderImplementation {
    /// What it says of itself.
    pub description: BuilderDescription,
    /// How it is reached.
    pub reach: Reach<dyn Builder>,
    /// The command that was given for it, where it has no name that can be asked for.
    pub command: Option<String>,
}

impl BuilderImplementation {
    /// Asks the builder for its description.
    #[must_use]
    pub fn new(builder: Arc<dyn Builder>) -> Self {
        Self {
            description: builder.describe(),
            reach: Reach::InProcess(builder),
            command: None,
        }
    }

    /// A program that has introduced itself as a builder; `None` where it is none. One that is
    /// known has the name that it is known by, whatever it calls itself.
    #[must_use]
    pub fn program(program: Program, name: Option<&str>) -> Option<Self> {
        let mut description = program.hello.describe_builder()?;
        let command = known_as(name, &program, &mut description.about);
        Some(Self {
            description,
            command,
            reach: Reach::program(program),
        })
    }
}

impl fmt::Debug for BuilderImplementation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BuilderImplementation")
            .field("description", &self.description)
            .finish()
    }
}

impl<'a> BuildPlan<'a> {
    /// Selects from the suite, and adds the controls that the selection needs.
    ///
    /// # Errors
    ///
    /// Where a pattern fits no vector at all, and where the filters together leave nothing.
    pub fn new(
        suite: &'a Suite,
        filter: &Filter,
        builders: Vec<BuilderImplementation>,
    ) -> Result<Self, PlanError> {
        let ids = || suite.vectors.iter().map(|vector| &vector.id);
        let unmatched = filter.unmatched_among(|pattern| ids().any(|id| pattern.matches(id)));
        if let Some(pattern) = unmatched {
            let nearest = match pattern.as_str().contains('/') {
                true => jwt_assay_core::nearest(pattern.as_str(), ids().map(VectorId::as_str)),
                false => jwt_assay_core::nearest(pattern.as_str(), ids().map(VectorId::case)),
            };
            return Err(PlanError::UnmatchedPattern {
                pattern: pattern.to_string(),
                nearest,
            });
        }
        let vectors = || suite.vectors.iter();
        let selected: HashSet<&VectorId> = vectors()
            .filter(|vector| filter.selects_build(vector))
            .map(|vector| &vector.id)
            .collect();
        if selected.is_empty() {
            return Err(PlanError::Empty);
        }
        let awaited: HashSet<&VectorId> = vectors()
            .filter(|vector| selected.contains(&vector.id))
            .filter_map(|vector| vector.control.as_ref())
            .collect();
        let asked = vectors()
            .filter(|vector| selected.contains(&vector.id) || awaited.contains(&vector.id))
            .map(|vector| Asked {
                vector,
                role: match selected.contains(&vector.id) {
                    true => Role::Selected,
                    false => Role::Support,
                },
                is_awaited: awaited.contains(&vector.id),
            });
        Ok(Self {
            asked: asked.collect(),
            builders,
            is_whole: filter.is_whole(),
            done: HashSet::new(),
        })
    }

    /// The vectors that count, without those that are only there as controls.
    pub fn selected(&self) -> impl Iterator<Item = &'a Vector> {
        let selected = self
            .asked
            .iter()
            .filter(|asked| asked.role == Role::Selected);
        selected.map(|asked| asked.vector)
    }
}

/// Why a vector is not asked of a builder, judging by its description alone. A vector that others
/// wait for is asked even where its layer is not claimed.
#[must_use]
pub fn skip_reason(asked: &Asked<'_>, description: &BuilderDescription) -> Option<SkipReason> {
    let vector = asked.vector;
    let BuilderDescription { about, fixed } = description;
    let untold = vector
        .recipe
        .needs()
        .into_iter()
        .find(|what| fixed.contains(what));
    let layer = vector.rule.info().layer;
    let request = vector.recipe.request(&about.key_formats);
    if !about.layers.contains(&layer) && !asked.is_awaited {
        Some(SkipReason::LayerNotClaimed(layer))
    } else if !about.algorithms.contains(&vector.algorithm) {
        Some(SkipReason::AlgorithmNotPromised(vector.algorithm))
    } else if let Some(what) = untold {
        Some(SkipReason::CannotBeTold(what))
    } else {
        match request {
            None => Some(SkipReason::KeyFormatNotPromised),
            Some(request) if !about.methods.contains(&request.method) => {
                Some(SkipReason::MethodNotPromised(request.method))
            }
            Some(_) => None,
        }
    }
}
