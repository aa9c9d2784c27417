//! The judgement of a builder on generated requests: an assertion that it signs has no fault, it signs what
//! is plain, and it never crashes.

use std::{collections::HashSet, fmt};

use jwt_assay::{divergences::Divergences, outcome::Deviation};
use jwt_assay_core::{
    builder::{BuildRecipe, Lens, RequestEdits, inspect_sent, reference},
    escape,
    model::{BuildRequest, Fixed, Profile, Rule, TokenRequest},
    suite::Suite,
};
use jwt_assay_implementations::{BuildAnswer, Builder, BuilderDescription};

use super::Key;

/// A builder with what is recorded of it.
pub struct JudgedBuilder {
    builder: Box<dyn Builder>,
    description: BuilderDescription,
    known: HashSet<(Rule, Deviation)>,
}

/// A request that a builder answers wrongly.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct BuilderFinding {
    /// The key; two findings with the same key are one finding.
    pub key: Key,
    /// The fault in the answer, or the builder's own words.
    pub detail: String,
    /// The clauses of the rule, the profile's own first.
    pub clauses: Vec<String>,
    /// A divergence is recorded of this builder, for this rule, in this way.
    pub is_known: bool,
}

impl JudgedBuilder {
    /// A builder with the divergences that are recorded of it.
    #[must_use]
    pub fn new(builder: Box<dyn Builder>, recorded: &Divergences) -> Self {
        let suite = Suite::bundled();
        let known = recorded.vectors().filter_map(|(id, seen)| {
            let is_of_builder = matches!(
                seen,
                Deviation::Signed | Deviation::Declined | Deviation::Crashed
            );
            is_of_builder.then_some((suite.vector(id)?.rule, seen))
        });
        Self {
            known: known.collect(),
            description: builder.describe(),
            builder,
        }
    }

    /// The name of the implementation.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.description.about.name
    }

    /// Every way in which the answer to a request is wrong; empty where the builder cannot be asked.
    #[must_use]
    pub fn judge(&self, recipe: &BuildRecipe) -> Vec<BuilderFinding> {
        let Some(request) = self.request(recipe) else {
            return Vec::new();
        };
        let found = |rule, kind, detail| self.finding(recipe, rule, kind, detail);
        match self.builder.build(&request).into_sent(&request) {
            Err(BuildAnswer::Error { reason }) => {
                vec![found(Rule::Baseline, Deviation::Crashed, reason)]
            }
            Ok(sent) => {
                // A request that the reference objects to has no right answer to compare with, and signing
                // something else than was asked can be as good as declining: the suite judges those case by
                // case.
                let has_right_answer = reference::objections(&request).is_empty();
                let mut wrong = if has_right_answer {
                    faults(recipe, &request, self.fixed(), &sent)
                } else {
                    Vec::new()
                };
                wrong.retain(|(rule, _)| self.claims(*rule));
                if !wrong.is_empty() {
                    // What the plain request shows as well is a fault of the builder that any run of
                    // the suite tells; here the requests count.
                    let plain = self.faults_of_plain(recipe);
                    wrong.retain(|(rule, _)| !plain.contains(rule));
                }
                let wrong = wrong.into_iter();
                wrong
                    .map(|(rule, detail)| found(rule, Deviation::Signed, detail))
                    .collect()
            }
            Err(BuildAnswer::Declined { reason }) if self.must_sign(recipe, &request) => {
                vec![found(Rule::Baseline, Deviation::Declined, reason)]
            }
            Err(_) => Vec::new(),
        }
    }

    /// The request, where the builder reads a form of the key and can be told all that is asked.
    fn request(&self, recipe: &BuildRecipe) -> Option<BuildRequest> {
        let is_fixed = |what| self.description.fixed.contains(what);
        if recipe.needs().iter().any(is_fixed) {
            return None;
        }
        recipe.request(&self.description.about.key_formats)
    }

    /// True where the plain request is asked, for an algorithm that is promised and that the profile has. Any
    /// other request can be declined for reasons that no specification settles.
    fn must_sign(&self, recipe: &BuildRecipe, request: &BuildRequest) -> bool {
        recipe.edits == RequestEdits::default()
            && self
                .description
                .about
                .algorithms
                .contains(&recipe.algorithm)
            && reference::objections(request).is_empty()
    }

    fn claims(&self, rule: Rule) -> bool {
        self.description.about.layers.contains(&rule.info().layer)
    }

    fn fixed(&self) -> &[Fixed] {
        &self.description.fixed
    }

    fn faults_of_plain(&self, recipe: &BuildRecipe) -> HashSet<Rule> {
        let plain = BuildRecipe {
            setup: RequestEdits::default(),
            edits: RequestEdits::default(),
            ..recipe.clone()
        };
        let Some(request) = self.request(&plain) else {
            return HashSet::new();
        };
        let Ok(sent) = self.builder.build(&request).into_sent(&request) else {
            return HashSet::new();
        };
        let faults = faults(&plain, &request, self.fixed(), &sent);
        faults.into_iter().map(|(rule, _)| rule).collect()
    }

    fn finding(
        &self,
        recipe: &BuildRecipe,
        rule: Rule,
        kind: Deviation,
        detail: String,
    ) -> BuilderFinding {
        BuilderFinding {
            key: Key {
                implementation: self.name().to_owned(),
                rule,
                kind,
            },
            detail,
            clauses: Profile::get(recipe.profile).clauses(rule),
            is_known: self.known.contains(&(rule, kind)),
        }
    }
}

/// The faults of the token request that was built for a request.
pub(crate) fn faults(
    recipe: &BuildRecipe,
    request: &BuildRequest,
    fixed: &[Fixed],
    sent: &TokenRequest,
) -> Vec<(Rule, String)> {
    let (server, signer) = (BuildRecipe::server(), recipe.signer());
    let lens = Lens {
        server: &server,
        signer: &signer,
        fixed,
        now: request.now,
        at_every_second: false,
        in_every_profile: false,
    };
    let inspection = inspect_sent(request, &lens, sent);
    let faults = inspection.faults();
    faults
        .map(|fault| (fault.rule, fault.detail.to_string()))
        .collect()
}

/// On one line; words of the implementation are escaped.
impl fmt::Display for BuilderFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} ({}): {}; {}",
            self.key,
            super::candidate(self.key.kind),
            escape::for_terminal(&self.detail),
            self.clauses.join(", ")
        )
    }
}
