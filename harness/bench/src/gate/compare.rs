//! The comparison of two programs: the works that became slower, and by how much.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    callgrind::{self, Cost},
    program::{Allocations, GateError, Program, Watched},
};
use crate::paired::median;

/// The limits of growth, in per cent, above which a work raises an alarm.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The limit for all instructions of a work.
    pub whole: f64,
    /// The limit for the instructions outside of the primitive.
    pub encoding: f64,
    /// The limit for the time of works of [`SHORT`] nanoseconds and more.
    pub time: f64,
    /// The limit for the time of shorter works, on which the memory layout of a process has more effect.
    pub short_time: f64,
}

impl Limits {
    /// The limits without options. Counts are exact to 0.01 per cent where signatures are random, and to
    /// the instruction otherwise, so their limits can be close; those of time cannot.
    pub const DEFAULT: Self = Self {
        whole: 1.0,
        encoding: 5.0,
        time: 5.0,
        short_time: 15.0,
    };

    /// The limit for the time of a work that takes `nanoseconds`.
    #[must_use]
    pub fn for_time(&self, nanoseconds: f64) -> f64 {
        if nanoseconds < SHORT {
            self.short_time
        } else {
            self.time
        }
    }
}

/// The costs of a work on one side of the comparison.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Side {
    /// Instructions per repetition; `None` where they were not counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instructions: Option<f64>,
    /// Instructions outside of the primitive, where the primitive is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<f64>,
    /// Instructions per repetition by function.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub by_function: BTreeMap<String, f64>,
    /// Allocations per repetition.
    pub allocations: u64,
    /// Nanoseconds per repetition, on this machine in that minute.
    pub nanoseconds: f64,
    /// The ratio of the time to that of the companion work, in the same process.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beside: Option<f64>,
}

/// The comparison of one work.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Compared {
    /// The name of the work.
    pub name: String,
    /// The costs in the base; `None` for a new work.
    pub base: Option<Side>,
    /// The costs in the head.
    pub head: Side,
    /// The ratio of the head's time to that of the base.
    pub time: Option<f64>,
    /// The alarms, in the order of [`Limits`].
    pub alarms: Vec<Alarm>,
}

/// An alarm: a cost that grew beyond its limit.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "what")]
pub enum Alarm {
    /// More instructions.
    Whole {
        /// The growth in per cent.
        more: f64,
        /// The function that grew most, with the number of instructions.
        function: Option<(String, f64)>,
    },
    /// More instructions outside of the primitive.
    Encoding {
        /// The growth in per cent.
        more: f64,
        /// The function that grew most, with the number of instructions.
        function: Option<(String, f64)>,
    },
    /// More allocations.
    Allocations {
        /// The number of additional allocations.
        more: u64,
    },
    /// More time.
    Time {
        /// The growth in per cent.
        more: f64,
    },
}

/// The result of a comparison.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// The tool that counted the instructions; `None` where they were not counted.
    pub counted_by: Option<String>,
    /// The works of the head, in order.
    pub works: Vec<Compared>,
    /// The works of the base that the head no longer has.
    pub gone: Vec<String>,
}

impl Verdict {
    /// True where no work raises an alarm and none is gone.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.gone.is_empty() && self.works.iter().all(|work| work.alarms.is_empty())
    }
}

/// Measures both programs in turn and compares them.
///
/// # Errors
///
/// If a program cannot be measured.
pub fn compare(base: &Program, head: &Program, limits: &Limits) -> Result<Verdict, GateError> {
    let (before, now) = (base.list()?, head.list()?);
    let (mut base_sides, mut head_sides) = (measure(base, &before)?, measure(head, &now)?);
    let of_base = |name: &str| before.iter().position(|own| own.name == name);
    // A companion work is a yardstick for others, and is not timed for its own sake.
    let is_beside = |name: &str| now.iter().any(|own| own.beside.as_deref() == Some(name));
    let timed = now.iter().enumerate().filter_map(|(place, own)| {
        let counterpart = of_base(&own.name)?;
        (!is_beside(&own.name)).then_some([counterpart, place])
    });
    let timed: Vec<[usize; 2]> = timed.collect();
    let mut times = vec![None; now.len()];
    for (&[counterpart, place], mut seen) in
        timed.iter().zip(in_turns([base, head], &timed, ROUNDS)?)
    {
        if seen.more() > limits.for_time(seen.head) {
            // A real slowdown shows a second time; the load of a neighbour seldom does.
            let again = in_turns([base, head], &[[counterpart, place]], 3 * ROUNDS)?;
            let again = again.into_iter().find(|again| again.ratio < seen.ratio);
            seen = again.unwrap_or(seen);
        }
        base_sides[counterpart].nanoseconds = seen.base;
        head_sides[place].nanoseconds = seen.head;
        times[place] = Some(seen.ratio);
    }
    let works = now.iter().zip(head_sides).zip(times);
    let works = works.map(|((watched, head), time)| {
        let base = of_base(&watched.name).map(|place| base_sides[place].clone());
        judge(watched.name.clone(), base, head, time, limits)
    });
    let works: Vec<Compared> = works.collect();
    let is_gone = |own: &&Watched| !now.iter().any(|watched| watched.name == own.name);
    let gone = before.iter().filter(is_gone);
    Ok(Verdict {
        counted_by: callgrind::version(),
        works,
        gone: gone.map(|watched| watched.name.clone()).collect(),
    })
}

