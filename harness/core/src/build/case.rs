//! A case of the build role: one named request, and what each profile asks.

use std::sync::Arc;

use super::{BuildRecipe, Lens};
use crate::model::{
    Algorithm, BuildRequest, BuildVerdict, CaseId, Fixed, Level, Method, Profile, ProfileId, Rule,
    Server, UnixSeconds, VectorId,
};

/// One named request, before it is multiplied by profile, algorithm and variant.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// The permanent name: that of the catalogue's row.
    pub id: CaseId,
    /// The letter of the group in the catalogue.
    pub group: char,
    /// What is asked, in one sentence.
    pub text: String,
    /// The rule the case is about.
    pub rule: Rule,
    /// The clauses the case cites; those of the rule where it names none of its own.
    pub clauses: Vec<String>,
    /// Why a verdict is open or surprising.
    pub note: Option<String>,
    /// Many answers to the same request, read together.
    pub many: Option<Many>,
    /// Whether the answer is read at every second of its life.
    pub at_every_second: bool,
    /// Whether the other profiles read the answer as well.
    pub in_every_profile: bool,
}

/// How many answers are asked for, and how.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct Many {
    /// How many.
    pub count: usize,
    /// From how many threads at once.
    #[serde(default = "one")]
    pub threads: usize,
    /// How often the builder begins anew between them.
    #[serde(default)]
    pub restarts: usize,
}

const fn one() -> usize {
    1
}

/// A case made concrete for one profile, one algorithm and one variant.
#[derive(Clone, Debug)]
pub struct Vector {
    /// The permanent name.
    pub id: VectorId,
    /// The case it was made from.
    pub case: Arc<Case>,
    /// The profile.
    pub profile: ProfileId,
    /// The client's algorithm.
    pub algorithm: Algorithm,
    /// The rule this variant is about.
    pub rule: Rule,
    /// What the profile asks.
    pub verdict: BuildVerdict,
    /// The vector that must have been built before a refusal counts, and whose own faults are not
    /// held against this one; `None` for the plain default.
    pub control: Option<VectorId>,
    /// Whether it is here only as the control of another.
    pub is_control: bool,
    /// Whether it came after the release of its profile's version: what it finds is reported, and
    /// fails nobody.
    pub is_newer: bool,
    /// How the request is made.
    pub recipe: BuildRecipe,
}

impl Vector {
    /// The client authentication method of the algorithm.
    #[must_use]
    pub const fn method(&self) -> Method {
        Method::of(self.algorithm)
    }

    /// Where the answer is read. `now` is the moment of reading.
    #[must_use]
    pub fn lens<'a>(
        &self,
        server: &'a Server,
        signer: &'a crate::recipe::Material,
        fixed: &'a [Fixed],
        now: UnixSeconds,
    ) -> Lens<'a> {
        Lens {
            server,
            signer,
            fixed,
            now,
            at_every_second: self.case.at_every_second,
            in_every_profile: self.case.in_every_profile,
        }
    }

    /// What is asked, as its profile's own server would have it: for readers of every form of key.
    #[must_use]
    pub fn plain_request(&self) -> Option<BuildRequest> {
        self.recipe.request(&super::reference::FORMATS)
    }

    /// How binding the rule of the vector is in its profile.
    #[must_use]
    pub fn level(&self) -> Level {
        Profile::get(self.profile).level(self.rule)
    }
}
