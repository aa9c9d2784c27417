//! Fake verifiers, and a suite small enough to count by hand.

use std::{num::NonZeroUsize, ops::ControlFlow, sync::Arc};

use jwt_assay::{
    Answer, Clock, Description, KeyFormat, Verifier,
    divergences::Divergences,
    filter::Filter,
    model::{Algorithm, Layer, Method, Step},
    outcome::Outcome,
    plan::{Implementation, Plan},
    record::Run,
    run::RunOptions,
    session,
    subject::Subject,
};
use jwt_assay_core::suite::Suite;

/// A verifier that answers by a function.
pub(crate) struct Fake<F>(pub(crate) Description, pub(crate) F);

impl<F: Fn(&Step) -> Answer + Send + Sync> Verifier for Fake<F> {
    fn describe(&self) -> Description {
        self.0.clone()
    }

    fn verify(&self, _state: &str, step: &Step) -> Answer {
        self.1(step)
    }
}

/// A description that claims and promises everything.
pub(crate) fn description(name: &str) -> Description {
    Description {
        name: name.to_owned(),
        version: "1".to_owned(),
        language: "Rust".to_owned(),
        toolchain: None,
        url: String::new(),
        layers: Layer::ALL.to_vec(),
        methods: vec![Method::ClientSecretJwt, Method::PrivateKeyJwt],
        algorithms: Algorithm::ALL.to_vec(),
        clock: Clock::Given,
        key_formats: vec![KeyFormat::Jwk, KeyFormat::Secret],
        lacks: Vec::new(),
    }
}

/// Accepts the client that the request names.
pub(crate) fn accept(step: &Step) -> Answer {
    let client_id = match Subject::of(step) {
        Subject::Client(client_id) => client_id.0,
        Subject::Registered(clients) => clients[0].0.clone(),
    };
    Answer::Accept { client_id }
}

pub(crate) fn reject(_: &Step) -> Answer {
    Answer::reject("no")
}

/// The positive control, one rejection per kind of rule, an open question, and a replay.
pub(crate) const SUITE: &str = r#"
group = "A"
title = "Made up"
algorithms = "one"

[[case]]
id = "pos-full"
text = "Nothing is wrong."
rule = "baseline"
verdict = "accept"

[[case]]
id = "aud-missing"
text = "No aud."
rule = "aud-missing"
edits = [{ claims = { remove = "aud" } }]
verdict = "reject"

[[case]]
id = "iss-missing"
text = "No iss."
rule = "iss-missing"
edits = [{ claims = { remove = "iss" } }]
verdict = "reject"

[[case]]
id = "jti-missing-open"
text = "No jti."
rule = "jti-missing"
edits = [{ claims = { remove = "jti" } }]
verdict = "may"

[[case]]
id = "same-token-twice"
text = "The same token twice."
rule = "replay"
verdict = "reject"
steps = [{}, { resend = 1 }]
"#;

pub(crate) fn suite() -> Suite {
    Suite::from_files([("made-up.toml", SUITE)]).unwrap()
}

/// Runs the selected vectors on two threads, in an order drawn from a seed.
pub(crate) fn run(
    suite: &Suite,
    select: &Filter,
    verifier: impl Verifier + 'static,
    divergences: Divergences,
) -> Run {
    let implementation = Implementation::verifier(Arc::new(verifier));
    let plan = Plan::new(suite, select, vec![implementation]).unwrap();
    let header = session::begin(&plan, &RunOptions::PLAIN, Vec::new());
    let options = RunOptions {
        jobs: NonZeroUsize::new(2).unwrap(),
        seed: Some(7),
        ..RunOptions::PLAIN
    };
    session::judge(&plan, header, vec![divergences], &options, |_| {
        ControlFlow::Continue(())
    })
}

/// A filter for one profile, which is enough to count by hand.
pub(crate) fn rfc7523() -> Filter {
    Filter {
        profiles: vec![jwt_assay::model::ProfileId::Rfc7523],
        ..Filter::default()
    }
}

pub(crate) fn only(pattern: &str) -> Filter {
    Filter {
        only: vec![pattern.parse().unwrap()],
        ..rfc7523()
    }
}

/// The case and the outcome of every record.
pub(crate) fn outcomes(run: &Run) -> Vec<(&str, Outcome)> {
    run.records
        .iter()
        .map(|record| (record.case.as_str(), record.outcome.clone()))
        .collect()
}
