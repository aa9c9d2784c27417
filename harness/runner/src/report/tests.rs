//! Snapshots of every format over one made-up run with a record of each kind. The words of one
//! implementation try to break out of each format.

use jwt_assay_core::model::{Algorithm, Layer, Method, Need, ProfileId, Rule, UnixSeconds};
use jwt_assay_implementations::{Clock, Description, KeyFormat};

use super::*;
use crate::{
    divergences::{DivergenceStatus, RecordedDivergence, Severity},
    observation::Observation,
    outcome::{Deviation, Outcome, SkipReason},
    record::{Absent, AsControl, Expected, Header, Incident, Run, StepRecord},
};

mod incomplete;

const HOSTILE: &str = "\u{1b}[2J<script>alert(1)</script>|`]]>&\u{202e}\n# no \"heading\"\0";

fn description(name: &str) -> Description {
    Description {
        name: name.to_owned(),
        version: "1.2.3".to_owned(),
        language: "Rust".to_owned(),
        toolchain: None,
        url: String::new(),
        layers: vec![Layer::Jws, Layer::Jwt],
        methods: vec![Method::PrivateKeyJwt],
        algorithms: vec![Algorithm::ES256],
        clock: Clock::Given,
        key_formats: vec![KeyFormat::Jwk],
        lacks: vec![Need::TwoLeeways],
    }
}

fn record(
    implementation: &str,
    case: &str,
    expected: Expected,
    outcome: Outcome,
    seen: &[Observation],
) -> Record {
    let vector = format!("{case}/okta/es256");
    let of_step = |seen: &Observation| StepRecord {
        expected,
        seen: seen.clone(),
        outcome: outcome.clone(),
    };
    Record {
        run: "1".to_owned(),
        implementation: implementation.to_owned(),
        version: "1.2.3".to_owned(),
        vector: vector.parse().unwrap(),
        case: case.parse().unwrap(),
        profile: ProfileId::Okta,
        algorithm: Algorithm::ES256,
        layer: Layer::Jwt,
        rule: Rule::Expired,
        clauses: vec!["RFC 7519 4.1.4".to_owned(), "RFC 7523 3(4)".to_owned()],
        is_newer: false,
        is_support: false,
        as_control: None,
        is_live: false,
        expected,
        steps: seen.iter().map(of_step).collect(),
        outcome,
        divergence: None,
        rerun: format!("jwt-assay run {implementation} --only {vector}"),
    }
}

fn recorded(status: DivergenceStatus) -> Option<RecordedDivergence> {
    Some(RecordedDivergence {
        status,
        seen: Deviation::Accepted,
        reason: "applies 60 s of leeway".to_owned(),
        clause: "RFC 7519 4.1.4".to_owned(),
        link: Some("https://example.org/1".to_owned()),
        severity: None,
        file: Some("known.toml".to_owned()),
    })
}

