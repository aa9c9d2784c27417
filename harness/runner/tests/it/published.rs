//! Published files of the suite: every line fits its schema.

use std::{fs, path::PathBuf};

use jsonschema::Validator;
use jwt_assay_core::{builder::reference, model::ProfileId, suite::Suite};
use jwt_assay_implementations::protocol::{BuildLine, VerifyRequest};
use serde_json::Value;

#[test]
fn every_vector_fits_its_schema() {
    for profile in ProfileId::ALL {
        let lines = fitting_lines(profile.name(), "vector");
        assert!(lines > 1000, "{profile} has {lines} vectors");
        let lines = fitting_lines(&format!("build-{profile}"), "build");
        assert!(lines > 150, "{profile} has {lines} vectors for builders");
    }
}

#[test]
fn everything_that_vectors_refer_to_fits_its_schema() {
    for (file, schema) in [
        ("build-cases", "build-case"),
        ("cases", "case"),
        ("clients", "client"),
        ("contexts", "context"),
        ("rules", "rule"),
    ] {
        assert!(fitting_lines(file, schema) > 60, "{file} is nearly empty");
    }
}

#[test]
fn every_verify_request_fits_the_schema_of_the_protocol() {
    let schema = schema("protocol-verify");
    let suite = Suite::bundled();
    for (vector, own) in suite.presentations().step_by(10) {
        for step in &own.present().steps {
            let line = VerifyRequest::new(1, "c1", step).line();
            let value = serde_json::from_str(&line).expect("a line is JSON");
            if let Err(error) = schema.validate(&value) {
                panic!("{}: {error} at {}", vector.id, error.instance_path());
            }
        }
    }
}

#[test]
fn every_build_request_fits_the_schema_of_the_protocol() {
    let schema = schema("protocol-build");
    for (vector, own) in Suite::bundled().commissions() {
        let request = own.recipe.request(&reference::FORMATS);
        let request = request.expect("the reference reads every form of key");
        let line = BuildLine::new(1, &request).line();
        let value = serde_json::from_str(&line).expect("a line is JSON");
        if let Err(error) = schema.validate(&value) {
            panic!("{}: {error} at {}", vector.id, error.instance_path());
        }
    }
    assert!(!schema.is_valid(&serde_json::json!({"op": "build", "seq": 1})));
}

#[test]
fn every_answer_of_a_builder_fits_the_schema_of_the_protocol() {
    let schema = schema("protocol-built");
    for answer in [
        r#"{"seq":18,"assertion":"a.b.c"}"#,
        r#"{"seq":18,"verdict":"refused","reason":"no"}"#,
        r#"{"seq":18,"verdict":"unsupported","reason":"no"}"#,
        r#"{"seq":18,"verdict":"error","reason":"no"}"#,
    ] {
        assert!(
            schema.is_valid(&serde_json::from_str(answer).expect("JSON")),
            "{answer}"
        );
    }
    for other in [
        r#"{"seq":18}"#,
        r#"{"seq":18,"assertion":null}"#,
        r#"{"seq":18,"verdict":"reject","reason":"no"}"#,
    ] {
        assert!(
            !schema.is_valid(&serde_json::from_str(other).expect("JSON")),
            "{other}"
        );
    }
}

#[test]
fn the_examples_of_the_protocols_page_fit_their_schemas() {
    let page = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shims/README.md");
    let page = fs::read_to_string(page).expect("the page");
    let hello = schema("protocol-hello");
    let answer = schema("protocol-answer");
    let blocks: Vec<&str> = page.split("```json\n").skip(1).collect();
    let blocks: Vec<&str> = blocks
        .iter()
        .filter_map(|block| block.split("```").next())
        .collect();
    assert!(hello.is_valid(&serde_json::from_str(blocks[0]).expect("JSON")));
    let answers: Vec<Value> = blocks[2]
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(answers.len(), 4);
    assert!(answers.iter().all(|line| answer.is_valid(line)));
    assert!(!answer.is_valid(&serde_json::json!({"seq": 1, "verdict": "perhaps"})));
}

#[test]
fn a_line_with_a_member_too_many_or_too_few_fits_no_schema() {
    let schema = schema("vector");
    let [good] = first_lines("okta");
    assert!(schema.is_valid(&good));
    for name in ["id", "steps"] {
        let mut short = good.clone();
        short.as_object_mut().expect("an object").remove(name);
        assert!(!schema.is_valid(&short), "without {name}");
    }
    let mut long = good.clone();
    long["steps"][0]["request"]["client_secret"] = "x".into();
    assert!(!schema.is_valid(&long));
    let mut mistyped = good;
    mistyped["steps"][0]["now"] = "1700000000".into();
    assert!(!schema.is_valid(&mistyped));
}

/// The number of lines of a file after the first, which names its source. Each of them fits the
/// schema.
fn fitting_lines(file: &str, name: &str) -> usize {
    let schema = schema(name);
    let text = read(&format!("suite/{file}.jsonl"));
    let lines = text.lines().skip(1);
    for line in lines.clone() {
        let value: Value = serde_json::from_str(line).expect("a line is JSON");
        if let Err(error) = schema.validate(&value) {
            panic!(
                "{file}: {}: {error} at {}",
                value["id"],
                error.instance_path()
            );
        }
    }
    lines.count()
}

fn first_lines<const N: usize>(file: &str) -> [Value; N] {
    let text = read(&format!("suite/{file}.jsonl"));
    let lines = text.lines().skip(1).take(N);
    let values: Vec<Value> = lines
        .map(|line| serde_json::from_str(line).expect("a line is JSON"))
        .collect();
    values.try_into().expect("that many lines")
}

fn schema(name: &str) -> Validator {
    let text = read(&format!("schema/{name}.schema.json"));
    let schema = serde_json::from_str(&text).expect("a schema is JSON");
    assert_eq!(
        jsonschema::meta::validate(&schema).map_err(|e| e.to_string()),
        Ok(())
    );
    jsonschema::validator_for(&schema).expect("a schema that can be used")
}

fn read(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../vectors")
        .join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
