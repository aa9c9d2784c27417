//! The panel: the implementations that a recipe is put to, and the rules by which a difference counts as a
//! finding.
//!
//! A generated recipe breaks several rules at once, and implementations stop at different ones, say so in their
//! own words, and claim only some of the layers. So a difference alone proves little. The judgement errs on one
//! side: a finding that is reported must be one, and a fault that shares an input with a recorded one may be
//! missed there, since other inputs will show it alone.

use std::{cell::OnceCell, sync::Arc};

use jwt_assay_core::{
    json,
    model::{Layer, Method, Need, Profile, Rule, Step, Verdict},
    mutate::{Mutation, Stage},
    oracle::{self, Explanation, Memory},
    recipe::{EVALUATION_TIME, Recipe},
    suite::{Suite, Support},
};
use jwt_assay_implementations::{Clock, Description, Verifier, registry};

use super::{ExplainedSteps, Finding, Key, KnownDeviations, unusual};
use jwt_assay::{
    divergences::{DivergenceError, Divergences},
    judge::verify::{Question, step_outcome},
    observation::Observation,
    outcome::{Deviation, Outcome},
    run,
    subject::Subject,
};

/// Verifiers in process, each with what is known of it.
pub struct Panel {
    members: Vec<Member>,
}

/// The judgement of one recipe.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// The number of implementations that were asked.
    pub asked: usize,
    /// One for each that differs from the oracle where it claims the layer: its first in the order
    /// of the steps.
    pub findings: Vec<Finding>,
}

struct Member {
    verifier: Arc<dyn Verifier>,
    description: Description,
    known: KnownDeviations,
}

impl Panel {
    /// Every library that was built in, with the divergences of this project.
    ///
    /// # Errors
    ///
    /// If a file of divergences is broken.
    pub fn in_process() -> Result<Self, DivergenceError> {
        Self::of(registry::in_process().into_iter().map(Arc::from))
    }

    /// Any verifiers, with the divergences that this project records under their names.
    ///
    /// # Errors
    ///
    /// If a file of divergences is broken.
    pub fn of(
        verifiers: impl IntoIterator<Item = Arc<dyn Verifier>>,
    ) -> Result<Self, DivergenceError> {
        let suite = Suite::bundled();
        let member = |verifier: Arc<dyn Verifier>| {
            let description = verifier.describe();
            let divergences = Divergences::bundled(&description, suite)?;
            Ok(Member {
                verifier,
                description,
                known: KnownDeviations::of(&divergences, suite),
            })
        };
        let members: Result<_, DivergenceError> = verifiers.into_iter().map(member).collect();
        Ok(Self { members: members? })
    }

    /// One verifier, with divergences of its own.
    #[must_use]
    pub fn one(verifier: Arc<dyn Verifier>, divergences: &Divergences) -> Self {
        let description = verifier.describe();
        let recorded = divergences.clone().with_toolchain_of(&description);
        let member = Member {
            known: KnownDeviations::of(&recorded, Suite::bundled()),
            description,
            verifier,
        };
        Self {
            members: vec![member],
        }
    }

    /// The names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.members
            .iter()
            .map(|member| member.description.name.as_str())
    }

    /// Puts a recipe to every implementation that promises what it needs.
    #[must_use]
    pub fn judge(&self, recipe: &Recipe) -> Judgement {
        let given = OnceCell::new();
        let given = || given.get_or_init(|| ExplainedSteps::of(recipe, EVALUATION_TIME));
        put_to(recipe, &self.fit(recipe), given)
    }

    /// Judges a recipe that was built and read already, at the evaluation time. With a MAC every
    /// implementation is asked. A signature takes some a hundred times as long to verify, so with one a single
    /// implementation is asked, which `lot` picks: a fuzzer then runs several inputs in the time of one, and the
    /// same input is always put to the same implementation, so that what it finds can be replayed.
    #[must_use]
    pub fn judge_in_turn(&self, recipe: &Recipe, given: &ExplainedSteps, lot: u64) -> Judgement {
        let mut asked = self.fit(recipe);
        if !recipe.algorithm.is_symmetric() && !asked.is_empty() {
            let place = lot % asked.len() as u64;
            asked = vec![asked[usize::try_from(place).unwrap_or_default()]];
        }
        put_to(recipe, &asked, || given)
    }

    /// The members that promise what a recipe needs.
    fn fit(&self, recipe: &Recipe) -> Vec<&Member> {
        let members = self.members.iter();
        let is_fit = |member: &&Member| can_be_asked(recipe, &member.description);
        members.filter(is_fit).collect()
    }
}

