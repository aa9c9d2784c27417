//! What became slower, and by how much.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    callgrind::{self, Cost},
    program::{Allocations, GateError, Program, Watched},
};
use crate::paired::median;

/// How much more is too much.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Per cent of all instructions of a work.
    pub whole: f64,
    /// Per cent of the instructions outside of the primitive.
    pub encoding: f64,
    /// Per cent of time, for works of [`SHORT`] nanoseconds and more.
    pub time: f64,
    /// Per cent of time, for shorter ones: where memory lies in a process makes up more of them.
    pub short_time: f64,
}

impl Limits {
    /// Counts are exact to 0.01 per cent where signatures are random, and to the instruction where
    /// they are not; time is not.
    pub const DEFAULT: Self = Self {
        whole: 1.0,
        encoding: 5.0,
        time: 5.0,
        short_time: 15.0,
    };

    /// The limit for a work of so many nanoseconds.
    #[must_use]
    pub fn for_time(&self, nanoseconds: f64) -> f64 {
        match nanoseconds < SHORT {
            true => self.short_time,
            false => self.time,
        }
    }
}

/// What is known of one side.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Side {
    /// Instructions of one repetition; absent where they were not counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instructions: Option<f64>,
    /// Those of them outside of the primitive, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<f64>,
    /// Instructions of one repetition by function.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub by_function: BTreeMap<String, f64>,
    /// Allocations of one repetition.
    pub allocations: u64,
    /// Nanoseconds of one repetition; of the machine in that minute.
    pub nanoseconds: f64,
    /// The ratio to the work beside it, in the same process.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beside: Option<f64>,
}

/// A work on both sides.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Compared {
    /// The work.
    pub name: String,
    /// Before; absent where it is new.
    pub base: Option<Side>,
    /// Now.
    pub head: Side,
    /// Now over before, in time.
    pub time: Option<f64>,
    /// What became too slow, in the order of [`Limits`].
    pub alarms: Vec<Alarm>,
}

/// Something that became too slow.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "what")]
pub enum Alarm {
    /// More instructions.
    Whole {
        /// Per cent more.
        more: f64,
        /// The function that grew most, and by how many instructions.
        function: Option<(String, f64)>,
    },
    /// More instructions outside of the primitive.
    Encoding {
        /// Per cent more.
        more: f64,
        /// The function that grew most, and by how many instructions.
        function: Option<(String, f64)>,
    },
    /// More allocations.
    Allocations {
        /// How many more.
        more: u64,
    },
    /// More time.
    Time {
        /// Per cent more.
        more: f64,
    },
}

/// What comes of a comparison.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// What counted the instructions; absent where only time was compared.
    pub counted_by: Option<String>,
    /// The works of the head, in order.
    pub works: Vec<Compared>,
    /// The works of the base that the head no longer has.
    pub gone: Vec<String>,
}

impl Verdict {
    /// Whether nothing became too slow and nothing is gone.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.gone.is_empty() && self.works.iter().all(|work| work.alarms.is_empty())
    }
}

/// Measures both programs in turn and compares them.
///
/// # Errors
///
/// Where one of them cannot be measured.
pub fn compare(base: &Program, head: &Program, limits: &Limits) -> Result<Verdict, GateError> {
    let (before, now) = (base.list()?, head.list()?);
    let (mut base_sides, mut head_sides) = (measure(base, &before)?, measure(head, &now)?);
    let of_base = |name: &str| before.iter().position(|own| own.name == name);
    // What others are timed beside need not be timed itself.
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
            // What is there is there twice; what a neighbour did is gone by then.
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

/// Everything about a program's works but the time, in the order of its list.
///
/// # Errors
///
/// Where it cannot be measured.
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

/// What the sides say of one work. `time` is now over before.
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

/// Per cent more, where that is more than the limit.
fn more(base: Option<f64>, head: Option<f64>, limit: f64) -> Option<f64> {
    let more = (head? / base? - 1.0) * 100.0;
    (more > limit).then_some(more)
}

/// The function that has grown most.
fn grown(base: &Side, head: &Side) -> Option<(String, f64)> {
    let growth = head.by_function.iter().map(|(name, now)| {
        let before = base.by_function.get(name).copied().unwrap_or_default();
        (name.clone(), now - before)
    });
    let most = growth.max_by(|(_, one), (_, other)| one.total_cmp(other));
    most.filter(|(_, instructions)| *instructions > 0.0)
}

/// Instructions of one repetition by function; what differs from build to build in a name is left
/// out of it.
fn by_function(cost: &Cost) -> BTreeMap<String, f64> {
    let mut by_function = BTreeMap::new();
    for (name, instructions) in &cost.by_function {
        // Callgrind counts the turns of a recursion apart.
        let name = name.split('\'').next().unwrap_or_default();
        *by_function.entry(name.to_owned()).or_default() += each(*instructions);
    }
    by_function
}

#[expect(clippy::cast_precision_loss, reason = "far below 2 to the power of 53")]
fn each(instructions: u64) -> f64 {
    instructions as f64 / f64::from(REPETITIONS)
}

/// What was seen of a work on both sides in time.
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

/// Times works of both programs in turn. Where memory lies differs from process to process, so
/// several pairs of processes are started, and the median of their medians counts.
fn in_turns(
    programs: [&Program; 2],
    places: &[[usize; 2]],
    rounds: usize,
) -> Result<Vec<Seen>, GateError> {
    let mut taken = vec![Taken::default(); places.len()];
    for _ in 0..PAIRS {
        let [mut one, mut other] = [programs[0].clock()?, programs[1].clock()?];
        for (&[before, now], taken) in places.iter().zip(&mut taken) {
            // Prepares the keys, and warms up.
            one.nanoseconds(before, SLICE)?;
            other.nanoseconds(now, SLICE)?;
            let mut within = Vec::with_capacity(rounds);
            for round in 0..rounds {
                // Who comes second alternates.
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

/// What one work took, slice by slice.
#[derive(Clone, Debug, Default)]
struct Taken {
    base: Vec<f64>,
    head: Vec<f64>,
    ratios: Vec<f64>,
}

/// The ratio of a work to the one beside it, in one program.
///
/// # Errors
///
/// Where the program fails.
pub fn ratio_beside(program: &Program, place: usize, beside: usize) -> Result<[f64; 2], GateError> {
    let seen = in_turns([program, program], &[[beside, place]], ROUNDS)?;
    let seen = seen.first().map(|seen| [seen.head, seen.ratio]);
    seen.ok_or_else(|| program.error("it was not timed".to_owned()))
}

/// Nanoseconds from which on a work is not short.
pub const SHORT: f64 = 5000.0;
/// How often a program repeats a work to be counted; `jwt-assay-gate` has the same number.
const REPETITIONS: u32 = 4;
const PAIRS: usize = 5;
const ROUNDS: usize = 8;
/// Milliseconds.
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
    fn what_stays_within_the_limits_is_no_alarm() {
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
