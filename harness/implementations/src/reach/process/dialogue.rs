//! The dialogue with a program: requests under way, answers, deadlines, and failures.
//!
//! With up to 64 requests under way, a crash does not tell which of them caused it. So each of them is
//! sent again alone, and the one that fails again is blamed. A crash that none of them repeats is an
//! incident, and no request is blamed for it.

use std::{
    collections::{BTreeMap, VecDeque},
    mem,
    ops::ControlFlow,
    time::{Duration, Instant},
};

use super::{
    Failure, Program, ProgramIncident, Seen, Task,
    child::{Child, Output},
    greet, limits,
};
use crate::protocol::{self, Reply};

/// A task of which a step was sent, or is about to be.
struct Active<'a, A> {
    task: Task<'a, A>,
    state: String,
    seen: Vec<Seen<A>>,
}

/// Requests that wait for their answers.
struct UnderWay<'a, A> {
    /// By `seq`, which is the order in which they were sent.
    waiting: BTreeMap<u64, (Active<'a, A>, usize)>,
    /// The octets of their lines.
    octets: usize,
    /// The moment at which the oldest became the oldest: from here its deadline counts, since a
    /// program may answer one request after another.
    since: Instant,
}

impl Program {
    /// Sends all tasks, and hands over the results of each as soon as it is done, in no particular
    /// order. Stops early if `on_seen` breaks, or if the program fails again and again.
    pub fn ask<'a, A>(
        &mut self,
        mut tasks: impl Iterator<Item = Task<'a, A>>,
        on_seen: &mut dyn FnMut(usize, Vec<Seen<A>>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        // Tasks whose last step was answered and that have another.
        let mut ready: VecDeque<Active<'a, A>> = VecDeque::new();
        // Answered requests by `seq`, to tell a second answer from an answer to nothing.
        let mut answered: BTreeMap<u64, usize> = BTreeMap::new();
        let mut under_way = UnderWay {
            waiting: BTreeMap::new(),
            octets: 0,
            since: Instant::now(),
        };
        // A composed request that the limit of octets holds back. It keeps its `seq`, so requests are
        // sent in the order of their numbers.
        let mut held: Option<(Active<'a, A>, u64, String)> = None;
        loop {
            self.ensure_started()?;
            while under_way.waiting.len() < limits::WINDOW {
                // Begun tasks go first. So there are never more than `WINDOW` of them, and a crash
                // makes no more than that begin again.
                let next = held.take().or_else(|| {
                    let active = match ready.pop_front() {
                        Some(active) => active,
                        None => self.activate(tasks.next()?),
                    };
                    Some(self.compose(active))
                });
                let Some((active, seq, line)) = next else {
                    break;
                };
                // A request that does not fit waits; alone it is sent whatever its size.
                if !under_way.waiting.is_empty() && under_way.octets + line.len() > limits::OCTETS {
                    held = Some((active, seq, line));
                    break;
                }
                if let Some(child) = &self.child {
                    child.send(&line);
                }
                under_way.add(seq, active, line.len());
            }
            if under_way.waiting.is_empty() {
                return ControlFlow::Continue(());
            }
            let output = match &self.child {
                Some(child) => child.receive(under_way.since + self.spec.timeout),
                None => Some(Output::End),
            };
            let failure = match output {
                None => Failure::TimedOut,
                Some(Output::Flood) => Failure::Garbled(FLOOD.to_owned()),
                Some(Output::End | Output::HalfLine(_)) => Failure::Crashed(self.end_in_words()),
                Some(Output::Line(line)) => match Reply::read(&line) {
                    Err(nonsense) => Failure::Garbled(nonsense.to_string()),
                    Ok(reply) => match under_way.take(reply.seq) {
                        Some(mut active) => {
                            // An answer to anything shows that the program still works.
                            self.failures_in_a_row = 0;
                            self.has_answered = true;
                            answered.insert(reply.seq, active.task.place);
                            active.take_answer(&reply);
                            if active.is_done() {
                                on_seen(active.task.place, active.seen)?;
                            } else {
                                ready.push_back(active);
                            }
                            if under_way.is_in_time(self.spec.timeout) {
                                continue;
                            }
                            Failure::TimedOut
                        }
                        None => match answered.get(&reply.seq) {
                            Some(&place) => {
                                self.note(ProgramIncident::SecondAnswer { place });
                                self.second_answers += 1;
                                if self.second_answers >= limits::SECOND_ANSWERS {
                                    return self.stop(format!(
                                        "it answered {} requests a second time",
                                        limits::SECOND_ANSWERS
                                    ));
                                }
                                // Looked at here as well, since a queue that is never empty would
                                // hide it.
                                if under_way.is_in_time(self.spec.timeout) {
                                    continue;
                                }
                                Failure::TimedOut
                            }
                            None => {
                                let line = protocol::shown(&line);
                                Failure::Garbled(format!(
                                    "nothing was asked under that `seq`: {line}"
                                ))
                            }
                        },
                    },
                },
            };
            self.end_child();
            let failed: Vec<_> = mem::take(&mut under_way.waiting).into_values().collect();
            under_way.octets = 0;
            self.ask_again(
                failed.into_iter().map(|(active, _)| active),
                &failure,
                on_seen,
            )?;
        }
    }

    /// Sends the requests that were under way again, one by one. One that was alone is not sent again:
    /// it is the only one to blame. A task of several steps begins at its first, since the replay memory
    /// of the earlier ones ended with the program.
    fn ask_again<'a, A>(
        &mut self,
        failed: impl ExactSizeIterator<Item = Active<'a, A>>,
        failure: &Failure,
        on_seen: &mut dyn FnMut(usize, Vec<Seen<A>>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let was_alone = failed.len() == 1;
        let mut under_way = Vec::new();
        let mut is_reproduced = false;
        for mut active in failed {
            under_way.push(active.task.place);
            if was_alone {
                active.seen.push(Seen::Failed(failure.clone()));
                self.count(failure);
                is_reproduced = true;
            } else {
                active = self.activate(active.task);
                is_reproduced |= self.ask_alone(&mut active)?;
            }
            on_seen(active.task.place, active.seen)?;
        }
        if !is_reproduced {
            self.count(failure);
            self.note(ProgramIncident::NotReproduced {
                failure: failure.clone(),
                under_way,
            });
        }
        self.give_up_or_go_on(failure)
    }

    /// Sends a task alone, and tells whether it fails.
    fn ask_alone<A>(&mut self, active: &mut Active<'_, A>) -> ControlFlow<(), bool> {
        while !active.is_done() {
            self.ensure_started()?;
            self.seq += 1;
            let seq = self.seq;
            let line = active.line(seq);
            let deadline = Instant::now() + self.spec.timeout;
            let output = self.child.as_ref().map_or(Some(Output::End), |child| {
                child.send(&line);
                child.receive(deadline)
            });
            let failure = match output {
                None => Failure::TimedOut,
                Some(Output::Flood) => Failure::Garbled(FLOOD.to_owned()),
                Some(Output::End | Output::HalfLine(_)) => Failure::Crashed(self.end_in_words()),
                Some(Output::Line(line)) => match Reply::read(&line) {
                    Err(nonsense) => Failure::Garbled(nonsense.to_string()),
                    Ok(reply) if reply.seq == seq => {
                        self.failures_in_a_row = 0;
                        self.has_answered = true;
                        active.take_answer(&reply);
                        continue;
                    }
                    Ok(_) => {
                        let line = protocol::shown(&line);
                        Failure::Garbled(format!("it answers `seq` {seq} under another: {line}"))
                    }
                },
            };
            self.end_child();
            self.count(&failure);
            active.seen.push(Seen::Failed(failure.clone()));
            self.give_up_or_go_on(&failure)?;
            return ControlFlow::Continue(true);
        }
        ControlFlow::Continue(false)
    }

    /// Starts the program if it does not run. One that describes itself otherwise than before is
    /// stopped: its answers would stand under the description of another.
    fn ensure_started(&mut self) -> ControlFlow<()> {
        if self.child.is_some() {
            return ControlFlow::Continue(());
        }
        match greet(&self.spec) {
            Ok((child, hello)) if hello == self.hello => {
                self.child = Some(child);
                ControlFlow::Continue(())
            }
            Ok((child, _)) => {
                self.kill(child);
                self.stop("after a restart its hello is another one".to_owned())
            }
            Err(error) => self.stop(format!("it would not start again: {error}")),
        }
    }

    /// Stops asking the program.
    fn stop(&mut self, reason: String) -> ControlFlow<()> {
        self.end_child();
        self.incidents.push(ProgramIncident::Stopped { reason });
        ControlFlow::Break(())
    }

    /// Kills the program where it runs.
    fn end_child(&mut self) {
        if let Some(child) = self.child.take() {
            self.kill(child);
        }
    }

    /// Kills a program, and notes what is left of it.
    pub(super) fn kill(&mut self, mut child: Child) {
        for process in child.kill() {
            self.note(ProgramIncident::LeftRunning { process });
        }
    }

    fn activate<'a, A>(&mut self, task: Task<'a, A>) -> Active<'a, A> {
        self.states += 1;
        Active {
            task,
            state: format!("c{}", self.states),
            seen: Vec::new(),
        }
    }

    fn compose<'a, A>(&mut self, mut active: Active<'a, A>) -> (Active<'a, A>, u64, String) {
        self.seq += 1;
        let line = active.line(self.seq);
        (active, self.seq, line)
    }

    /// Takes the program that has ended, and says how.
    fn end_in_words(&mut self) -> String {
        let Some(mut child) = self.child.take() else {
            return "it ended".to_owned();
        };
        let words = child.end_in_words();
        self.kill(child);
        words
    }

    fn count(&mut self, failure: &Failure) {
        self.failures_in_a_row += 1;
        self.timeouts += usize::from(*failure == Failure::TimedOut);
    }

    /// Gives up a program that has stopped answering: at the default deadline of thirty seconds, thousands
    /// of requests would take many hours.
    fn give_up_or_go_on(&mut self, failure: &Failure) -> ControlFlow<()> {
        let failures = if self.has_answered {
            limits::FAILURES
        } else {
            limits::FIRST_FAILURES
        };
        let reason = if self.failures_in_a_row >= failures {
            format!(
                "it failed {failures} times with no answer between, the last time so: {failure}"
            )
        } else if self.timeouts >= limits::TIMEOUTS {
            format!(
                "it did not answer in time for the {}th time",
                limits::TIMEOUTS
            )
        } else {
            return ControlFlow::Continue(());
        };
        self.stop(reason)
    }

    /// Keeps the first few incidents of each kind: a program that makes a mistake once may make it ten
    /// thousand times.
    pub(super) fn note(&mut self, incident: ProgramIncident) {
        let kind = mem::discriminant(&incident);
        let alike = self
            .incidents
            .iter()
            .filter(|known| mem::discriminant(*known) == kind);
        if alike.count() < limits::INCIDENTS {
            self.incidents.push(incident);
        }
    }
}