/// Puts a recipe to implementations. It is built at the evaluation time for all that are given the time, and
/// again at the machine's for all that have a clock of their own; each at most once, since signing is most of the
/// work. An answer by a clock of its own counts only where some seconds more or less decide nothing.
fn put_to<'r>(
    recipe: &Recipe,
    asked: &[&Member],
    given: impl Fn() -> &'r ExplainedSteps,
) -> Judgement {
    let live = OnceCell::new();
    let judge = |member: &&Member| {
        let (reading, is_live) = match member.description.clock {
            Clock::Given => (given(), false),
            Clock::System => (
                live.get_or_init(|| ExplainedSteps::of(recipe, run::machine_time())),
                true,
            ),
        };
        let finding = member.judge(recipe, reading)?;
        (!is_live || reading.is_steady()).then_some(finding)
    };
    Judgement {
        asked: asked.len(),
        findings: asked.iter().filter_map(judge).collect(),
    }
}

impl Member {
    fn judge(&self, recipe: &Recipe, reading: &ExplainedSteps) -> Option<Finding> {
        let seen = run::present_steps(&*self.verifier, &reading.steps);
        let mut is_open = false;
        for (index, seen) in seen.into_iter().enumerate() {
            let (step, read) = (&reading.steps[index], &reading.explanations[index]);
            let verdict = read.verdict();
            let is_rejected = matches!(seen, Observation::Rejected { .. });
            let found = self.differs(recipe, step, read, &seen);
            // Only the first difference is reported: after it the implementation and the oracle may remember
            // different things.
            //
            // After a step that was open and was rejected, the implementation may rightly remember something
            // else than the oracle does, a `jti` for one, so later answers prove nothing. A crash always counts.
            if let Some((rule, kind, is_known)) = found
                && (!is_open || kind == Deviation::Crashed)
            {
                let profile = profile(recipe);
                return Some(Finding {
                    key: Key {
                        implementation: self.description.name.clone(),
                        rule,
                        kind,
                    },
                    step: index + 1,
                    verdict,
                    seen,
                    clauses: profile.clauses(rule),
                    is_known,
                });
            }
            is_open |= is_rejected && matches!(verdict, Verdict::May(_));
        }
        None
    }

    /// The rule over which it differs, how, and whether that is recorded.
    fn differs(
        &self,
        recipe: &Recipe,
        step: &Step,
        read: &Explanation,
        seen: &Observation,
    ) -> Option<(Rule, Deviation, bool)> {
        let verdict = read.verdict();
        let question = Question {
            verdict,
            support: Support::Rule,
            subject: Subject::of(step),
        };
        match step_outcome(&question, seen) {
            Outcome::Wrong(Deviation::Accepted) => match verdict {
                Verdict::Reject(_) => self.accepted(recipe, step, read),
                // Where it may accept, an acceptance is wrong only if it names another client.
                Verdict::Accept | Verdict::May(_) => {
                    let (rule, kind) = (Rule::ClientIdMismatch, Deviation::Accepted);
                    Some((rule, kind, self.known.has(rule, kind)))
                }
            },
            Outcome::Wrong(Deviation::Rejected) => self.rejected(recipe, read),
            Outcome::Wrong(Deviation::Crashed | Deviation::Garbled | Deviation::TimedOut) => {
                Some(self.crashed(recipe, read))
            }
            // An edit to the registration can ask for an algorithm or a form of key that was never promised.
            Outcome::Wrong(Deviation::Unsupported | Deviation::Signed | Deviation::Declined)
            | Outcome::Agrees
            | Outcome::Open
            | Outcome::Skipped(_) => None,
        }
    }

