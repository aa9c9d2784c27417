//! Plausible mistakes of builders, one table per topic.

mod claims;
mod compact;
mod header;
mod jti;
mod key;
mod reluctance;
mod request;
mod signature;
mod time;

use std::{fmt, sync::LazyLock};

use jwt_assay_core::{
    builder::reference::Unsigned,
    model::{BuildRequest, Rule, UnixSeconds},
};
use serde_json::Value;

use super::Flaw;

/// One plausible mistake of a builder.
#[derive(Clone, Copy, Debug)]
pub struct Mistake {
    /// The behaviour of the broken builder, in a few words.
    pub name: &'static str,
    /// The rule that the builder breaks.
    pub rule: Rule,
    /// The flaw that breaks it.
    pub(super) flaw: Flaw,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.flaw {
            // One name for all lax builders would not tell them apart.
            Flaw::Lax(rule) => write!(f, "{} {rule}", self.name),
            _ => f.write_str(self.name),
        }
    }
}

/// A row of a table of mistakes.
type Entry = (&'static str, Rule, Flaw);

/// All mistakes, topic by topic.
pub static MISTAKES: LazyLock<Vec<Mistake>> = LazyLock::new(|| {
    let tables = [
        compact::MISTAKES,
        header::MISTAKES,
        claims::MISTAKES,
        time::MISTAKES,
        jti::MISTAKES,
        key::MISTAKES,
        signature::MISTAKES,
        reluctance::MISTAKES,
        request::MISTAKES,
    ];
    let rows = tables.into_iter().flatten();
    rows.map(|&(name, rule, flaw)| Mistake { name, rule, flaw })
        .collect()
});

fn header(unsigned: &mut Unsigned, name: &str, value: &str) {
    unsigned.header.set(name, value.to_owned());
}

/// The text as a JSON string.
fn text(text: &str) -> String {
    Value::from(text).to_string()
}

fn exp(request: &BuildRequest) -> UnixSeconds {
    request.now + i64::from(request.lifetime)
}
