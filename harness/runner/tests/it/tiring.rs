//! Implementations that change with the number of requests: each is right at first, and must be caught
//! for what it does later.

use std::{
    collections::HashMap,
    num::NonZeroUsize,
    ops::{ControlFlow, Deref},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use jwt_assay::{
    Answer, BuildAnswer, Builder, BuilderDescription, Description, Verifier,
    exit_code::ExitCode,
    filter::Filter,
    model::{Algorithm, BuildRequest, ProfileId, Role, Step},
    outcome::{Outcome, SkipReason},
    plan::{Implementation, Plan},
    record::Run,
    reference::{Reference, ReferenceBuilder},
    run::RunOptions,
    session,
};
use jwt_assay_core::suite::Suite;
use jwt_assay_implementations::reach::call::CatchPanics;

/// The change, beginning with a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Change {
    /// It rejects or declines everything.
    LocksAll,
    /// It rejects or declines everything of the client, or of the algorithm, that asked so often.
    LocksClient,
    /// It locks everybody out for thirty requests, and then goes on.
    Pauses,
    /// The same of every other request, as a server with a limit per second does.
    Alternates,
    /// It rejects everything after so many rejections.
    LocksAfterRejections,
    /// It accepts or signs everything.
    Opens,
    /// It panics.
    Panics,
    /// It forgets what it has seen before, or repeats what it has written before.
    Forgets,
}

const CHANGES: [Change; 8] = [
    Change::LocksAll,
    Change::LocksClient,
    Change::Pauses,
    Change::Alternates,
    Change::LocksAfterRejections,
    Change::Opens,
    Change::Panics,
    Change::Forgets,
];

const AFTER: [usize; 4] = [1, 10, 40, 400];

/// So late that only a run of thousands of vectors comes there.
const LATE: usize = 4000;

/// An honest implementation until its change.
struct Tiring<T> {
    honest: T,
    change: Change,
    after: usize,
    requests: AtomicUsize,
    rejections: AtomicUsize,
    by_client: Mutex<HashMap<String, usize>>,
    /// False where a run has too few requests for the change.
    has_changed: AtomicBool,
}

/// A tiring implementation that the test looks at after its run.
struct Watched<T>(Arc<Tiring<T>>);

impl<T> Deref for Watched<T> {
    type Target = Tiring<T>;

    fn deref(&self) -> &Tiring<T> {
        &self.0
    }
}

impl<T> Tiring<T> {
    fn new(honest: T, change: Change, after: usize) -> Self {
        Self {
            honest,
            change,
            after,
            requests: AtomicUsize::new(0),
            rejections: AtomicUsize::new(0),
            by_client: Mutex::default(),
            has_changed: AtomicBool::new(false),
        }
    }

    fn name(&self) -> String {
        format!("{:?} after {}", self.change, self.after)
    }

    /// Counts a request of a client; true where the change is in force.
    fn is_changed(&self, client: &str) -> bool {
        let requests = self.requests.fetch_add(1, Ordering::SeqCst);
        let of_client = {
            let mut by_client = self.by_client.lock().unwrap();
            let count = by_client.entry(client.to_owned()).or_default();
            *count += 1;
            *count
        };
        let is_changed = match self.change {
            Change::LocksClient => of_client > self.after,
            Change::LocksAfterRejections => self.rejections.load(Ordering::SeqCst) >= self.after,
            Change::Pauses => (self.after..self.after + 30).contains(&requests),
            Change::Alternates => requests >= self.after && requests.is_multiple_of(2),
            Change::LocksAll | Change::Opens | Change::Panics | Change::Forgets => {
                requests >= self.after
            }
        };
        self.has_changed.fetch_or(is_changed, Ordering::SeqCst);
        is_changed
    }
}

impl Verifier for Watched<Reference> {
    fn describe(&self) -> Description {
        Description {
            name: self.name(),
            ..self.honest.describe()
        }
    }

    fn verify(&self, state: &str, step: &Step) -> Answer {
        let client = &step.context.clients[0];
        let client = format!("{:?} {}", client.alg, step.context.policy.profile);
        if !self.is_changed(&client) {
            let answer = self.honest.verify(state, step);
            if matches!(answer, Answer::Reject { .. }) {
                self.rejections.fetch_add(1, Ordering::SeqCst);
            }
            return answer;
        }
        match self.change {
            Change::Opens => super::fakes::accept(step),
            Change::Panics => panic!("tired"),
            Change::Forgets => {
                let requests = self.requests.load(Ordering::SeqCst);
                self.honest.verify(&format!("{state}-{requests}"), step)
            }
            _ => Answer::reject("locked out"),
        }
    }
}

impl Builder for Watched<ReferenceBuilder> {
    fn describe(&self) -> BuilderDescription {
        let mut described = self.honest.describe();
        described.about.name = self.name();
        described
    }

    fn build(&self, request: &BuildRequest) -> BuildAnswer {
        if !self.is_changed(&format!("{} {}", request.algorithm, request.policy.profile)) {
            let answer = self.honest.build(request);
            if matches!(answer, BuildAnswer::Declined { .. }) {
                self.rejections.fetch_add(1, Ordering::SeqCst);
            }
            return answer;
        }
        let compose = |jti| jwt_assay_core::builder::reference::compose(request, jti);
        match self.change {
            Change::Panics => panic!("tired"),
            Change::Opens | Change::Forgets => match compose("the-same-jti-for-all-requests") {
                Ok(unsigned) if self.change == Change::Forgets => {
                    BuildAnswer::Assertion(unsigned.sign())
                }
                Ok(unsigned) => BuildAnswer::Assertion(unsigned.input() + ".AAAA"),
                Err(objection) => BuildAnswer::decline(objection),
            },
            _ => BuildAnswer::decline("locked out"),
        }
    }
}

