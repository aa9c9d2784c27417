//! The verifiers' suite against the oracle: two independent sources, which must agree.

use std::collections::BTreeMap;

use jwt_assay_core::{
    model::{Profile, ProfileId, Role},
    oracle::FastPath,
    recipe::{EVALUATION_TIME, Recipe},
    suite::{FaultKind, Suite, Vector, case_files},
};

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
fn the_fast_path_never_differs_from_the_oracle_and_decides_something_everywhere() {
    let mut decided = BTreeMap::new();
    for (vector, own) in Suite::bundled().presentations() {
        let presented = own.present();
        let valid = Recipe {
            set: own.recipe.set.clone(),
            ..Recipe::valid(vector.profile, vector.algorithm)
        };
        let valid = valid.present_at(EVALUATION_TIME);
        let by_others = decided
            .entry((vector.profile, vector.algorithm.name()))
            .or_default();
        for (pattern, count) in [(&valid.steps[0], by_others), (&presented.steps[0], &mut 0)] {
            let Some(path) = FastPath::new(pattern).unwrap() else {
                continue;
            };
            match path.compare(&presented) {
                Ok(steps) => *count += steps,
                Err(difference) => panic!("{}: {difference}", vector.id),
            }
        }
    }
    // A fast path that never decides would agree with everything.
    for profile in ProfileId::ALL {
        let algorithms = &Profile::get(profile).algorithms;
        for algorithm in algorithms.required.iter().chain(&algorithms.optional) {
            let steps = decided.get(&(profile, algorithm.name()));
            assert!(
                steps.is_some_and(|steps| *steps > 0),
                "{profile} {algorithm}"
            );
        }
    }
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
fn a_second_broken_rule_is_a_fault_unless_it_is_declared_and_the_case_is_marked() {
    let edits = "{ claims = { remove = \"aud\" } }, { claims = { remove = \"exp\" } }";
    let faults = |declared: &str| {
        let verdict = format!("verdict = \"reject\"\n{declared}");
        kinds(&suite_with(&verdict, "aud-missing", edits))
    };
    assert_all(&faults(""), |kind| matches!(kind, FaultKind::Undeclared(_)));
    let declared = "also-breaks = [\"exp-missing\"]";
    assert_all(&faults(declared), |kind| {
        matches!(kind, FaultKind::Combined(_))
    });
    let marked = format!("{declared}\n{EVERYWHERE}");
    assert_eq!(faults(&marked), []);
}

#[test]
fn a_case_marked_as_breaking_several_rules_that_breaks_one_is_a_fault() {
    let edits = "{ claims = { remove = \"aud\" } }";
    let verdict = format!("verdict = \"reject\"\n{EVERYWHERE}");
    let faults = kinds(&suite_with(&verdict, "aud-missing", edits));
    assert_all(&faults, |kind| *kind == FaultKind::NotCombined);
}

#[test]
fn a_control_that_differs_in_more_than_the_fault_is_a_fault() {
    let sound = suite_with(
        "verdict = \"reject\"",
        "aud-missing",
        "{ claims = { remove = \"aud\" } }",
    );
    assert_eq!(kinds(&sound), []);
    let negative = |vector: &Vector| vector.control.is_some();
    let place = sound.vectors.iter().position(negative).unwrap();
    // The rejected vector itself, and an accepted assertion of another profile.
    for id in [sound.vectors[place].id.as_str(), "pos-full/pingone/es256"] {
        let mut suite = sound.clone();
        suite.vectors[place].control = Some(id.parse().unwrap());
        assert_all(&kinds(&suite), |kind| matches!(kind, FaultKind::Control(_)));
    }
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

fn kinds(suite: &Suite) -> Vec<FaultKind> {
    suite.lint().into_iter().map(|fault| fault.kind).collect()
}

/// Asserts that there are faults, all of one kind.
fn assert_all(faults: &[FaultKind], is_expected: fn(&FaultKind) -> bool) {
    assert!(!faults.is_empty());
    for fault in faults {
        assert!(is_expected(fault), "{fault:?}");
    }
}

fn suite_with(verdict: &str, rule: &str, edits: &str) -> Suite {
    let file = format!(
        "{HEAD}[[case]]\nid = \"planted\"\ntext = \"x\"\nrule = \"{rule}\"\nedits = [{edits}]\n{verdict}\n"
    );
    with_positive_controls(&file)
}

fn with_positive_controls(file: &str) -> Suite {
    let mut files: Vec<(&str, &str)> = case_files(Role::Verify)
        .filter(|(name, _)| name.starts_with("a-"))
        .collect();
    files.push(("planted.toml", file));
    Suite::from_files(files).expect("files of this test")
}

fn case(members: &str) -> String {
    format!("{HEAD}[[case]]\ntext = \"x\"\n{members}\n")
}

const HEAD: &str = "group = \"A\"\ntitle = \"x\"\nalgorithms = \"one\"\n\n";
const EVERYWHERE: &str = "combined = \"all\"";
