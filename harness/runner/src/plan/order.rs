//! The order of asking: controls first, then the others, with controls repeated between them.
//!
//! A control that was accepted once proves little about the hundredth request: a server may lock a client
//! out, tire, or lose its memory meanwhile, and then rejects for that reason. So a control is asked again
//! after every few vectors, and once more for each client at the very end. [`crate::assess`] counts a
//! rejection only between two accepted ones.

use std::collections::HashMap;

use jwt_assay_core::model::{Algorithm, ProfileId};

use super::Plan;

/// The order in which a plan's vectors are asked, by their indices in the plan.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    /// Awaited controls, before the vectors that wait for them.
    pub(crate) controls: Vec<usize>,
    /// All others, each round before the next.
    pub(crate) rounds: Vec<Round>,
    /// The round of each vector; `None` for controls.
    round_of: Vec<Option<usize>>,
    /// The control that is repeated for each vector: of the same profile and algorithm, so of the same
    /// client, method and key.
    repeated_for: Vec<Option<usize>>,
}

/// A few vectors, and the controls that are repeated after them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Round {
    /// The vectors.
    pub(crate) vectors: Vec<usize>,
    /// True for vectors that want many answers with restarts between: they are asked one at a time, since
    /// a restart deletes the replay memory of every vector under way.
    pub(crate) is_alone: bool,
    /// The controls that are asked again when all vectors of the round are answered.
    pub(crate) repeats: Vec<usize>,
}

impl Order {
    /// The order of the suite, or the one that a seed draws.
    pub(crate) fn of(plan: &Plan<'_>, seed: Option<u64>) -> Self {
        let mut places: Vec<usize> = (0..plan.asked.len()).collect();
        if let Some(seed) = seed {
            places.sort_by_key(|&place| drawn(seed, place));
        }
        let (controls, rest): (Vec<usize>, Vec<usize>) = places
            .into_iter()
            .partition(|&place| plan.asked[place].is_awaited);
        let wants_many = |place: &usize| plan.asked[*place].vector.case.many.is_some();
        let (alone, others): (Vec<usize>, Vec<usize>) = rest.into_iter().partition(wants_many);
        let repeated_for = repeated_for(plan);
        let rounds = rounds(&others, &alone, &repeated_for);
        let mut round_of = vec![None; plan.asked.len()];
        for (number, round) in rounds.iter().enumerate() {
            for &place in &round.vectors {
                round_of[place] = Some(number);
            }
        }
        Self {
            controls,
            rounds,
            round_of,
            repeated_for,
        }
    }

    /// The round in which a vector is asked; `None` for a control.
    pub(crate) fn round_of(&self, asked: usize) -> Option<usize> {
        self.round_of[asked]
    }

    /// The control that is repeated for a vector.
    pub(crate) fn repeated_for(&self, asked: usize) -> Option<usize> {
        self.repeated_for[asked]
    }

    /// Every repetition in order: its round, and the control.
    pub(crate) fn repeats(&self) -> impl Iterator<Item = (usize, usize)> {
        let rounds = self.rounds.iter().enumerate();
        rounds.flat_map(|(number, round)| round.repeats.iter().map(move |&it| (number, it)))
    }
}

/// The control to repeat for each vector: of those with its profile and algorithm the one that most
/// vectors wait for, which is the plain default wherever that is in the plan.
fn repeated_for(plan: &Plan<'_>) -> Vec<Option<usize>> {
    let by_id: HashMap<_, usize> = plan
        .asked
        .iter()
        .map(|asked| &asked.vector.id)
        .zip(0..)
        .collect();
    let control_of = |place: usize| {
        let control = plan.asked[place].vector.control.as_ref()?;
        by_id.get(control).copied()
    };
    let mut waiting: HashMap<usize, usize> = HashMap::new();
    for place in 0..plan.asked.len() {
        if let Some(control) = control_of(place) {
            *waiting.entry(control).or_default() += 1;
        }
    }
    let key = |place: usize| -> (ProfileId, Algorithm) {
        let vector = plan.asked[place].vector;
        (vector.profile, vector.algorithm)
    };
    let mut best: HashMap<(ProfileId, Algorithm), usize> = HashMap::new();
    let mut controls: Vec<usize> = waiting.keys().copied().collect();
    // The first of two that as many wait for, so that equal plans have equal orders.
    controls.sort_unstable();
    for control in controls {
        let known = best.entry(key(control)).or_insert(control);
        if waiting[&control] > waiting[known] {
            *known = control;
        }
    }
    let of = |place: usize| best.get(&key(control_of(place).unwrap_or(place))).copied();
    (0..plan.asked.len()).map(of).collect()
}

