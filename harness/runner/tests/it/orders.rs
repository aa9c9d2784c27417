//! Two orders: an implementation whose answer depends on what was asked before it is caught, though each
//! of its answers is permitted.

use std::{
    ops::ControlFlow,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use jwt_assay::{
    Answer, Description, Verifier,
    exit_code::ExitCode,
    filter::Filter,
    model::{Algorithm, ProfileId, Step, Verdict},
    plan::{Implementation, Plan},
    record::Incident,
    reference::Reference,
    run::RunOptions,
    session,
};
use jwt_assay_core::{
    oracle::{self, Memory},
    suite::Suite,
};

/// The reference, but at open points, where it accepts and rejects in turn.
#[derive(Default)]
struct InTurn {
    honest: Reference,
    open: AtomicUsize,
}

impl Verifier for InTurn {
    fn describe(&self) -> Description {
        Description {
            name: "in-turn".to_owned(),
            ..self.honest.describe()
        }
    }

    fn verify(&self, state: &str, step: &Step) -> Answer {
        let explained = oracle::explain(&mut Memory::default(), step);
        let is_open = explained.is_ok_and(|it| matches!(it.verdict(), Verdict::May(_)));
        if is_open && self.open.fetch_add(1, Ordering::SeqCst).is_multiple_of(2) {
            return Answer::reject("not this time");
        }
        self.honest.verify(state, step)
    }
}

#[test]
fn an_answer_that_depends_on_the_order_is_an_incident() {
    let filter = Filter {
        profiles: vec![ProfileId::Rfc7523],
        algorithms: vec![Algorithm::HS256],
        ..Filter::default()
    };
    let implementations = vec![
        Implementation::verifier(Arc::new(Reference::default())),
        Implementation::verifier(Arc::new(InTurn::default())),
    ];
    let plan = Plan::new(Suite::bundled(), &filter, implementations).unwrap();
    let options = RunOptions::PLAIN;
    let header = session::begin(&plan, &options, Vec::new());
    let go_on = |_| ControlFlow::Continue(());
    let mut first = session::judge(&plan, header, Vec::new(), &options, go_on);
    assert_eq!(first.incidents, []);
    assert_eq!(ExitCode::of_run(&first), ExitCode::Expected);

    let found = session::in_another_order(&plan, &first, &options, 7, go_on);
    let of = |name: &str| found.iter().filter(|it| it.implementation == name).count();
    assert_eq!(of("reference"), 0);
    // Twenty by name, and the number of the others.
    assert_eq!(of("in-turn"), 21, "{found:?}");
    let Incident { text, .. } = &found[0];
    assert!(
        text.contains("in the one order") && text.contains("in that of seed 7"),
        "{text}"
    );
    assert!(found[20].text.ends_with("as well"), "{}", found[20].text);
    first.incidents = found;
    assert_eq!(ExitCode::of_run(&first), ExitCode::Unexpected);
}