/// The costs of a program's works, without times, in the order of its list.
///
/// # Errors
///
/// If the program cannot be measured.
pub fn measure(program: &Program, watched: &[Watched]) -> Result<Vec<Side>, GateError> {
    let costs = match callgrind::version() {
        Some(_) => callgrind::count(program, watched)?
            .into_iter()
            .map(Some)
            .collect(),
        None => vec![None; watched.len()],
    };
    let allocated = program.allocations()?;
    let sides = watched.iter().zip(costs).map(|(watched, cost)| {
        let is_it = |own: &&Allocations| own.name == watched.name;
        let own = allocated.iter().find(is_it);
        let own = own.ok_or_else(|| {
            program.error(format!("it does not say what `{}` allocates", watched.name))
        })?;
        let mut side = Side {
            allocations: own.allocations,
            ..Side::default()
        };
        if let Some(cost) = cost {
            side.instructions = Some(each(cost.whole()));
            side.encoding =
                (watched.primitive.is_some() && cost.primitive > 0).then(|| each(cost.encoding()));
            side.by_function = by_function(&cost);
        }
        Ok(side)
    });
    sides.collect()
}

/// Judges one work by its costs on both sides. `time` is the ratio of the head's time to the base's.
#[must_use]
pub fn judge(
    name: String,
    base: Option<Side>,
    head: Side,
    time: Option<f64>,
    limits: &Limits,
) -> Compared {
    let mut alarms = Vec::new();
    if let Some(base) = &base {
        let grown = || grown(base, &head);
        if let Some(more) = more(base.instructions, head.instructions, limits.whole) {
            let function = grown();
            alarms.push(Alarm::Whole { more, function });
        }
        if let Some(more) = more(base.encoding, head.encoding, limits.encoding) {
            let function = grown();
            alarms.push(Alarm::Encoding { more, function });
        }
        if head.allocations > base.allocations {
            let more = head.allocations - base.allocations;
            alarms.push(Alarm::Allocations { more });
        }
        let limit = limits.for_time(head.nanoseconds);
        if let Some(more) = more(Some(1.0), time, limit) {
            alarms.push(Alarm::Time { more });
        }
    }
    Compared {
        name,
        base,
        head,
        time,
        alarms,
    }
}

/// The growth in per cent, where it exceeds the limit.
fn more(base: Option<f64>, head: Option<f64>, limit: f64) -> Option<f64> {
    let more = (head? / base? - 1.0) * 100.0;
    (more > limit).then_some(more)
}

/// The function that grew most, with its additional instructions.
fn grown(base: &Side, head: &Side) -> Option<(String, f64)> {
    let growth = head.by_function.iter().map(|(name, now)| {
        let before = base.by_function.get(name).copied().unwrap_or_default();
        (name.clone(), now - before)
    });
    let most = growth.max_by(|(_, one), (_, other)| one.total_cmp(other));
    most.filter(|(_, instructions)| *instructions > 0.0)
}

/// Instructions per repetition by function, with the calls of a recursive function added up.
fn by_function(cost: &Cost) -> BTreeMap<String, f64> {
    let mut by_function = BTreeMap::new();
    for (name, instructions) in &cost.by_function {
        // Callgrind gives each depth of a recursion a name of its own, `name'2`.
        let name = name.split('\'').next().unwrap_or_default();
        *by_function.entry(name.to_owned()).or_default() += each(*instructions);
    }
    by_function
}

#[expect(clippy::cast_precision_loss, reason = "far below 2 to the power of 53")]
fn each(instructions: u64) -> f64 {
    instructions as f64 / f64::from(REPETITIONS)
}

/// The times of a work on both sides.
#[derive(Clone, Copy, Debug)]
struct Seen {
    base: f64,
    head: f64,
    ratio: f64,
}

impl Seen {
    fn more(&self) -> f64 {
        (self.ratio - 1.0) * 100.0
    }
}

