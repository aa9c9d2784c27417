//! Identity of files: two paths that lead to one file, by another spelling or a link.

use std::{
    fs, io,
    os::unix::fs::MetadataExt,
    path::{Component, Path, PathBuf},
};

use super::writing::target;
use crate::Error;

/// Checks that each path leads to a file of its own, since the last writer would replace what the others
/// wrote. Each comes with its name on the command line. Several paths may lead to one device or pipe.
pub(crate) fn distinct<'a>(
    paths: impl IntoIterator<Item = (&'static str, &'a Path)>,
) -> Result<(), Error> {
    let mut known: Vec<(&str, Identity)> = Vec::new();
    for (name, path) in paths {
        let Some(identity) = Identity::of(path).map_err(|source| Error::write(path, source))?
        else {
            continue;
        };
        if let Some((other, _)) = known.iter().find(|(_, it)| *it == identity) {
            return Err(Error::SameFile {
                file: path.display().to_string(),
                one: other,
                other: name,
            });
        }
        known.push((name, identity));
    }
    Ok(())
}

/// The identity of a regular file, existing or not.
#[derive(Debug, Eq, PartialEq)]
pub(crate) enum Identity {
    /// The numbers of the device and of the file, which hard links share.
    There { device: u64, inode: u64 },
    /// The path of a file that does not exist yet, without links.
    Absent(PathBuf),
}

impl Identity {
    /// The identity of the file that a path leads to; `None` for a device, a pipe or a folder.
    fn of(path: &Path) -> io::Result<Option<Self>> {
        let path = if path == Path::new("-") {
            Path::new("/dev/stdout")
        } else {
            path
        };
        match fs::metadata(path) {
            Ok(about) => Ok(Self::of_metadata(&about)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Ok(Some(Self::Absent(resolved(&target(path)?))))
            }
            Err(error) => Err(error),
        }
    }

    /// The identity of an existing regular file.
    pub(crate) fn of_metadata(about: &fs::Metadata) -> Option<Self> {
        about.is_file().then(|| Self::There {
            device: about.dev(),
            inode: about.ino(),
        })
    }
}

/// An absolute path whose existing folders are resolved, and the others compared by name.
fn resolved(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut whole = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => {
                whole.pop();
            }
            other => whole.push(other),
        }
        if let Ok(real) = fs::canonicalize(&whole) {
            whole = real;
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn one_file_is_found_under_every_spelling() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("there"), "").unwrap();
        fs::hard_link(at("there"), at("hard")).unwrap();
        symlink(at("there"), at("soft")).unwrap();
        symlink("absent", at("dangling")).unwrap();
        symlink(folder.path(), at("folder")).unwrap();
        for (one, other) in [
            ("there", "there"),
            ("there", "./x/../there"),
            ("there", "hard"),
            ("soft", "there"),
            ("dangling", "absent"),
            ("absent", "folder/absent"),
            ("new/absent", "new/x/../absent"),
        ] {
            // A path through a folder that does not exist cannot lead to an existing file.
            fs::create_dir_all(at("x")).unwrap();
            let (one, other) = (at(one), at(other));
            let error = distinct([("--one", &*one), ("--other", &*other)]).unwrap_err();
            assert!(matches!(error, Error::SameFile { .. }), "{error}");
        }
        let others = [("--one", &*at("there")), ("--other", &*at("absent"))];
        assert!(distinct(others).is_ok());
        let null = Path::new("/dev/null");
        assert!(distinct([("--one", null), ("--other", null)]).is_ok());
    }
}
