//! Builders: what can be asked for, right or not. What the reference builds has no fault in the
//! oracle's eyes, what a library builds where the reference does has none that is not recorded, and no
//! library panics, whatever it is asked for.

use std::{collections::HashSet, sync::LazyLock};

use arbitrary::{Result, Unstructured};
use jwt_assay::{divergences::Divergences, outcome::Deviation};
use jwt_assay_core::{
    builder::{Ask, BuildRecipe, Lens, inspect, reference},
    generate,
    model::{BuildRequest, Rule, UnixSeconds},
    suite::Suite,
};
use jwt_assay_implementations::{BuildAnswer, Builder, Description, registry};

/// Asks every builder.
///
/// # Errors
///
/// None: every input is a request.
///
/// # Panics
///
/// Where the reference or a library builds what has a fault, or a library fails: the finding.
pub fn run(u: &mut Unstructured<'_>) -> Result<()> {
    let recipe = generate::ask(u);
    let mut can_be_built = false;
    if let Some(request) = recipe.request(&reference::FORMATS)
        && let Ok(assertion) = reference::build(&request, "public-test-jti")
    {
        let faults = faults(&recipe, &request, &assertion);
        assert!(
            faults.is_empty(),
            "the reference builds {faults:?}: {recipe:?}"
        );
        can_be_built = true;
    }
    for member in MEMBERS.iter() {
        let Some(request) = recipe.request(&member.about.key_formats) else {
            continue;
        };
        if is_recorded(&member.about.name, &request) {
            continue;
        }
        match member.builder.build(&request) {
            BuildAnswer::Error { reason } => {
                panic!(
                    "{} crashed [build]: {reason}: {recipe:?}",
                    member.about.name
                )
            }
            // What the reference declines has no right form to be held against.
            BuildAnswer::Assertion(assertion) if can_be_built => {
                member.hold_to_account(&recipe, &request, &assertion);
            }
            BuildAnswer::Assertion(_)
            | BuildAnswer::Declined { .. }
            | BuildAnswer::Unsupported { .. } => {}
        }
    }
    Ok(())
}

/// A builder with what is recorded of it.
struct Member {
    builder: Box<dyn Builder>,
    about: Description,
    known: HashSet<Rule>,
}

impl Member {
    fn of(builder: Box<dyn Builder>) -> Self {
        let about = builder.describe().about;
        let recorded = Divergences::bundled(&about, Suite::bundled())
            .expect("the bundled divergences fit the suite, tested");
        let signed = recorded
            .vectors()
            .filter(|(_, seen)| *seen == Deviation::Signed);
        let suite = Suite::bundled();
        let rules = signed.filter_map(|(id, _)| Some(suite.vector(id)?.rule));
        Self {
            known: rules.collect(),
            builder,
            about,
        }
    }

    /// Whether an answer has a fault under a rule of a layer that the builder claims, which is not
    /// recorded and which its answer to the plain request does not have.
    ///
    /// # Panics
    ///
    /// Where it has: the finding.
    fn hold_to_account(&self, recipe: &BuildRecipe, request: &BuildRequest, assertion: &str) {
        let is_own = |fault: &(Rule, String)| {
            self.about.layers.contains(&fault.0.info().layer) && !self.known.contains(&fault.0)
        };
        let faults = faults(recipe, request, assertion).into_iter();
        let mut own = faults.filter(is_own).peekable();
        if own.peek().is_none() {
            return;
        }
        let plain = self.faults_of_plain(recipe);
        if let Some((rule, detail)) = own.find(|(rule, _)| !plain.contains(rule)) {
            let name = &self.about.name;
            panic!("{name} wrongly built [{rule}]: {detail}: {recipe:?}");
        }
    }

    fn faults_of_plain(&self, recipe: &BuildRecipe) -> HashSet<Rule> {
        let plain = BuildRecipe {
            setup: Ask::default(),
            ask: Ask::default(),
            ..recipe.clone()
        };
        let request = plain.request(&self.about.key_formats);
        let answer = request.map(|request| (self.builder.build(&request), request));
        let Some((BuildAnswer::Assertion(assertion), request)) = answer else {
            return HashSet::new();
        };
        let faults = faults(&plain, &request, &assertion).into_iter();
        faults.map(|(rule, _)| rule).collect()
    }
}

/// `harness/divergences/jwt-simple.toml`: it keeps times in 32 bits, and what goes beyond them is cut,
/// or with overflow checks a panic.
fn is_recorded(name: &str, request: &BuildRequest) -> bool {
    let exp = request.now + i64::from(request.lifetime);
    name == "jwt-simple" && exp > UnixSeconds(u32::MAX.into())
}

/// What no answer may have.
fn faults(recipe: &BuildRecipe, request: &BuildRequest, assertion: &str) -> Vec<(Rule, String)> {
    let (server, signer) = (BuildRecipe::server(), recipe.signer());
    let lens = Lens {
        server: &server,
        signer: &signer,
        fixed: &[],
        now: request.now,
        at_every_second: false,
        in_every_profile: false,
    };
    let inspection = inspect(request, &lens, assertion);
    let faults = inspection.faults();
    faults
        .map(|fault| (fault.rule, fault.detail.to_string()))
        .collect()
}

static MEMBERS: LazyLock<Vec<Member>> = LazyLock::new(|| {
    let builders = registry::builders_in_process().into_iter();
    builders.map(Member::of).collect()
});

#[test]
fn smoke() {
    crate::smoke(run, 300);
}