pub(crate) fn run() -> Run {
    let accepted = || Observation::Accepted {
        client_id: "client".to_owned(),
    };
    let rejected = |text: &str| Observation::Rejected {
        text: text.to_owned(),
        reason: None,
    };
    let must_reject = Expected::Reject(Rule::Expired);
    let control = "pos-full/okta/es256".parse().unwrap();
    let open = "iat-old/okta/es256".parse().unwrap();
    Run {
        header: Header {
            role: None,
            format: Header::FORMAT,
            run: "1".to_owned(),
            version: "0.1.0".to_owned(),
            started: UnixSeconds(1_700_000_000),
            profiles: vec!["okta@1".to_owned()],
            is_whole: true,
            planned: 6,
            selection: String::new(),
            implementations: vec![description("careful"), description("hasty")],
            absent: vec![Absent {
                name: "missing".to_owned(),
                reason: "built without feature `missing`".to_owned(),
            }],
            incomplete: None,
        },
        records: vec![
            Record {
                as_control: Some(AsControl::Right),
                ..record(
                    "careful",
                    "pos-full",
                    Expected::Accept,
                    Outcome::Agrees,
                    &[accepted()],
                )
            },
            record(
                "careful",
                "expired",
                must_reject,
                Outcome::Agrees,
                &[rejected("too late")],
            ),
            record(
                "careful",
                "iat-old",
                Expected::May,
                Outcome::Open,
                &[rejected("too old")],
            ),
            record(
                "careful",
                "sub-missing",
                must_reject,
                Outcome::Skipped(SkipReason::ControlNotAccepted(open)),
                &[rejected("no")],
            ),
            record(
                "careful",
                "kid-unknown",
                must_reject,
                Outcome::Skipped(SkipReason::LayerNotClaimed(Layer::Key)),
                &[],
            ),
            Record {
                divergence: recorded(DivergenceStatus::AsRecorded),
                ..record(
                    "careful",
                    "expired-lately",
                    must_reject,
                    Outcome::Wrong(Deviation::Accepted),
                    &[accepted()],
                )
            },
            Record {
                is_support: true,
                ..record(
                    "careful",
                    "pos-min",
                    Expected::Accept,
                    Outcome::Agrees,
                    &[accepted()],
                )
            },
            record(
                "hasty",
                "pos-full",
                Expected::Accept,
                Outcome::Wrong(Deviation::Rejected),
                &[rejected(HOSTILE)],
            ),
            record(
                "hasty",
                "expired",
                must_reject,
                Outcome::Wrong(Deviation::Accepted),
                &[accepted()],
            ),
            record(
                "hasty",
                "replayed",
                must_reject,
                Outcome::Wrong(Deviation::Accepted),
                &[accepted(), accepted()],
            ),
            record(
                "hasty",
                "deep",
                Expected::Accept,
                Outcome::Wrong(Deviation::Crashed),
                &[Observation::Crashed {
                    reason: "panicked: \u{7}no".to_owned(),
                }],
            ),
            record(
                "hasty",
                "aud-missing",
                must_reject,
                Outcome::Skipped(SkipReason::ControlNotAccepted(control)),
                &[rejected("no")],
            ),
            Record {
                divergence: recorded(DivergenceStatus::Stale),
                ..record(
                    "hasty",
                    "expired-lately",
                    must_reject,
                    Outcome::Agrees,
                    &[rejected("late")],
                )
            },
        ],
        incidents: vec![Incident {
            implementation: "hasty".to_owned(),
            text: "it went on writing after goodbye: \u{1b}[2J<script>".to_owned(),
        }],
    }
}

pub(super) const BRIEF: Options = Options {
    by_profile: false,
    all: false,
};

#[test]
fn the_terminal_report_shows_counts_then_skips_then_the_unexpected() {
    let text = terminal::render(&run(), BRIEF);
    insta::assert_snapshot!(anstream::adapter::strip_str(&text).to_string());
}

#[test]
fn the_terminal_report_by_profile_has_a_row_for_each() {
    let text = terminal::render(
        &run(),
        Options {
            by_profile: true,
            all: true,
        },
    );
    insta::assert_snapshot!(anstream::adapter::strip_str(&text).to_string());
}

#[test]
fn of_one_case_and_of_many_cases_only_the_first_are_listed_unless_all_are_asked_for() {
    let of_case = |case: &str| {
        record(
            "hasty",
            case,
            Expected::May,
            Outcome::Wrong(Deviation::Accepted),
            &[],
        )
    };
    let records: Vec<Record> = (0..50)
        .flat_map(|n| [of_case(&format!("case-{n}")), of_case(&format!("case-{n}"))])
        .collect();
    let records: Vec<&Record> = records.iter().collect();

    let brief = Listed::new(&records, BRIEF);
    assert_eq!(
        (brief.results.len(), brief.more_cases),
        (LISTED_CASES, 50 - LISTED_CASES)
    );
    assert!(brief.results.iter().all(|(_, more)| *more == 1));

    let all = Listed::new(&records, Options { all: true, ..BRIEF });
    assert_eq!((all.results.len(), all.more_cases), (100, 0));
}

#[test]
fn the_markdown_report_lists_what_is_recorded_as_well() {
    insta::assert_snapshot!(markdown::render(&run(), BRIEF));
}

