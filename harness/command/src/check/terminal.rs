//! The explanation of an assertion as text for a terminal.

use std::fmt::{self, Write};

use anstyle::{AnsiColor, Style};
use jwt_assay_core::{
    model::{Lean, Level},
    oracle::{Finding, SignatureCheck},
};

use jwt_assay_assertion::{
    explain::{Answer, Migration, Peek, Point, ProfileReport, Report, Segment},
    instant::{from_now, in_words, seems_milliseconds},
};
use jwt_assay_core::escape::{for_terminal, shortened};

/// Renders the whole report in colours, which `print` strips where the output is no terminal.
pub(super) fn render(report: &Report) -> String {
    let mut text = String::new();
    push_assertion(&mut text, &report.peek);
    push_times(&mut text, report);
    line(
        &mut text,
        format_args!("client      {}", for_terminal(&report.client)),
    );
    let signature = match report.signature {
        SignatureCheck::Valid => "valid",
        SignatureCheck::Invalid => "invalid",
        SignatureCheck::NotChecked => "not checked",
    };
    line(&mut text, format_args!("signature   {signature}"));
    for profile in &report.profiles {
        push_profile(&mut text, profile);
    }
    push_migration(&mut text, &report.migration);
    line(&mut text, format_args!("\n{BOLD}Not checked{BOLD:#}"));
    for unchecked in &report.unchecked {
        line(
            &mut text,
            format_args!("  {:<11} {}", unchecked.what, unchecked.why),
        );
    }
    push_summary(&mut text, report);
    text
}

fn push_assertion(text: &mut String, peek: &Peek) {
    let plural = if peek.segment_count == 1 { "" } else { "s" };
    let kind = match peek.segment_count {
        3 => "",
        5 => ", as an encrypted JWT has",
        _ => ", not three",
    };
    let (octets, count) = (peek.octets, peek.segment_count);
    line(
        text,
        format_args!("assertion   {octets} octets, {count} segment{plural}{kind}"),
    );
    let names = if count == 5 { JWE } else { JWS };
    for (index, segment) in peek.segments.iter().enumerate() {
        let name = names.get(index).copied().unwrap_or("more");
        line(text, format_args!("  {name:<9} {}", shown(name, segment)));
    }
}

/// A segment as text; the signature, and other segments of an encrypted JWT, as their length.
fn shown(name: &str, segment: &Segment) -> String {
    let fault = match &segment.fault {
        Some(fault) => format!(" ({fault})"),
        None => String::new(),
    };
    match &segment.octets {
        Some(octets) if !matches!(name, "header" | "payload") => {
            format!("{} octets{fault}", octets.len())
        }
        Some(octets) if octets.is_empty() => format!("empty{fault}"),
        Some(octets) => {
            let text = String::from_utf8_lossy(octets);
            format!("{}{fault}", for_terminal(&shortened(&text, LONGEST_SHOWN)))
        }
        None => {
            let raw = String::from_utf8_lossy(&segment.raw);
            format!("{}{fault}", for_terminal(&shortened(&raw, LONGEST_SHOWN)))
        }
    }
}

fn push_times(text: &mut String, report: &Report) {
    line(
        text,
        format_args!("now         {}, {}", report.now, in_words(report.now)),
    );
    for &(name, instant) in &report.peek.times {
        let far = from_now(instant, report.now);
        let hint = if seems_milliseconds(instant) {
            "; perhaps milliseconds instead of seconds"
        } else {
            ""
        };
        line(
            text,
            format_args!("  {name:<9} {instant}, {}, {far}{hint}", in_words(instant)),
        );
    }
}

fn push_profile(text: &mut String, report: &ProfileReport) {
    let (style, says) = headline(report);
    let name = report.profile.id;
    line(
        text,
        format_args!("\n{BOLD}{name}{BOLD:#}  {style}{says}{style:#}"),
    );
    for finding in report
        .findings
        .iter()
        .filter(|finding| finding.level != Level::Accept)
    {
        push_finding(text, report, finding);
    }
    for stance in &report.stances {
        line(
            text,
            format_args!(
                "  the sources contradict one another about {}",
                stance.topic
            ),
        );
        line(text, format_args!("    {name}: {}", stance.here));
        line(text, format_args!("    elsewhere: {}", stance.elsewhere));
        line(
            text,
            format_args!("    taken here because {}", stance.because),
        );
    }
}