fn run(filter: &Filter, implementations: Vec<Implementation>) -> Vec<Run> {
    let plan = Plan::new(Suite::bundled(), filter, implementations).unwrap();
    let options = RunOptions {
        jobs: NonZeroUsize::new(2).unwrap(),
        samples: Some(32),
        ..RunOptions::PLAIN
    };
    let header = session::begin(&plan, &options, Vec::new());
    let run = session::judge(&plan, header, Vec::new(), &options, |_| {
        ControlFlow::Continue(())
    });
    let of = |description: &Description| {
        let mut own = Run::without_results(run.header.clone());
        own.header.implementations = vec![description.clone()];
        let records = run.records.iter();
        let records = records.filter(|it| it.implementation == description.name);
        own.records = records.cloned().collect();
        let incidents = run.incidents.iter();
        let incidents = incidents.filter(|it| it.implementation == description.name);
        own.incidents = incidents.cloned().collect();
        own
    };
    run.header.implementations.iter().map(of).collect()
}

/// Every change that is not caught, and every wrongful one of an honest implementation.
fn uncaught(runs: &[Run]) -> Vec<String> {
    let is_green = |run: &&Run| ExitCode::of_run(run) == ExitCode::Expected;
    let name = |run: &Run| run.header.implementations[0].name.clone();
    runs.iter().filter(is_green).map(name).collect()
}

/// Every change, beginning with every request.
fn family<T>(honest: impl Fn() -> T) -> Vec<Arc<Tiring<T>>> {
    let kinds = CHANGES
        .into_iter()
        .flat_map(|change| AFTER.map(|after| (change, after)));
    let late = [Change::LocksAll, Change::Opens].map(|change| (change, LATE));
    kinds
        .chain(late)
        .map(|(change, after)| Arc::new(Tiring::new(honest(), change, after)))
        .collect()
}

/// The names of those that had too few requests for their change, and that of the honest one.
fn unchanged<T>(family: &[Arc<Tiring<T>>]) -> Vec<String> {
    let unchanged = family
        .iter()
        .filter(|it| !it.has_changed.load(Ordering::SeqCst));
    let names = unchanged.map(|it| it.name());
    names.chain(["reference".to_owned()]).collect()
}

#[test]
fn a_verifier_that_changes_with_the_number_of_requests_is_caught() {
    let filter = Filter {
        algorithms: vec![Algorithm::HS256, Algorithm::ES256],
        ..Filter::default()
    };
    let family = family(Reference::default);
    let verifiers = family
        .iter()
        .map(|it| Implementation::verifier(Arc::new(CatchPanics(Watched(Arc::clone(it))))));
    let honest = Implementation::verifier(Arc::new(Reference::default()));
    let runs = run(&filter, verifiers.chain([honest]).collect());
    assert_eq!(uncaught(&runs), unchanged(&family));
    assert_eq!(unchanged(&family), ["reference"]);
    let void = |run: &&Run| {
        let is_void = |it: &jwt_assay::record::Record| {
            matches!(it.outcome, Outcome::Skipped(SkipReason::ControlLost(_)))
        };
        run.records.iter().any(is_void)
    };
    let reference = runs.last().unwrap();
    assert!(!void(&reference) && reference.incidents.is_empty());
    let locked = runs
        .iter()
        .find(|run| run.header.implementations[0].name == "LocksAll after 4000");
    let locked = locked.unwrap();
    assert!(void(&locked));
    assert_eq!(ExitCode::of_run(locked), ExitCode::Fault);
    let says = "at first, and after some 3600 other vectors it did not: rejected: locked out";
    assert!(
        locked.incidents[0].text.contains(says),
        "{:?}",
        locked.incidents
    );
    // A rejection of the time after the lock-out counts nowhere, right or wrong.
    let counted = locked.records.iter().filter(|record| {
        let words = format!("{:?}", record.steps);
        words.contains("locked out")
            && !matches!(record.outcome, Outcome::Skipped(_) | Outcome::Open)
    });
    let counted: Vec<_> = counted.map(|record| record.vector.to_string()).collect();
    assert!(
        counted.iter().all(|id| !id.is_empty()) && counted.is_empty(),
        "{counted:?}"
    );
}

#[test]
fn a_builder_that_changes_with_the_number_of_requests_is_caught() {
    let filter = Filter {
        role: Role::Build,
        profiles: vec![ProfileId::Okta, ProfileId::Rfc10070],
        ..Filter::default()
    };
    let family = family(|| ReferenceBuilder);
    let builders = family
        .iter()
        .map(|it| Implementation::builder(Arc::new(CatchPanics(Watched(Arc::clone(it))))));
    let honest = Implementation::builder(Arc::new(ReferenceBuilder));
    let runs = run(&filter, builders.chain([honest]).collect());
    assert_eq!(uncaught(&runs), unchanged(&family));
    // A run of builders has no four thousand requests, and none has four hundred of one client.
    assert!(unchanged(&family).len() <= 5, "{:?}", unchanged(&family));
}
