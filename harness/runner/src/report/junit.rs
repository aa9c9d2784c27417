//! JUnit XML for CI services: first a suite for the conclusion of the run, then a suite per
//! implementation with a test case per vector. A rejection without an accepted control is skipped, not
//! passed.

use quick_junit::{NonSuccessKind, Report, SerializeError, TestCase, TestCaseStatus, TestSuite};

use super::{exchange, headline};
use crate::{
    conclusion::Conclusion,
    exit_code::ExitCode,
    outcome::Outcome,
    record::{Incident, Record, Run},
};
use jwt_assay_core::escape::for_xml;

/// Renders the whole run as one XML document.
///
/// # Errors
///
/// Fails if the XML cannot be written.
pub fn render(run: &Run) -> Result<String, SerializeError> {
    let mut report = Report::new("jwt-assay");
    let mut conclusion = TestSuite::new("jwt-assay");
    conclusion.add_test_case(conclusion_case(run));
    report.add_test_suite(conclusion);
    for description in &run.header.implementations {
        let mut suite = TestSuite::new(for_xml(&description.name));
        let records = run
            .records
            .iter()
            .filter(|r| r.implementation == description.name);
        let cases = records.filter(|record| record.counts());
        suite.add_test_cases(cases.map(test_case));
        let incidents = run
            .incidents
            .iter()
            .filter(|incident| incident.implementation == description.name);
        suite.add_test_cases(incidents.enumerate().map(incident_case));
        report.add_test_suite(suite);
    }
    report.to_string()
}

/// The conclusion as a test case of its own: an error where the run proves nothing, since the test cases
/// of an incomplete run could all be green. Unexpected results are test cases that fail themselves.
fn conclusion_case(run: &Run) -> TestCase {
    let text = Conclusion::of(run).sentences(for_xml).join("\n");
    let status = match ExitCode::of_run(run) {
        ExitCode::Expected | ExitCode::Unexpected => TestCaseStatus::success(),
        ExitCode::Fault | ExitCode::NothingJudged | ExitCode::Usage => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_message(for_xml(&Conclusion::of(run).state));
            status
        }
    };
    let mut case = TestCase::new("conclusion", status);
    case.set_classname("jwt-assay");
    case.set_system_out(text);
    case
}

/// An incident as a test case of its own, since it belongs to no vector.
fn incident_case((index, incident): (usize, &Incident)) -> TestCase {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status.set_message(for_xml(&incident.text));
    let mut case = TestCase::new(format!("incident-{}", index + 1), status);
    case.set_classname(for_xml(&incident.implementation));
    case
}

fn test_case(record: &Record) -> TestCase {
    let mut case = TestCase::new(record.vector.as_str(), status(record));
    case.set_classname(for_xml(&record.implementation));
    let recorded = record
        .divergence
        .as_ref()
        .filter(|_| record.is_as_recorded());
    if let Some(recorded) = recorded {
        let text = format!(
            "{}, as recorded: {} ({})",
            record.outcome, recorded.reason, recorded.clause
        );
        case.set_system_out(for_xml(&text));
    }
    case
}

fn status(record: &Record) -> TestCaseStatus {
    let kind = match &record.outcome {
        Outcome::Skipped(reason) => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(for_xml(&reason.to_string()));
            return status;
        }
        Outcome::Wrong(deviation) if deviation.is_failure() => NonSuccessKind::Error,
        Outcome::Agrees | Outcome::Open | Outcome::Wrong(_) => NonSuccessKind::Failure,
    };
    if !record.is_unexpected() {
        return TestCaseStatus::success();
    }
    let mut status = TestCaseStatus::non_success(kind);
    status.set_type(headline(record));
    status.set_message(for_xml(&format!(
        "{}: {} ({})",
        headline(record),
        record.rule,
        record.clauses.join(", ")
    )));
    let steps: Vec<String> = exchange(record).iter().map(|step| for_xml(step)).collect();
    status.set_description(format!("{}\n{}", steps.join("\n"), record.rerun));
    status
}
