//! The pure heart of jwt-assay: client assertions, the rules that bind them, and the answers that a
//! server must give. No input or output, no clock, no randomness that is not an argument, and no JWT
//! library.
//!
//! The words are those of the project's `DESIGN.md`: a [`suite::Case`] is one named experiment, a
//! [`suite::Vector`] a case made concrete for one profile and one algorithm, a
//! [`model::Presented`] everything that a server could know of it, a [`model::Verdict`] the answer
//! that the specifications ask for, and the [`oracle`] the reading of the specifications that gives the
//! verdict and its clauses. A [`recipe::Recipe`] says what is presented, and a [`recipe::Place`] to whom.
//!
//! Each module uses those before it and no other, which a test holds them to (`tests/it/order.rs`):
//!
//! ```text
//! escape | encoding | model | json | keys | sign | oracle | draft | mutate | recipe | builder | suite | generate
//! ```
//!
//! The oracle comes before the edits, so that no verdict can depend on one: it reads the octets that
//! are presented and nothing else.

pub mod builder;
pub mod draft;
pub mod encoding;
pub mod escape;
#[cfg(feature = "generate")]
pub mod generate;
pub mod json;
pub mod keys;
pub mod model;
pub mod mutate;
pub mod oracle;
pub mod recipe;
pub mod sign;
pub mod suite;

/// Names in a row, for error messages: `a, b and c`.
fn listed<T: std::fmt::Display>(names: impl IntoIterator<Item = T>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| name.to_string()).collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [others @ .., last] => format!("{} and {last}", others.join(", ")),
    }
}

/// The known name that is most like a mistyped one, for error messages.
pub fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let likeness = |name: &str| strsim::jaro_winkler(given, name);
    known
        .into_iter()
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)))
        .unwrap_or_default()
        .to_owned()
}
