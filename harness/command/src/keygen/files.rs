//! New files, all or none of them, and never over what is there unless asked.

use std::{
    fs::{self, Permissions},
    io::{self, Write},
    path::Path,
};

use jwt_assay_core::model::Algorithm;
use tempfile::{Builder, NamedTempFile};

use crate::Error;

/// A file to be.
#[derive(Debug)]
pub(super) struct NewFile {
    pub(super) name: &'static str,
    pub(super) text: String,
    pub(super) readers: Readers,
}

/// Who may read a file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Readers {
    Everyone,
    Owner,
}

/// Why no key is made. The texts fit after "failed to".
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub(crate) enum KeygenError {
    /// A length for a key that has but one.
    #[error("make a key for {algorithm}: --bits is for RSA keys, and {algorithm} has one length")]
    BitsWithoutRsa {
        /// For which algorithm.
        algorithm: Algorithm,
    },
    /// Files in the way.
    #[error(
        "write to `{folder}`: {names} would be replaced; choose another folder, or add --force"
    )]
    FilesExist {
        /// Where.
        folder: String,
        /// Which.
        names: String,
    },
    /// A name for what has no place for one.
    #[error("name a secret: its text has no place for a kid; add --format jwk")]
    KidOfSecret,
    /// A form that secrets do not have.
    #[error("print a secret as PEM: there is no such form; leave --format out, or use jwk")]
    SecretAsPem,
}

/// That nothing is in the way.
pub(super) fn check(folder: &Path, names: &[&str], force: bool) -> Result<(), KeygenError> {
    let there: Vec<String> = names
        .iter()
        .filter(|name| !force && folder.join(name).symlink_metadata().is_ok())
        .map(|name| format!("`{name}`"))
        .collect();
    match there.is_empty() {
        true => Ok(()),
        false => Err(KeygenError::FilesExist {
            folder: folder.display().to_string(),
            names: there.join(", "),
        }),
    }
}

/// Writes all texts beside their places before any gets its name, so that a full disk leaves
/// nothing half-written.
pub(super) fn write(folder: &Path, files: &[NewFile], force: bool) -> Result<(), Error> {
    let failed = |name: &str| {
        let path = folder.join(name);
        move |source| Error::write(&path, source)
    };
    fs::create_dir_all(folder).map_err(|source| Error::write(folder, source))?;
    let mut drafts = Vec::new();
    for file in files {
        drafts.push((file.name, draft(folder, file).map_err(failed(file.name))?));
    }
    for (name, draft) in drafts {
        let path = folder.join(name);
        let written = match force {
            true => draft.persist(&path),
            false => draft.persist_noclobber(&path),
        };
        written.map_err(|error| error.error).map_err(failed(name))?;
        eprintln!("wrote {}", path.display());
    }
    Ok(())
}

/// The text under a passing name, with its permissions from the first moment on.
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

/// Elsewhere the folder decides.
#[cfg(not(unix))]
const fn permissions(_: Readers) -> Option<Permissions> {
    None
}
