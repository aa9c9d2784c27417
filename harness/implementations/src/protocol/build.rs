//! Build requests, and their answers.

use jwt_assay_core::model::{BuildRequest, TokenRequest};
use serde::{Deserialize, Serialize};

use super::{Nonsense, Reply};
use crate::BuildAnswer;

/// A build request.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BuildLine<'a> {
    op: Build,
    /// Names the answer.
    pub seq: u64,
    /// The request itself.
    #[serde(flatten)]
    pub request: &'a BuildRequest,
}

/// The one value of `op` in a build request.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
enum Build {
    Build,
}

impl<'a> BuildLine<'a> {
    /// The request under a number.
    #[must_use]
    pub const fn new(seq: u64, request: &'a BuildRequest) -> Self {
        Self {
            op: Build::Build,
            seq,
            request,
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

/// A line that answers a build request, as its schema has it.
#[cfg(feature = "schema")]
#[derive(Serialize, schemars::JsonSchema)]
#[serde(untagged)]
#[expect(
    dead_code,
    reason = "only its schema is used: what comes is read member by member"
)]
pub(super) enum AnswerLine {
    /// It built an assertion.
    Assertion {
        /// The number of the request.
        seq: u64,
        /// The assertion in its compact form.
        assertion: String,
    },
    /// It sent a token request, with the assertion in it.
    Request {
        /// The number of the request that it answers.
        seq: u64,
        /// The parameters that it sent; an absent member is an absent parameter.
        request: TokenRequest,
    },
    /// It built none.
    None {
        /// The number of the request.
        seq: u64,
        /// The reason.
        verdict: NoneBuilt,
        /// Its own words.
        reason: String,
    },
}

/// The reason why there is no assertion.
#[cfg(feature = "schema")]
#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(
    dead_code,
    reason = "only its schema is used: what comes is read member by member"
)]
pub(super) enum NoneBuilt {
    /// It declined, as its documentation says it declines. Version 1 has this word for it.
    Refused,
    /// It does not do this; only for what its hello did not promise.
    Unsupported,
    /// It failed in a way that its documentation does not describe.
    Error,
}

impl Reply {
    /// Reads the answer to a build request.
    ///
    /// # Errors
    ///
    /// If it is none.
    pub fn built(&self) -> Result<BuildAnswer, Nonsense> {
        if let (Some(signed), Some(_)) = (
            ["assertion", "request"]
                .into_iter()
                .find(|it| self.member(it).is_some()),
            self.member("verdict"),
        ) {
            return Err(self.nonsense(format!("it has both `{signed}` and `verdict`")));
        }
        match (self.member("assertion"), self.member("request")) {
            (Some(_), None) => {
                return Ok(BuildAnswer::Assertion(self.text("assertion")?.to_owned()));
            }
            (None, Some(request)) => {
                let sent = TokenRequest::deserialize(request);
                return sent.map(BuildAnswer::Request).map_err(|error| {
                    self.nonsense(format!("its `request` is no token request: {error}"))
                });
            }
            (Some(_), Some(_)) => {
                return Err(self.nonsense("it has both `assertion` and `request`".to_owned()));
            }
            (None, None) => {}
        }
        let Some(verdict) = self.member("verdict") else {
            return Err(
                self.nonsense("it has none of `assertion`, `request` and `verdict`".to_owned())
            );
        };
        let reason = || self.text("reason").map(str::to_owned);
        Ok(match verdict.as_str() {
            Some("refused") => BuildAnswer::Declined { reason: reason()? },
            Some("unsupported") => BuildAnswer::Unsupported { reason: reason()? },
            Some("error") => BuildAnswer::Error { reason: reason()? },
            _ => return Err(self.nonsense(format!("there is no verdict {verdict} of a builder"))),
        })
    }
}

#[cfg(test)]
mod tests {
    use jwt_assay_core::{model::Assertion, suite::Suite};

    use super::*;

    fn built(line: &str) -> Result<BuildAnswer, String> {
        let reply = Reply::read(line.as_bytes()).map_err(|nonsense| nonsense.to_string())?;
        reply.built().map_err(|nonsense| nonsense.to_string())
    }

    fn request() -> BuildRequest {
        let id = "bld-valid/okta/rs256".parse().unwrap();
        let vector = Suite::bundled().vector(&id).unwrap();
        vector.commission().unwrap().plain_request().unwrap()
    }

    #[test]
    fn an_answer_that_signs_twice_is_none() {
        let both = built(r#"{"seq":1,"assertion":"a.b.c","request":{}}"#);
        assert!(both.unwrap_err().contains("both `assertion` and `request`"));
        let declined = built(r#"{"seq":1,"assertion":"a.b.c","verdict":"refused","reason":"no"}"#);
        assert!(
            declined
                .unwrap_err()
                .contains("both `assertion` and `verdict`")
        );
        let odd = built(r#"{"seq":1,"request":{"client_id":7}}"#);
        assert!(odd.unwrap_err().contains("no token request"));
    }

    #[test]
    fn each_answer_is_read() {
        let assertion = built(r#"{"seq":1,"assertion":"a.b.c"}"#);
        assert_eq!(assertion, Ok(BuildAnswer::Assertion("a.b.c".to_owned())));
        let sent = built(
            r#"{"seq":1,"request":{"client_assertion_type":"t","client_assertion":"a.b.c"}}"#,
        );
        let sent = sent.unwrap().into_sent(&request()).unwrap();
        assert_eq!(sent.client_assertion_type.as_deref(), Some("t"));
        assert_eq!(
            (sent.client_assertion, sent.client_id),
            (Some(Assertion(b"a.b.c".to_vec())), None)
        );
        let refused = built(r#"{"seq":1,"verdict":"refused","reason":"no"}"#);
        assert_eq!(refused, Ok(BuildAnswer::decline("no")));
        let reason = "no".to_owned();
        let unsupported = built(r#"{"seq":1,"verdict":"unsupported","reason":"no"}"#);
        assert_eq!(
            unsupported,
            Ok(BuildAnswer::Unsupported {
                reason: reason.clone()
            })
        );
        let error = built(r#"{"seq":1,"verdict":"error","reason":"no"}"#);
        assert_eq!(error, Ok(BuildAnswer::Error { reason }));
    }

    #[test]
    fn a_line_that_is_no_answer_says_why() {
        let problem = |line| built(line).unwrap_err();
        insta::assert_snapshot!(problem(r#"{"seq":1}"#), @r#"it has none of `assertion`, `request` and `verdict`: {"seq":1}"#);
        insta::assert_snapshot!(problem(r#"{"seq":1,"assertion":7}"#), @r#"it has no `assertion` that is text: {"seq":1,"assertion":7}"#);
        insta::assert_snapshot!(problem(r#"{"seq":1,"verdict":"refused"}"#), @r#"it has no `reason` that is text: {"seq":1,"verdict":"refused"}"#);
        insta::assert_snapshot!(problem(r#"{"seq":1,"verdict":"reject","reason":"no"}"#), @r#"there is no verdict "reject" of a builder: {"seq":1,"verdict":"reject","reason":"no"}"#);
    }
}
