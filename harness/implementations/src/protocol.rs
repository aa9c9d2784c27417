//! The process protocol, version 1: one JSON object a line, requests one way, answers the other.
//! `harness/shims/README.md` is the same page for people.

pub mod bench;

use std::fmt;

use jwt_assay_core::model::{
    Algorithm, Client, Context, Fixed, Layer, Method, Policy, Server, Step, TokenRequest,
    UnixSeconds,
};
use schemars::{JsonSchema, Schema, schema_for};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Answer, Clock, Description, KeyFormat};

/// The schemas of the protocol's lines, by name; those of requests say what an adapter may rely on.
#[must_use]
pub fn schemas() -> [(&'static str, Schema); 3] {
    [
        ("hello", schema_for!(Hello)),
        ("verify", schema_for!(VerifyRequest<'static>)),
        ("answer", schema_for!(AnswerLine)),
    ]
}

/// The version that the harness speaks.
pub const VERSION: u32 = 1;

/// The first line that a program reads.
pub const HELLO: &str = r#"{"op":"hello","protocol":1}"#;

/// The last line that a program reads; after it the end of input.
pub const BYE: &str = r#"{"op":"bye"}"#;

/// What a program says of itself. Members that are not known are ignored.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
pub struct Hello {
    /// The version that the program speaks.
    pub protocol: u32,
    /// What is under test.
    pub implementation: Named,
    /// What it can do.
    pub roles: Roles,
    /// The client authentication methods it has.
    pub methods: Vec<Method>,
    /// The names of the algorithms it has; others than the harness's own are ignored.
    pub algorithms: Vec<String>,
    /// Where it takes the time from.
    pub clock: Clock,
    /// The key formats it reads.
    pub key_formats: Vec<KeyFormat>,
    /// Whether it answers `bench`.
    #[serde(default)]
    pub bench: bool,
}

/// An implementation and where it comes from.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
pub struct Named {
    /// The name people know it by.
    pub name: String,
    /// The version under test, read from what is installed.
    pub version: String,
    /// Language and version.
    pub language: String,
    /// Where it lives.
    #[serde(default)]
    pub url: String,
}

/// What a program can do; one at least.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
pub struct Roles {
    /// It judges assertions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verify: Option<VerifyRole>,
    /// It builds assertions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build: Option<BuildRole>,
}

/// What a verifier claims.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
pub struct VerifyRole {
    /// The layers whose rules it claims to enforce.
    pub layers: Vec<Layer>,
}

/// What a builder cannot be told.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
pub struct BuildRole {
    /// Members of the request that make no difference to it.
    #[serde(default)]
    pub fixed: Vec<Fixed>,
}

impl Hello {
    /// What the harness makes of it, for a verifier.
    #[must_use]
    pub fn describe_verifier(&self) -> Option<Description> {
        let role = self.roles.verify.as_ref()?;
        let known = self.algorithms.iter().filter_map(|name| name.parse().ok());
        Some(Description {
            name: self.implementation.name.clone(),
            version: self.implementation.version.clone(),
            language: self.implementation.language.clone(),
            url: self.implementation.url.clone(),
            layers: role.layers.clone(),
            methods: self.methods.clone(),
            algorithms: known.collect::<Vec<Algorithm>>(),
            clock: self.clock,
            key_formats: self.key_formats.clone(),
            // The protocol has no word for it: a program with one leeway answers `unsupported`.
            two_leeways: true,
        })
    }
}

/// A verify request.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct VerifyRequest<'a> {
    op: Verify,
    /// Names the answer.
    pub seq: u64,
    /// Names the replay memory; one that is new is empty.
    pub state: &'a str,
    /// The evaluation time, in seconds since 1970.
    pub now: UnixSeconds,
    /// What the server is configured with.
    pub policy: &'a Policy,
    /// The server's own names.
    pub server: &'a Server,
    /// All registered clients.
    pub clients: &'a [Client],
    /// What the client sent.
    pub request: &'a TokenRequest,
}

/// The one value of `op` in a verify request.
#[derive(Clone, Copy, Debug, JsonSchema, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Verify {
    Verify,
}

impl<'a> VerifyRequest<'a> {
    /// The request for one step.
    #[must_use]
    pub fn new(seq: u64, state: &'a str, step: &'a Step) -> Self {
        let Context {
            policy,
            server,
            clients,
        } = &*step.context;
        Self {
            op: Verify::Verify,
            seq,
            state,
            now: step.now,
            policy,
            server,
            clients,
            request: &step.request,
        }
    }

    /// The line, without its end.
    ///
    /// # Panics
    ///
    /// Never: the request is plain data.
    #[must_use]
    pub fn line(&self) -> String {
        serde_json::to_string(self).expect("plain data with text keys")
    }
}

/// A line that answers a request, as its schema has it.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "kebab-case", tag = "verdict")]
#[expect(
    dead_code,
    reason = "only its schema is used: what comes is read member by member"
)]
enum AnswerLine {
    /// It authenticated this client.
    Accept {
        /// Which request it answers.
        seq: u64,
        /// Who was authenticated.
        client_id: String,
    },
    /// It refused, as its documentation says it refuses.
    Reject {
        /// Which request it answers.
        seq: u64,
        /// Its own words.
        reason: String,
    },
    /// It does not do this; only for what its hello did not promise.
    Unsupported {
        /// Which request it answers.
        seq: u64,
        /// What it does not do.
        reason: String,
    },
    /// It failed in a way that its documentation does not call a refusal.
    Error {
        /// Which request it answers.
        seq: u64,
        /// Its own words.
        reason: String,
    },
}

