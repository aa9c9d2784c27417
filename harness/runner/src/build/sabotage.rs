//! The suite of the build role tested by sabotage: builders that are broken in exactly one known
//! way, each of which some vector must catch under the right rule.
//!
//! Every one is the reference builder with one thing wrong: it does not mind what it must decline,
//! it declines what it must build, or it makes one thing otherwise.

mod ways;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use jwt_assay_core::{
    build::{
        Suite, Vector,
        reference::{self, Objection, Unsigned},
    },
    encoding::base64url,
    model::{BuildRequest, BuildVerdict, Hash, Level, Profile, ProfileId, Rule},
    recipe::{KeyRole, Material},
    sign,
};
use jwt_assay_implementations::{BuildAnswer, Builder, BuilderDescription};

pub use self::ways::{WAYS, Way};
use super::{
    ReferenceBuilder,
    judge::{self, Question},
    run::{Samples, ask},
};
use crate::judge::Outcome;

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
    /// It makes this of how many assertions it has built since it began.
    Jti(fn(&BuildRequest, u64) -> String),
    /// It has no objection under this rule.
    Lax(Rule),
    /// It makes another signature of the request, of what is unsigned and of what is signed.
    Signs(fn(&BuildRequest, &Unsigned, &str) -> Vec<u8>),
    /// It says this where it declines.
    Says(fn(&BuildRequest) -> String),
}

/// One sabotage and what caught it.
#[derive(Debug)]
pub struct Row {
    /// The broken builder.
    pub way: Way,
    /// The cases that caught it under its own rule; not all, but one at least where there is one.
    pub defenders: BTreeSet<String>,
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

/// Has every sabotage asked for the vectors that are about its rule, and where none of these
/// catches it, for all others that want one assertion only.
#[must_use]
pub fn matrix(suite: &Suite) -> Vec<Row> {
    let mut by_rule: BTreeMap<Rule, Vec<&Vector>> = BTreeMap::new();
    for vector in &suite.vectors {
        by_rule.entry(vector.rule).or_default().push(vector);
    }
    let of_rule = |rule| by_rule.get(&rule).into_iter().flatten().copied();
    all()
        .map(|way| {
            let (many, single): (Vec<_>, Vec<_>) =
                of_rule(way.rule).partition(|vector| vector.case.many.is_some());
            let plain = of_rule(Rule::Baseline);
            let mut defenders = BTreeSet::new();
            for vector in single.into_iter().chain(plain).chain(many) {
                // A case that catches it once need not catch it in every profile.
                let case = vector.id.case();
                let is_enough = vector.case.many.is_some() && !defenders.is_empty();
                if !is_enough && !defenders.contains(case) && catches(vector, &way) {
                    defenders.insert(case.to_owned());
                }
            }
            if defenders.is_empty() {
                let mut others = suite.vectors.iter().filter(|v| v.case.many.is_none());
                let first = others.find(|vector| catches(vector, &way));
                defenders.extend(first.map(|vector| vector.id.case().to_owned()));
            }
            Row { way, defenders }
        })
        .collect()
}

/// The rules that bind a builder somewhere and that no sabotage breaks.
#[must_use]
pub fn unbroken() -> Vec<Rule> {
    let binds = |rule: &Rule| {
        ProfileId::ALL
            .iter()
            .any(|id| Profile::get(*id).level(*rule) == Level::Refuse)
    };
    let broken: BTreeSet<Rule> = all().map(|way| way.rule).collect();
    let rules = Rule::BUILD.iter().copied();
    rules
        .filter(|rule| binds(rule) && !broken.contains(rule))
        .collect()
}

/// Whether a vector tells the broken builder from a right one, under the broken rule.
fn catches(vector: &Vector, way: &Way) -> bool {
    let builder = Saboteur::new(way.twist);
    let description = builder.describe();
    let seen = ask(vector, &builder, &description, Duration::MAX, ENOUGH);
    let question = Question {
        verdict: vector.verdict,
        rule: vector.rule,
        layers: &description.about.layers,
        faults_of_control: None,
        is_promised: seen.is_promised,
    };
    match judge::judge(&question, &seen.observation) {
        // Not declined: whatever else is wrong with what came.
        Outcome::WronglyBuilt if vector.verdict == BuildVerdict::Refuse => vector.rule == way.rule,
        Outcome::WronglyBuilt => {
            let rule = judge::decisive(&question, &seen.observation).map(|found| found.rule);
            rule.unwrap_or(vector.rule) == way.rule
        }
        Outcome::WronglyRefused => vector.rule == way.rule,
        Outcome::Agrees
        | Outcome::Failed(_)
        | Outcome::Informational
        | Outcome::Skipped(_)
        | Outcome::WronglyAccepted
        | Outcome::WronglyRejected => false,
    }
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
            (Ok(assertion), _) => BuildAnswer::Assertion(assertion),
            (Err(_), Twist::Says(say)) => BuildAnswer::refuse(say(request)),
            (Err(objection), _) => BuildAnswer::refuse(objection),
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
/// Enough for zeros at the beginning of a scalar.
const ENOUGH: Samples = Samples {
    at_most: Some(2000),
};
