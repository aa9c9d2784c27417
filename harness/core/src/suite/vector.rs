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

/// A vector: a case for one profile, one algorithm and one variant. Facts about it are its methods.
#[derive(Clone, Debug)]
pub struct Vector {
    /// The permanent name.
    pub id: VectorId,
    /// The case of which it is a form.
    pub case: Arc<Case>,
    /// The profile.
    pub profile: ProfileId,
    /// The client's algorithm.
    pub algorithm: Algorithm,
    /// The rule that the vector is about: the variant's own, or else that of the case.
    pub rule: Rule,
    /// The control: the vector that must be accepted, or signed, before a rejection of this one counts.
    /// A verifier's vector has none where no step must be rejected, and the builders' plain default has
    /// none. Faults that a builder shows in the control too do not count against this vector.
    pub control: Option<VectorId>,
    /// True where the vector is in the suite only as the control of others.
    pub is_control: bool,
    /// True where the vector is newer than the release of its profile's version: then a wrong answer is
    /// reported, and does not fail the run.
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

/// The token requests that are presented to a verifier. They are signed at each call, always to the same
/// octets.
#[derive(Clone, Debug)]
pub struct Presentation {
    /// The recipe of the requests.
    pub recipe: Recipe,
    /// The verdict of each step, in order.
    pub verdicts: Vec<Verdict>,
    /// True where more than one rule rejects the request. Such a vector cannot catch a verifier that
    /// overlooks one of them; the suite has it because such requests occur in practice.
    pub is_combined: bool,
}

/// The request that asks a builder for an assertion.
#[derive(Clone, Debug)]
pub struct Commission {
    /// The recipe of the request.
    pub recipe: BuildRecipe,
    /// The verdict.
    pub verdict: BuildVerdict,
}

impl Vector {
    /// The role of the implementations under test.
    #[must_use]
    pub const fn role(&self) -> Role {
        match self.experiment {
            Experiment::Verify(_) => Role::Verify,
            Experiment::Build(_) => Role::Build,
        }
    }

    /// The token requests of a verifier's vector.
    #[must_use]
    pub const fn presentation(&self) -> Option<&Presentation> {
        match &self.experiment {
            Experiment::Verify(presentation) => Some(presentation),
            Experiment::Build(_) => None,
        }
    }

    /// The request for an assertion of a builder's vector.
    #[must_use]
    pub fn commission(&self) -> Option<&Commission> {
        match &self.experiment {
            Experiment::Verify(_) => None,
            Experiment::Build(commission) => Some(commission),
        }
    }

    /// The client's authentication method.
    #[must_use]
    pub const fn method(&self) -> Method {
        Method::of(self.algorithm)
    }

    /// The profile with the vector's parameter set.
    ///
    /// # Panics
    ///
    /// If the profile has no such set, which the suite's compiler excludes.
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

    /// The deciding rule: the one by which a verifier must reject the last step, or else the one that the
    /// vector is about.
    #[must_use]
    pub fn deciding_rule(&self) -> Rule {
        match self.presentation().map(Presentation::verdict) {
            Some(Verdict::Reject(rule)) => rule,
            Some(Verdict::Accept | Verdict::May(_)) | None => self.rule,
        }
    }

    /// The layer of the deciding rule.
    #[must_use]
    pub fn layer(&self) -> Layer {
        self.deciding_rule().info().layer
    }

    /// The layers whose rules decide a step: for a rejection the layer of its rule, otherwise the layer
    /// of the rule that the vector is about.
    #[must_use]
    pub fn layers(&self) -> Vec<Layer> {
        let own = self.presentation();
        let of_step = |verdict: &Verdict| match verdict {
            Verdict::Reject(rule) => rule.info().layer,
            Verdict::Accept | Verdict::May(_) => self.rule.info().layer,
        };
        let verdicts = own.map_or(&[][..], |own| &own.verdicts);
        // A verifier that reads the last of two members rejects by the rules that this one breaks.
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

    /// The clauses of a rule, the profile's own first. For the case's rule, the clauses that the case
    /// adds follow.
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

    /// True where the policy has one leeway for `exp` and another for `nbf` and `iat`.
    #[must_use]
    pub fn has_two_leeways(&self) -> bool {
        let parameters = &self.rules().parameters;
        self.role() == Role::Verify && parameters.clock_skew != parameters.future_skew
    }

    /// The lens of a server that reads an answer to the vector. `now` is the moment of reading.
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

    /// The needs of the vector: what an implementation must be able to do before it is asked. A
    /// builder's vector needs no method and no key format, since its request is made to fit those.
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

    /// The verdicts in the words of a file of frozen verdicts, without the rule of a rejection and the
    /// lean of a `may`: these are explanation, and may be corrected within a version.
    #[must_use]
    pub fn verdict_text(&self) -> String {
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

    /// Builds and signs the requests at another time, for implementations with a clock of their own.
    #[must_use]
    pub fn present_at(&self, now: UnixSeconds) -> Presented {
        self.recipe.present_at(now)
    }

    /// Builds and signs the requests for another server than the test server.
    #[must_use]
    pub fn present_in(&self, place: &Place, now: UnixSeconds) -> Presented {
        self.recipe.present(place, now)
    }

    /// The verdict of the last step, which is the one that the case declares.
    ///
    /// # Panics
    ///
    /// If there is no step; the compiler makes no such vector.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        *self
            .verdicts
            .last()
            .expect("the compiler makes no vector without a step")
    }
}

impl Commission {
    /// The request for a builder that reads every key format; `None` where no format can hold the key.
    #[must_use]
    pub fn plain_request(&self) -> Option<BuildRequest> {
        self.recipe.request(&reference::FORMATS)
    }
}
