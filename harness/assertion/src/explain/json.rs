//! The report as one JSON object, for programs. Members may be added; none changes its meaning.

use jwt_assay_core::{
    model::{Lean, Level, Rule, UnixSeconds},
    oracle::{Finding, SignatureCheck},
};
use serde::Serialize;

use super::{
    migration::{Migration, Point},
    peek::Peek,
    report::{Answer, ProfileReport, Report, Unchecked},
};
use crate::instant::in_words;

/// Renders the whole report.
///
/// # Panics
///
/// Never: the report is plain data with text keys.
#[must_use]
pub fn render(report: &Report) -> String {
    let json =
        serde_json::to_string_pretty(&Json::from(report)).expect("plain data with text keys");
    format!("{json}\n")
}

#[derive(Serialize)]
struct Json<'a> {
    /// True where at least one profile requires servers to reject, as the exit code 1 says.
    refused: bool,
    now: UnixSeconds,
    client: &'a str,
    signature: &'static str,
    assertion: Assertion<'a>,
    not_checked: Vec<NotChecked<'a>>,
    profiles: Vec<ProfileJson>,
    rfc10070: MigrationJson<'a>,
}

impl<'a> From<&'a Report> for Json<'a> {
    fn from(report: &'a Report) -> Self {
        Self {
            refused: report.is_rejected(),
            now: report.now,
            client: &report.client,
            signature: match report.signature {
                SignatureCheck::Valid => "valid",
                SignatureCheck::Invalid => "invalid",
                SignatureCheck::NotChecked => "not-checked",
            },
            assertion: Assertion::from(&report.peek),
            not_checked: report.unchecked.iter().map(NotChecked::from).collect(),
            profiles: report.profiles.iter().map(ProfileJson::from).collect(),
            rfc10070: MigrationJson::from(&report.migration),
        }
    }
}

#[derive(Serialize)]
struct Assertion<'a> {
    octets: usize,
    segments: usize,
    /// The decoded header; `null` where it decodes to no UTF-8.
    header: Option<&'a str>,
    payload: Option<&'a str>,
    /// The times of the payload, in seconds and in RFC 3339.
    times: Vec<Time>,
}

impl<'a> From<&'a Peek> for Assertion<'a> {
    fn from(peek: &'a Peek) -> Self {
        let text = |index: usize| {
            let octets = peek.segments.get(index)?.octets.as_deref()?;
            std::str::from_utf8(octets).ok()
        };
        let time = |&(claim, seconds): &(&'static str, UnixSeconds)| Time {
            claim,
            seconds,
            at: in_words(seconds),
        };
        Self {
            octets: peek.octets,
            segments: peek.segment_count,
            header: text(0),
            payload: text(1),
            times: peek.times.iter().map(time).collect(),
        }
    }
}

#[derive(Serialize)]
struct Time {
    claim: &'static str,
    seconds: UnixSeconds,
    at: String,
}

#[derive(Serialize)]
struct NotChecked<'a> {
    what: &'static str,
    why: &'a str,
}

impl<'a> From<&'a Unchecked> for NotChecked<'a> {
    fn from(unchecked: &'a Unchecked) -> Self {
        Self {
            what: unchecked.what,
            why: &unchecked.why,
        }
    }
}

#[derive(Serialize)]
struct ProfileJson {
    /// The name and version of the profile.
    profile: String,
    /// The answer asked of a server; `undetermined` where a check that matters was not possible.
    answer: &'static str,
    not_checked: Vec<&'static str>,
    findings: Vec<FindingJson>,
    stances: Vec<StanceJson>,
}

impl From<&ProfileReport> for ProfileJson {
    fn from(report: &ProfileReport) -> Self {
        let finding = |finding: &Finding| FindingJson {
            rule: finding.rule,
            level: match finding.level {
                Level::Reject => "refuse",
                Level::May(Lean::Reject) => "may-leaning-to-reject",
                Level::May(Lean::Neither) => "may",
                Level::May(Lean::Accept) => "may-leaning-to-accept",
                Level::Accept => "accept",
            },
            says: finding.rule.info().says,
            found: finding.detail.to_string(),
            clauses: report.clauses(finding.rule),
        };
        Self {
            profile: report.profile.label(),
            answer: match report.answer {
                Answer::Accept => "accept",
                Answer::May(Lean::Accept) => "may-leaning-to-accept",
                Answer::May(Lean::Neither) => "may",
                Answer::May(Lean::Reject) => "may-leaning-to-reject",
                Answer::Reject => "refuse",
                Answer::Undetermined => "undetermined",
            },
            not_checked: report.unchecked.clone(),
            findings: report.findings.iter().map(finding).collect(),
            stances: report
                .stances
                .iter()
                .map(|stance| StanceJson {
                    topic: &stance.topic,
                    here: &stance.here,
                    elsewhere: &stance.elsewhere,
                    because: &stance.because,
                })
                .collect(),
        }
    }
}

#[derive(Serialize)]
struct FindingJson {
    rule: Rule,
    level: &'static str,
    says: &'static str,
    found: String,
    clauses: Vec<String>,
}

#[derive(Serialize)]
struct StanceJson {
    topic: &'static str,
    here: &'static str,
    elsewhere: &'static str,
    because: &'static str,
}

#[derive(Serialize)]
struct MigrationJson<'a> {
    /// True where nothing is left to change; `null` where that is unknown.
    ready: Option<bool>,
    aud: PointJson<'a>,
    typ: PointJson<'a>,
    /// The profiles whose servers reject the issuer as audience.
    refused_by: &'a [&'static str],
}

impl<'a> From<&'a Migration> for MigrationJson<'a> {
    fn from(migration: &'a Migration) -> Self {
        Self {
            ready: migration.is_ready(),
            aud: PointJson::from(&migration.audience),
            typ: PointJson::from(&migration.typ),
            refused_by: &migration.rejecting,
        }
    }
}

#[derive(Serialize)]
struct PointJson<'a> {
    ready: Option<bool>,
    says: &'a str,
}

impl<'a> From<&'a Point> for PointJson<'a> {
    fn from(point: &'a Point) -> Self {
        Self {
            ready: point.is_ready,
            says: &point.says,
        }
    }
}
