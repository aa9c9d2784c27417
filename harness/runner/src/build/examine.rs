//! One vector as it was asked of a builder, and what its answer shows.

use jwt_assay_core::{
    build::{BuildRecipe, Vector, inspect, inspect::shown_secret, samples},
    model::{BuildRequest, Fixed, Profile},
    oracle::{Finding, SignatureCheck},
    recipe::Material,
};
use jwt_assay_implementations::{BuildAnswer, BuilderDescription};

use crate::{
    observation::{Found, Observation},
    run::machine_time,
};

/// What came of asking for one vector.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// Whether the builder took the time from the machine's clock.
    pub is_live: bool,
    /// What was seen.
    pub observation: Observation,
    /// Whether it is an assertion that the client's key signed: what a control must be.
    pub is_sound: bool,
    /// Whether the description promises the algorithm that was asked for.
    pub is_promised: bool,
}

/// A vector and the request that was made of it.
pub(super) struct Examination<'a> {
    vector: &'a Vector,
    description: &'a BuilderDescription,
    signer: Material,
    /// What is asked for.
    pub(super) request: BuildRequest,
}

/// An assertion that was read.
pub(super) struct Built {
    assertion: String,
    findings: Vec<Finding>,
    is_sound: bool,
}

impl<'a> Examination<'a> {
    /// # Panics
    ///
    /// Where the builder reads no form of the key, which a plan says beforehand.
    pub(super) fn new(vector: &'a Vector, description: &'a BuilderDescription) -> Self {
        let mut request = vector
            .recipe
            .request(&description.about.key_formats)
            .expect("a form of key that the builder reads");
        if is_live(description) {
            request.now = machine_time();
        }
        Self {
            vector,
            description,
            signer: vector.recipe.signer(),
            request,
        }
    }

    /// Reads the first answer.
    ///
    /// # Errors
    ///
    /// What was seen, where it is no assertion.
    pub(super) fn read(&self, answer: BuildAnswer) -> Result<Built, Observation> {
        let assertion = match answer {
            BuildAnswer::Assertion(assertion) => assertion,
            BuildAnswer::Refused { reason } => {
                let shown = shown_secret(&self.request, &reason);
                let found: Vec<Found> = shown.iter().map(Found::from).collect();
                let text = match found.is_empty() {
                    true => reason,
                    false => String::new(),
                };
                return Err(Observation::Refused { text, found });
            }
            BuildAnswer::Unsupported { reason } => return Err(Observation::Unsupported { reason }),
            BuildAnswer::Error { reason } => {
                let reason = match shown_secret(&self.request, &reason) {
                    Some(_) => "with words that show the key".to_owned(),
                    None => reason,
                };
                return Err(Observation::Crashed { reason });
            }
        };
        let now = match is_live(self.description) {
            true => machine_time(),
            false => self.request.now,
        };
        let (server, fixed) = (BuildRecipe::server(), &self.description.fixed);
        let lens = self.vector.lens(&server, &self.signer, fixed, now);
        let inspection = inspect(&self.request, &lens, &assertion);
        Ok(Built {
            assertion,
            findings: inspection.findings,
            is_sound: inspection.explanation.signature == SignatureCheck::Valid,
        })
    }

    /// What the assertion shows, and what it shows together with others of the same request.
    pub(super) fn conclude(&self, built: Built, mut others: Vec<String>) -> Exchange {
        let mut findings = built.findings;
        if !others.is_empty() {
            others.push(built.assertion);
            findings.extend(samples::inspect(
                &self.request,
                Profile::get(self.vector.profile),
                self.vector.algorithm,
                &self.signer,
                &others,
            ));
        }
        // Beside the faults, what is open and what the case asks about.
        let is_told = |finding: &&Finding| {
            let found = Found::from(*finding);
            found.is_fault || finding.rule == self.vector.rule
        };
        let found = findings.iter().filter(is_told).map(Found::from).collect();
        Exchange {
            is_sound: built.is_sound,
            ..self.without_assertion(Observation::Built { found })
        }
    }

    /// That nothing was built.
    pub(super) fn without_assertion(&self, observation: Observation) -> Exchange {
        let promised = &self.description.about.algorithms;
        let asked = self.request.algorithm.parse();
        Exchange {
            is_live: is_live(self.description),
            observation,
            is_sound: false,
            is_promised: asked.is_ok_and(|algorithm| promised.contains(&algorithm)),
        }
    }
}

fn is_live(description: &BuilderDescription) -> bool {
    description.fixed.contains(&Fixed::Now)
}

/// One more answer to a request that was answered with an assertion before.
///
/// # Errors
///
/// What was seen, where it is no assertion.
pub(super) fn one_more(answer: BuildAnswer) -> Result<String, Observation> {
    match answer {
        BuildAnswer::Assertion(assertion) => Ok(assertion),
        BuildAnswer::Refused { reason } => Err(Observation::Refused {
            text: format!("after it had built the same: {reason}"),
            found: Vec::new(),
        }),
        BuildAnswer::Unsupported { reason } => Err(Observation::Unsupported { reason }),
        BuildAnswer::Error { reason } => Err(Observation::Crashed { reason }),
    }
}
