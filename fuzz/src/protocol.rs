//! The process protocol: any line as an answer or as a hello, and every request as a line that reads
//! back.

use arbitrary::{Result, Unstructured};
use jwt_assay_core::{generate, model::TokenRequest, recipe::EVALUATION_TIME};
use jwt_assay_implementations::protocol::{Hello, Reply, VerifyRequest};
use serde::Deserialize;
use serde_json::Value;

/// Reads a line, or writes one and reads it back.
///
/// # Errors
///
/// Where the input runs out.
///
/// # Panics
///
/// Where a reader does, or a request does not come back: the finding.
pub fn run(u: &mut Unstructured<'_>) -> Result<()> {
    match u.int_in_range(0..=3_u8)? {
        0 => {
            let recipe = generate::recipe(u);
            for (seq, step) in (0..).zip(recipe.present_at(EVALUATION_TIME).steps) {
                let line = VerifyRequest::new(seq, "state", &step).line();
                assert!(!line.contains('\n'), "a line ends early: {line:?}");
                let read: Value = serde_json::from_str(&line).expect("what is written is JSON");
                let request = TokenRequest::deserialize(&read["request"]);
                assert_eq!(request.ok().as_ref(), Some(&step.request), "{line}");
            }
        }
        1 => read(format!("{{\"seq\":1,{}", String::from_utf8_lossy(u.bytes(u.len())?)).as_bytes()),
        _ => read(u.bytes(u.len())?),
    }
    Ok(())
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

#[test]
fn smoke() {
    crate::smoke(run, 300);
}
