//! The stages of a run of the reference over the whole suite: compiling the cases, signing, the oracle,
//! judging; and the ratio of the oracle's time to that of the bare signature checks.
//!
//! All stages are measured round by round in one process, and each ratio within its round, since times of
//! different runs do not compare. `cargo bench -p jwt-assay-benches --bench suite`; `-- --test` runs each
//! stage once.

use std::{
    env,
    hint::black_box,
    ops::ControlFlow,
    sync::Arc,
    time::{Duration, Instant},
};

use jwt_assay::{
    divergences::Divergences,
    filter::Filter,
    plan::{Implementation, Plan},
    reference::Reference,
    run::RunOptions,
    session,
};
use jwt_assay_core::{
    encoding::read_base64url,
    model::{Algorithm, Client, Method, Presented, Role, Step},
    oracle::{self, Memory, PublicKey},
    suite::{Suite, case_files},
};

fn main() {
    let is_test = env::args().any(|argument| argument == "--test");
    let rounds = if is_test { 1 } else { ROUNDS };
    let suite = Suite::bundled();
    let presented: Vec<Presented> = suite
        .presentations()
        .map(|(_, own)| own.present())
        .collect();
    let steps: Vec<&Step> = presented
        .iter()
        .flat_map(|presented| &presented.steps)
        .collect();
    let checks: Vec<Check> = steps.iter().filter_map(|step| Check::of(step)).collect();
    let ordinary: Vec<&Presented> = presented.iter().filter(|p| is_ordinary(p)).collect();
    let of_ordinary = ordinary.iter().flat_map(|presented| &presented.steps);
    let ordinary_checks: Vec<Check> = of_ordinary.filter_map(Check::of).collect();

    let mut times = vec![[Duration::ZERO; 7]; rounds];
    for round in &mut times {
        *round = [
            time(|| {
                black_box(Suite::from_files(case_files(Role::Verify)).expect("the bundled files"));
            }),
            time(|| {
                suite.presentations().for_each(|(_, own)| {
                    black_box(own.present());
                });
            }),
            time(|| checks.iter().for_each(Check::run)),
            time(|| presented.iter().for_each(explain)),
            time(|| run(suite)),
            time(|| ordinary_checks.iter().for_each(Check::run)),
            time(|| ordinary.iter().copied().for_each(explain)),
        ];
    }

    println!(
        "{} vectors, {} steps, {} signatures that can be checked; medians of {rounds} rounds, one thread",
        presented.len(),
        steps.len(),
        checks.len()
    );
    let stage = |name: &str, of: &dyn Fn(&[Duration; 7]) -> f64| {
        let mut values: Vec<f64> = times.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        let (least, most) = (values[0], values[values.len() - 1]);
        let median = values[values.len() / 2];
        println!("  {name:<48} {median:8.3} [{least:.3}..{most:.3}]");
    };
    let seconds = |index: usize| move |round: &[Duration; 7]| round[index].as_secs_f64();
    stage("compiling the case files, s", &seconds(COMPILE));
    stage("building and signing, s", &seconds(SIGN));
    stage("the bare signature checks, s", &seconds(CHECK));
    stage("the oracle, s", &seconds(EXPLAIN));
    stage("a whole run, s", &seconds(RUN));
    stage("the run beside signing and the oracle, s", &|round| {
        round[RUN].as_secs_f64() - round[SIGN].as_secs_f64() - round[EXPLAIN].as_secs_f64()
    });
    stage("the oracle over the bare checks", &|round| {
        round[EXPLAIN].as_secs_f64() / round[CHECK].as_secs_f64()
    });
    stage("the same, without what is large on purpose", &|round| {
        round[EXPLAIN_ORDINARY].as_secs_f64() / round[CHECK_ORDINARY].as_secs_f64()
    });
    stage("a run without signing over the bare checks", &|round| {
        (round[RUN].as_secs_f64() - round[SIGN].as_secs_f64()) / round[CHECK].as_secs_f64()
    });
}

fn keys_of(client: &Client) -> usize {
    let keys = client.jwks.as_ref().and_then(|set| set["keys"].as_array());
    keys.map_or(0, Vec::len)
}

fn time(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn explain(presented: &Presented) {
    let mut memory = Memory::default();
    for step in &presented.steps {
        black_box(oracle::explain(&mut memory, step).expect("a known policy"));
    }
}

/// True without an assertion of a megabyte or a client with ten thousand keys, where reading takes the
/// time.
fn is_ordinary(presented: &Presented) -> bool {
    let is_small = |step: &Step| {
        let assertion = step.request.client_assertion.as_ref();
        assertion.is_none_or(|assertion| assertion.0.len() <= 65_536)
            && step
                .context
                .clients
                .iter()
                .all(|client| keys_of(client) <= 100)
    };
    presented.steps.iter().all(is_small)
}

/// Runs the reference over the whole suite, judged and compared as in `jwt-assay run`.
fn run(suite: &Suite) {
    let reference = Implementation::verifier(Arc::new(Reference::default()));
    let plan = Plan::new(suite, &Filter::default(), vec![reference]).expect("everything");
    let options = RunOptions::PLAIN;
    let header = session::begin(&plan, &options, Vec::new());
    let none = vec![Divergences::default()];
    let run = session::judge(&plan, header, none, &options, |_| ControlFlow::Continue(()));
    assert_eq!(run.records.len(), suite.presentations().count());
}

/// One signature check, prepared as far as a server can prepare it when a client registers.
struct Check {
    algorithm: Algorithm,
    input: Vec<u8>,
    signature: Vec<u8>,
    key: Key,
}

enum Key {
    Public(PublicKey),
    Secret(Vec<u8>),
}

impl Check {
    /// The check with the first key that fits; `None` where the assertion has no signature to check.
    fn of(step: &Step) -> Option<Self> {
        let text = step.request.client_assertion.as_ref()?.as_text()?;
        let (input, signature) = text.rsplit_once('.')?;
        let signature = read_base64url(signature.as_bytes()).ok()?.octets;
        let explanation = oracle::explain(&mut Memory::default(), step).ok()?;
        let client_id = explanation.client?;
        let clients = &step.context.clients;
        let client = clients
            .iter()
            .find(|client| client.client_id == client_id)?;
        let header: serde_json::Value =
            serde_json::from_str(explanation.header.as_deref()?).ok()?;
        let algorithm: Algorithm = header["alg"].as_str()?.parse().ok()?;
        let key = match Method::of(algorithm) {
            Method::ClientSecretJwt => Key::Secret(client.secret.as_ref()?.as_bytes().to_vec()),
            Method::PrivateKeyJwt => {
                let keys = client.jwks.as_ref()?["keys"].as_array()?;
                let fitting = |jwk: &serde_json::Value| {
                    let read = PublicKey::from_jwk(jwk.as_object()?, algorithm);
                    read.ok().map(|(key, _)| key)
                };
                Key::Public(keys.iter().find_map(fitting)?)
            }
        };
        Some(Self {
            algorithm,
            input: input.into(),
            signature,
            key,
        })
    }

    fn run(&self) {
        black_box(match &self.key {
            Key::Public(key) => oracle::check_signature(key, &self.input, &self.signature),
            Key::Secret(secret) => {
                oracle::check_mac(self.algorithm.hash(), secret, &self.input, &self.signature)
            }
        });
    }
}

const ROUNDS: usize = 5;
const COMPILE: usize = 0;
const SIGN: usize = 1;
const CHECK: usize = 2;
const EXPLAIN: usize = 3;
const RUN: usize = 4;
const CHECK_ORDINARY: usize = 5;
const EXPLAIN_ORDINARY: usize = 6;
