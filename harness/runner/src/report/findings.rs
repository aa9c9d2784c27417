//! Findings report, in Markdown: the deviations of each implementation, first those that are
//! recorded and explained, then the others.

use std::{collections::BTreeSet, fmt::Write};

use jwt_assay_core::model::CaseId;

use super::{
    LONGEST_WORDS, exchange, headline,
    markdown::{code, conclusion, linked},
};
use crate::{
    divergences::{RecordedDivergence, Severity},
    record::{Record, Run},
    summary::{self, Counts},
};
use jwt_assay_core::escape::{for_markdown, shortened};

/// Renders the whole page.
#[must_use]
pub fn render(run: &Run) -> String {
    let mut text = format!("# Findings\n\n{}\n\n{}\n", conclusion(run), preface(run));
    let mut without = Vec::new();
    for row in summary::by_implementation(run) {
        let findings = findings(run, &row.implementation);
        let unexpected = unexpected(run, &row.implementation);
        let incidents: Vec<&str> = run
            .incidents
            .iter()
            .filter(|incident| incident.implementation == row.implementation)
            .map(|incident| incident.text.as_str())
            .collect();
        if findings.is_empty() && unexpected.is_empty() && incidents.is_empty() {
            without.push(format!("- {}, {}", titled(run, &row), judged(run, &row)));
            continue;
        }
        line(&mut text, format_args!("\n## {}\n", titled(run, &row)));
        line(&mut text, format_args!("{}.", sentence(&judged(run, &row))));
        if summary::without_controls(run).contains(&row.implementation.as_str()) {
            line(&mut text, format_args!("\n{NO_CONTROL}"));
        }
        push_findings(&mut text, &findings);
        push_unexpected(&mut text, &unexpected, &incidents);
    }
    if !without.is_empty() {
        line(
            &mut text,
            format_args!("\n## Without a finding\n\n{}", without.join("\n")),
        );
    }
    if !run.header.absent.is_empty() {
        let absent = run.header.absent.iter().map(|absent| {
            let (name, reason) = (for_markdown(&absent.name), for_markdown(&absent.reason));
            format!("- {name}: {reason}\n")
        });
        let absent: String = absent.collect();
        line(
            &mut text,
            format_args!("\n## Not judged\n\n{}", absent.trim_end()),
        );
    }
    text
}

/// A group of records with one divergence, or with one rule and outcome, and the counts of its
/// cases and vectors.
struct Group<'r> {
    first: &'r Record,
    cases: BTreeSet<&'r CaseId>,
    vectors: usize,
}

impl<'r> Group<'r> {
    fn gather(
        records: impl Iterator<Item = &'r Record>,
        is_same: impl Fn(&Record, &Record) -> bool,
    ) -> Vec<Self> {
        let mut findings: Vec<Self> = Vec::new();
        for record in records {
            let known = findings
                .iter_mut()
                .find(|finding| is_same(finding.first, record));
            match known {
                Some(finding) => {
                    finding.cases.insert(&record.case);
                    finding.vectors += 1;
                }
                None => findings.push(Self {
                    first: record,
                    cases: BTreeSet::from([&record.case]),
                    vectors: 1,
                }),
            }
        }
        findings
    }
}

/// The recorded deviations that happened, the gravest first.
fn findings<'r>(run: &'r Run, implementation: &'r str) -> Vec<Group<'r>> {
    let records = run.records.iter().filter(|record| {
        record.implementation == implementation
            && !record.is_support
            && record.outcome.is_wrong()
            && record.is_as_recorded()
    });
    let mut findings = Group::gather(records, |one, other| one.divergence == other.divergence);
    findings.sort_by_key(|finding| {
        let severity = finding.first.divergence.as_ref().and_then(|it| it.severity);
        (rank(severity), std::cmp::Reverse(finding.cases.len()))
    });
    findings
}

/// The unexpected records, by rule and outcome.
fn unexpected<'r>(run: &'r Run, implementation: &'r str) -> Vec<Group<'r>> {
    let records = summary::unexpected(run, implementation);
    Group::gather(records, |one, other| {
        (one.rule, &one.outcome, one.is_stale()) == (other.rule, &other.outcome, other.is_stale())
    })
}

