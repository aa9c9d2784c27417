//! The operation `bench`: a program repeats a request and says how long that took, so that it is
//! timed inside the program and not through the pipe.

use jwt_assay_core::model::{BuildKey, BuildRequest, Step};
#[cfg(feature = "schema")]
use schemars::{Schema, schema_for};
use serde::Serialize;
use serde_json::{Map, Value};

use super::{Nonsense, Reply, VerifyRequest};
use crate::{KeyFormat, timed::Task};

/// The schemas of the two lines, by name.
#[cfg(feature = "schema")]
#[must_use]
pub fn schemas() -> [(&'static str, Schema); 2] {
    [
        ("bench", schema_for!(BenchRequest)),
        ("bench-answer", schema_for!(BenchAnswer)),
    ]
}

/// A bench request; only for programs whose hello says `"bench":true`.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BenchRequest {
    op: Bench,
    /// Names the answer.
    pub seq: u64,
    /// The number of repetitions.
    pub times: u32,
    /// A verify or build request.
    pub request: Map<String, Value>,
}

/// The one value of `op` in a bench request.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
enum Bench {
    Bench,
}

/// A line that answers a bench request. Where the request itself cannot be done, the answer is the
/// one that the request alone has.
#[cfg(feature = "schema")]
#[derive(Serialize, schemars::JsonSchema)]
struct BenchAnswer {
    /// The number of the request.
    seq: u64,
    /// The time of all repetitions; what can be prepared once was prepared before.
    seconds: f64,
}

impl BenchRequest {
    /// The line, without its end.
    ///
    /// # Panics
    ///
    /// Never: the request is plain data.
    #[must_use]
    pub fn line(seq: u64, times: u32, request: &Map<String, Value>) -> String {
        let line = Self {
            op: Bench::Bench,
            seq,
            times,
            request: request.clone(),
        };
        serde_json::to_string(&line).expect("plain data with text keys")
    }
}

/// A build request as `bench` carries it, with the key in a form that the program reads; `None`
/// where it reads none of them.
#[must_use]
pub fn build_request(task: &Task, formats: &[KeyFormat]) -> Option<Map<String, Value>> {
    let own = &task.build;
    let key = match &own.key {
        BuildKey::Secret(_) => {
            Some(own.key.clone()).filter(|_| formats.contains(&KeyFormat::Secret))
        }
        BuildKey::Pem(_) | BuildKey::Jwk(_) => {
            let pkcs8 = Some(own.key.clone()).filter(|_| formats.contains(&KeyFormat::Pkcs8));
            let jwk = task.jwk().filter(|_| formats.contains(&KeyFormat::Jwk));
            let pkcs1 = task.pkcs1().filter(|_| formats.contains(&KeyFormat::Pkcs1));
            pkcs8
                .or(jwk.map(BuildKey::Jwk))
                .or(pkcs1.map(BuildKey::Pem))
        }
    }?;
    let request = BuildRequest { key, ..own.clone() };
    with_op("build", &request)
}

/// A verify request as `bench` carries it.
#[must_use]
pub fn verify_request(step: &Step) -> Option<Map<String, Value>> {
    with_op("verify", &VerifyRequest::new(0, "bench", step))
}

fn with_op(op: &str, request: &impl Serialize) -> Option<Map<String, Value>> {
    let Ok(Value::Object(mut members)) = serde_json::to_value(request) else {
        return None;
    };
    members.insert("op".to_owned(), op.into());
    members.remove("seq");
    Some(members)
}

/// Reads how many seconds all repetitions took.
///
/// # Errors
///
/// If the program could not do the request, or the answer is none.
pub fn seconds(reply: &Reply) -> Result<f64, Nonsense> {
    let seconds = reply.member("seconds").and_then(Value::as_f64);
    let taken = seconds.filter(|seconds| seconds.is_finite() && *seconds >= 0.0);
    taken.ok_or_else(|| match reply.text("reason") {
        Ok(reason) => reply.nonsense(format!("it did not do the request: {reason}")),
        Err(_) => reply.nonsense("it has no `seconds` that is a number".to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use jwt_assay_core::model::{Algorithm, UnixSeconds};

    use super::*;

    #[test]
    fn seconds_are_a_number_and_anything_else_says_why() {
        let read = |line: &str| {
            let reply = Reply::read(line.as_bytes()).unwrap();
            seconds(&reply).map_err(|nonsense| nonsense.problem)
        };
        assert_eq!(read(r#"{"seq":1,"seconds":0.25}"#), Ok(0.25));
        let problem = "it has no `seconds` that is a number";
        for line in [r#"{"seq":1,"seconds":"1"}"#, r#"{"seq":1,"seconds":-1}"#] {
            assert_eq!(read(line), Err(problem.to_owned()));
        }
        let refused = r#"{"seq":1,"verdict":"refused","reason":"no such key"}"#;
        let problem = "it did not do the request: no such key";
        assert_eq!(read(refused), Err(problem.to_owned()));
    }

    #[test]
    fn a_key_goes_in_a_form_that_the_program_reads() {
        let task = Task::new(Algorithm::ES256, UnixSeconds(1_700_000_000)).unwrap();
        let key = |formats: &[KeyFormat]| {
            let request = build_request(&task, formats)?;
            let (form, _) = request["key"].as_object()?.iter().next()?;
            Some(form.clone())
        };
        assert_eq!(key(&[KeyFormat::Jwk]).as_deref(), Some("jwk"));
        let both = [KeyFormat::Jwk, KeyFormat::Pkcs8];
        assert_eq!(key(&both).as_deref(), Some("pem"));
        assert_eq!(key(&[KeyFormat::Secret, KeyFormat::Pkcs1]), None);
    }
}
