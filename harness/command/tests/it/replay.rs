//! `replay` as a process: an input that a fuzzer found, shown, judged, minimized, promoted.

use std::{fs, path::Path};

use arbitrary::Unstructured;
use jwt_assay_core::{
    generate,
    model::{Level, Rule, VectorId},
    oracle::Explanation,
    suite::Suite,
};
use jwt_assay_fuzzing::replay;
use serde_json::Value;

use crate::session::{Ran, Session};

/// An input of `mutate_then_sign` that stands for a vector, with `more` octets behind.
fn input(session: &Session, vector: &str, more: &[u8]) -> String {
    let id: VectorId = vector.parse().unwrap();
    let seed = generate::seed(Suite::bundled().vector(&id).unwrap());
    let folder = session.folder().join("mutate_then_sign");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("crash"), [&seed[..], more].concat()).unwrap();
    "mutate_then_sign/crash".to_owned()
}

fn json(run: &Ran) -> Value {
    serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{run:?}"))
}

/// The findings: implementation, rule, outcome, and true where it is known.
fn findings(report: &Value) -> Vec<(String, String, String, bool)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let answers = report["implementations"].as_array().unwrap().iter();
    let of = |answer: &Value| {
        let finding = &answer["finding"];
        let is_known = finding["is-known"].as_bool()?;
        Some((
            text(&answer["implementation"]),
            text(&finding["rule"]),
            text(&finding["outcome"]),
            is_known,
        ))
    };
    answers.filter_map(of).collect()
}

#[test]
fn an_input_is_read_as_it_was_where_the_fuzzing_was_held_to_an_algorithm() {
    let session = Session::new();
    for folder in ["mutate_then_sign", "sequences"] {
        fs::create_dir_all(session.folder().join(folder)).unwrap();
        fs::write(session.folder().join(folder).join("crash"), [0; 8]).unwrap();
    }
    let replay = |input: &str, limits: &[&str]| {
        let words = ["replay", input, "biscuit", "--format", "json"];
        session.run(&[&words[..], limits].concat())
    };
    let input = "mutate_then_sign/crash";
    let case = |limits| json(&replay(input, limits))["algorithm"].to_string();
    assert!(case(&[]).contains("HS256"), "{}", case(&[]));
    let limited = case(&["--algorithm", "HS384", "--without-suite"]);
    assert!(limited.contains("HS384"), "{limited}");
    let other = replay("sequences/crash", &["--algorithm", "HS384"]);
    assert_eq!(other.code, 2, "{other:?}");
    assert!(other.stderr.contains("mutate_then_sign"), "{other:?}");
}

#[test]
fn a_recorded_finding_is_known_and_exits_0() {
    let session = Session::new();
    let input = input(&session, "crit-unknown/rfc7523/hs256", &[]);
    let run = session.run(&[
        "replay",
        &input,
        "jsonwebtoken",
        "biscuit",
        "--format",
        "json",
    ]);
    assert_eq!(run.code, 0, "{run:?}");
    let report = json(&run);
    let known = |name: &str| {
        let words = [name, "crit-unknown", "wrongly-accepted"].map(str::to_owned);
        let [name, rule, outcome] = words;
        (name, rule, outcome, true)
    };
    assert_eq!(findings(&report), [known("jsonwebtoken"), known("biscuit")]);
    assert_eq!(report["steps"][0]["expected"]["reject"], "crit-unknown");
    assert_eq!(report["target"], "mutate_then_sign");
}

#[test]
fn a_person_reads_the_recipe_the_token_the_clause_and_the_answers() {
    let session = Session::new();
    let input = input(&session, "crit-unknown/rfc7523/hs256", &[]);
    insta::assert_snapshot!(session.transcript(&["replay", &input, "jsonwebtoken", "reference"]));
}

#[test]
fn an_unrecorded_finding_is_new_and_exits_1() {
    let session = Session::new();
    let input = input(&session, "aud-missing/rfc7523/hs256", &[]);
    session.write("accepts.sh", ACCEPTS);
    let arguments = [
        "replay",
        &input,
        "--format",
        "json",
        "--",
        "sh",
        "accepts.sh",
    ];
    let run = session.run(&arguments);
    assert_eq!(run.code, 1, "{run:?}");
    let new = ["yes", "aud-missing", "wrongly-accepted"].map(str::to_owned);
    let [name, rule, outcome] = new;
    assert_eq!(findings(&json(&run)), [(name, rule, outcome, false)]);
}

#[test]
fn a_recipe_comes_down_to_the_edit_that_the_finding_needs() {
    let session = Session::new();
    let input = input(&session, "crit-unknown/rfc10070/rs256", &more_edits());
    let plain = session.run(&["replay", &input, "jsonwebtoken", "--format", "json"]);
    let small = [
        "replay",
        &input,
        "jsonwebtoken",
        "--minimize",
        "--format",
        "json",
    ];
    let small = session.run(&small);
    let (plain, small) = (json(&plain), json(&small));
    assert_eq!(findings(&small), findings(&plain));
    assert!(!findings(&small).is_empty());
    let case = small["case"].as_str().unwrap();
    assert!(case.len() < plain["case"].as_str().unwrap().len(), "{case}");
    let edits = case.lines().filter(|line| line.starts_with("    "));
    assert_eq!(edits.count(), 1, "{case}");
    assert_eq!(small["algorithm"], "HS256", "{case}");
}

