//! The judgement that the fuzz targets and the command share, and the seeded driver.

use std::{
    num::NonZeroUsize,
    ops::ControlFlow,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use jwt_assay::outcome::Deviation;
use jwt_assay::{
    Answer, Verifier,
    model::{Layer, Level, Rule, Step},
    reference::Reference,
};
use jwt_assay_core::{
    generate::GeneratorLimits,
    model::{Algorithm, ProfileId},
    oracle::{self, Memory},
    recipe::{Recipe, StepRecipe},
};
use jwt_assay_fuzzing::{Hunt, HuntResult, Panel};

use crate::fakes::{Fake, accept, description, reject};

#[test]
fn the_reference_differs_from_the_oracle_nowhere() {
    let panel = Panel::of([Arc::new(Reference::default()) as Arc<dyn Verifier>]).unwrap();
    let harvest = hunt(2, 600).run(&panel, |_| ControlFlow::Continue(()));
    assert!(harvest.asked >= 500, "{}", harvest.asked);
    let keys: Vec<String> = harvest
        .catches
        .iter()
        .map(|c| c.finding.to_string())
        .collect();
    assert_eq!(keys, Vec::<String>::new());
}

#[test]
fn a_verifier_that_overlooks_one_rule_is_found_out_for_that_rule() {
    let panel = panel(|step| {
        let read = oracle::explain(&mut Memory::default(), step).unwrap();
        let mut rest = read
            .findings
            .iter()
            .filter(|found| found.rule != Rule::AudMismatch);
        match rest.any(|found| found.level == Level::Reject) {
            true => Answer::reject("no"),
            false => accept(step),
        }
    });
    let harvest = hunt(2, 1500).run(&panel, |_| ControlFlow::Continue(()));
    let key = (Rule::AudMismatch, Deviation::Accepted);
    let mut found = harvest
        .catches
        .iter()
        .map(|c| (c.finding.key.rule, c.finding.key.kind));
    assert!(found.any(|found| found == key), "{harvest:?}");
}

#[test]
fn a_hunt_that_is_stopped_keeps_its_findings() {
    let batches = AtomicU64::new(0);
    let harvest = hunt(1, 100_000).run(&panel(accept), |_| {
        match batches.fetch_add(1, Ordering::Relaxed) {
            0..3 => ControlFlow::Continue(()),
            _ => ControlFlow::Break(()),
        }
    });
    assert_eq!(harvest.tried, 96);
    let whole = hunt(1, 96).run(&panel(accept), |_| ControlFlow::Continue(()));
    let keys = |harvest: &HuntResult| -> Vec<String> {
        let catches = harvest.catches.iter();
        catches.map(|it| it.finding.to_string()).collect()
    };
    assert!(!keys(&harvest).is_empty());
    assert_eq!(keys(&harvest), keys(&whole));
}

#[test]
fn accepting_all_and_rejecting_all_are_findings_of_different_kinds() {
    let valid = Recipe::valid(ProfileId::Okta, Algorithm::HS256);
    let broken = Recipe {
        steps: vec![StepRecipe {
            edits: vec![
                toml::from_str::<Edit>("edit = { claims = { remove = \"exp\" } }")
                    .unwrap()
                    .edit,
            ],
            ..StepRecipe::default()
        }],
        ..valid.clone()
    };
    let found = |panel: &Panel, recipe| {
        let findings = panel.judge(recipe).findings;
        findings
            .first()
            .map(|finding| (finding.key.rule, finding.key.kind))
    };
    let (accepts, rejects) = (panel(accept), panel(reject));
    assert_eq!(found(&accepts, &valid), None);
    assert_eq!(
        found(&accepts, &broken),
        Some((Rule::ExpMissing, Deviation::Accepted))
    );
    assert_eq!(found(&rejects, &broken), None);
    assert_eq!(
        found(&rejects, &valid),
        Some((Rule::Baseline, Deviation::Rejected))
    );
}

#[test]
fn a_layer_that_is_not_claimed_is_no_finding() {
    let mut about = description("fake");
    about
        .layers
        .retain(|layer| *layer != Layer::Jwt && *layer != Layer::Assertion);
    let panel = Panel::of([Arc::new(Fake(about, accept)) as Arc<dyn Verifier>]).unwrap();
    let harvest = hunt(2, 800).run(&panel, |_| ControlFlow::Continue(()));
    assert!(harvest.asked > 0 && !harvest.catches.is_empty());
    for catch in &harvest.catches {
        let layer = catch.finding.key.rule.info().layer;
        assert!(
            layer != Layer::Jwt && layer != Layer::Assertion,
            "{}",
            catch.finding
        );
    }
}

#[test]
fn a_verifier_that_claims_little_is_still_blamed_for_rejecting_what_is_plain() {
    let mut about = description("fake");
    about.layers = vec![Layer::Jws, Layer::Jwt];
    let panel = Panel::of([Arc::new(Fake(about, reject)) as Arc<dyn Verifier>]).unwrap();
    for profile in ProfileId::ALL {
        let findings = panel
            .judge(&Recipe::valid(profile, Algorithm::ES256))
            .findings;
        let keys: Vec<_> = findings.iter().map(|f| (f.key.rule, f.key.kind)).collect();
        assert_eq!(keys, [(Rule::Baseline, Deviation::Rejected)], "{profile}");
    }
}

#[test]
fn the_number_of_threads_decides_nothing() {
    let panel = panel(accept);
    let shown = |jobs| {
        let harvest = hunt(jobs, 400).run(&panel, |_| ControlFlow::Continue(()));
        let catches = harvest.catches.into_iter();
        catches
            .map(|c| (c.finding, c.times, c.octets))
            .collect::<Vec<_>>()
    };
    assert_eq!(shown(1), shown(3));
}

#[test]
fn a_recorded_divergence_is_recognised_by_rule_and_outcome() {
    let panel = Panel::in_process().unwrap();
    let crit = "edit = { header-text = '{${members},\"crit\":[\"assay-x\"],\"assay-x\":1}' }";
    let recipe = Recipe {
        steps: vec![StepRecipe {
            edits: vec![toml::from_str::<Edit>(crit).unwrap().edit],
            ..StepRecipe::default()
        }],
        ..Recipe::valid(ProfileId::Rfc7523, Algorithm::HS256)
    };
    let findings = panel.judge(&recipe).findings;
    let jsonwebtoken = findings
        .iter()
        .find(|f| f.key.implementation == "jsonwebtoken")
        .unwrap();
    assert_eq!(jsonwebtoken.key.rule, Rule::CritUnknown);
    assert!(jsonwebtoken.is_known);
}

#[test]
fn a_panic_that_is_recorded_is_known_where_the_oracle_stops_before_its_cause() {
    let all = Panel::in_process().unwrap();
    let edit = |text| toml::from_str::<Edit>(text).unwrap().edit;
    let found_in = |profile, edits| {
        let recipe = Recipe {
            steps: vec![StepRecipe {
                edits,
                ..StepRecipe::default()
            }],
            ..Recipe::valid(profile, Algorithm::ES256)
        };
        let findings = all.judge(&recipe).findings.into_iter();
        let mut findings = findings.filter(|found| found.key.implementation == "biscuit");
        findings
            .next()
            .map(|found| (found.key.kind, found.is_known))
    };
    let found = |edits| found_in(ProfileId::OidcCore, edits);
    let moment = "edit = { claims = { set = [\"nbf\", \"9007199254740993\"] } }";
    let twice = "edit = { payload-text = \"${json}${json}\" }";
    assert_eq!(found(vec![edit(moment)]), Some((Deviation::Crashed, true)));
    assert_eq!(
        found(vec![edit(twice), edit(moment)]),
        Some((Deviation::Crashed, true))
    );
    let first = "edit = { claims = { prepend = [\"nbf\", \"9007199254740993\"] } }";
    assert_eq!(found(vec![edit(first)]), Some((Deviation::Crashed, true)));
    // What a server has to accept can be the cause as well: PingOne does not look at iat.
    let far = "edit = { claims = { set = [\"iat\", \"17000000000000\"] } }";
    let unnamed = "edit = { request = \"omit-client-id\" }";
    assert_eq!(
        found_in(ProfileId::Pingone, vec![edit(far), edit(unnamed)]),
        Some((Deviation::Crashed, true))
    );
    // A verifier of which nothing is recorded.
    let panics = panel(|_| Answer::Error {
        reason: "panicked: elsewhere".to_owned(),
    });
    let valid = Recipe::valid(ProfileId::OidcCore, Algorithm::ES256);
    assert!(!panics.judge(&valid).findings[0].is_known);
}

#[derive(serde::Deserialize)]
struct Edit {
    edit: jwt_assay_core::mutate::Mutation,
}

fn panel(answer: fn(&Step) -> Answer) -> Panel {
    Panel::of([Arc::new(Fake(description("fake"), answer)) as Arc<dyn Verifier>]).unwrap()
}

fn hunt(jobs: usize, cases: u64) -> Hunt {
    Hunt {
        seed: 1,
        cases,
        jobs: NonZeroUsize::new(jobs).unwrap(),
        // Cheap, and every profile but one has it.
        within: GeneratorLimits {
            algorithm: Some(Algorithm::HS256),
            cases: true,
        },
    }
}
