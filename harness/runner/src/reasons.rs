//! Tables that map an implementation's words for a rejection to rules.
//!
//! A rejection for another reason than the vector's own does not prove that the rule is kept. Reports
//! show words that no table maps as they are, and guess nothing.

use std::collections::BTreeMap;

use include_dir::{Dir, include_dir};
use jwt_assay_core::model::Rule;
use serde::Deserialize;

use crate::observation::Observation;

/// The table of one implementation: beginnings of its words, each with the rules that it stands for.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(transparent)]
pub struct Reasons(BTreeMap<String, Vec<Rule>>);

impl Reasons {
    /// The table in this program for an implementation; an empty one where there is no file.
    ///
    /// # Panics
    ///
    /// Panics if a file of this project is malformed, which the tests exclude.
    #[must_use]
    pub fn bundled(implementation: &str) -> Self {
        let file = FILES.get_file(format!("{implementation}.toml"));
        let text = file.map(|file| file.contents_utf8().unwrap_or_default());
        text.map(|text| toml::from_str(text).expect("a file of this project, tested"))
            .unwrap_or_default()
    }

    /// True where there is no table.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The rule that the words of a rejection stand for: the wanted rule where the entry lists it,
    /// else the first of the entry; `None` without an entry. The entry with the longest beginning
    /// counts.
    #[must_use]
    pub fn rule(&self, words: &str, wanted: Option<Rule>) -> Option<Rule> {
        let fitting = self
            .0
            .iter()
            .filter(|(beginning, _)| words.starts_with(*beginning));
        let (_, rules) = fitting.max_by_key(|(beginning, _)| beginning.len())?;
        let meant = wanted.filter(|wanted| rules.contains(wanted));
        meant.or_else(|| rules.first().copied())
    }

    /// Adds to a rejection the rule that its words stand for.
    #[must_use]
    pub fn explain(&self, seen: Observation, wanted: Option<Rule>) -> Observation {
        match seen {
            Observation::Rejected { text, reason: None } => Observation::Rejected {
                reason: self.rule(&text, wanted),
                text,
            },
            other => other,
        }
    }
}

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../reasons");

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Reasons {
        toml::from_str(
            "\"InvalidAudience\" = [\"aud-mismatch\", \"aud-type\"]\n\
             \"InvalidAudience: none\" = [\"aud-missing\"]\n",
        )
        .unwrap()
    }

    #[test]
    fn the_longest_beginning_counts_and_the_wanted_rule_where_it_may_be_meant() {
        let rule = |words, wanted| table().rule(words, wanted);
        assert_eq!(
            rule("InvalidAudience", Some(Rule::AudType)),
            Some(Rule::AudType)
        );
        assert_eq!(
            rule("InvalidAudience", Some(Rule::Expired)),
            Some(Rule::AudMismatch)
        );
        assert_eq!(
            rule("InvalidAudience: none", Some(Rule::AudType)),
            Some(Rule::AudMissing)
        );
    }

    #[test]
    fn words_that_no_entry_explains_stand_for_nothing() {
        assert_eq!(table().rule("Invalid", Some(Rule::AudType)), None);
        assert_eq!(Reasons::default().rule("InvalidAudience", None), None);
    }

    #[test]
    fn every_file_reads_and_names_an_implementation_in_lower_case() {
        let mut files = 0;
        for file in FILES.files() {
            let name = file.path().file_stem().unwrap().to_str().unwrap();
            assert!(!Reasons::bundled(name).is_empty(), "{name}");
            files += 1;
        }
        assert!(files >= 3, "{files} files");
    }
}