/// A line that answers a request.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// Which request it answers.
    pub seq: u64,
    members: Map<String, Value>,
}

impl Reply {
    /// Reads a line.
    ///
    /// # Errors
    ///
    /// Where it is no JSON object with a `seq`.
    pub fn read(line: &[u8]) -> Result<Self, Nonsense> {
        let nonsense = |problem: String| Nonsense {
            problem,
            line: shown(line),
        };
        let members: Map<String, Value> =
            serde_json::from_slice(line).map_err(|error| nonsense(error.to_string()))?;
        let seq = members.get("seq").and_then(Value::as_u64);
        let seq = seq.ok_or_else(|| nonsense("it has no `seq` that is a number".to_owned()))?;
        Ok(Self { seq, members })
    }

    /// As the answer to a verify request.
    ///
    /// # Errors
    ///
    /// Where it is none.
    pub fn verified(&self) -> Result<Answer, Nonsense> {
        let verdict = self.text("verdict")?;
        let reason = || self.text("reason").map(str::to_owned);
        Ok(match verdict {
            "accept" => Answer::Accept {
                client_id: self.text("client_id")?.to_owned(),
            },
            "reject" => Answer::Reject { reason: reason()? },
            "unsupported" => Answer::Unsupported { reason: reason()? },
            "error" => Answer::Error { reason: reason()? },
            _ => return Err(self.nonsense(format!("there is no verdict `{verdict}`"))),
        })
    }

    /// A member that must be text.
    ///
    /// # Errors
    ///
    /// Where it is not there or is something else.
    pub fn text(&self, name: &'static str) -> Result<&str, Nonsense> {
        let member = self.members.get(name).and_then(Value::as_str);
        member.ok_or_else(|| self.nonsense(format!("it has no `{name}` that is text")))
    }

    /// A member, whatever it is.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&Value> {
        self.members.get(name)
    }

    /// That it is no answer to what was asked.
    #[must_use]
    pub fn nonsense(&self, problem: String) -> Nonsense {
        Nonsense {
            problem,
            line: shown(Value::Object(self.members.clone()).to_string().as_bytes()),
        }
    }
}

/// An answer that is none.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Nonsense {
    /// What is wrong with it.
    pub problem: String,
    /// Its beginning.
    pub line: String,
}

impl fmt::Display for Nonsense {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.problem, self.line)
    }
}

/// The beginning of a line, for people.
pub(crate) fn shown(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(&line[..line.len().min(4 * LONGEST_SHOWN)]);
    match text.char_indices().nth(LONGEST_SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into_owned(),
    }
}

const LONGEST_SHOWN: usize = 300;

#[cfg(test)]
mod tests {
    use super::*;

    fn verified(line: &str) -> Result<Answer, String> {
        let reply = Reply::read(line.as_bytes()).map_err(|nonsense| nonsense.to_string())?;
        reply.verified().map_err(|nonsense| nonsense.to_string())
    }

    #[test]
    fn each_verdict_is_read_and_members_that_are_not_known_are_ignored() {
        let accept = r#"{"seq":1,"verdict":"accept","client_id":"a","x":[]}"#;
        let client_id = "a".to_owned();
        assert_eq!(verified(accept), Ok(Answer::Accept { client_id }));
        for (verdict, answer) in [
            ("reject", Answer::reject("no")),
            ("unsupported", Answer::unsupported("no")),
            (
                "error",
                Answer::Error {
                    reason: "no".to_owned(),
                },
            ),
        ] {
            let line = format!(r#"{{"verdict":"{verdict}","reason":"no","seq":2}}"#);
            assert_eq!(verified(&line), Ok(answer));
        }
    }

    #[test]
    fn what_is_no_answer_says_why() {
        let problem = |line| verified(line).unwrap_err();
        insta::assert_snapshot!(problem("Traceback"), @"expected value at line 1 column 1: Traceback");
        insta::assert_snapshot!(problem("[1]"), @"invalid type: sequence, expected a map at line 1 column 0: [1]");
        insta::assert_snapshot!(problem(r#"{"seq":"1"}"#), @r#"it has no `seq` that is a number: {"seq":"1"}"#);
        insta::assert_snapshot!(problem(r#"{"seq":1,"verdict":"accept"}"#), @r#"it has no `client_id` that is text: {"seq":1,"verdict":"accept"}"#);
        insta::assert_snapshot!(problem(r#"{"seq":1,"verdict":"maybe"}"#), @r#"there is no verdict `maybe`: {"seq":1,"verdict":"maybe"}"#);
    }

    #[test]
    fn an_algorithm_that_is_not_known_is_no_promise() {
        let hello: Hello = serde_json::from_str(
            r#"{"protocol":1,"implementation":{"name":"x","version":"1","language":"C"},
                "roles":{"verify":{"layers":["jws"]}},"methods":["private_key_jwt"],
                "algorithms":["RS256","RS1"],"clock":"given","key_formats":["jwk"]}"#,
        )
        .unwrap();
        let description = hello.describe_verifier().unwrap();
        assert_eq!(description.algorithms, [Algorithm::RS256]);
    }
}
