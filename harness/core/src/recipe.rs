//! A recipe: a valid default plus edits, from which everything that is presented is built. The
//! suite, the fuzzers and the reports share it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub(crate) use crate::draft::json_string;
pub use crate::draft::{
    Draft, KeyRole, Material, Members, Place, Scope, SigningMethod, Template, TemplateError,
};
use crate::{
    draft::Stage,
    model::{Algorithm, Presented, Profile, ProfileId, Step, UnixSeconds},
    mutate::Mutation,
};

/// The evaluation time of the compiled suite: 2023-11-14T22:13:20Z.
pub const EVALUATION_TIME: UnixSeconds = UnixSeconds(1_700_000_000);

/// Instructions to build something that can be presented to a server.
#[derive(Clone, Debug, PartialEq)]
pub struct Recipe {
    /// The profile of the server that it is for.
    pub profile: ProfileId,
    /// The server's parameter set; `None` for the default one.
    pub set: Option<String>,
    /// The client's algorithm.
    pub algorithm: Algorithm,
    /// The edits to the default before anything is broken; the control keeps them.
    pub setup: Vec<Mutation>,
    /// The presentations, in order.
    pub steps: Vec<StepRecipe>,
    /// Decides what must not repeat among recipes, such as PSS salts.
    pub seed: String,
}

/// One presentation.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct StepRecipe {
    /// Seconds after the evaluation time.
    #[serde(default)]
    pub at: i64,
    /// The step, counted from one, whose signed token is presented again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resend: Option<usize>,
    /// The edits. After `resend`, only those that come after signing have an effect.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub edits: Vec<Mutation>,
}

impl Recipe {
    /// A recipe of one step with nothing edited: what every profile must accept.
    #[must_use]
    pub fn valid(profile: ProfileId, algorithm: Algorithm) -> Self {
        Self {
            profile,
            set: None,
            algorithm,
            setup: Vec::new(),
            steps: vec![StepRecipe::default()],
            seed: [profile.name(), "/", algorithm.slug()].concat(),
        }
    }

    /// The valid recipe of the same profile, parameter set and algorithm.
    #[must_use]
    pub fn plain(&self) -> Self {
        Self {
            set: self.set.clone(),
            ..Self::valid(self.profile, self.algorithm)
        }
    }

    /// Builds and signs for the test server. Equal recipes and times give equal octets.
    #[must_use]
    pub fn present_at(&self, now: UnixSeconds) -> Presented {
        self.present(Place::test(), now)
    }

    /// Builds and signs for a place. Equal recipes, places and times give equal octets.
    #[must_use]
    pub fn present(&self, place: &Place, now: UnixSeconds) -> Presented {
        let profile = self.profile();
        let mut sent: Vec<Draft<'_>> = Vec::with_capacity(self.steps.len());
        for (index, step) in self.steps.iter().enumerate() {
            let kind = (profile, self.algorithm);
            let mut draft = Draft::new(place, kind, now + step.at, (&self.seed, index));
            let mut edits: Vec<&Mutation> = self.setup.iter().chain(&step.edits).collect();
            if let Some(earlier) = step
                .resend
                .and_then(|number| sent.get(number.wrapping_sub(1)))
            {
                draft.resend(earlier);
                edits.retain(|edit| {
                    matches!(edit.stage(), Stage::Registration) || edit.stage() > Stage::Signing
                });
            }
            edits.sort_by_key(|edit| edit.stage());
            draft.build(&edits);
            sent.push(draft);
        }
        let steps = sent.into_iter().map(Draft::into_step);
        Presented {
            steps: share_contexts(steps.collect()),
        }
    }

    fn profile(&self) -> &'static Profile {
        match &self.set {
            None => Profile::get(self.profile),
            Some(set) => Profile::with_set(self.profile, set)
                .expect("the set of a recipe is checked where the recipe is read"),
        }
    }
}

/// Steps that know the same share it.
fn share_contexts(mut steps: Vec<Step>) -> Vec<Step> {
    for index in 1..steps.len() {
        if steps[index].context == steps[index - 1].context {
            steps[index].context = Arc::clone(&steps[index - 1].context);
        }
    }
    steps
}
