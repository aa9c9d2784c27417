//! A run plan: the selected vectors, their controls, and the implementations.

mod implementation;
mod order;

use std::{collections::HashSet, sync::OnceLock};

use jwt_assay_core::{
    model::{Fixed, Need, Presented, Role, VectorId},
    suite::{Commission, Experiment, Presentation, Suite, Vector},
};
use jwt_assay_implementations::Description;

pub use self::implementation::{Implementation, Reach};
pub(crate) use self::order::Order;
use crate::{filter::Filter, outcome::SkipReason};

/// Vectors and implementations of one role: each vector is put to each implementation that promises
/// what it needs.
#[derive(Debug)]
pub struct Plan<'a> {
    /// The role of the vectors and of the implementations.
    pub role: Role,
    /// The vectors, in the order of the suite.
    pub asked: Vec<Asked<'a>>,
    /// The implementations, in the order of the report.
    pub implementations: Vec<Implementation>,
    /// True where no filter restricts the suite.
    pub is_whole: bool,
    /// Results of an earlier run, by the places of implementation and vector; their vectors are not
    /// asked again.
    pub done: HashSet<(usize, usize)>,
    /// By implementation, true where some vector is not done.
    has_more: OnceLock<Vec<bool>>,
}

/// A vector in a plan.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// The vector.
    pub vector: &'a Vector,
    /// True for a control that is not selected itself; its result does not count.
    pub is_support: bool,
    /// True where another vector of the plan waits for its outcome.
    pub is_awaited: bool,
    built: OnceLock<Presented>,
}

impl<'a> Asked<'a> {
    /// A selected vector, whose result counts.
    #[must_use]
    pub const fn selected(vector: &'a Vector) -> Self {
        Self {
            vector,
            is_support: false,
            is_awaited: false,
            built: OnceLock::new(),
        }
    }

    /// A control of a selected vector, whose result does not count.
    #[must_use]
    pub fn support(vector: &'a Vector) -> Self {
        Self {
            is_support: true,
            is_awaited: true,
            ..Self::selected(vector)
        }
    }

    /// The token requests of a verifier's vector at the suite's evaluation time, signed once for all
    /// implementations that are given the time: signing costs more than most verifications.
    #[must_use]
    pub fn presented(&self, own: &Presentation) -> &Presented {
        self.built.get_or_init(|| own.present())
    }
}

impl<'a> Plan<'a> {
    /// Selects vectors from the suite, and adds the controls that they need.
    ///
    /// # Errors
    ///
    /// Fails if a pattern fits no vector, or if the filters together leave nothing.
    pub fn new(
        suite: &'a Suite,
        filter: &Filter,
        implementations: Vec<Implementation>,
    ) -> Result<Self, PlanError> {
        if let Some(pattern) = filter.unmatched(suite) {
            return Err(PlanError::UnmatchedPattern {
                pattern: pattern.to_string(),
                nearest: pattern.nearest(suite.of(filter.role)),
            });
        }
        let selected: HashSet<&VectorId> = suite
            .vectors
            .iter()
            .filter(|vector| filter.selects(vector))
            .map(|vector| &vector.id)
            .collect();
        if selected.is_empty() {
            return Err(PlanError::Empty);
        }
        let awaited: HashSet<&VectorId> = suite
            .vectors
            .iter()
            .filter(|vector| selected.contains(&vector.id))
            .filter_map(|vector| vector.control.as_ref())
            .collect();
        let asked = suite.vectors.iter().filter_map(|vector| {
            let (is_selected, is_awaited) =
                (selected.contains(&vector.id), awaited.contains(&vector.id));
            (is_selected || is_awaited).then(|| Asked {
                is_support: !is_selected,
                is_awaited,
                ..Asked::selected(vector)
            })
        });
        Ok(Self {
            role: filter.role,
            asked: asked.collect(),
            implementations,
            is_whole: filter.is_whole(),
            done: HashSet::new(),
            has_more: OnceLock::new(),
        })
    }

    /// A plan of one vector, after its control.
    pub(crate) fn of_one(
        control: Option<&'a Vector>,
        vector: &'a Vector,
        implementation: Implementation,
    ) -> Self {
        let control = control.map(Asked::support).into_iter();
        Self {
            role: vector.role(),
            asked: control.chain([Asked::selected(vector)]).collect(),
            implementations: vec![implementation],
            is_whole: false,
            done: HashSet::new(),
            has_more: OnceLock::new(),
        }
    }