impl<A> Active<'_, A> {
    fn line(&mut self, seq: u64) -> String {
        (self.task.line)(self.seen.len(), seq, &self.state)
    }

    fn take_answer(&mut self, reply: &Reply) {
        self.seen.push(match (self.task.read)(reply) {
            Ok(answer) => Seen::Answered(answer),
            Err(nonsense) => Seen::Failed(Failure::Garbled(nonsense.to_string())),
        });
    }

    fn is_done(&self) -> bool {
        let has_failed = matches!(self.seen.last(), Some(Seen::Failed(_)));
        has_failed || self.seen.len() == self.task.steps
    }
}

impl<'a, A> UnderWay<'a, A> {
    fn add(&mut self, seq: u64, active: Active<'a, A>, octets: usize) {
        if self.waiting.is_empty() {
            self.since = Instant::now();
        }
        self.octets += octets;
        self.waiting.insert(seq, (active, octets));
    }

    /// Tells whether the oldest still has time; none is late where none waits.
    fn is_in_time(&self, timeout: Duration) -> bool {
        self.waiting.is_empty() || self.since.elapsed() < timeout
    }

    fn take(&mut self, seq: u64) -> Option<Active<'a, A>> {
        let oldest = self.waiting.keys().next().copied();
        let (active, octets) = self.waiting.remove(&seq)?;
        self.octets -= octets;
        if oldest == Some(seq) {
            self.since = Instant::now();
        }
        Some(active)
    }
}

/// The words for a line that is too long.
const FLOOD: &str = "a line of more than a megabyte";