fn push_findings(text: &mut String, findings: &[Group<'_>]) {
    if findings.is_empty() {
        return;
    }
    line(
        text,
        format_args!(
            "\n| severity | seen | clause | reason | cases | vectors | link |\n\
             | --- | --- | --- | --- | ---: | ---: | --- |"
        ),
    );
    for finding in findings {
        let Some(RecordedDivergence {
            seen,
            reason,
            clause,
            link,
            severity,
            status: _,
            file: _,
        }) = &finding.first.divergence
        else {
            continue;
        };
        let severity = severity.map_or("not stated", Severity::name);
        let link = link.as_deref().map(linked).unwrap_or_default();
        line(
            text,
            format_args!(
                "| {severity} | {} | {} | {} | {} | {} | {link} |",
                seen.name(),
                for_markdown(clause),
                for_markdown(reason),
                finding.cases.len(),
                finding.vectors,
            ),
        );
    }
}

fn push_unexpected(text: &mut String, unexpected: &[Group<'_>], incidents: &[&str]) {
    if unexpected.is_empty() && incidents.is_empty() {
        return;
    }
    line(text, format_args!("\n### Unexpected\n"));
    for finding in unexpected {
        let record = finding.first;
        let (cases, vectors) = (finding.cases.len(), finding.vectors);
        line(
            text,
            format_args!(
                "- {}: {} ({}), {}, {}; the first is {}",
                headline(record),
                code(record.rule.id()),
                for_markdown(&record.clauses.join(", ")),
                counted(cases, "case"),
                counted(vectors, "vector"),
                code(record.vector.as_str()),
            ),
        );
        for step in exchange(record) {
            let step = for_markdown(&shortened(&step, LONGEST_WORDS));
            line(text, format_args!("  - {step}"));
        }
        line(text, format_args!("  - {}", code(&record.rerun)));
    }
    for incident in incidents {
        let incident = for_markdown(&shortened(incident, LONGEST_WORDS));
        line(text, format_args!("- {incident}"));
    }
}

fn preface(run: &Run) -> String {
    let version = for_markdown(&run.header.version);
    let profiles = for_markdown(&summary::profiles(run).join(", "));
    let planned = run.header.planned;
    let part = if run.header.is_whole {
        ""
    } else {
        ", a part of the suite"
    };
    format!(
        "Deviations of implementations from the specifications: jwt-assay {version}, {planned} \
         vectors{part}, profiles {profiles}. Each finding holds for the named version only.\n\n\
         {NOT_CHECKED}"
    )
}

/// The name, version and language of an implementation.
fn titled(run: &Run, row: &Counts) -> String {
    let mut descriptions = run.header.implementations.iter();
    let language = descriptions
        .find(|description| description.name == row.implementation)
        .map_or("", |description| description.language.as_str());
    let text = format!("{} {}", row.implementation, row.version);
    let (text, language) = (for_markdown(text.trim_end()), for_markdown(language));
    if language.is_empty() {
        text
    } else {
        format!("{text} ({language})")
    }
}

fn judged(run: &Run, row: &Counts) -> String {
    let planned = run.header.planned;
    let stopped = if row.asked < planned {
        format!("; stopped early, at {} of {planned}", row.asked)
    } else {
        String::new()
    };
    format!("judged by {} of {} vectors{stopped}", row.judged, row.asked)
}

fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}

fn counted(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}

/// The sort key of a severity: most harm first, severities not stated last.
const fn rank(severity: Option<Severity>) -> u8 {
    match severity {
        Some(Severity::Vulnerability) => 0,
        Some(Severity::Robustness) => 1,
        Some(Severity::Interoperability) => 2,
        Some(Severity::Policy) => 3,
        None => 4,
    }
}

fn line(text: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(text, "{line}").expect("writing to a String");
}

const NOT_CHECKED: &str = "\
A finding without a link was not looked up in the tracker of its project, and may be reported there already.";
const NO_CONTROL: &str = "\
**Not one control came out right, so nothing can be said of it.**";
