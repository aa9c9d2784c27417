//! A vector: a case made concrete for one profile, one algorithm and one variant.

use std::sync::Arc;

use super::Case;
use crate::{
    builder::{BuildRecipe, Lens, reference},
    model::{
        Algorithm, BuildRequest, BuildVerdict, Fixed, Layer, Level, Method, Need, Presented,
        Profile, ProfileId, Role, Rule, Server, UnixSeconds, VectorId, Verdict,
    },
    recipe::{EVALUATION_TIME, Material, Place, Recipe},
};

/// A case made concrete. Facts about a vector are its methods and stand nowhere else.
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
    /// The rule this variant is about; the case's unless the variant has its own.
    pub rule: Rule,
    /// The vector that must have been accepted, or signed, before a rejection of this one counts.
    /// `None` for a verifier's vectors in which nothing is to be rejected, and for the builders'
    /// plain default; of a builder's vector the control's own faults are not held against this one.
    pub control: Option<VectorId>,
    /// Whether it is here only as the control of another.
    pub is_control: bool,
    /// Whether it came after the release of its profile's version: then a wrong answer is
    /// reported, and fails nobody.
    pub is_newer: bool,
    /// The question, by role.
    pub experiment: Experiment,
}

/// The question that a vector puts to an implementation, with its verdict.
#[derive(Clone, Debug)]
pub enum Experiment {
    /// A token request, or several, for a verifier.
    Verify(Presentation),
    /// A request for an assertion, for a builder.
    Build(Box<Commission>),
}

/// The token requests that a verifier is presented with. They are signed when they are asked for,
/// always to the same octets.
#[derive(Clone, Debug)]
pub struct Presentation {
    /// How they are built.
    pub recipe: Recipe,
    /// The verdict of each step, in order.
    pub verdicts: Vec<Verdict>,
    /// Whether more than one rule rejects it, so that it tells nothing about a verifier that
    /// forgets one of them. It is here because it is seen in the field.
    pub is_combined: bool,
}

/// The request for an assertion that a builder is asked with.
#[derive(Clone, Debug)]
pub struct Commission {
    /// How the request is made.
    pub recipe: BuildRecipe,
    /// The verdict.
    pub verdict: BuildVerdict,
}

impl Vector {
    /// The role of the implementations that it is for.
    #[must_use]
    pub const fn role(&self) -> Role {
        match self.experiment {
            Experiment::Verify(_) => Role::Verify,
            Experiment::Build(_) => Role::Build,
        }
    }

    /// The token requests, where it is for verifiers.
    #[must_use]
    pub const fn presentation(&self) -> Option<&Presentation> {
        match &self.experiment {
            Experiment::Verify(presentation) => Some(presentation),
            Experiment::Build(_) => None,
        }
    }

    /// The request for an assertion, where it is for builders.
    #[must_use]
    pub fn commission(&self) -> Option<&Commission> {
        match &self.experiment {
            Experiment::Verify(_) => None,
            Experiment::Build(commission) => Some(commission),
        }
    }

    /// The client authentication method of the client.
    #[must_use]
    pub const fn method(&self) -> Method {
        Method::of(self.algorithm)
    }

