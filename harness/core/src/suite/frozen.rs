//! Frozen verdicts: the verdicts of all vectors of one version of a profile, written to a file once. A
//! changed verdict makes a new version, and a new vector fails no run until then.

use std::{collections::BTreeMap, fmt};

use crate::model::{Profile, ProfileId, VectorId};

/// The verdicts of vectors, in the words of a file of frozen verdicts.
pub type VerdictTexts = BTreeMap<VectorId, String>;

/// The frozen verdicts of one version of a profile, for both roles.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Frozen {
    /// The profile.
    pub profile: ProfileId,
    /// The release of jwt-assay that froze the version; `None` while it is a draft, which grows
    /// with the suite.
    pub release: Option<String>,
    verdicts: VerdictTexts,
}

/// A difference between the frozen verdicts and the suite.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum FrozenChange {
    /// A vector with another verdict.
    Changed {
        /// The id of the vector.
        vector: VectorId,
        /// The frozen verdict, step by step.
        was: String,
        /// The verdict in the suite.
        is: String,
    },
    /// A vector that is no longer in the suite.
    Lost(VectorId),
}

impl Frozen {
    /// Reads a file of `vectors/frozen`. `name` stands in error messages.
    ///
    /// # Errors
    ///
    /// If the first line is neither `# draft` nor `# released in VERSION`, or another line is not a
    /// vector of the profile and its verdict.
    pub fn read(name: &str, profile: ProfileId, text: &str) -> Result<Self, FrozenError> {
        let problem = |line: usize, problem: &'static str| FrozenError {
            file: name.to_owned(),
            line: line + 1,
            problem,
        };
        let mut lines = text.lines().enumerate();
        let head = lines.next().map_or("", |(_, line)| line);
        let release = match (head, head.strip_prefix(RELEASED)) {
            (DRAFT, _) => None,
            (_, Some(release)) => Some(release.to_owned()),
            (_, None) => {
                return Err(problem(0, "expected `# draft` or `# released in VERSION`"));
            }
        };
        let mut verdicts = BTreeMap::new();
        for (place, line) in lines.filter(|(_, line)| !line.starts_with('#')) {
            let (id, verdict) = line
                .split_once(' ')
                .ok_or_else(|| problem(place, "expected a vector and what it asks"))?;
            let id: VectorId = id
                .parse()
                .map_err(|_| problem(place, "expected `case/profile/algorithm` first"))?;
            if id.profile() != profile.name() {
                return Err(problem(place, "it is a vector of another profile"));
            }
            verdicts.insert(id, verdict.to_owned());
        }
        Ok(Self {
            profile,
            release,
            verdicts,
        })
    }

    /// True where the first line says that the file is a draft.
    pub(super) fn is_draft(text: &str) -> bool {
        text.lines().next() == Some(DRAFT)
    }

    /// The differences from the suite's verdicts of today, in the order of ids.
    #[must_use]
    pub fn changes(&self, now: &VerdictTexts) -> Vec<FrozenChange> {
        let differs = |(vector, was): (&VectorId, &String)| match now.get(vector) {
            None => Some(FrozenChange::Lost(vector.clone())),
            Some(is) if is == was => None,
            Some(is) => Some(FrozenChange::Changed {
                vector: vector.clone(),
                was: was.clone(),
                is: is.clone(),
            }),
        };
        self.verdicts.iter().filter_map(differs).collect()
    }

    /// True where a vector is newer than the release of the version.
    #[must_use]
    pub fn is_newer(&self, vector: &VectorId) -> bool {
        let is_own = vector.profile() == self.profile.name();
        is_own && self.release.is_some() && !self.verdicts.contains_key(vector)
    }

    /// The text of the file. A draft takes in the suite's new vectors; a released version stays as it is.
    #[must_use]
    pub fn text(&self, now: &VerdictTexts) -> String {
        let mut verdicts = self.verdicts.clone();
        let head = match &self.release {
            Some(release) => format!("{RELEASED}{release}"),
            None => {
                let own = |vector: &VectorId| vector.profile() == self.profile.name();
                for (vector, verdict) in now.iter().filter(|(vector, _)| own(vector)) {
                    verdicts
                        .entry(vector.clone())
                        .or_insert_with(|| verdict.clone());
                }
                DRAFT.to_owned()
            }
        };
        let lines = verdicts
            .iter()
            .map(|(vector, verdict)| format!("{vector} {verdict}\n"));
        format!("{head}\n{ABOUT}{}", lines.collect::<String>())
    }

    /// The path of the file below `vectors`.
    #[must_use]
    pub fn path(profile: ProfileId) -> String {
        format!("frozen/{}.txt", Profile::get(profile).label())
    }
}

