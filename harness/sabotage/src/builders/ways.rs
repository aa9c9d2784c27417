//! The plausible ways of building an assertion wrongly.

mod claims;
mod compact;
mod header;
mod jti;
mod key;
mod reluctance;
mod request;
mod signature;
mod time;

use std::sync::LazyLock;

use jwt_assay_core::{
    builder::reference::Unsigned,
    model::{BuildRequest, Rule, UnixSeconds},
};
use serde_json::Value;

use super::Twist;

/// One way of building an assertion wrongly.
#[derive(Clone, Copy, Debug)]
pub struct Way {
    /// What the broken builder does, in a few words.
    pub name: &'static str,
    /// The rule that it breaks.
    pub rule: Rule,
    /// How.
    pub(super) twist: Twist,
}

/// A row of a table of ways.
type Row = (&'static str, Rule, Twist);

/// Every way.
pub static WAYS: LazyLock<Vec<Way>> = LazyLock::new(|| {
    let tables = [
        compact::WAYS,
        header::WAYS,
        claims::WAYS,
        time::WAYS,
        jti::WAYS,
        key::WAYS,
        signature::WAYS,
        reluctance::WAYS,
        request::WAYS,
    ];
    let rows = tables.into_iter().flatten();
    rows.map(|&(name, rule, twist)| Way { name, rule, twist })
        .collect()
});

fn header(unsigned: &mut Unsigned, name: &str, value: &str) {
    unsigned.header.set(name, value.to_owned());
}

/// Text as a JSON string.
fn text(text: &str) -> String {
    Value::from(text).to_string()
}

fn exp(request: &BuildRequest) -> UnixSeconds {
    request.now + i64::from(request.lifetime)
}