    /// A wrong acceptance. Every rule of a claimed layer that asks for a rejection was overlooked, so the finding
    /// is known only where all of them are recorded: one that is not would have been enough to reject.
    fn accepted(
        &self,
        recipe: &Recipe,
        step: &Step,
        read: &Explanation,
    ) -> Option<(Rule, Deviation, bool)> {
        let claimed = |rule: &Rule| self.claims(rule.info().layer);
        let rules: Vec<Rule> = read
            .rejections()
            .map(|found| found.rule)
            .filter(claimed)
            .collect();
        let kind = Deviation::Accepted;
        if rules.first() == Some(&Rule::DuplicateFirstWins) {
            // The oracle takes the worse of two members with one name. A verifier that reads the last is
            // wrong only where the last alone asks for a rejection, and that may be recorded.
            let (profile, memory) = (profile(recipe), Memory::default());
            let last = oracle::examine(profile, &memory, step, json::Reading::LastWins);
            let believed = last.rejections().map(|found| found.rule).filter(claimed);
            let believed: Vec<Rule> = believed.collect();
            let first = *believed.first()?;
            if believed.iter().all(|rule| self.known.has(*rule, kind)) {
                return Some((first, kind, true));
            }
        }
        // The finding names a new rule where there is one, since that is the one to look at.
        let is_new = |rule: &&Rule| !self.known.has(**rule, kind);
        let new = rules.iter().find(is_new).copied();
        Some((new.or(rules.first().copied())?, kind, new.is_none()))
    }

    /// A crash. The unusual thing that caused it cannot be told from the answer, so the finding is known where one
    /// of them is recorded as crashing, or would be if its edit were the only one: the oracle stops at a fault
    /// that hides the rest, and the implementation may have gone on to the cause.
    fn crashed(&self, recipe: &Recipe, read: &Explanation) -> (Rule, Deviation, bool) {
        let kind = Deviation::Crashed;
        let rules = unusual::rules(read);
        let known = |rules: &[Rule]| {
            let mut rules = rules.iter().copied();
            rules.find(|rule| self.known.has(*rule, kind))
        };
        let is_plain = rules.is_empty() && self.known.has(Rule::Baseline, kind);
        // Things that every server must accept can still be too much for one, so they count as well.
        let known = known(&rules)
            .or_else(|| known(&unusual::beside_the_ordinary(recipe, read)))
            .or_else(|| known(&unusual::rules_of_parts(recipe)));
        let first = rules.first().copied().unwrap_or(Rule::Baseline);
        (known.unwrap_or(first), kind, known.is_some() || is_plain)
    }

    /// A wrong rejection. The unusual thing that the implementation rejects cannot be told from its words, so the
    /// finding is known where one of them is recorded, and is none where one is of a layer that it does not claim:
    /// its word is no promise there.
    fn rejected(&self, recipe: &Recipe, read: &Explanation) -> Option<(Rule, Deviation, bool)> {
        let rules = unusual::beside_the_ordinary(recipe, read);
        let claims = |rule: &Rule| self.claims(rule.info().layer);
        // The oracle reads of a JWK what decides about a signature, and not whether every member is
        // well-formed; so the rejection of an edited one proves nothing.
        if !rules.iter().all(claims) || edits_registration(recipe) {
            return None;
        }
        let kind = Deviation::Rejected;
        let is_known = |rule: &&Rule| self.known.has(**rule, kind);
        let known = rules.iter().find(is_known).copied();
        let rule = known.or(rules.first().copied()).unwrap_or(Rule::Baseline);
        Some((rule, kind, self.known.has(rule, kind)))
    }

    fn claims(&self, layer: Layer) -> bool {
        self.description.layers.contains(&layer)
    }
}

/// True where the implementation promises what the recipe asks for.
fn can_be_asked(recipe: &Recipe, description: &Description) -> bool {
    let parameters = &profile(recipe).parameters;
    let moves = recipe.steps.iter().any(|step| step.at != 0);
    let has_two_leeways = parameters.clock_skew != parameters.future_skew;
    let needs = [
        Some(Need::Method(Method::of(recipe.algorithm))),
        Some(Need::Algorithm(recipe.algorithm)),
        moves.then_some(Need::GivenClock),
        has_two_leeways.then_some(Need::TwoLeeways),
    ];
    needs
        .into_iter()
        .flatten()
        .all(|need| description.meets(need))
}

/// The profile with the recipe's parameter set.
pub(super) fn profile(recipe: &Recipe) -> &'static Profile {
    let with_set = |set: &String| Profile::with_set(recipe.profile, set).ok();
    let with_set = recipe.set.as_ref().and_then(with_set);
    with_set.unwrap_or_else(|| Profile::get(recipe.profile))
}

fn edits_registration(recipe: &Recipe) -> bool {
    let steps = recipe.steps.iter().flat_map(|step| &step.edits);
    let mut edits = recipe.setup.iter().chain(steps);
    edits.any(|edit: &Mutation| edit.stage() == Stage::Registration)
}