/// Divides vectors into rounds. After each stands the control whose client was asked most since its own
/// last repetition; after the last, the control of every client that was asked since.
fn rounds(others: &[usize], alone: &[usize], repeated_for: &[Option<usize>]) -> Vec<Round> {
    let mut since: HashMap<usize, usize> = HashMap::new();
    let mut rounds: Vec<Round> = Vec::new();
    let parts = others.chunks(VECTORS_PER_REPEAT).map(|part| (part, false));
    // In one part, since a program is restarted for all of them together.
    let parts = parts.chain((!alone.is_empty()).then_some((alone, true)));
    for (vectors, is_alone) in parts {
        for control in vectors.iter().filter_map(|&place| repeated_for[place]) {
            *since.entry(control).or_default() += 1;
        }
        let due = since.iter().max_by_key(|&(&control, &count)| {
            // Equal plans have equal orders, so a hash map's own order decides nothing.
            (count, std::cmp::Reverse(control))
        });
        let due = due.map(|(&control, _)| control);
        if let Some(control) = due {
            since.remove(&control);
        }
        rounds.push(Round {
            vectors: vectors.to_vec(),
            is_alone,
            repeats: due.into_iter().collect(),
        });
    }
    let mut rest: Vec<usize> = since.into_keys().collect();
    rest.sort_unstable();
    if let Some(last) = rounds.last_mut() {
        last.repeats.extend(rest);
    }
    rounds
}

/// A sort key drawn from the seed (the finaliser of SplitMix64): the same order on every machine.
const fn drawn(seed: u64, index: usize) -> u64 {
    let mut mixed = seed ^ (index as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// The vectors between two repetitions: one request in twenty-five is a control, which costs four per
/// cent, and an implementation that rejects everything for longer than that is seen.
const VECTORS_PER_REPEAT: usize = 24;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jwt_assay_core::{model::Role, suite::Suite};

    use super::*;
    use crate::filter::Filter;

    fn plan(role: Role) -> Plan<'static> {
        let filter = Filter {
            role,
            ..Filter::default()
        };
        Plan::new(Suite::bundled(), &filter, Vec::new()).unwrap()
    }

    fn others(order: &Order) -> Vec<usize> {
        let rounds = order.rounds.iter().filter(|round| !round.is_alone);
        rounds.flat_map(|round| round.vectors.clone()).collect()
    }

    #[test]
    fn a_seed_draws_an_order_of_its_own_for_either_role() {
        for role in Role::ALL {
            let plan = plan(role);
            let order = |seed| others(&Order::of(&plan, seed));
            assert_eq!(order(Some(1)), order(Some(1)));
            assert_ne!(order(Some(1)), order(Some(2)));
            assert!(order(None).is_sorted());
        }
    }

    #[test]
    fn every_vector_is_asked_once_and_followed_by_a_control_of_its_client() {
        for role in Role::ALL {
            let plan = plan(role);
            for seed in [None, Some(7)] {
                let order = Order::of(&plan, seed);
                let rounds = order.rounds.iter().flat_map(|round| &round.vectors);
                let mut all: Vec<usize> = order.controls.iter().chain(rounds).copied().collect();
                all.sort_unstable();
                assert_eq!(all, (0..plan.asked.len()).collect::<Vec<_>>());
                let repeats: Vec<(usize, usize)> = order.repeats().collect();
                for place in 0..plan.asked.len() {
                    let Some(round) = order.round_of(place) else {
                        continue;
                    };
                    // Nothing is rejected by rights where no control belongs to the vector.
                    if plan.asked[place].vector.control.is_none() {
                        continue;
                    }
                    let control = order.repeated_for(place);
                    let follows = |&(number, repeated): &(usize, usize)| {
                        number >= round && Some(repeated) == control
                    };
                    let id = &plan.asked[place].vector.id;
                    assert!(repeats.iter().any(follows), "{role} {id}");
                }
            }
        }
    }

    #[test]
    fn a_control_is_repeated_in_each_group_and_layer() {
        let plan = plan(Role::Verify);
        let order = Order::of(&plan, None);
        let of_round = |round: &Round| {
            let of = |&place: &usize| {
                let vector = plan.asked[place].vector;
                (vector.case.group, vector.layer())
            };
            round.vectors.iter().map(of).collect::<BTreeSet<_>>()
        };
        let all: BTreeSet<_> = order.rounds.iter().flat_map(of_round).collect();
        let repeated = order
            .rounds
            .iter()
            .filter(|round| !round.repeats.is_empty());
        assert_eq!(repeated.flat_map(of_round).collect::<BTreeSet<_>>(), all);
        let (vectors, repeats) = (plan.asked.len(), order.repeats().count());
        assert!(
            (20..=25).contains(&(vectors / repeats)),
            "{vectors} {repeats}"
        );
    }
}
