//! The process protocol: any line as an answer or as a hello, and every request as a line that reads
//! back.

use std::{collections::BTreeSet, sync::LazyLock};

use arbitrary::Unstructured;
use jwt_assay_core::{
    generate::{self, Choices, Draw, GeneratorLimits},
    model::{Role, TokenRequest},
    recipe::EVALUATION_TIME,
    suite::Suite,
};
use jwt_assay_implementations::protocol::{Hello, Reply, VerifyRequest};
use serde::Deserialize;
use serde_json::Value;

use super::{Target, as_it_is};
use crate::{
    dictionary::{self, Words},
    seeds::{self, Seed},
};

/// Lines of the process protocol.
#[derive(Clone, Copy, Debug)]
pub struct Protocol;

impl Target for Protocol {
    fn name(&self) -> &'static str {
        "protocol"
    }

    fn run(&self, octets: &[u8]) {
        let mut octets = Unstructured::new(octets);
        let mut draw = Draw::new(&mut octets);
        match draw.of(&KINDS) {
            Line::Request => {
                let recipe = GeneratorLimits::default().recipe(&mut draw);
                for (seq, step) in (0..).zip(recipe.present_at(EVALUATION_TIME).steps) {
                    let line = VerifyRequest::new(seq, "state", &step).line();
                    assert!(!line.contains('\n'), "a line ends early: {line:?}");
                    let read: Value = serde_json::from_str(&line).expect("what is written is JSON");
                    let request = TokenRequest::deserialize(&read["request"]);
                    assert_eq!(request.ok().as_ref(), Some(&step.request), "{line}");
                }
            }
            Line::Answer => {
                let rest = String::from_utf8_lossy(draw.rest());
                read(format!("{{\"seq\":1,{rest}").as_bytes());
            }
            Line::AsItIs => read(draw.rest()),
        }
    }

    fn seeds(&self) -> Vec<Seed> {
        lines()
    }

    fn words(&self) -> Option<Words> {
        Some(dictionary::words_of_json(&self.seeds()))
    }
}

fn read(line: &[u8]) {
    if let Ok(reply) = Reply::read(line) {
        // What is no answer is nonsense, and nonsense is data.
        let _ = reply.verified();
        let _ = reply.text("assertion");
    }
    if let Ok(hello) = serde_json::from_slice::<Hello>(line) {
        let _ = hello.describe_verifier();
    }
}

/// The origin of a line of the process protocol.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Line {
    /// The rest of the input.
    AsItIs,
    /// The rest of the input behind the beginning of an answer.
    Answer,
    /// A request that is written and read back.
    Request,
}

/// The choices of `protocol`.
static KINDS: LazyLock<Choices<Line>> = LazyLock::new(|| {
    Choices::weighted([
        ("as-it-is", 2, Line::AsItIs),
        ("answer", 1, Line::Answer),
        ("request", 1, Line::Request),
    ])
});

/// The lines of the protocol's page, and a request of each case, which the target writes itself.
fn lines() -> Vec<Seed> {
    let answers = (1..).zip(LINES).map(|(number, line)| Seed {
        name: format!("line-{number}"),
        octets: as_it_is(line),
    });
    let mut cases = BTreeSet::new();
    let vectors = Suite::bundled().of(Role::Verify);
    let first = vectors.filter(|vector| cases.insert(&vector.case.id));
    let request = KINDS.number_of(|line| *line == Line::Request);
    let request = request.unwrap_or_default().to_be_bytes();
    let requests = first.map(|vector| Seed {
        name: seeds::file_name(vector),
        octets: [&request, &generate::seed(vector)[..]].concat(),
    });
    let requests: Vec<Seed> = requests.collect();
    answers.chain(requests).collect()
}

/// One line of each kind that a program writes.
const LINES: [&str; 6] = [
    r#"{"protocol":1,"implementation":{"name":"PyJWT","version":"2.15.1","language":"Python 3.11"},"roles":{"verify":{"layers":["jws","key","jwt"]},"build":{"fixed":["audience"]}},"methods":["client_secret_jwt","private_key_jwt"],"algorithms":["HS256","ES512"],"clock":"given","key_formats":["jwk","pkcs8","secret"],"bench":false}"#,
    r#"{"seq":17,"verdict":"accept","client_id":"assay-client-a"}"#,
    r#"{"seq":17,"verdict":"reject","reason":"expired"}"#,
    r#"{"seq":17,"verdict":"unsupported","reason":"PS256"}"#,
    r#"{"seq":17,"verdict":"error","reason":"IndexError"}"#,
    r#"{"seq":18,"assertion":"e30.e30.AA"}"#,
];
