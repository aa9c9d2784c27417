//! The suite against the oracle: two independent sources, which must agree.

use jwt_assay_core::suite::{FaultKind, Suite, case_files};

#[test]
fn the_suite_has_no_fault() {
    let faults: Vec<String> = Suite::bundled()
        .lint()
        .iter()
        .map(ToString::to_string)
        .collect();
    let shown = faults
        .iter()
        .take(40)
        .cloned()
        .collect::<Vec<_>>()
        .join("\n");
    assert_eq!(faults.len(), 0, "the first faults:\n{shown}");
}

#[test]
fn a_verdict_that_the_clause_does_not_bear_out_is_a_fault() {
    let suite = suite_with(
        "verdict = \"accept\"",
        "aud-missing",
        "{ claims = { remove = \"aud\" } }",
    );
    let faults = suite.lint();
    assert!(!faults.is_empty());
    for fault in faults {
        assert!(
            matches!(fault.kind, FaultKind::Disagreement { .. }),
            "{fault}"
        );
    }
}

#[test]
fn a_second_broken_rule_is_a_fault_unless_it_is_declared() {
    let edits = "{ claims = { remove = \"aud\" } }, { claims = { remove = \"exp\" } }";
    let fault = |declared: &str| {
        let verdict = format!("verdict = \"reject\"\n{declared}");
        suite_with(&verdict, "aud-missing", edits).lint()
    };
    assert!(
        fault("")
            .iter()
            .all(|fault| matches!(fault.kind, FaultKind::Undeclared(_)))
    );
    assert!(!fault("").is_empty());
    assert_eq!(fault("also-breaks = [\"exp-missing\"]"), []);
}

#[test]
fn a_case_that_names_another_rule_than_its_edit_breaks_is_a_fault() {
    let edit = "{ claims = { remove = \"aud\" } }";
    let faults = suite_with("verdict = \"reject\"", "exp-missing", edit).lint();
    assert!(!faults.is_empty());
    for fault in faults {
        assert!(
            matches!(fault.kind, FaultKind::Disagreement { .. }),
            "{fault}"
        );
    }
}

#[test]
fn the_same_input_with_two_verdicts_is_a_fault() {
    let twin = |id: &str, verdict: &str| {
        format!(
            "[[case]]\nid = \"{id}\"\ntext = \"x\"\nrule = \"unknown-claim\"\n\
             edits = [{{ claims = {{ set = [\"x\", \"1\"] }} }}]\nverdict = \"{verdict}\"\n"
        )
    };
    let file = format!("{HEAD}{}{}", twin("one", "accept"), twin("two", "may"));
    let suite = with_positive_controls(&file);
    let contradicts = |kind: &FaultKind| matches!(kind, FaultKind::Contradiction(_));
    assert!(suite.lint().iter().any(|fault| contradicts(&fault.kind)));
}

#[test]
fn a_malformed_case_file_names_file_line_and_remedy() {
    let problem = |text: &str| {
        let files = [("cases/broken.toml", text)];
        Suite::from_files(files).unwrap_err().to_string()
    };
    let unknown_rule = problem(&case(
        "id = \"x\"\nrule = \"aud-mismach\"\nverdict = \"reject\"",
    ));
    assert!(
        unknown_rule.starts_with("read case file `cases/broken.toml`"),
        "{unknown_rule}"
    );
    assert!(
        unknown_rule.contains("the nearest is `aud-mismatch`"),
        "{unknown_rule}"
    );
    assert!(unknown_rule.contains("line 8"), "{unknown_rule}");
    let unknown_profile = problem(&case(
        "id = \"x\"\nrule = \"baseline\"\nverdict = { otka = \"accept\" }",
    ));
    assert!(
        unknown_profile.contains("the nearest is `okta`"),
        "{unknown_profile}"
    );
    let unknown_member = problem(&case(
        "id = \"x\"\nrule = \"baseline\"\nverdit = \"accept\"",
    ));
    assert!(
        unknown_member.contains("unknown field `verdit`"),
        "{unknown_member}"
    );
    let bad_id = problem(&case(
        "id = \"X_1\"\nrule = \"baseline\"\nverdict = \"accept\"",
    ));
    assert!(bad_id.contains("expected kebab-case"), "{bad_id}");
}

fn suite_with(verdict: &str, rule: &str, edits: &str) -> Suite {
    let file = format!(
        "{HEAD}[[case]]\nid = \"planted\"\ntext = \"x\"\nrule = \"{rule}\"\nedits = [{edits}]\n{verdict}\n"
    );
    with_positive_controls(&file)
}

fn with_positive_controls(file: &str) -> Suite {
    let mut files: Vec<(&str, &str)> = case_files()
        .filter(|(name, _)| name.starts_with("a-"))
        .collect();
    files.push(("planted.toml", file));
    Suite::from_files(files).expect("files of this test")
}

fn case(members: &str) -> String {
    format!("{HEAD}[[case]]\ntext = \"x\"\n{members}\n")
}

const HEAD: &str = "group = \"A\"\ntitle = \"x\"\nalgorithms = \"one\"\n\n";