    /// The profile with the parameter set that the vector is for.
    ///
    /// # Panics
    ///
    /// Where the profile has no such set, which the suite's compiler excludes.
    #[must_use]
    pub fn rules(&self) -> &'static Profile {
        match self
            .presentation()
            .and_then(|own| own.recipe.set.as_deref())
        {
            None => Profile::get(self.profile),
            Some(set) => Profile::with_set(self.profile, set)
                .expect("the set of a recipe is checked where the recipe is read"),
        }
    }

    /// The level of the vector's rule in its profile.
    #[must_use]
    pub fn level(&self) -> Level {
        Profile::get(self.profile).level(self.rule)
    }

    /// The rule that decides: the one for which a verifier must reject it, else the one it is about.
    #[must_use]
    pub fn deciding_rule(&self) -> Rule {
        match self.presentation().map(Presentation::verdict) {
            Some(Verdict::Reject(rule)) => rule,
            Some(Verdict::Accept | Verdict::May(_)) | None => self.rule,
        }
    }

    /// The layer that answers for the vector: that of the deciding rule.
    #[must_use]
    pub fn layer(&self) -> Layer {
        self.deciding_rule().info().layer
    }

    /// Every layer whose rules decide a step: a rejection is owed by the layer of its rule, anything
    /// else by the layer that the vector is about.
    #[must_use]
    pub fn layers(&self) -> Vec<Layer> {
        let own = self.presentation();
        let of_step = |verdict: &Verdict| match verdict {
            Verdict::Reject(rule) => rule.info().layer,
            Verdict::Accept | Verdict::May(_) => self.rule.info().layer,
        };
        let verdicts = own.map_or(&[][..], |own| &own.verdicts);
        // Where the last of two members counts, the rules that it breaks decide as well.
        let first_wins = Verdict::Reject(Rule::DuplicateFirstWins);
        let believed: &[Rule] = if verdicts.contains(&first_wins) {
            &self.case.also_breaks
        } else {
            &[]
        };
        std::iter::once(self.layer())
            .chain(verdicts.iter().map(of_step))
            .chain(believed.iter().map(|rule| rule.info().layer))
            .collect()
    }

    /// The clauses of a rule, the profile's own first; of the case's rule those that the case adds
    /// as well.
    #[must_use]
    pub fn clauses(&self, rule: Rule) -> Vec<String> {
        let mut clauses = self.rules().clauses(rule);
        if rule == self.case.rule {
            for clause in &self.case.clauses {
                if !clauses.contains(clause) {
                    clauses.push(clause.clone());
                }
            }
        }
        clauses
    }

    /// Whether the policy has one leeway for `exp` and another for `nbf` and `iat`.
    #[must_use]
    pub fn has_two_leeways(&self) -> bool {
        let parameters = &self.rules().parameters;
        self.role() == Role::Verify && parameters.clock_skew != parameters.future_skew
    }

    /// The view of a server that reads an answer to the vector. `now` is the moment of reading.
    #[must_use]
    pub fn lens<'a>(
        &self,
        server: &'a Server,
        signer: &'a Material,
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

    /// The promises that an implementation must have made before it is asked. The method of a
    /// builder's request, and the form of its key, are the request's own.
    #[must_use]
    pub fn needs(&self) -> Vec<Need> {
        let algorithm = Need::Algorithm(self.algorithm);
        if self.role() == Role::Build {
            return vec![algorithm];
        }
        let mut needs = vec![Need::Method(self.method()), algorithm];
        needs.extend(self.case.needs_given_clock.then_some(Need::GivenClock));
        needs.extend(self.has_two_leeways().then_some(Need::TwoLeeways));
        needs
    }

    /// The verdicts in the words of a file of frozen verdicts. The rule of a rejection and the lean
    /// of a `may` are explanation, and may be corrected within a version.
    #[must_use]
    pub fn asked(&self) -> String {
        match &self.experiment {
            Experiment::Build(commission) => commission.verdict.to_string(),
            Experiment::Verify(presentation) => {
                let words = presentation.verdicts.iter().map(|verdict| match verdict {
                    Verdict::Accept => "accept",
                    Verdict::May(_) => "may",
                    Verdict::Reject(_) => "reject",
                });
                words.collect::<Vec<_>>().join(" ")
            }
        }
    }
}

impl Presentation {
    /// Builds and signs the requests, at the suite's own evaluation time.
    #[must_use]
    pub fn present(&self) -> Presented {
        self.recipe.present_at(EVALUATION_TIME)
    }

    /// The same at another evaluation time, for implementations with a clock of their own.
    #[must_use]
    pub fn present_at(&self, now: UnixSeconds) -> Presented {
        self.recipe.present_at(now)
    }

    /// The same for another server than the test server.
    #[must_use]
    pub fn present_in(&self, place: &Place, now: UnixSeconds) -> Presented {
        self.recipe.present(place, now)
    }

    /// The verdict of the whole: that of the last step.
    ///
    /// # Panics
    ///
    /// Where there is no step; the compiler makes no such vector.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        *self
            .verdicts
            .last()
            .expect("the compiler makes no vector without a step")
    }
}

impl Commission {
    /// The request as a reader of every form of key gets it; `None` where no form has the key.
    #[must_use]
    pub fn plain_request(&self) -> Option<BuildRequest> {
        self.recipe.request(&reference::FORMATS)
    }
}