impl fmt::Display for FrozenChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed { vector, was, is } => write!(
                f,
                "{vector}: its verdict was `{was}` and is `{is}`; a changed verdict makes a new version of \
                 the profile, or, while the version is a draft, a new line in its file and an entry \
                 under \"Verdicts changed\""
            ),
            Self::Lost(vector) => write!(
                f,
                "{vector}: it is frozen and no case makes it; bring it back"
            ),
        }
    }
}

/// An error in a file of frozen verdicts.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("read frozen verdicts `{file}`, line {line}: {problem}")]
pub struct FrozenError {
    file: String,
    line: usize,
    problem: &'static str,
}

const DRAFT: &str = "# draft";
const RELEASED: &str = "# released in ";
const ABOUT: &str = "\
# What every vector of this version asks, of verifiers step by step. `vectors generate` adds new vectors
# while the version is a draft, and never changes a line. After the release nothing is added.
";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::Suite;

    const SUITE: &str = r#"
        group = "A"
        title = "Positive controls"
        algorithms = "one"
        [[case]]
        id = "pos-full"
        text = "Nothing is edited."
        rule = "baseline"
        verdict = "accept"
        [[case]]
        id = "no-aud"
        text = "There is no aud."
        rule = "aud-missing"
        edits = [{ claims = { remove = "aud" } }]
        verdict = "reject"
    "#;

    fn suite(from: &str, to: &str) -> Suite {
        Suite::from_files([("a.toml", SUITE.replace(from, to).as_str())]).unwrap()
    }

    fn verdicts(from: &str, to: &str) -> VerdictTexts {
        suite(from, to).verdict_texts().collect()
    }

    fn frozen(head: &str) -> Frozen {
        let text = Frozen::read("okta@1.txt", ProfileId::Okta, "# draft\n")
            .unwrap()
            .text(&verdicts("", ""));
        Frozen::read(
            "okta@1.txt",
            ProfileId::Okta,
            &text.replace("# draft", head),
        )
        .unwrap()
    }

    #[test]
    fn an_unchanged_suite_has_no_changes() {
        assert_eq!(frozen("# draft").changes(&verdicts("", "")), []);
        assert_eq!(frozen("# draft").verdicts.len(), 2);
    }

    #[test]
    fn a_changed_verdict_and_a_lost_vector_are_seen_in_drafts_and_releases() {
        for head in ["# draft", "# released in 0.1.0"] {
            let changed = verdicts("verdict = \"reject\"", "verdict = \"may-\"");
            assert_eq!(
                frozen(head).changes(&changed),
                [FrozenChange::Changed {
                    vector: "no-aud/okta/rs256".parse().unwrap(),
                    was: "reject".to_owned(),
                    is: "may".to_owned()
                }]
            );
            let lost = verdicts("no-aud", "without-aud");
            assert_eq!(
                frozen(head).changes(&lost),
                [FrozenChange::Lost("no-aud/okta/rs256".parse().unwrap())]
            );
        }
    }

    #[test]
    fn a_draft_takes_in_new_vectors_and_a_release_calls_them_newer() {
        let grown = suite("no-aud", "without-aud");
        let new: VectorId = "without-aud/okta/rs256".parse().unwrap();
        let draft = frozen("# draft");
        assert!(
            draft
                .text(&grown.verdict_texts().collect())
                .contains(new.as_str())
                && !draft.is_newer(&new)
        );
        let released = frozen("# released in 0.1.0");
        assert!(
            !released
                .text(&grown.verdict_texts().collect())
                .contains(new.as_str())
                && released.is_newer(&new)
        );
        let marked = grown.against(&[released]);
        let newer = marked.vectors.iter().filter(|vector| vector.is_newer);
        assert_eq!(newer.map(|vector| &vector.id).collect::<Vec<_>>(), [&new]);
    }

    #[test]
    fn generating_never_changes_a_frozen_line() {
        let text =
            frozen("# draft").text(&verdicts("verdict = \"reject\"", "verdict = \"accept\""));
        assert!(text.contains("no-aud/okta/rs256 reject\n"), "{text}");
    }

    #[test]
    fn a_malformed_file_names_the_line() {
        let error = |text: &str| {
            let read = Frozen::read("okta@1.txt", ProfileId::Okta, text);
            read.unwrap_err().to_string()
        };
        insta::assert_snapshot!(error("# final"), @"read frozen verdicts `okta@1.txt`, line 1: expected `# draft` or `# released in VERSION`");
        insta::assert_snapshot!(error("# draft\naud-missing/okta/rs256"), @"read frozen verdicts `okta@1.txt`, line 2: expected a vector and what it asks");
        insta::assert_snapshot!(error("# draft\naud-missing/fapi2/ps256 reject"), @"read frozen verdicts `okta@1.txt`, line 2: it is a vector of another profile");
        insta::assert_snapshot!(error("# draft\naud-missing reject"), @"read frozen verdicts `okta@1.txt`, line 2: expected `case/profile/algorithm` first");
    }
}