fn headline(report: &ProfileReport) -> (Style, String) {
    let rejections = report.count(|level| level == Level::Reject);
    let open = report.count(|level| matches!(level, Level::May(_)));
    match report.answer {
        Answer::Accept => (GREEN, "must accept".to_owned()),
        Answer::May(lean) => {
            let leaning = match lean {
                Lean::Accept => ", leaning to acceptance",
                Lean::Neither => "",
                Lean::Reject => ", leaning to rejection",
            };
            (
                YELLOW,
                format!("may accept or reject{leaning}: {}", points(open)),
            )
        }
        Answer::Reject if rejections == 1 => (RED, "must reject: 1 rule broken".to_owned()),
        Answer::Reject => (RED, format!("must reject: {rejections} rules broken")),
        Answer::Undetermined => {
            let unchecked = report.unchecked.join(" and ");
            let open = if open == 0 {
                String::new()
            } else {
                format!("; {}", points(open))
            };
            (
                YELLOW,
                format!("no reason to reject found, {unchecked} not checked{open}"),
            )
        }
    }
}

fn points(count: usize) -> String {
    match count {
        1 => "1 open point".to_owned(),
        more => format!("{more} open points"),
    }
}

fn push_finding(text: &mut String, report: &ProfileReport, finding: &Finding) {
    let info = finding.rule.info();
    let style = match finding.level {
        Level::Reject => RED,
        Level::May(_) | Level::Accept => YELLOW,
    };
    line(
        text,
        format_args!("  {style}{}{style:#}  {}", finding.level, info.id),
    );
    line(text, format_args!("    rule    {}", info.says));
    let detail = for_terminal(&shortened(&finding.detail, LONGEST_SHOWN));
    line(text, format_args!("    found   {detail}"));
    let clauses = report.clauses(finding.rule).join(", ");
    line(text, format_args!("    source  {clauses}"));
}

fn push_migration(text: &mut String, migration: &Migration) {
    let says = match migration.is_ready() {
        Some(true) => "ready",
        Some(false) => "something to change",
        None => "not known",
    };
    line(
        text,
        format_args!("\n{BOLD}RFC 10070 migration{BOLD:#}  {says}"),
    );
    let mut push = |name, point: &Point| {
        let mark = match point.is_ready {
            Some(true) => "ok",
            Some(false) => "change",
            None => "?",
        };
        line(
            text,
            format_args!("  {name:<5} {mark:<7} {}", for_terminal(&point.says)),
        );
    };
    push("aud", &migration.audience);
    push("typ", &migration.typ);
    if migration.audience.is_ready != Some(true) {
        let rejecting = migration.rejecting.join(", ");
        line(
            text,
            format_args!(
                "  not for a server that follows {rejecting}: it rejects the issuer as audience"
            ),
        );
    }
}

fn push_summary(text: &mut String, report: &Report) {
    let of = |answer, says: &str| {
        let names = report.answered(answer);
        (!names.is_empty()).then(|| format!("{says} {}", names.join(", ")))
    };
    let leans = [Lean::Accept, Lean::Neither, Lean::Reject];
    let may: Vec<_> = leans
        .into_iter()
        .flat_map(|l| report.answered(Answer::May(l)))
        .collect();
    let may = (!may.is_empty()).then(|| format!("left open by {}", may.join(", ")));
    let parts: Vec<String> = [
        of(Answer::Reject, "must be rejected by"),
        of(Answer::Undetermined, "no reason to reject found for"),
        may,
        of(Answer::Accept, "must be accepted by"),
    ]
    .into_iter()
    .flatten()
    .collect();
    let signature = match report.signature {
        SignatureCheck::Valid => "the signature is valid",
        SignatureCheck::Invalid => "the signature is invalid",
        SignatureCheck::NotChecked => "the signature was not checked",
    };
    line(text, format_args!("\n{}; {signature}", parts.join("; ")));
}

fn line(text: &mut String, line: fmt::Arguments<'_>) {
    writeln!(text, "{line}").expect("writing to a String");
}

const BOLD: Style = Style::new().bold();
const GREEN: Style = AnsiColor::Green.on_default();
const RED: Style = AnsiColor::Red.on_default();
const YELLOW: Style = AnsiColor::Yellow.on_default();

/// The most characters that are shown of one part of an assertion.
const LONGEST_SHOWN: usize = 4096;
/// The segments of RFC 7515 section 7.1.
const JWS: &[&str] = &["header", "payload", "signature"];
/// The segments of RFC 7516 section 7.1.
const JWE: &[&str] = &["header", "key", "vector", "content", "tag"];
