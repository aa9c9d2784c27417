//! Reading and writing of files that several commands share.

use std::{
    fs::{self, Permissions},
    io::{self, Write},
    path::Path,
};

use tempfile::Builder;

use super::Error;
use jwt_assay::{
    record::Run,
    report::jsonl::{self, RecordsError},
};

/// Reads the records of one run.
pub(super) fn read_records(path: &Path) -> Result<Run, Error> {
    let (file, octets) = read_octets(path)?;
    let text = String::from_utf8(octets)
        .map_err(|error| Error::read(path, io::Error::new(io::ErrorKind::InvalidData, error)))?;
    Ok(jsonl::read(&file, &text)?)
}

/// Reads a file of records; returns its name for messages, and its octets.
pub(super) fn read_octets(path: &Path) -> Result<(String, Vec<u8>), Error> {
    let file = path.display().to_string();
    match fs::read(path) {
        Ok(octets) => Ok((file, octets)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(RecordsError::Missing { file }.into())
        }
        Err(source) => Err(Error::read(path, source)),
    }
}

/// Writes a text file, and creates its folder where there is none.
pub(super) fn write_file(path: &Path, text: &str) -> Result<(), Error> {
    write_octets(path, text.as_bytes())
}

/// Writes a file of any octets, and creates its folder where there is none.
pub(super) fn write_octets(path: &Path, octets: &[u8]) -> Result<(), Error> {
    create_parent(path)?;
    fs::write(path, octets).map_err(|source| Error::write(path, source))
}

pub(super) fn create_parent(path: &Path) -> Result<(), Error> {
    match path.parent() {
        Some(parent) => fs::create_dir_all(parent).map_err(|source| Error::write(parent, source)),
        None => Ok(()),
    }
}

/// Replaces a file in one step: writes a draft beside it, then renames that, so that no reader sees
/// half a file.
pub(super) fn replace(path: &Path, text: &str) -> io::Result<()> {
    // A rename would replace the link instead of its target.
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    fs::create_dir_all(folder)?;
    let mut builder = Builder::new();
    builder.prefix(".jwt-assay-");
    let permissions = fs::metadata(path).map(|old| old.permissions()).ok();
    if let Some(permissions) = permissions.clone().or_else(for_everyone) {
        builder.permissions(permissions);
    }
    let mut draft = builder.tempfile_in(folder)?;
    draft.write_all(text.as_bytes())?;
    // A new file obeys the process's umask; an existing one keeps its permissions.
    if let Some(permissions) = permissions {
        draft.as_file().set_permissions(permissions)?;
    }
    draft.as_file().sync_all()?;
    draft.persist(path)?;
    Ok(())
}

#[cfg(unix)]
fn for_everyone() -> Option<Permissions> {
    use std::os::unix::fs::PermissionsExt;

    Some(Permissions::from_mode(0o666))
}

/// No mode outside of Unix, where the folder's permissions apply.
#[cfg(not(unix))]
const fn for_everyone() -> Option<Permissions> {
    None
}
