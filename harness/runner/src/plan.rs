//! What is asked of whom: the suite and the implementations after all filters.

use std::{
    collections::HashSet,
    fmt,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use jwt_assay_core::{
    model::{Algorithm, Layer, Method, Presented, Profile, Rule, VectorId, Verdict},
    suite::{Suite, Vector},
};
use jwt_assay_implementations::{Clock, Description, Verifier, subprocess::Program};

use crate::{
    filter::{Filter, layer_of},
    judge::SkipReason,
};

/// Vectors and implementations, each vector to be presented to each implementation that promises
/// what it needs.
#[derive(Debug)]
pub struct Plan<'a> {
    /// The vectors, in the order of the suite.
    pub asked: Vec<Asked<'a>>,
    /// The implementations, in the order of the report.
    pub implementations: Vec<Implementation>,
    /// Whether nothing was filtered out.
    pub is_whole: bool,
    /// Whose results are there already, by the places of implementation and vector; they are not
    /// presented again.
    pub done: HashSet<(usize, usize)>,
}

/// A vector in a plan.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// The vector.
    pub vector: &'a Vector,
    /// Why it is there.
    pub role: Role,
    /// Whether another vector of the plan waits for its outcome.
    pub is_awaited: bool,
    built: OnceLock<Presented>,
}

impl<'a> Asked<'a> {
    /// A vector that is to be presented.
    #[must_use]
    pub const fn new(vector: &'a Vector, role: Role, is_awaited: bool) -> Self {
        Self {
            vector,
            role,
            is_awaited,
            built: OnceLock::new(),
        }
    }

    /// What is presented at the suite's own evaluation time; signed once for all implementations
    /// that are given the time.
    #[must_use]
    pub fn presented(&self) -> &Presented {
        self.built.get_or_init(|| self.vector.present())
    }
}

/// Why a vector is in a plan.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Role {
    /// It is selected, and counts.
    Selected,
    /// A selected vector needs it as control; itself it does not count.
    Support,
}

/// An implementation in a plan.
pub struct Implementation {
    /// What it says of itself.
    pub description: Description,
    /// How it is reached.
    pub reach: Reach<dyn Verifier>,
    /// The command that was given for it, where it has no name that can be asked for.
    pub command: Option<String>,
}

/// How an implementation is reached.
pub enum Reach<T: ?Sized> {
    /// It is called.
    InProcess(Arc<T>),
    /// It is written to; there is none once it has been asked.
    Program(Box<Mutex<Option<Program>>>),
}

impl<T: ?Sized> Reach<T> {
    /// A program that has introduced itself.
    #[must_use]
    pub fn program(program: Program) -> Self {
        Self::Program(Box::new(Mutex::new(Some(program))))
    }

    /// The program, for whoever asks it and ends it; `None` where there is none, or none any more.
    #[must_use]
    pub fn take(&self) -> Option<Program> {
        match self {
            Self::InProcess(_) => None,
            Self::Program(program) => program
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take(),
        }
    }

    /// Whether it is written to.
    #[must_use]
    pub const fn is_program(&self) -> bool {
        matches!(self, Self::Program(_))
    }
}

impl Implementation {
    /// Asks the verifier for its description.
    #[must_use]
    pub fn new(verifier: Arc<dyn Verifier>) -> Self {
        Self {
            description: verifier.describe(),
            reach: Reach::InProcess(verifier),
            command: None,
        }
    }

    /// A program that has introduced itself as a verifier; `None` where it is none. One that is
    /// known has the name that it is known by, whatever it calls itself.
    #[must_use]
    pub fn program(program: Program, name: Option<&str>) -> Option<Self> {
        let mut description = program.hello.describe_verifier()?;
        let command = known_as(name, &program, &mut description);
        Some(Self {
            description,
            command,
            reach: Reach::program(program),
        })
    }
}

/// Gives a known program the name that it is known by; of another one the command is its name.
pub(crate) fn known_as(
    name: Option<&str>,
    program: &Program,
    description: &mut Description,
) -> Option<String> {
    match name {
        Some(name) => {
            name.clone_into(&mut description.name);
            None
        }
        None => Some(program.spec().to_string()),
    }
}

impl fmt::Debug for Implementation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Implementation")
            .field("description", &self.description)
            .finish()
    }
}

