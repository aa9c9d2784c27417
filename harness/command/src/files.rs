//! Reading and writing of files that several commands share.

mod identity;
mod writing;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use jwt_assay_assertion::input::read_file;

pub(super) use self::{
    identity::{Identity, distinct},
    writing::{check_writable, create_parent, write_file, write_octets},
};
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
    match read_file(path, LARGEST_RECORDS) {
        Ok(octets) => Ok((file, octets)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(RecordsError::Missing { file }.into())
        }
        Err(source) => Err(Error::read(path, source)),
    }
}

/// Reads a text that a person writes, such as divergences or a page; `None` where there is no such file.
pub(super) fn read_text_if_there(path: &Path) -> Result<Option<String>, Error> {
    match read_text(path) {
        Err(Error::Read { source, .. }) if source.kind() == io::ErrorKind::NotFound => Ok(None),
        other => other.map(Some),
    }
}

/// Reads a text that a person writes, such as divergences or a page.
pub(super) fn read_text(path: &Path) -> Result<String, Error> {
    let octets = read_file(path, LARGEST_TEXT).map_err(|source| Error::read(path, source))?;
    String::from_utf8(octets)
        .map_err(|error| Error::read(path, io::Error::new(io::ErrorKind::InvalidData, error)))
}

/// The records of the last run where none are named: the newer of the two default files for verifiers.
/// A note says so where it is the one of a part.
pub(super) fn last_records() -> PathBuf {
    let [whole, part] = DEFAULT_RECORDS.map(PathBuf::from);
    let written = |path: &Path| fs::metadata(path).and_then(|about| about.modified()).ok();
    if written(&part) > written(&whole) {
        say!("note: the last run is the one in {}", part.display());
        part
    } else {
        whole
    }
}

/// The default files for records of verifiers: of any run, and of a run that would have replaced a
/// whole one by less.
pub(super) const DEFAULT_RECORDS: [&str; 2] = [
    "assay-results/records.jsonl",
    "assay-results/records-partial.jsonl",
];
/// The limit of 2 GiB is ten times a run of all known verifiers over the whole suite. Records are held in
/// memory, so a larger file would fail later and say less.
const LARGEST_RECORDS: u64 = 2 << 30;
/// The limit of 16 MiB is two thousand times the largest file of divergences.
const LARGEST_TEXT: u64 = 16 << 20;
