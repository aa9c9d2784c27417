//! Updates of a divergence file from runs over a small suite.

use jwt_assay::{
    Answer, Description,
    divergences::{
        Divergences,
        update::{self, UpdateError, Updated},
    },
    exit_code::ExitCode,
    filter::Filter,
    model::{Layer, Step},
    record::Run,
};
use jwt_assay_core::suite::Suite;

use crate::fakes::{self, Fake, accept, description, only, reject, rfc7523};

/// The answers of a verifier to assertions that lack a claim.
type Lacking = [(&'static str, Lacks)];

type Lacks = fn(&Step) -> Answer;

/// The suite of the fakes, with one more case that must be accepted.
fn suite() -> Suite {
    let more = "[[case]]\nid = \"jti-missing-fine\"\ntext = \"No jti.\"\nrule = \"jti-missing\"\n\
                edits = [{ claims = { remove = \"jti\" } }]\nverdict = \"accept\"\n";
    let text = format!("{}\n{more}", fakes::SUITE);
    Suite::from_files([("made-up.toml", text.as_str())]).unwrap()
}

/// A description without the layer of memory, so that `same-token-twice` is skipped.
fn forgetful() -> Description {
    Description {
        layers: Layer::ALL
            .into_iter()
            .filter(|layer| *layer != Layer::State)
            .collect(),
        ..description("fake")
    }
}

fn judged(lacking: &Lacking, filter: &Filter, divergences: Divergences) -> Run {
    let lacking = lacking.to_vec();
    let answer = move |step: &Step| {
        let payload = payload(step);
        let lacks = |claim: &str| !payload.contains(&format!("\"{claim}\""));
        let answer = lacking.iter().find(|(claim, _)| lacks(claim));
        answer.map_or_else(|| accept(step), |(_, answer)| answer(step))
    };
    fakes::run(&suite(), filter, Fake(forgetful(), answer), divergences)
}

fn payload(step: &Step) -> String {
    let token = step.request.client_assertion.as_ref().unwrap();
    let payload = token.as_text().unwrap().split('.').nth(1).unwrap();
    let read = jwt_assay_core::encoding::read_base64url(payload.as_bytes());
    String::from_utf8(read.unwrap().octets).unwrap()
}

fn seen(lacking: &Lacking) -> Run {
    judged(lacking, &rfc7523(), Divergences::default())
}

fn exit_code(lacking: &Lacking, text: &str) -> ExitCode {
    let divergences = Divergences::read("known.toml", text, &suite()).unwrap();
    ExitCode::of_run(&judged(lacking, &rfc7523(), divergences))
}

fn update(text: Option<&str>, run: &Run) -> Result<Updated, UpdateError> {
    update::update("known.toml", text, run, None, &suite())
}

fn updated(text: &str, run: &Run) -> Updated {
    update(Some(text), run).unwrap()
}

fn entry(vectors: &str) -> String {
    format!(
        "[[divergence]]\nvectors = {vectors}\nseen = \"accepted\" # since 1.0\n\
         reason = \"known\"\nclause = \"RFC 7523 3\"\n"
    )
}

fn crash(_: &Step) -> Answer {
    Answer::Error {
        reason: "panicked".to_owned(),
    }
}

fn unsupported(_: &Step) -> Answer {
    Answer::Unsupported {
        reason: "not today".to_owned(),
    }
}

/// The answers of a verifier without faults.
const RIGHT: &Lacking = &[("aud", reject), ("iss", reject)];
const AUD_FREE: &Lacking = &[("iss", reject)];
const ISS_FREE: &Lacking = &[("aud", reject)];
const FAULTY: &Lacking = &[("iss", crash), ("jti", reject)];

#[test]
fn a_new_file_holds_what_is_wrong_and_asks_for_reasons() {
    let updated = update(None, &seen(FAULTY)).unwrap();
    assert_eq!(
        updated.to_string(),
        "0 entries kept, 0 narrowed, 0 removed, 3 new (3 vectors)"
    );
    insta::assert_snapshot!(updated.text);
}

#[test]
fn a_new_file_of_an_implementation_without_faults_is_its_comment() {
    let updated = update(None, &seen(RIGHT)).unwrap();
    assert!(updated.text.lines().all(|line| line.starts_with('#')));
    assert_eq!(exit_code(RIGHT, &updated.text), ExitCode::Expected);
    assert_eq!(exit_code(AUD_FREE, &updated.text), ExitCode::Unexpected);
}

#[test]
fn a_run_expects_what_was_written_and_neither_less_nor_more() {
    let text = update(None, &seen(AUD_FREE)).unwrap().text;
    assert_eq!(exit_code(AUD_FREE, &text), ExitCode::Expected);
    assert_eq!(exit_code(RIGHT, &text), ExitCode::Unexpected);
    assert_eq!(exit_code(&[], &text), ExitCode::Unexpected);
    assert_eq!(exit_code(ISS_FREE, &text), ExitCode::Unexpected);
}

#[test]
fn a_divergence_that_happened_is_kept_octet_for_octet() {
    let text = entry("['aud-missing*' ,  \"jti-missing-open\"]").replace(" = ", "=") + "\n\n# end";
    let updated = updated(&text, &seen(AUD_FREE));
    assert_eq!(updated.text, text);
    assert_eq!(
        updated.to_string(),
        "1 entry kept, 0 narrowed, 0 removed, 0 new"
    );
}

#[test]
fn a_pattern_of_which_a_part_happened_becomes_the_ids_of_that_part() {
    let text = entry("[\n  \"{iss,aud}-*/rfc7523/*\", # both\n  \"jti-missing-open\",\n]");
    let updated = updated(&text, &seen(AUD_FREE));
    assert_eq!(
        updated.to_string(),
        "0 entries kept, 1 narrowed, 0 removed, 0 new"
    );
    insta::assert_snapshot!(updated.text, @r#"
    [[divergence]]
    vectors = [
      "aud-missing/rfc7523/rs256", # both
      "jti-missing-open",
    ]
    seen = "accepted" # since 1.0
    reason = "known"
    clause = "RFC 7523 3"
    "#);
    assert_eq!(exit_code(AUD_FREE, &updated.text), ExitCode::Expected);
}

#[test]
fn a_pattern_of_which_nothing_happened_goes_and_its_entry_with_the_last() {
    let gone = entry("[\"iss-missing/rfc7523/*\"]");
    let stays = entry("[\"pos-full/rfc7523/*\", \"aud-missing\"]");
    let text = format!("# the file\n\n# gone\n{gone}\n# kept\n{stays}");
    let updated = updated(&text, &seen(AUD_FREE));
    assert_eq!(
        updated.to_string(),
        "0 entries kept, 1 narrowed, 1 removed, 0 new"
    );
    insta::assert_snapshot!(updated.text, @r#"
    # the file

    # kept
    [[divergence]]
    vectors = ["aud-missing"]
    seen = "accepted" # since 1.0
    reason = "known"
    clause = "RFC 7523 3"
    "#);
}

#[test]
fn a_vector_that_was_not_asked_stays_recorded_whatever_else_is_mended() {
    let text = entry("[\"{aud,iss}-missing\"]");
    let only_iss = judged(RIGHT, &only("iss-missing"), Divergences::default());
    let updated = updated(&text, &only_iss);
    assert_eq!(updated.narrowed, 1);
    let is_recorded = |id: &str| updated.text.contains(&format!("\"{id}\""));
    assert!(is_recorded("aud-missing/rfc7523/rs256") && is_recorded("iss-missing/okta/rs256"));
    assert!(!is_recorded("iss-missing/rfc7523/rs256"));
}

#[test]
fn a_skipped_vector_changes_nothing() {
    let skipped = entry("[\"same-token-twice\"]");
    let not_asked = entry("[\"aud-missing\", \"iss-missing/okta/*\"]");
    let text = format!("{skipped}\n{not_asked}");
    let run = judged(
        RIGHT,
        &only("{pos-full,same-token-twice}"),
        Divergences::default(),
    );
    assert_eq!(updated(&text, &run).text, text);
}

#[test]
fn a_control_that_does_not_count_is_neither_compared_nor_recorded() {
    let text = entry("[\"pos-full\"]");
    let run = judged(AUD_FREE, &only("aud-missing"), Divergences::default());
    let updated = updated(&text, &run);
    assert_eq!((updated.kept, updated.new_vectors), (1, 1));
}

#[test]
fn a_recorded_fault_that_became_another_is_recorded_anew() {
    let crashes: &Lacking = &[("aud", crash), ("iss", reject)];
    let updated = updated(&entry("[\"aud-missing/rfc7523/*\"]"), &seen(crashes));
    assert_eq!(
        updated.to_string(),
        "0 entries kept, 0 narrowed, 1 removed, 1 new (1 vector)"
    );
    assert!(
        updated.text.contains("seen = \"crashed\""),
        "{}",
        updated.text
    );
}

#[test]
fn an_answer_that_says_nothing_is_not_recorded_and_leaves_what_is() {
    let run = seen(&[("aud", unsupported), ("iss", unsupported)]);
    let text = entry("[\"aud-missing\"]");
    let updated = updated(&text, &run);
    assert_eq!(updated.text, text);
    let ids = updated
        .unrecordable
        .iter()
        .map(|record| record.vector.as_str());
    assert_eq!(
        ids.collect::<Vec<_>>(),
        ["aud-missing/rfc7523/rs256", "iss-missing/rfc7523/rs256"]
    );
}

#[test]
fn a_vector_without_an_answer_stays_recorded_though_the_rest_is_mended() {
    let text = entry("[\"{aud,iss}-missing/rfc7523/*\"]");
    let updated = updated(&text, &seen(&[("aud", unsupported), ("iss", reject)]));
    let aud = entry("[\n    \"aud-missing/rfc7523/rs256\",\n]");
    assert_eq!(updated.text, aud);
}

#[test]
fn a_skipped_vector_stays_while_anything_of_its_pattern_happens() {
    let text = entry("[\"{aud-missing,iss-missing,same-token-twice}/rfc7523/*\"]");
    let mended = updated(&text, &seen(AUD_FREE)).text;
    assert!(
        mended.contains("\"same-token-twice/rfc7523/rs256\"") && !mended.contains("iss-missing")
    );
    assert_eq!(updated(&text, &seen(RIGHT)).removed, 1);
}

#[test]
fn a_vector_newer_than_a_release_is_not_recorded_and_stays_where_it_is() {
    let mut run = seen(AUD_FREE);
    run.records
        .iter_mut()
        .for_each(|record| record.is_newer = true);
    assert_eq!(update(None, &run).unwrap().new, 0);
    let text = entry("[\"aud-missing\"]");
    assert_eq!(updated(&text, &run).text, text);
}

#[test]
fn divergences_that_the_run_took_as_expected_are_no_excuse() {
    let expected = Divergences::read("other.toml", &entry("[\"aud-missing\"]"), &suite()).unwrap();
    let run = judged(AUD_FREE, &rfc7523(), expected);
    assert_eq!(ExitCode::of_run(&run), ExitCode::Expected);
    assert_eq!(update(None, &run).unwrap().new_vectors, 1);
}

fn with_toolchain(run: &Run, toolchain: &str) -> Run {
    let mut run = run.clone();
    run.header.implementations[0].toolchain = Some(toolchain.to_owned());
    run
}

#[test]
fn a_divergence_of_another_toolchain_stays_octet_for_octet() {
    let recorded =
        entry("[ 'aud-missing/rfc7523/*' ]") + "toolchain = \"Go < 1.20\" # and no other\n";
    let mended = seen(RIGHT);
    for other in ["Go 1.26.8", "Python 3.11.7", "Go devel"] {
        let run = with_toolchain(&mended, other);
        assert_eq!(updated(&recorded, &run).text, recorded, "{other}");
    }
    assert_eq!(updated(&recorded, &mended).text, recorded);
    let in_force = updated(&recorded, &with_toolchain(&mended, "Go 1.19.8"));
    assert_eq!(in_force.removed, 1);
}

#[test]
fn a_vector_wrong_with_another_toolchain_too_is_recorded_of_all_but_the_recorded_one() {
    let recorded = entry("[\"aud-missing/rfc7523/*\"]") + "toolchain = \"Go < 1.20\"\n";
    let crashes: &Lacking = &[("aud", crash), ("iss", reject)];
    let run = with_toolchain(&seen(crashes), "Go 1.26.8");
    let updated = updated(&recorded, &run);
    assert_eq!((updated.kept, updated.new), (1, 1));
    let (old, new) = updated.text.split_at(recorded.len());
    assert_eq!(old, recorded);
    assert!(new.contains("seen = \"crashed\"") && new.contains("toolchain = \"Go >= 1.20\"\n"));
    assert_eq!(
        update(Some(&updated.text), &run).unwrap().text,
        updated.text
    );
}

#[test]
fn a_run_that_says_nothing_is_not_recorded() {
    let rejects_all: &Lacking = &[("no-such-claim", reject)];
    let error = update(None, &seen(rejects_all)).unwrap_err();
    insta::assert_snapshot!(error, @"update divergences `known.toml`: not one control of `fake` came out right, so its results say nothing; see `jwt-assay run fake`");
    let skips_all = judged(RIGHT, &only("same-token-twice"), Divergences::default());
    let error = update(None, &skips_all).unwrap_err();
    insta::assert_snapshot!(error, @"update divergences `known.toml`: nothing was judged of `fake`; `jwt-assay run fake` says why");
}

#[test]
fn records_of_another_suite_are_rejected() {
    let mut run = seen(AUD_FREE);
    let bundled = update::update("known.toml", None, &run, None, Suite::bundled());
    insta::assert_snapshot!(bundled.unwrap_err(), @"update divergences `known.toml`: the records are of another suite, with `jti-missing-fine/rfc7523/rs256`; judge again with this jwt-assay: `jwt-assay run`");
    run.header.profiles.push("rfc7523@0".to_owned());
    insta::assert_snapshot!(update(None, &run).unwrap_err(), @"update divergences `known.toml`: the records are of another suite, with profile `rfc7523@0`; judge again with this jwt-assay: `jwt-assay run`");
}

#[test]
fn entries_in_one_array_are_rejected() {
    let text = "divergence = []\n";
    insta::assert_snapshot!(update(Some(text), &seen(AUD_FREE)).unwrap_err(), @"update divergences `known.toml`: write each as a table of its own, `[[divergence]]`");
}

#[test]
fn two_patterns_of_one_entry_write_a_vector_once() {
    let text = entry("[\"aud-missing/rfc7523/rs256\", \"{aud,iss}-missing/{rfc7523,okta}/*\"]");
    let updated = updated(&text, &seen(AUD_FREE));
    insta::assert_snapshot!(updated.text, @r#"
    [[divergence]]
    vectors = [
        "aud-missing/rfc7523/rs256",
        "aud-missing/okta/rs256",
        "iss-missing/okta/rs256",
    ]
    seen = "accepted" # since 1.0
    reason = "known"
    clause = "RFC 7523 3"
    "#);
}

/// Every combination of answers when the file was made and answers now.
#[test]
fn after_an_update_the_run_is_as_expected_whatever_was_recorded() {
    let suite = suite();
    let answers: [Lacks; 3] = [accept, crash, reject];
    let runs: Vec<Run> = (0..27)
        .map(|n| {
            let of = |claim, n: usize| (claim, answers[n % 3]);
            seen(&[of("aud", n), of("iss", n / 3), of("jti", n / 9)])
        })
        .collect();
    let globs = entry("[\"{aud,iss}-missing\", \"jti-missing-*/rfc7523/*\"]");
    let made = runs.iter().map(|run| update(None, run).unwrap().text);
    for text in made.chain([globs]) {
        for run in &runs {
            let text = updated(&text, run).text;
            assert_eq!(updated(&text, run).text, text);
            let recorded = Divergences::read("known.toml", &text, &suite).unwrap();
            let mut again = run.clone();
            for record in &mut again.records {
                let seen = record.steps.iter().map(|step| &step.seen);
                record.divergence = recorded.compare(&record.vector, &record.outcome, seen);
            }
            assert_eq!(ExitCode::of_run(&again), ExitCode::Expected, "{text}");
        }
    }
}
