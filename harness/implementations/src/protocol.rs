//! The process protocol, version 1: one JSON object a line, requests one way, answers the other.
//! `harness/shims/README.md` is the same page for people.

pub mod bench;
mod build;
mod hello;
mod strict;
mod verify;

use std::fmt;

#[cfg(feature = "schema")]
use schemars::{Schema, schema_for};
use serde_json::{Map, Value};

pub use self::{
    build::BuildLine,
    hello::{BuildRole, Hello, Named, Roles, VerifyRole},
    verify::VerifyRequest,
};

/// The schemas of the protocol's lines, by name; those of requests say what an adapter may rely on.
#[cfg(feature = "schema")]
#[must_use]
pub fn schemas() -> [(&'static str, Schema); 5] {
    [
        ("hello", schema_for!(Hello)),
        ("verify", schema_for!(VerifyRequest<'static>)),
        ("answer", schema_for!(verify::AnswerLine)),
        ("build", schema_for!(BuildLine<'static>)),
        ("built", schema_for!(build::AnswerLine)),
    ]
}

/// The version that the harness speaks.
pub const VERSION: u32 = 1;

/// The first line that a program reads.
pub const HELLO: &str = r#"{"op":"hello","protocol":1}"#;

/// The last line that a program reads; after it the end of input.
pub const BYE: &str = r#"{"op":"bye"}"#;

/// A line that answers a request.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// The number of the request.
    pub seq: u64,
    members: Map<String, Value>,
}

impl Reply {
    /// Reads a line.
    ///
    /// # Errors
    ///
    /// If it is no JSON object with a `seq`, or a name stands in it twice.
    pub fn read(line: &[u8]) -> Result<Self, Nonsense> {
        let nonsense = |problem: String| Nonsense {
            problem,
            line: shown(line),
        };
        let members = strict::object(line).map_err(|error| nonsense(error.to_string()))?;
        let seq = members.get("seq").and_then(Value::as_u64);
        let seq = seq.ok_or_else(|| nonsense("it has no `seq` that is a number".to_owned()))?;
        Ok(Self { seq, members })
    }

    /// A member that must be text.
    ///
    /// # Errors
    ///
    /// If it is not there or is something else.
    pub fn text(&self, name: &'static str) -> Result<&str, Nonsense> {
        let member = self.members.get(name).and_then(Value::as_str);
        member.ok_or_else(|| self.nonsense(format!("it has no `{name}` that is text")))
    }

    /// A member of any type.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&Value> {
        self.members.get(name)
    }

    /// Calls it no answer, for a problem.
    #[must_use]
    pub fn nonsense(&self, problem: String) -> Nonsense {
        Nonsense {
            problem,
            line: shown(Value::Object(self.members.clone()).to_string().as_bytes()),
        }
    }
}

/// A line that is no answer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Nonsense {
    /// The mistake.
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