    /// The vectors whose results count, without mere controls.
    pub fn selected(&self) -> impl Iterator<Item = &'a Vector> {
        let selected = self.asked.iter().filter(|asked| !asked.is_support);
        selected.map(|asked| asked.vector)
    }

    /// True where a control is repeated for an implementation: it is asked for it at all, and some vector
    /// is left to ask it.
    pub(crate) fn is_asked_again(&self, implementation: usize, control: usize) -> bool {
        let has_more = self.has_more.get_or_init(|| {
            let mut done = vec![0; self.implementations.len()];
            for (implementation, _) in &self.done {
                done[*implementation] += 1;
            }
            done.into_iter()
                .map(|done| done < self.asked.len())
                .collect()
        });
        has_more[implementation] && self.skip_reason(implementation, control).is_none()
    }

    /// The reason why an implementation of the plan is not asked for a vector of it.
    pub(crate) fn skip_reason(&self, implementation: usize, asked: usize) -> Option<SkipReason> {
        let Implementation {
            description, fixed, ..
        } = &self.implementations[implementation];
        skip_reason(&self.asked[asked], description, fixed)
    }
}

/// The reason to skip a vector, by the description of an implementation alone. A control is asked
/// even where its layer is not claimed: the vectors that wait for it prove nothing without it.
/// `fixed` are the parts of a request that a builder cannot be told.
#[must_use]
pub fn skip_reason(
    asked: &Asked<'_>,
    description: &Description,
    fixed: &[Fixed],
) -> Option<SkipReason> {
    let vector = asked.vector;
    unclaimed_layer(vector, description)
        .filter(|_| !asked.is_awaited)
        .or_else(|| match &vector.experiment {
            Experiment::Verify(_) => lacking(vector.needs(), description),
            Experiment::Build(own) => lacking_builder(vector, own, description, fixed),
        })
}

/// The first reason why a builder cannot be asked: an unmet need, a part that it cannot be told, or a
/// form of key that it does not read.
fn lacking_builder(
    vector: &Vector,
    own: &Commission,
    description: &Description,
    fixed: &[Fixed],
) -> Option<SkipReason> {
    let mut wishes = own.recipe.needs().into_iter();
    if let Some(reason) = lacking(vector.needs(), description) {
        Some(reason)
    } else if let Some(what) = wishes.find(|wish| fixed.contains(wish)) {
        Some(SkipReason::CannotBeTold(what))
    } else {
        match own.recipe.request(&description.key_formats) {
            None => Some(SkipReason::KeyFormatNotPromised),
            Some(request) => lacking([Need::Method(request.method)], description),
        }
    }
}

/// The first need that the description does not meet, as a reason to skip.
#[must_use]
pub fn lacking(
    needs: impl IntoIterator<Item = Need>,
    description: &Description,
) -> Option<SkipReason> {
    let mut needs = needs.into_iter();
    let unmet = needs.find(|need| !description.meets(*need))?;
    Some(match unmet {
        Need::Method(method) => SkipReason::MethodNotPromised(method),
        Need::Algorithm(algorithm) => SkipReason::AlgorithmNotPromised(algorithm),
        Need::GivenClock => SkipReason::NeedsGivenClock,
        Need::TwoLeeways => SkipReason::TwoLeewaysNotPromised,
        Need::KeyFormat(_) => SkipReason::KeyFormatNotPromised,
    })
}

/// The first layer that decides the vector and that the description does not claim.
#[must_use]
pub fn unclaimed_layer(vector: &Vector, description: &Description) -> Option<SkipReason> {
    let mut layers = vector.layers().into_iter();
    layers
        .find(|layer| !description.layers.contains(layer))
        .map(SkipReason::LayerNotClaimed)
}

/// A selection that cannot be run.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PlanError {
    /// The filters exclude one another.
    #[error(
        "select vectors: none fits all filters together; drop one of --profile, --layer, \
         --algorithm, --only, --skip and --shard"
    )]
    Empty,
    /// A pattern fits no vector, even without the other filters.
    #[error(
        "select vectors: no id fits `{pattern}`; the nearest is `{nearest}`, and \
         `jwt-assay list --vectors` lists all"
    )]
    UnmatchedPattern {
        /// The pattern as it was given.
        pattern: String,
        /// The id most like it.
        nearest: String,
    },
}