impl<'a> Plan<'a> {
    /// Selects from the suite, and adds the controls that the selection needs.
    ///
    /// # Errors
    ///
    /// Where a pattern fits no vector at all, and where the filters together leave nothing.
    pub fn new(
        suite: &'a Suite,
        filter: &Filter,
        implementations: Vec<Implementation>,
    ) -> Result<Self, PlanError> {
        if let Some(pattern) = filter.unmatched(suite) {
            return Err(PlanError::UnmatchedPattern {
                pattern: pattern.to_string(),
                nearest: pattern.nearest(suite),
            });
        }
        let selected: HashSet<&VectorId> = suite
            .vectors
            .iter()
            .filter(|v| filter.selects(v))
            .map(|v| &v.id)
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
        let asked = suite
            .vectors
            .iter()
            .filter(|vector| selected.contains(&vector.id) || awaited.contains(&vector.id))
            .map(|vector| {
                let role = match selected.contains(&vector.id) {
                    true => Role::Selected,
                    false => Role::Support,
                };
                Asked::new(vector, role, awaited.contains(&vector.id))
            })
            .collect();
        Ok(Self {
            asked,
            implementations,
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

/// Why a vector is not presented to an implementation, judging by its description alone. A vector
/// that others wait for is presented even where its layer is not claimed.
#[must_use]
pub fn skip_reason(asked: &Asked<'_>, description: &Description) -> Option<SkipReason> {
    let vector = asked.vector;
    let needs = Needs {
        method: vector.method(),
        algorithm: vector.algorithm,
        given_clock: vector.case.needs_given_clock,
        two_leeways: has_two_leeways(vector),
    };
    unclaimed_layer(vector, description)
        .filter(|_| !asked.is_awaited)
        .or_else(|| needs.lacking(description))
}

/// What an implementation must have promised before it is asked.
#[derive(Clone, Copy, Debug)]
pub struct Needs {
    /// The client authentication method.
    pub method: Method,
    /// The client's algorithm.
    pub algorithm: Algorithm,
    /// Whether single seconds decide, or time moves.
    pub given_clock: bool,
    /// Whether the policy has one leeway for `exp` and another for `nbf` and `iat`.
    pub two_leeways: bool,
}

impl Needs {
    /// The first that the description does not promise.
    #[must_use]
    pub fn lacking(&self, description: &Description) -> Option<SkipReason> {
        if !description.methods.contains(&self.method) {
            Some(SkipReason::MethodNotPromised(self.method))
        } else if !description.algorithms.contains(&self.algorithm) {
            Some(SkipReason::AlgorithmNotPromised(self.algorithm))
        } else if description.clock == Clock::System && self.given_clock {
            Some(SkipReason::NeedsGivenClock)
        } else if self.two_leeways && !description.two_leeways {
            Some(SkipReason::TwoLeewaysNotPromised)
        } else {
            None
        }
    }
}

/// That a layer whose rules decide the vector is not claimed.
#[must_use]
pub fn unclaimed_layer(vector: &Vector, description: &Description) -> Option<SkipReason> {
    let mut layers = layers_of(vector).into_iter();
    layers
        .find(|layer| !description.layers.contains(layer))
        .map(SkipReason::LayerNotClaimed)
}

/// The vector's profile with its parameter set.
#[must_use]
pub fn profile_of(vector: &Vector) -> &'static Profile {
    let set = vector.recipe.set.as_deref();
    let with_set = set.and_then(|set| Profile::with_set(vector.profile, set).ok());
    with_set.unwrap_or_else(|| Profile::get(vector.profile))
}

/// Whether the policy has one leeway for `exp` and another for `nbf` and `iat`.
#[must_use]
pub fn has_two_leeways(vector: &Vector) -> bool {
    let profile = profile_of(vector);
    profile.parameters.clock_skew != profile.parameters.future_skew
}

/// Every layer whose rules decide a step: a refusal is owed by the layer of its rule, anything
/// else by the layer that the vector is about.
fn layers_of(vector: &Vector) -> Vec<Layer> {
    let of_step = |verdict: &Verdict| match verdict {
        Verdict::Reject(rule) => rule.info().layer,
        Verdict::Accept | Verdict::May(_) => vector.rule.info().layer,
    };
    // Where the last of two members counts, what is wrong is what that one says.
    let first_wins = Verdict::Reject(Rule::DuplicateFirstWins);
    let believed = match vector.verdicts.contains(&first_wins) {
        true => vector.case.also_breaks.as_slice(),
        false => &[],
    };
    std::iter::once(layer_of(vector))
        .chain(vector.verdicts.iter().map(of_step))
        .chain(believed.iter().map(|rule| rule.info().layer))
        .collect()
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
    /// A pattern fits nothing, whatever the other filters say.
    #[error(
        "select vectors: no id fits `{pattern}`; the nearest is `{nearest}`, and \
         `jwt-assay list --vectors` lists all"
    )]
    UnmatchedPattern {
        /// As it was given.
        pattern: String,
        /// The id most like it.
        nearest: String,
    },
}
