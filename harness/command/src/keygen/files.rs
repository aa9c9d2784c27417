//! New files, written all or none, and over existing ones only with `--force`.

use std::{
    fs::{self, Permissions},
    io::{self, Write},
    path::Path,
};

use jwt_assay_core::model::Algorithm;
use tempfile::{Builder, NamedTempFile};

use crate::{Error, signals};

/// A file to be written.
#[derive(Debug)]
pub(super) struct NewFile {
    pub(super) name: &'static str,
    pub(super) text: String,
    pub(super) readers: Readers,
}

/// The users who may read a file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Readers {
    Everyone,
    Owner,
}

/// The reason why no key is written. The texts fit after "failed to".
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub(crate) enum KeygenError {
    /// A length for an algorithm whose keys have one length.
    #[error("make a key for {algorithm}: --bits is for RSA keys, and {algorithm} has one length")]
    BitsWithoutRsa {
        /// The algorithm of the key.
        algorithm: Algorithm,
    },
    /// Existing files, and no `--force`.
    #[error(
        "write to `{folder}`: {names} would be replaced; choose another folder, or add --force"
    )]
    FilesExist {
        /// The folder of the files.
        folder: String,
        /// The names of the existing files.
        names: String,
    },
    /// A `kid` for a secret as text, which has no place for one.
    #[error("name a secret: its text has no place for a kid; add --format jwk")]
    KidOfSecret,
    /// A secret as PEM, a form for key pairs.
    #[error("print a secret as PEM: there is no such form; leave --format out, or use jwk")]
    SecretAsPem,
}

/// Checks that no file exists, unless `force` replaces them.
pub(super) fn check(folder: &Path, names: &[&str], force: bool) -> Result<(), KeygenError> {
    let there: Vec<String> = names
        .iter()
        .filter(|name| !force && folder.join(name).symlink_metadata().is_ok())
        .map(|name| format!("`{name}`"))
        .collect();
    if there.is_empty() {
        Ok(())
    } else {
        Err(KeygenError::FilesExist {
            folder: folder.display().to_string(),
            names: there.join(", "),
        })
    }
}

/// Writes all files under temporary names before any gets its own, so that a full disk leaves no
/// half-written key. A signal waits until all have theirs.
pub(super) fn write(folder: &Path, files: &[NewFile], force: bool) -> Result<(), Error> {
    let failed = |name: &str| {
        let path = folder.join(name);
        move |source| Error::write(&path, source)
    };
    fs::create_dir_all(folder).map_err(|source| Error::write(folder, source))?;
    let writing = signals::writing();
    let mut drafts = Vec::new();
    for file in files {
        drafts.push((file.name, draft(folder, file).map_err(failed(file.name))?));
    }
    for (name, draft) in drafts {
        let path = folder.join(name);
        let written = if force {
            draft.persist(&path)
        } else {
            draft.persist_noclobber(&path)
        };
        written.map_err(|error| error.error).map_err(failed(name))?;
        writing.count();
        say!("wrote {}", path.display());
    }
    Ok(())
}

/// Writes a file under a temporary name. It has its permissions from the start, so that no other
/// user can open a private key in between.
fn draft(folder: &Path, file: &NewFile) -> io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(".jwt-assay-");
    let permissions = permissions(file.readers);
    if let Some(permissions) = permissions {
        builder.permissions(permissions);
    }
    let mut draft = builder.tempfile_in(folder)?;
    draft.write_all(file.text.as_bytes())?;
    draft.as_file().sync_all()?;
    Ok(draft)
}

#[cfg(unix)]
fn permissions(readers: Readers) -> Option<Permissions> {
    use std::os::unix::fs::PermissionsExt;

    Some(Permissions::from_mode(match readers {
        Readers::Everyone => 0o644,
        Readers::Owner => 0o600,
    }))
}

/// No mode outside of Unix, where the folder's permissions apply.
#[cfg(not(unix))]
const fn permissions(_: Readers) -> Option<Permissions> {
    None
}