/// Times works of both programs in turn. The memory layout differs from process to process, so several
/// pairs of processes are started, and the median of their medians counts.
fn in_turns(
    programs: [&Program; 2],
    places: &[[usize; 2]],
    rounds: usize,
) -> Result<Vec<Seen>, GateError> {
    let mut taken = vec![Taken::default(); places.len()];
    for _ in 0..PAIRS {
        let [mut one, mut other] = [programs[0].clock()?, programs[1].clock()?];
        for (&[before, now], taken) in places.iter().zip(&mut taken) {
            // The first slice prepares keys and caches, and does not count.
            one.nanoseconds(before, SLICE)?;
            other.nanoseconds(now, SLICE)?;
            let mut within = Vec::with_capacity(rounds);
            for round in 0..rounds {
                // The order alternates, since the second program may find warmer caches.
                let (base, head) = if round % 2 == 0 {
                    let base = one.nanoseconds(before, SLICE)?;
                    (base, other.nanoseconds(now, SLICE)?)
                } else {
                    let head = other.nanoseconds(now, SLICE)?;
                    (one.nanoseconds(before, SLICE)?, head)
                };
                within.push(head / base);
                taken.base.push(base);
                taken.head.push(head);
            }
            taken.ratios.push(median(&within));
        }
    }
    let seen = taken.iter().map(|taken| Seen {
        base: median(&taken.base),
        head: median(&taken.head),
        ratio: median(&taken.ratios),
    });
    Ok(seen.collect())
}

/// The times of one work, slice by slice.
#[derive(Clone, Debug, Default)]
struct Taken {
    base: Vec<f64>,
    head: Vec<f64>,
    ratios: Vec<f64>,
}

/// The nanoseconds of a work, and its ratio to the companion work of the same program.
///
/// # Errors
///
/// If the program fails.
pub fn ratio_beside(program: &Program, place: usize, beside: usize) -> Result<[f64; 2], GateError> {
    let seen = in_turns([program, program], &[[beside, place]], ROUNDS)?;
    let seen = seen.first().map(|seen| [seen.head, seen.ratio]);
    seen.ok_or_else(|| program.error("it was not timed".to_owned()))
}

/// The limit of short works in nanoseconds.
pub const SHORT: f64 = 5000.0;
/// The number of repetitions that are counted; `jwt-assay-gate` has the same number.
const REPETITIONS: u32 = 4;
const PAIRS: usize = 5;
const ROUNDS: usize = 8;
/// The length of a slice in milliseconds.
const SLICE: u32 = 3;

#[cfg(test)]
mod tests {
    use super::*;

    fn side(instructions: f64, encoding: f64, functions: &[(&str, f64)]) -> Side {
        Side {
            instructions: Some(instructions),
            encoding: Some(encoding),
            by_function: functions
                .iter()
                .map(|(name, own)| ((*name).to_owned(), *own))
                .collect(),
            allocations: 2,
            nanoseconds: 1e6,
            beside: None,
        }
    }

    fn alarms(base: Side, head: Side, time: f64) -> Vec<Alarm> {
        let name = "sign/RS256".to_owned();
        judge(name, Some(base), head, Some(time), &Limits::DEFAULT).alarms
    }

    #[test]
    fn growth_within_the_limits_raises_no_alarm() {
        let before = side(1000.0, 100.0, &[("encode", 100.0)]);
        let now = side(1009.9, 104.9, &[("encode", 104.9)]);
        assert_eq!(alarms(before, now, 1.049), []);
    }

    #[test]
    fn each_limit_has_its_alarm_and_the_function_that_grew_is_named() {
        let before = side(1000.0, 100.0, &[("encode", 100.0), ("sign", 900.0)]);
        let mut now = side(
            1020.0,
            110.0,
            &[("encode", 110.0), ("sign", 890.0), ("new", 20.0)],
        );
        now.allocations += 1;
        let [
            Alarm::Whole { function, .. },
            Alarm::Encoding { more, .. },
            rest @ ..,
        ] = &alarms(before, now, 1.06)[..]
        else {
            panic!("no alarm");
        };
        assert_eq!(function.as_ref().unwrap().0, "new");
        assert!((more - 10.0).abs() < 1e-9);
        assert!(matches!(
            rest,
            [Alarm::Allocations { more: 1 }, Alarm::Time { .. }]
        ));
    }

    #[test]
    fn a_short_work_may_take_a_little_longer() {
        let short = || Side {
            nanoseconds: 500.0,
            ..side(1000.0, 100.0, &[])
        };
        assert_eq!(alarms(short(), short(), 1.14), []);
        assert_eq!(alarms(short(), short(), 1.16).len(), 1);
    }

    #[test]
    fn a_new_work_is_no_alarm_and_one_that_is_gone_is_not_good() {
        let head = side(1.0, 1.0, &[]);
        let new = judge("new".to_owned(), None, head, None, &Limits::DEFAULT);
        let mut verdict = Verdict {
            counted_by: None,
            works: vec![new],
            gone: Vec::new(),
        };
        assert!(verdict.is_good());
        verdict.gone.push("old".to_owned());
        assert!(!verdict.is_good());
    }
}
