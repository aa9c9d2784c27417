//! Frozen profiles: what the vectors of a profile's version ask, written down once. A changed
//! verdict makes a new version; a new vector fails nobody until then.

use std::{collections::BTreeMap, fmt};

use crate::model::{Profile, ProfileId, VectorId};

/// What vectors ask, in the words of a file of frozen verdicts. The suites of both roles say it of
/// theirs.
pub type Asked = BTreeMap<VectorId, String>;

/// What the vectors of one version of a profile ask, whatever their role.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Frozen {
    /// The profile.
    pub profile: ProfileId,
    /// The release of jwt-assay that froze the version; `None` while it is a draft, which grows
    /// with the suite.
    pub release: Option<String>,
    asks: Asked,
}

/// What no longer is as it was written down.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Thawed {
    /// It asks for something else.
    Changed {
        /// Which vector.
        vector: VectorId,
        /// What it asked, step by step.
        was: String,
        /// What it asks.
        is: String,
    },
    /// It is not in the suite any more.
    Lost(VectorId),
}

impl Frozen {
    /// Reads a file of `vectors/frozen`. `name` stands in error messages.
    ///
    /// # Errors
    ///
    /// Where the first line is neither `# draft` nor `# released in VERSION`, or another is not a
    /// vector of the profile and what it asks.
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
        let mut asks = BTreeMap::new();
        for (place, line) in lines.filter(|(_, line)| !line.starts_with('#')) {
            let (id, asked) = line
                .split_once(' ')
                .ok_or_else(|| problem(place, "expected a vector and what it asks"))?;
            let id: VectorId = id
                .parse()
                .map_err(|_| problem(place, "expected `case/profile/algorithm` first"))?;
            if id.profile() != profile.name() {
                return Err(problem(place, "it is a vector of another profile"));
            }
            asks.insert(id, asked.to_owned());
        }
        Ok(Self {
            profile,
            release,
            asks,
        })
    }

    /// Whether a file is that of a draft, by its first line.
    pub(super) fn is_draft(text: &str) -> bool {
        text.lines().next() == Some(DRAFT)
    }

    /// What is asked otherwise than it is written down, in the order of ids.
    #[must_use]
    pub fn thawed(&self, now: &Asked) -> Vec<Thawed> {
        let differs = |(vector, was): (&VectorId, &String)| match now.get(vector) {
            None => Some(Thawed::Lost(vector.clone())),
            Some(is) if is == was => None,
            Some(is) => Some(Thawed::Changed {
                vector: vector.clone(),
                was: was.clone(),
                is: is.clone(),
            }),
        };
        self.asks.iter().filter_map(differs).collect()
    }

    /// Whether a vector came after the version was released.
    #[must_use]
    pub fn is_newer(&self, vector: &VectorId) -> bool {
        let is_own = vector.profile() == self.profile.name();
        is_own && self.release.is_some() && !self.asks.contains_key(vector)
    }

    /// The file's text: a draft takes in the suite's new vectors, what is released stays.
    #[must_use]
    pub fn text(&self, now: &Asked) -> String {
        let mut asks = self.asks.clone();
        let head = match &self.release {
            Some(release) => format!("{RELEASED}{release}"),
            None => {
                let own = |vector: &VectorId| vector.profile() == self.profile.name();
                for (vector, asked) in now.iter().filter(|(vector, _)| own(vector)) {
                    asks.entry(vector.clone()).or_insert_with(|| asked.clone());
                }
                DRAFT.to_owned()
            }
        };
        let lines = asks
            .iter()
            .map(|(vector, asked)| format!("{vector} {asked}\n"));
        format!("{head}\n{WHAT}{}", lines.collect::<String>())
    }

    /// The file's name below `vectors`.
    #[must_use]
    pub fn path(profile: ProfileId) -> String {
        format!("frozen/{}.txt", Profile::get(profile).label())
    }
}

impl fmt::Display for Thawed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed { vector, was, is } => write!(
                f,
                "{vector}: it asked `{was}` and asks `{is}`; a changed verdict makes a new version of \
                 the profile, or, while the version is a draft, a new line in its file and an entry \
                 under \"Verdicts changed\""
            ),
            Self::Lost(vector) => write!(
                f,
                "{vector}: it is written down as frozen and no case makes it; bring it back"
            ),
        }
    }
}

/// A file of frozen verdicts that cannot be used.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("read frozen verdicts `{file}`, line {line}: {problem}")]
pub struct FrozenError {
    file: String,
    line: usize,
    problem: &'static str,
}

const DRAFT: &str = "# draft";
const RELEASED: &str = "# released in ";
const WHAT: &str = "\
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

    fn asked(from: &str, to: &str) -> Asked {
        suite(from, to).asked().collect()
    }

    fn frozen(head: &str) -> Frozen {
        let text = Frozen::read("okta@1.txt", ProfileId::Okta, "# draft\n")
            .unwrap()
            .text(&asked("", ""));
        Frozen::read(
            "okta@1.txt",
            ProfileId::Okta,
            &text.replace("# draft", head),
        )
        .unwrap()
    }

    #[test]
    fn what_is_written_down_and_still_asked_is_not_thawed() {
        assert_eq!(frozen("# draft").thawed(&asked("", "")), []);
        assert_eq!(frozen("# draft").asks.len(), 2);
    }

    #[test]
    fn a_changed_verdict_and_a_lost_vector_are_seen_in_drafts_and_releases() {
        for head in ["# draft", "# released in 0.1.0"] {
            let changed = asked("verdict = \"reject\"", "verdict = \"may-\"");
            assert_eq!(
                frozen(head).thawed(&changed),
                [Thawed::Changed {
                    vector: "no-aud/okta/rs256".parse().unwrap(),
                    was: "reject".to_owned(),
                    is: "may".to_owned()
                }]
            );
            let lost = asked("no-aud", "without-aud");
            assert_eq!(
                frozen(head).thawed(&lost),
                [Thawed::Lost("no-aud/okta/rs256".parse().unwrap())]
            );
        }
    }

    #[test]
    fn a_draft_takes_in_new_vectors_and_a_release_calls_them_newer() {
        let grown = suite("no-aud", "without-aud");
        let new: VectorId = "without-aud/okta/rs256".parse().unwrap();
        let draft = frozen("# draft");
        assert!(
            draft.text(&grown.asked().collect()).contains(new.as_str()) && !draft.is_newer(&new)
        );
        let released = frozen("# released in 0.1.0");
        assert!(
            !released
                .text(&grown.asked().collect())
                .contains(new.as_str())
                && released.is_newer(&new)
        );
        let marked = grown.against(&[released]);
        let newer = marked.vectors.iter().filter(|vector| vector.is_newer);
        assert_eq!(newer.map(|vector| &vector.id).collect::<Vec<_>>(), [&new]);
    }

    #[test]
    fn a_changed_line_is_never_mended_by_generating() {
        let text = frozen("# draft").text(&asked("verdict = \"reject\"", "verdict = \"accept\""));
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
