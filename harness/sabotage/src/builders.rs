//! Broken builders: each is the reference builder with one flaw, and some vector must catch it under the
//! rule that it breaks.
//!
//! A flaw is one of three kinds: the builder signs what it must decline, it declines what it must sign,
//! or it writes one thing wrongly.

mod caught;
mod mistakes;

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicU64, Ordering},
};

use jwt_assay_core::{
    builder::{
        reference::{self, Objection, Unsigned},
        token_request,
    },
    encoding::base64url,
    model::{BuildRequest, Hash, Level, Profile, ProfileId, Rule, TokenRequest},
    recipe::{KeyRole, Material},
    sign,
};
use jwt_assay_implementations::{BuildAnswer, Builder, BuilderDescription};

pub(crate) use self::caught::{idle, rows};
pub use self::mistakes::{MISTAKES, Mistake};
use jwt_assay::reference::ReferenceBuilder;

/// The difference between a broken builder and the reference.
#[derive(Clone, Copy, Debug)]
pub enum Flaw {
    /// Misreads the request.
    Misreads(fn(&mut BuildRequest)),
    /// Edits the members before they are signed.
    Composes(fn(&BuildRequest, &mut Unsigned)),
    /// Declines where the condition holds.
    Declines(fn(&BuildRequest) -> bool),
    /// Edits the finished assertion.
    Finishes(fn(&str) -> String),
    /// Edits the token request that carries the assertion.
    Sends(fn(&BuildRequest, &mut TokenRequest)),
    /// Makes `jti` from the number of assertions built since the last restart.
    Jti(fn(&BuildRequest, u64) -> String),
    /// Signs in spite of this rule.
    Lax(Rule),
    /// Makes another signature, from the request, the unsigned members and the signing input.
    Signs(fn(&BuildRequest, &Unsigned, &str) -> Vec<u8>),
    /// Gives this text where it declines.
    Says(fn(&BuildRequest) -> String),
}

/// Every sabotage: a lax one for each rule that the reference declines by, and all known mistakes.
pub fn all() -> impl Iterator<Item = Mistake> {
    let lax = OBJECTIONS.iter().map(|&rule| Mistake {
        name: "lax",
        rule,
        flaw: Flaw::Lax(rule),
    });
    lax.chain(MISTAKES.iter().copied())
}

/// The rules that bind builders in some profile and that no sabotage breaks.
#[must_use]
pub fn unbroken() -> Vec<Rule> {
    let binds = |rule: &Rule| {
        ProfileId::ALL
            .iter()
            .any(|id| Profile::get(*id).level(*rule) == Level::Reject)
    };
    let broken: BTreeSet<Rule> = all().map(|mistake| mistake.rule).collect();
    let rules = Rule::BUILD.iter().copied();
    rules
        .filter(|rule| binds(rule) && !broken.contains(rule))
        .collect()
}

/// The reference builder with one flaw.
struct Saboteur {
    flaw: Flaw,
    /// The number of assertions ever built, from which a fresh `jti` is made.
    built: AtomicU64,
    /// The number of assertions built since the last restart.
    since: AtomicU64,
}

impl Saboteur {
    fn new(flaw: Flaw) -> Self {
        Self {
            flaw,
            built: AtomicU64::new(0),
            since: AtomicU64::new(0),
        }
    }

    fn make(&self, request: &BuildRequest) -> Result<String, Objection> {
        let (lax, strict) = match self.flaw {
            Flaw::Lax(rule) => (Some(rule), false),
            Flaw::Declines(holds) => (None, holds(request)),
            Flaw::Misreads(_)
            | Flaw::Composes(_)
            | Flaw::Finishes(_)
            | Flaw::Sends(_)
            | Flaw::Jti(_)
            | Flaw::Says(_)
            | Flaw::Signs(_) => (None, false),
        };
        // A flaw in the members may be that requested claims replace or repeat the registered ones. The
        // reference declines such requests, so the flaw would never show.
        let may_repeat = matches!(self.flaw, Flaw::Composes(_));
        let counts = |objection: &Objection| {
            let is_repetition = objection.rule == Rule::BuildDuplicateMember;
            Some(objection.rule) != lax && !(may_repeat && is_repetition)
        };
        if let Some(objection) = reference::objections(request).into_iter().find(counts) {
            return Err(objection);
        }
        if strict {
            return Err(Objection {
                rule: Rule::Baseline,
                detail: "not this one".to_owned(),
            });
        }
        let number = self.built.fetch_add(1, Ordering::Relaxed);
        let since = self.since.fetch_add(1, Ordering::Relaxed);
        let jti = match self.flaw {
            Flaw::Jti(make) => make(request, since),
            _ => {
                let hash = sign::hash(Hash::Sha256, &number.to_be_bytes());
                base64url(&hash[..16])
            }
        };
        let mut unsigned = match reference::compose(request, &jti) {
            Ok(unsigned) => unsigned,
            // A builder that is lax about malformed keys must sign with some key to be caught.
            Err(_) => {
                let algorithm = request.policy.algorithms[0];
                let material = Material::of(algorithm, KeyRole::Attacker);
                let Material::Pair(pair) = material else {
                    return Err(Objection {
                        rule: Rule::KeyMalformed,
                        detail: "no key".to_owned(),
                    });
                };
                let mut other = request.clone();
                other.key = jwt_assay_core::model::BuildKey::Pem(pair.pkcs8.clone());
                reference::compose(&other, &jti)?
            }
        };
        if let Flaw::Composes(edit) = self.flaw {
            edit(request, &mut unsigned);
        }
        let input = unsigned.input();
        let signature = match self.flaw {
            Flaw::Signs(sign) => sign(request, &unsigned, &input),
            _ => unsigned.signature(input.as_bytes()),
        };
        let assertion = format!("{input}.{}", base64url(signature));
        Ok(match self.flaw {
            Flaw::Finishes(finish) => finish(&assertion),
            _ => assertion,
        })
    }
}

impl Builder for Saboteur {
    fn describe(&self) -> BuilderDescription {
        ReferenceBuilder.describe()
    }

    fn build(&self, request: &BuildRequest) -> BuildAnswer {
        let mut read = request.clone();
        if let Flaw::Misreads(edit) = self.flaw {
            edit(&mut read);
        }
        match (self.make(&read), self.flaw) {
            (Ok(assertion), flaw) => {
                let mut sent = token_request(request, &assertion);
                if let Flaw::Sends(edit) = flaw {
                    edit(request, &mut sent);
                }
                BuildAnswer::Request(sent)
            }
            (Err(_), Flaw::Says(say)) => BuildAnswer::decline(say(request)),
            (Err(objection), _) => BuildAnswer::decline(objection),
        }
    }

    fn restart(&self) {
        self.since.store(0, Ordering::Relaxed);
    }
}

/// The rules by which the reference declines, in its own order.
const OBJECTIONS: [Rule; 15] = [
    Rule::AlgNone,
    Rule::AlgUnknown,
    Rule::KeyMalformed,
    Rule::KeyType,
    Rule::KeyUse,
    Rule::KeyOps,
    Rule::KeyAlg,
    Rule::RsaTooShort,
    Rule::SecretTooShort,
    Rule::SecretTrivial,
    Rule::BuildNoLife,
    Rule::Lifetime,
    Rule::BuildMethod,
    Rule::BuildAlgInProfile,
    Rule::BuildAudienceInProfile,
];