#[test]
fn the_matrix_counts_each_case_once_by_rules_and_implementation() {
    let mut run = run();
    // A second vector of a case that is counted already, and another case with the same fault.
    let mut again = run.records[8].clone();
    again.vector = "expired/okta/rs256".parse().unwrap();
    let mut other = again.clone();
    other.case = "exp-zero".parse().unwrap();
    run.records.extend([again, other]);
    insta::assert_snapshot!(matrix::render(&run));
}

#[test]
fn the_findings_are_what_is_recorded_by_severity_then_what_is_unexpected() {
    let mut run = run();
    let with = |case: &str, severity, link: Option<&str>| {
        let mut record = record(
            "careful",
            case,
            Expected::Reject(Rule::Expired),
            Outcome::Wrong(Deviation::Accepted),
            &[],
        );
        record.divergence =
            recorded(DivergenceStatus::AsRecorded).map(|recorded| RecordedDivergence {
                reason: format!("{HOSTILE} {severity:?}"),
                link: link.map(str::to_owned),
                severity,
                ..recorded
            });
        record
    };
    run.records.extend([
        with("a", Some(Severity::Policy), None),
        with("b", Some(Severity::Interoperability), None),
        with("c", Some(Severity::Robustness), None),
        with(
            "d",
            Some(Severity::Vulnerability),
            Some("https://example.org/2"),
        ),
        with(
            "e",
            Some(Severity::Vulnerability),
            Some("https://example.org/2"),
        ),
    ]);
    insta::assert_snapshot!(findings::render(&run));
}

#[test]
fn an_implementation_without_a_finding_is_named_as_one() {
    let mut run = run();
    run.records
        .retain(|record| record.case.as_str() == "pos-full");
    run.incidents.clear();
    let text = findings::render(&run);
    let (_, without) = text.split_once("## Without a finding\n\n").unwrap();
    assert!(
        without.starts_with(
            "- careful 1.2.3 (Rust), judged by 1 of 1 vectors; stopped early, at 1 of 6"
        ),
        "{text}"
    );
    assert!(!without.contains("hasty 1.2.3"), "{text}");
}

#[test]
fn the_junit_report_tells_failures_from_errors_and_skips() {
    insta::assert_snapshot!(junit::render(&run()).unwrap());
}

#[test]
fn the_records_are_one_object_a_line() {
    let mut text = Vec::new();
    jsonl::write(&run(), &mut text).unwrap();
    insta::assert_snapshot!(String::from_utf8(text).unwrap());
}

#[test]
fn records_read_back_as_they_were_written() {
    let mut text = Vec::new();
    jsonl::write(&run(), &mut text).unwrap();
    let text = String::from_utf8(text).unwrap();
    assert_eq!(jsonl::read("records.jsonl", &text), Ok(run()));
}

#[test]
fn no_report_passes_on_control_characters_or_markup_of_an_implementation() {
    let terminal = terminal::render(&run(), BRIEF);
    let own_colours = anstream::adapter::strip_str(&terminal).to_string();
    assert!(
        !own_colours.contains(|c: char| c.is_control() && c != '\n'),
        "{own_colours:?}"
    );
    assert!(!terminal.contains("\u{1b}[2J"), "{terminal:?}");

    for markdown in [
        markdown::render(&run(), BRIEF),
        matrix::render(&run()),
        findings::render(&run()),
    ] {
        assert!(
            !markdown.contains("<script>") && !markdown.contains("\n# no"),
            "{markdown}"
        );
    }

    let junit = junit::render(&run()).unwrap();
    assert!(
        !junit.contains("<script>") && !junit.contains(['\u{1b}', '\0']),
        "{junit}"
    );
}

#[test]
fn the_matrix_of_builders_has_each_rule_in_the_row_of_its_part_and_none_under_replay() {
    let mut run = run();
    let of_rule = |rule: &Rule| Record {
        layer: Layer::Jws,
        rule: *rule,
        ..record(
            "careful",
            "build-alg",
            Expected::Accept,
            Outcome::Agrees,
            &[],
        )
    };
    run.records = Rule::BUILD.iter().map(of_rule).collect();
    let table = matrix::table(&run);
    for row in ["header, `alg`", "`kid`", "signature", "`jti`"] {
        assert!(table.contains(&format!("| jws | {row} | ✓ |")), "{table}");
    }
    assert!(!table.contains("replay"), "{table}");
}
