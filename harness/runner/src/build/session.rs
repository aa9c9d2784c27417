//! A whole run of builders: asks what is planned, judges it as it comes, and puts the records in
//! order.

mod resume;

use std::{collections::HashMap, ops::ControlFlow, process};

use jwt_assay_core::{
    build::Vector,
    model::{BuildVerdict, Lean, Level, Profile, ProfileId, Rule, VectorId},
};

use super::{
    examine::Exchange,
    judge::{self, Question},
    plan::{Asked, BuildPlan, BuilderImplementation},
    run::{self, Event, Samples, Sighting},
};
use crate::{
    assess::weigh,
    divergences::Divergences,
    judge::Outcome,
    observation::Observation,
    plan::Role,
    record::{Absent, AsControl, Expected, Header, Incident, Line, Record, Run, StepRecord},
    run::{Conduct, machine_time},
    session::Place,
};

pub use self::resume::{places, resume};

/// The header of a run of builders that begins now.
#[must_use]
pub fn begin(plan: &BuildPlan<'_>, samples: Samples, absent: Vec<Absent>) -> Header {
    let started = machine_time();
    Header {
        format: Header::FORMAT,
        run: format!("{started}-{}", process::id()),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        started,
        profiles: ProfileId::ALL.map(|id| Profile::get(id).label()).to_vec(),
        is_whole: plan.is_whole,
        selection: resume::selection(plan, samples),
        planned: plan.selected().count(),
        implementations: plan
            .builders
            .iter()
            .map(|builder| builder.description.about.clone())
            .collect(),
        absent,
    }
}

/// Runs the plan. `divergences` are those of [`BuildPlan::builders`], in that order. `on_line`
/// gets each record and each incident as it comes, in no particular order, and may stop the run.
pub fn session(
    plan: &BuildPlan<'_>,
    header: Header,
    divergences: &[Divergences],
    conduct: &Conduct,
    samples: Samples,
    on_line: impl FnMut(Line) -> ControlFlow<()>,
) -> Run {
    let nothing = Run::begun(header);
    let kept = (nothing, Vec::new());
    go_on(plan, kept, divergences, conduct, samples, on_line)
}

/// `kept` is what there is already, and the places of its records.
fn go_on(
    plan: &BuildPlan<'_>,
    kept: (Run, Vec<Place>),
    divergences: &[Divergences],
    conduct: &Conduct,
    samples: Samples,
    mut on_line: impl FnMut(Line) -> ControlFlow<()>,
) -> Run {
    let (run, places) = kept;
    let Run {
        header,
        records,
        mut incidents,
    } = run;
    let mut assessor = Assessor {
        plan,
        run: &header.run,
        divergences,
        controls: HashMap::new(),
    };
    let mut results: Vec<(Place, Record)> = places.into_iter().zip(records).collect();
    for (place, record) in &results {
        assessor.keep(*place, record);
    }
    run::run(plan, conduct, samples, |event| match event {
        Event::Sighting(sighting) => {
            let place = (sighting.builder, sighting.asked);
            let record = assessor.record(sighting);
            results.push((place, record.clone()));
            on_line(Line::Record(Box::new(record)))
        }
        Event::Incident { builder, text } => {
            let incident = Incident {
                implementation: plan.builders[builder].description.about.name.clone(),
                text,
            };
            incidents.push(incident.clone());
            on_line(Line::Incident(incident))
        }
    });
    results.sort_by_key(|(place, _)| *place);
    Run {
        records: results.into_iter().map(|(_, record)| record).collect(),
        incidents,
        header,
    }
}

/// Turns sightings into records. Awaited controls come before what waits for them.
struct Assessor<'p> {
    plan: &'p BuildPlan<'p>,
    run: &'p str,
    divergences: &'p [Divergences],
    controls: HashMap<(usize, &'p VectorId), (AsControl, Vec<Rule>)>,
}

impl<'p> Assessor<'p> {
    /// Takes a record of before for what others wait for.
    fn keep(&mut self, (builder, asked): Place, record: &Record) {
        let seen = record.steps.first().map(|step| faults(&step.seen));
        if let Some((right, faults)) = record.as_control.zip(seen) {
            let vector = &self.plan.asked[asked].vector.id;
            self.controls.insert((builder, vector), (right, faults));
        }
    }

