//! Sequences: fresh assertions, replays, forgeries that come first, other clients, other keys, and
//! time that passes. Where replays are rejected, no client's `jti` may pass twice while the first
//! would still be accepted.

use std::collections::HashMap;

use arbitrary::Unstructured;
use jwt_assay_core::{
    generate::{self, Draw, GeneratorLimits},
    model::{ReplayPolicy, UnixSeconds, Verdict},
    recipe::Recipe,
};

use super::{Target, judged};
use crate::seeds::{self, Seed};

/// Recipes of two to eight steps.
#[derive(Clone, Copy, Debug)]
pub struct Sequences;

impl Target for Sequences {
    fn name(&self) -> &'static str {
        "sequences"
    }

    fn run(&self, octets: &[u8]) {
        let lot = judged::lot(octets);
        let recipe = generate::sequence(&mut Draw::new(&mut Unstructured::new(octets)));
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
    }

    fn seeds(&self) -> Vec<Seed> {
        seeds::drawn()
    }

    fn recipe(&self, draw: &mut Draw<'_, '_>, _: &GeneratorLimits) -> Option<Recipe> {
        Some(generate::sequence(draw))
    }
}
