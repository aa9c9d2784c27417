//! New text that an update writes: entries for a person to explain, and the head of a new file.

use jwt_assay_core::model::{Role, Rule, VectorId};

use crate::{
    divergences::{Bound, Severity, file_text},
    outcome::Deviation,
    record::{Record, Run},
};
use jwt_assay_core::escape::for_terminal;

/// An entry for vectors that break one rule in one way.
pub(super) struct NewEntry<'r> {
    pub(super) rule: Rule,
    pub(super) seen: Deviation,
    pub(super) clause: &'r str,
    pub(super) toolchain: Option<Bound>,
    pub(super) vectors: Vec<&'r VectorId>,
}

impl NewEntry<'_> {
    /// The entry's text, with a reason that asks for an explanation.
    pub(super) fn text(&self) -> String {
        let vectors: Vec<String> = self.vectors.iter().map(|id| format!("\"{id}\"")).collect();
        let vectors = file_text::one_a_line(vectors.iter().map(String::as_str), "\n");
        let seen = self.seen.name();
        let clause = quoted(self.clause);
        let reason = quoted(&format!("{UNEXPLAINED}{}", self.rule.info().says.trim()));
        let severity = match self.severity() {
            Some(severity) => format!("severity = \"{}\"\n", severity.name()),
            None => String::new(),
        };
        let toolchain = match &self.toolchain {
            Some(bound) => format!("toolchain = {}\n", quoted(&bound.to_string())),
            None => String::new(),
        };
        format!(
            "[[divergence]]\nvectors = {vectors}\nseen = \"{seen}\"\nclause = {clause}\n\
             reason = {reason}\n{severity}{toolchain}"
        )
    }

    /// The severity that the deviation alone decides. An acceptance may be a vulnerability or a
    /// matter of policy, which a person has to say.
    const fn severity(&self) -> Option<Severity> {
        match self.seen {
            Deviation::Accepted | Deviation::Signed => None,
            Deviation::Crashed
            | Deviation::Garbled
            | Deviation::TimedOut
            | Deviation::Unsupported => Some(Severity::Robustness),
            Deviation::Declined | Deviation::Rejected => Some(Severity::Interoperability),
        }
    }
}

/// The comment that begins a new file, with the commands that keep it current: those of the run that it
/// is made from.
pub(super) fn head(file: &str, implementation: &str, run: &Run) -> String {
    let own = |record: &&Record| record.implementation == implementation;
    let rerun = run.records.iter().find(own).map(|record| {
        let only = format!(" --only {}", record.vector);
        record
            .rerun
            .replacen(&only, &format!(" --divergences {file}"), 1)
    });
    let rerun = rerun.unwrap_or_else(|| format!("jwt-assay run --divergences {file}"));
    let records = match run.header.role {
        Some(Role::Build) => " --records assay-results/builders.jsonl",
        Some(Role::Verify) | None => "",
    };
    let rerun = for_terminal(&rerun);
    let (file, implementation) = (for_terminal(file), for_terminal(implementation));
    format!(
        "\
# What `{implementation}` is known to do otherwise than the specifications ask.
#
# jwt-assay divergences update {file}{records}
#   takes out what no longer happens and adds what is new, by the records of the last run.
# {rerun}
#   fails as soon as something happens that is not recorded here, or something recorded does not.
#
# Reasons, links, severities, comments and the order of entries are yours to edit, and stay.
"
    )
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// The beginning of a reason that waits for a person's words.
pub(crate) const UNEXPLAINED: &str = "not explained yet: ";