    fn record(&mut self, sighting: Sighting) -> Record {
        let Sighting {
            asked,
            builder,
            seen,
        } = sighting;
        let asked: &Asked<'p> = &self.plan.asked[asked];
        let vector = asked.vector;
        let about = &self.plan.builders[builder].description.about;
        let control = vector.control.as_ref();
        let of_control = control.and_then(|control| self.controls.get(&(builder, control)));
        let layer = vector.rule.info().layer;
        let expected = expected(vector);
        let (mut as_control, mut rule) = (None, vector.rule);
        let (is_live, steps, outcome) = match seen {
            Err(reason) => (false, Vec::new(), Outcome::Skipped(reason)),
            Ok(Exchange {
                is_live,
                observation,
                is_sound,
                is_promised,
            }) => {
                let question = Question {
                    verdict: vector.verdict,
                    rule: vector.rule,
                    layers: &about.layers,
                    faults_of_control: of_control.map(|(_, faults)| faults.as_slice()),
                    is_promised,
                };
                let outcome = judge::judge(&question, &observation);
                if vector.verdict != BuildVerdict::Refuse
                    && let (Outcome::WronglyBuilt, Some(found)) =
                        (&outcome, judge::decisive(&question, &observation))
                {
                    rule = found.rule;
                }
                let outcome = match (control, vector.verdict) {
                    (Some(control), BuildVerdict::Refuse) => {
                        weigh(&outcome, control, of_control.map(|(right, _)| *right))
                    }
                    (None, _) | (_, BuildVerdict::Build | BuildVerdict::May) => outcome,
                };
                if asked.is_awaited {
                    let right = if is_sound {
                        AsControl::Right
                    } else {
                        AsControl::Wrong
                    };
                    as_control = Some((right, faults(&observation)));
                }
                let step = StepRecord {
                    expected,
                    seen: observation,
                    outcome: outcome.clone(),
                };
                (is_live, vec![step], outcome)
            }
        };
        if let Some(known) = as_control.clone() {
            self.controls.insert((builder, &vector.id), known);
        }
        // Asked as a control, and its own rule is nothing that the builder claims to keep.
        let outcome = match about.layers.contains(&layer) {
            true => outcome,
            false => Outcome::Skipped(crate::judge::SkipReason::LayerNotClaimed(layer)),
        };
        let divergence = self.divergences.get(builder).and_then(|divergences| {
            divergences.compare(&vector.id, &outcome, steps.iter().map(|step| &step.seen))
        });
        Record {
            run: self.run.to_owned(),
            implementation: about.name.clone(),
            version: about.version.clone(),
            vector: vector.id.clone(),
            case: vector.case.id.clone(),
            profile: vector.profile,
            algorithm: vector.algorithm,
            layer,
            rule,
            clauses: clauses_of(vector, rule),
            is_newer: vector.is_newer,
            is_support: asked.role == Role::Support,
            as_control: as_control.map(|(right, _)| right),
            is_live,
            expected,
            steps,
            outcome,
            divergence,
            rerun: rerun(&self.plan.builders[builder], &vector.id),
        }
    }
}

/// The command that asks for one vector alone.
fn rerun(builder: &BuilderImplementation, id: &VectorId) -> String {
    match &builder.command {
        Some(command) => format!("jwt-assay run --role build --only {id} -- {command}"),
        None => {
            let name = &builder.description.about.name;
            format!("jwt-assay run {name} --role build --only {id}")
        }
    }
}

fn faults(seen: &Observation) -> Vec<Rule> {
    match seen {
        Observation::Built { found } | Observation::Refused { found, .. } => found
            .iter()
            .filter(|found| found.is_fault)
            .map(|found| found.rule)
            .collect(),
        Observation::Accepted { .. }
        | Observation::Crashed { .. }
        | Observation::Garbled { .. }
        | Observation::Rejected { .. }
        | Observation::TimedOut
        | Observation::Unsupported { .. } => Vec::new(),
    }
}

/// What the specifications ask, as records write it.
pub fn expected(vector: &Vector) -> Expected {
    match (vector.verdict, vector.level()) {
        (BuildVerdict::Build, _) => Expected::Build,
        (BuildVerdict::Refuse, _) => Expected::Decline(vector.rule),
        (BuildVerdict::May, Level::May(Lean::Reject)) => Expected::MayLeaningToReject,
        (BuildVerdict::May, Level::Accept | Level::Refuse | Level::May(_)) => Expected::May,
    }
}

/// The clauses of the rule, the profile's own first, then those the case adds.
fn clauses_of(vector: &Vector, rule: Rule) -> Vec<String> {
    let mut clauses = Profile::get(vector.profile).clauses(rule);
    if rule == vector.case.rule {
        for clause in &vector.case.clauses {
            if !clauses.contains(clause) {
                clauses.push(clause.clone());
            }
        }
    }
    clauses
}
