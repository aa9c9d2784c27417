//! Sequences: fresh assertions, replays, forgeries that come first, other clients, other keys, and
//! time that passes. Where replays are refused, no client's `jti` may pass twice while the first
//! would still be accepted.

use std::collections::HashMap;

use arbitrary::{Result, Unstructured};
use jwt_assay_core::{
    generate,
    model::{ReplayPolicy, UnixSeconds, Verdict},
};

use crate::judged;

/// Builds a sequence from the input and judges it.
///
/// # Errors
///
/// None: every input is a sequence.
///
/// # Panics
///
/// Where a `jti` passes twice, an implementation differs from the oracle, or a verdict is not
/// stable: the finding.
pub fn run(u: &mut Unstructured<'_>) -> Result<()> {
    let lot = judged::lot(u);
    let recipe = generate::sequence(u);
    let reading = judged::hold_to_account(&recipe, lot);
    // Until when each was used up; kept apart from the oracle's own memory.
    let mut used: HashMap<(String, String), UnixSeconds> = HashMap::new();
    for (step, read) in reading.steps.iter().zip(&reading.explanations) {
        let policy = &step.context.policy;
        let (Some(client), Some((jti, exp))) = (&read.client, &read.jti) else {
            continue;
        };
        // An open point may have been answered either way, so only what must be accepted counts.
        if read.verdict() != Verdict::Accept || policy.replay != ReplayPolicy::Reject {
            continue;
        }
        let key = (client.0.clone(), jti.clone());
        let is_replay = used.get(&key).is_some_and(|until| step.now < *until);
        assert!(
            !is_replay,
            "{} may use {jti:?} twice:\n{}",
            client.0,
            judged::written(&recipe)
        );
        used.insert(key, *exp + i64::from(policy.clock_skew));
    }
    judged::put_to_some(&recipe, &reading, lot);
    Ok(())
}

#[test]
fn smoke() {
    crate::smoke(run, 200);
}
