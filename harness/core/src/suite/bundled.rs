//! The bundled suite: the case files of this project, compiled into the program.

use std::sync::LazyLock;

use include_dir::{Dir, include_dir};

use super::{Frozen, Suite};
use crate::model::{ProfileId, Role};

/// The case files of a role, in the order of their names: those under `vectors/cases`, or
/// `vectors/build-cases`.
///
/// # Panics
///
/// If a file of this project is not text, which the tests exclude.
pub fn case_files(role: Role) -> impl Iterator<Item = (&'static str, &'static str)> {
    bundled_files(match role {
        Role::Verify => &CASES,
        Role::Build => &BUILD_CASES,
    })
}

/// The TOML files of a bundled folder, in the order of their names.
///
/// # Panics
///
/// If a file is not text or has a name beyond ASCII.
fn bundled_files(
    folder: &'static Dir<'static>,
) -> impl Iterator<Item = (&'static str, &'static str)> {
    let files = folder
        .files()
        .filter(|file| file.path().extension().is_some_and(|e| e == "toml"));
    let mut files: Vec<_> = files
        .map(|file| {
            let name = file
                .path()
                .to_str()
                .expect("the names of case files are ASCII");
            (
                name,
                file.contents_utf8().expect("case files are UTF-8, tested"),
            )
        })
        .collect();
    files.sort_unstable();
    files.into_iter()
}

impl Suite {
    /// The suite of this project.
    ///
    /// # Panics
    ///
    /// If a case file of this project is broken, which the tests exclude.
    #[must_use]
    pub fn bundled() -> &'static Self {
        static BUNDLED: LazyLock<Suite> = LazyLock::new(|| {
            let suite = Role::ALL
                .into_iter()
                .try_fold(Suite::default(), |suite, role| {
                    suite.with_files(role, case_files(role))
                });
            suite
                .unwrap_or_else(|error| panic!("{error}"))
                .against(&released())
        });
        &BUNDLED
    }
}

/// The released profile versions. Drafts are left out: no vector is newer than a draft, and to read its
/// thousands of lines would slow each start of the command.
fn released() -> Vec<Frozen> {
    let read = |profile| {
        let path = Frozen::path(profile);
        let file = FROZEN.get_file(path.trim_start_matches("frozen/"))?;
        let text = file.contents_utf8().unwrap_or_default();
        if Frozen::is_draft(text) {
            return None;
        }
        Some(Frozen::read(&path, profile, text).unwrap_or_else(|error| panic!("{error}")))
    };
    ProfileId::ALL.into_iter().filter_map(read).collect()
}

static FROZEN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../vectors/frozen");
static BUILD_CASES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../vectors/build-cases");
static CASES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../vectors/cases");
