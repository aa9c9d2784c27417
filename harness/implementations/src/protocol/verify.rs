//! Verify requests, and their answers.

use jwt_assay_core::model::{Client, Context, Policy, Server, Step, TokenRequest, UnixSeconds};
use serde::Serialize;

use super::{Nonsense, Reply};
use crate::Answer;

/// A verify request.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VerifyRequest<'a> {
    op: Verify,
    /// Names the answer.
    pub seq: u64,
    /// Names the replay memory; one that is new is empty.
    pub state: &'a str,
    /// The evaluation time, in seconds since 1970.
    pub now: UnixSeconds,
    /// The server's configuration.
    pub policy: &'a Policy,
    /// The server's own names.
    pub server: &'a Server,
    /// All registered clients.
    pub clients: &'a [Client],
    /// The client's token request.
    pub request: &'a TokenRequest,
}

/// The one value of `op` in a verify request.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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

/// A line that answers a verify request, as its schema has it.
#[cfg(feature = "schema")]
#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "verdict")]
#[expect(
    dead_code,
    reason = "only its schema is used: what comes is read member by member"
)]
pub(super) enum AnswerLine {
    /// It accepted the request, and authenticated a client.
    Accept {
        /// The number of the request.
        seq: u64,
        /// The client that was authenticated.
        client_id: String,
    },
    /// It rejected the request, as its documentation says it rejects.
    Reject {
        /// The number of the request.
        seq: u64,
        /// Its own words.
        reason: String,
    },
    /// It does not do this; only for what its hello did not promise.
    Unsupported {
        /// The number of the request.
        seq: u64,
        /// The capability that it lacks.
        reason: String,
    },
    /// It failed in a way that its documentation does not describe.
    Error {
        /// The number of the request.
        seq: u64,
        /// Its own words.
        reason: String,
    },
}

impl Reply {
    /// Reads the answer to a verify request.
    ///
    /// # Errors
    ///
    /// If it is none.
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
}

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
    fn a_line_that_is_no_answer_says_why() {
        let problem = |line| verified(line).unwrap_err();
        insta::assert_snapshot!(problem("Traceback"), @"expected value at line 1 column 1: Traceback");
        insta::assert_snapshot!(problem("[1]"), @"it is no JSON object: [1]");
        insta::assert_snapshot!(problem(r#"{"seq":"1"}"#), @r#"it has no `seq` that is a number: {"seq":"1"}"#);
        insta::assert_snapshot!(problem(r#"{"seq":1,"verdict":"accept"}"#), @r#"it has no `client_id` that is text: {"seq":1,"verdict":"accept"}"#);
        insta::assert_snapshot!(problem(r#"{"seq":1,"verdict":"maybe"}"#), @r#"there is no verdict `maybe`: {"seq":1,"verdict":"maybe"}"#);
    }
}
