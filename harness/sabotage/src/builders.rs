//! The suite of the build role tested by sabotage: builders that are broken in exactly one known
//! way, each of which some vector must catch under the right rule.
//!
//! Every one is the reference builder with one thing wrong: it does not mind what it must decline,
//! it declines what it must build, or it makes one thing otherwise.

mod caught;
mod ways;

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
pub use self::ways::{WAYS, Way};
use jwt_assay::reference::ReferenceBuilder;

/// How a broken builder differs from the reference.
#[derive(Clone, Copy, Debug)]
pub enum Twist {
    /// It misreads what is asked.
    Asks(fn(&mut BuildRequest)),
    /// It composes the members otherwise.
    Composes(fn(&BuildRequest, &mut Unsigned)),
    /// It declines where this holds.
    Declines(fn(&BuildRequest) -> bool),
    /// It changes the finished assertion.
    Finishes(fn(&str) -> String),
    /// It sends another token request.
    Sends(fn(&BuildRequest, &mut TokenRequest)),
    /// It makes this of how many assertions it has built since it began.
    Jti(fn(&BuildRequest, u64) -> String),
    /// It has no objection under this rule.
    Lax(Rule),
    /// It makes another signature of the request, of what is unsigned and of what is signed.
    Signs(fn(&BuildRequest, &Unsigned, &str) -> Vec<u8>),
    /// It says this where it declines.
    Says(fn(&BuildRequest) -> String),
}

/// Every sabotage: one of each rule that the reference objects under, and all the ways.
pub fn all() -> impl Iterator<Item = Way> {
    let lax = OBJECTIONS.iter().map(|&rule| Way {
        name: "has no objection",
        rule,
        twist: Twist::Lax(rule),
    });
    lax.chain(WAYS.iter().copied())
}

/// The rules that bind a builder somewhere and that no sabotage breaks.
#[must_use]
pub fn unbroken() -> Vec<Rule> {
    let binds = |rule: &Rule| {
        ProfileId::ALL
            .iter()
            .any(|id| Profile::get(*id).level(*rule) == Level::Reject)
    };
    let broken: BTreeSet<Rule> = all().map(|way| way.rule).collect();
    let rules = Rule::BUILD.iter().copied();
    rules
        .filter(|rule| binds(rule) && !broken.contains(rule))
        .collect()
}

/// The reference with one thing wrong.
struct Saboteur {
    twist: Twist,
    /// Assertions ever built: what fresh values are made of.
    built: AtomicU64,
    /// Assertions built since the last restart.
    since: AtomicU64,
}

impl Saboteur {
    fn new(twist: Twist) -> Self {
        Self {
            twist,
            built: AtomicU64::new(0),
            since: AtomicU64::new(0),
        }
    }

    fn make(&self, request: &BuildRequest) -> Result<String, Objection> {
        let (lax, strict) = match self.twist {
            Twist::Lax(rule) => (Some(rule), false),
            Twist::Declines(holds) => (None, holds(request)),
            Twist::Asks(_)
            | Twist::Composes(_)
            | Twist::Finishes(_)
            | Twist::Sends(_)
            | Twist::Jti(_)
            | Twist::Says(_)
            | Twist::Signs(_) => (None, false),
        };
        let is_minded = |objection: &Objection| Some(objection.rule) != lax;
        // One that writes duplicates, or lets itself be overruled, has no objection to them.
        let overrules = matches!(self.twist, Twist::Composes(_));
        let counts = |objection: &Objection| {
            is_minded(objection) && !(overrules && objection.rule == Rule::BuildDuplicateMember)
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
        let jti = match self.twist {
            Twist::Jti(make) => make(request, since),
            _ => {
                let hash = sign::hash(Hash::Sha256, &number.to_be_bytes());
                base64url(&hash[..16])
            }
        };
        let mut unsigned = match reference::compose(request, &jti) {
            Ok(unsigned) => unsigned,
            // Who takes any key for one signs with something.
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
        if let Twist::Composes(edit) = self.twist {
            edit(request, &mut unsigned);
        }
        let input = unsigned.input();
        let signature = match self.twist {
            Twist::Signs(sign) => sign(request, &unsigned, &input),
            _ => unsigned.signature(input.as_bytes()),
        };
        let assertion = format!("{input}.{}", base64url(signature));
        Ok(match self.twist {
            Twist::Finishes(finish) => finish(&assertion),
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
        if let Twist::Asks(edit) = self.twist {
            edit(&mut read);
        }
        match (self.make(&read), self.twist) {
            (Ok(assertion), twist) => {
                let mut sent = token_request(request, &assertion);
                if let Twist::Sends(edit) = twist {
                    edit(request, &mut sent);
                }
                BuildAnswer::Request(sent)
            }
            (Err(_), Twist::Says(say)) => BuildAnswer::decline(say(request)),
            (Err(objection), _) => BuildAnswer::decline(objection),
        }
    }

    fn restart(&self) {
        self.since.store(0, Ordering::Relaxed);
    }
}

/// What the reference objects to, in the order of the rules.
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