/// Octets behind the seed that add edits which have nothing to do with `crit`.
fn more_edits() -> Vec<u8> {
    let id = "crit-unknown/rfc10070/rs256".parse().unwrap();
    let vector = Suite::bundled().vector(&id).unwrap();
    let seed = generate::seed(vector);
    let more = (0..50_000_u32).map(|number| number.wrapping_mul(0x9e37_79b1).to_be_bytes());
    let adds_only_noise = |more: &[u8; 4]| {
        let octets = [&seed[..], more, more, more].concat();
        let recipe = generate::recipe(&mut Unstructured::new(&octets));
        let edits = recipe
            .steps
            .iter()
            .map(|step| step.edits.len())
            .sum::<usize>();
        let explained = replay::explain(&recipe);
        let is_rejected_for_crit_alone = |it: &Explanation| {
            let mut binding = it.findings.iter().filter(|it| it.level != Level::Accept);
            it.is_rejected() && binding.all(|found| found.rule == Rule::CritUnknown)
        };
        edits >= 4 && explained.iter().all(is_rejected_for_crit_alone)
    };
    let found = more
        .into_iter()
        .find(adds_only_noise)
        .expect("one of 50,000 extensions");
    found.repeat(3)
}

#[test]
fn a_promoted_case_is_one_of_the_suite_and_its_divergence_makes_it_expected() {
    let session = Session::new();
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for folder in [
        "vectors/cases",
        "vectors/build-cases",
        "harness/divergences",
    ] {
        fs::create_dir_all(session.folder().join(folder)).unwrap();
        for entry in fs::read_dir(project.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap();
            fs::copy(&path, session.folder().join(folder).join(name)).unwrap();
        }
    }
    let input = input(&session, "crit-unknown/rfc7523/hs256", &[]);
    let arguments = ["replay", &input, "jsonwebtoken", "--promote", "crit-found"];
    let run = session.run(&arguments);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(
        run.stderr
            .contains("0 narrowed, 0 removed, 1 new (1 vector)"),
        "{run:?}"
    );
    insta::assert_snapshot!(session.read("vectors/cases/t-found-by-fuzzing.toml"));
    let before = fs::read_to_string(project.join("harness/divergences/jsonwebtoken.toml")).unwrap();
    let after = session.read("harness/divergences/jsonwebtoken.toml");
    insta::assert_snapshot!(after.strip_prefix(before.trim_end()).unwrap().trim());

    let again = session.run(&arguments);
    assert_eq!(again.code, 2, "{again:?}");
    assert!(
        again.stderr.contains("the id is taken by a case of"),
        "{again:?}"
    );
}

#[test]
fn an_input_that_cannot_be_replayed_is_said_with_code_2() {
    let session = Session::new();
    session.write("lost", "");
    let transcripts = [
        &["replay", "nowhere/crash"][..],
        &["replay", "lost"],
        &["replay", "lost", "--target", "mutate"],
        &["replay", "lost", "--target", "keys"],
        &["replay", "lost", "--target", "raw_octets", "jsonwebtokens"],
        &[
            "replay",
            "lost",
            "--target",
            "raw_octets",
            "--promote",
            "No",
        ],
        &[
            "replay",
            "lost",
            "--target",
            "raw_octets",
            "reference",
            "--promote",
            "no",
        ],
    ];
    let transcripts = transcripts.map(|arguments| session.transcript(arguments));
    assert!(transcripts.iter().all(|it| it.contains("exit code 2")));
    insta::assert_snapshot!(transcripts.join("\n"));
}

#[test]
fn octets_that_are_no_token_are_shown_and_rejected_by_all() {
    let session = Session::new();
    fs::create_dir(session.folder().join("raw_octets")).unwrap();
    fs::write(
        session.folder().join("raw_octets/crash"),
        b"\0\0e30.e30.\xff",
    )
    .unwrap();
    let run = session.run(&["replay", "raw_octets/crash", "--format", "json"]);
    assert_eq!(run.code, 0, "{run:?}");
    let report = json(&run);
    assert_eq!(report["profile"], "rfc7523");
    assert_eq!(findings(&report), []);
    let answers = report["implementations"].as_array().unwrap();
    assert!(
        answers.iter().all(|it| it["outcome"] == "agrees"),
        "{report}"
    );
}

/// A verifier that accepts everything, and claims the layer of claims.
const ACCEPTS: &str = r#"read -r hello; echo '{"protocol":1,"implementation":{"name":"yes","version":"1","language":"sh"},"roles":{"verify":{"layers":["jws","jwt","assertion"]}},"methods":["client_secret_jwt","private_key_jwt"],"algorithms":["HS256","RS256"],"clock":"given","key_formats":["jwk"]}'
while read -r line; do
    case $line in *'"op":"bye"'*) break;; esac
    seq=${line#*'"seq":'}; seq=${seq%%,*}
    echo '{"seq":'$seq',"verdict":"accept","client_id":"assay-client-a"}'
done
"#;
