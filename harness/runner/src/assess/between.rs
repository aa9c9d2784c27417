//! Rejections between controls: each waits until the controls before and after it are known.
//!
//! A rejection counts between two accepted controls of its own client, and between two of any client: the
//! first shows an implementation that locks out one client, the second one that rejects everybody, which
//! its next control shows at once whoever its client is. All others are void.

use std::collections::{BTreeMap, HashMap};

use crate::{plan::Order, record::Record};

/// The indices of an implementation and of a vector in a plan.
pub(super) type Position = (usize, usize);

/// A rejection with true where it is void.
pub(super) type Decided = (Position, Record, bool);

/// The rejections of one implementation, and its repeated controls.
#[derive(Debug, Default)]
pub(super) struct Between {
    /// The repetitions that are asked of it, in order: the round of each, and true where the control was
    /// accepted again. Controls that were never accepted are not among them.
    repeats: Vec<(usize, Option<bool>)>,
    /// The indices in `repeats`, by round and control.
    indices: HashMap<(usize, usize), usize>,
    /// The indices in `repeats` of each control, in order.
    of_control: HashMap<usize, Vec<usize>>,
    /// The rejections by the round after which all their controls are known.
    waiting: BTreeMap<usize, Vec<Waiting>>,
}

#[derive(Debug)]
struct Waiting {
    position: Position,
    record: Record,
    /// The indices of the repetitions around it: the nearest before and after, of its own control and of
    /// any. Where there is none before, the first turn of the control stands there, which was accepted:
    /// otherwise the rejection had no weight from the start.
    neighbours: [Option<usize>; 4],
}

impl Between {
    /// The repetitions of a plan that are asked of an implementation. `is_asked` holds for controls that
    /// it is asked for and that it accepted at first.
    pub(super) fn new(order: &Order, is_asked: impl Fn(usize) -> bool) -> Self {
        let mut between = Self::default();
        let mut known = HashMap::new();
        for (round, control) in order.repeats() {
            if *known.entry(control).or_insert_with(|| is_asked(control)) {
                let index = between.repeats.len();
                between.repeats.push((round, None));
                between.indices.insert((round, control), index);
                between.of_control.entry(control).or_default().push(index);
            }
        }
        between
    }

    /// True where the repetition is one of those that count.
    pub(super) fn counts(&self, repeat: (usize, usize)) -> bool {
        self.indices.contains_key(&repeat)
    }

    /// Keeps a rejection until its controls are known. Returns it where none is to come.
    pub(super) fn wait(
        &mut self,
        order: &Order,
        position: Position,
        record: Record,
    ) -> Option<Decided> {
        let Some(round) = order.round_of(position.1) else {
            return Some((position, record, false));
        };
        let neighbours = self.neighbours(round, order.repeated_for(position.1));
        let last = neighbours.iter().flatten().max();
        let last = last.map(|&last| self.repeats[last].0);
        let Some(last) = last.filter(|&last| last >= round) else {
            return Some((position, record, false));
        };
        self.waiting.entry(last).or_default().push(Waiting {
            position,
            record,
            neighbours,
        });
        None
    }

    /// Takes the result of a repetition, and returns the rejections that are decided by it.
    pub(super) fn repeated(&mut self, repeat: (usize, usize), is_right: bool) -> Vec<Decided> {
        let (round, _) = repeat;
        if let Some(&index) = self.indices.get(&repeat) {
            self.repeats[index].1 = Some(is_right);
        }
        let of_round = self.repeats.partition_point(|&(number, _)| number < round);
        let mut of_round = self.repeats[of_round..]
            .iter()
            .take_while(|&&(number, _)| number == round);
        if of_round.any(|&(_, result)| result.is_none()) {
            return Vec::new();
        }
        let decided = self.waiting.remove(&round).unwrap_or_default();
        decided.into_iter().map(|it| self.decide(it)).collect()
    }

    /// The rejections that are left at the end of a run. A control after them never came, so they are
    /// void.
    pub(super) fn end(&mut self) -> Vec<Decided> {
        let left = std::mem::take(&mut self.waiting);
        let left = left.into_values().flatten();
        left.map(|it| self.decide(it)).collect()
    }

    fn decide(&self, waiting: Waiting) -> Decided {
        let is_accepted = |&index: &usize| self.repeats[index].1 == Some(true);
        let counts = waiting.neighbours.iter().flatten().all(is_accepted);
        (waiting.position, waiting.record, !counts)
    }

    /// The nearest repetitions around the vectors of a round; those of the round itself come after them.
    fn neighbours(&self, round: usize, own: Option<usize>) -> [Option<usize>; 4] {
        let is_before = |&(number, _): &(usize, Option<bool>)| number < round;
        let first_after = self.repeats.partition_point(is_before);
        let own = own.and_then(|control| self.of_control.get(&control));
        let own = own.map_or(&[][..], Vec::as_slice);
        let first_own = own.partition_point(|&index| index < first_after);
        [
            first_after.checked_sub(1),
            (first_after < self.repeats.len()).then_some(first_after),
            first_own.checked_sub(1).map(|before| own[before]),
            own.get(first_own).copied(),
        ]
    }
}
